/* The vectors of the core on the line: a sign-in and a sale byte for byte, and
 * the working keys of every layout, whose MACs and PIN blocks then go out, and
 * an enciphered track. The tables are made by cargo xtask c from core/tests/vectors. */
#include "annul_loop.h"
#include <stdio.h>
#include <string.h>

struct bytes {
    size_t length;
    const char *data;
};

struct keys {
    const char *id;
    int32_t request;           /* an annul_key_request */
    struct bytes master, pin, mac;
    struct bytes answer;       /* to a sign-in */
    struct bytes wrong_answer; /* the same, with a wrong check value */
};

#include "keys.inc"

#define ROWS 8
#define RECORDS 32
#define REQUESTS 8
#define LONGEST 512

/* A terminal whose journal and line are memory. */
struct desk {
    annul_terminal terminal;
    annul_softpad pad;
    annul_row rows[ROWS];
    uint8_t outgoing[LONGEST], incoming[LONGEST];
    annul_ports ports;
    uint64_t millis;
    uint8_t records[RECORDS][ANNUL_LOOP_RECORD];
    size_t record_lengths[RECORDS];
    struct bytes answers[2]; /* to the first requests; later ones get none */
    uint8_t requests[REQUESTS][LONGEST];
    size_t request_lengths[REQUESTS];
    size_t sent;
    int answered;
};

static unsigned failures;

static void check(int right, const char *id, const char *what)
{
    if (!right) {
        failures++;
        printf("%s: %s\n", id, what);
    }
}

static struct desk *of(void *user)
{
    return (struct desk *)user;
}

static void now(void *user, annul_now *now)
{
    memset(now, 0, sizeof *now);
    now->millis = ++of(user)->millis;
    now->year = 2026;
    now->month = 1;
    now->day = 5;
}

static int append(void *user, uint32_t record, const uint8_t *data, size_t length)
{
    if (record == 0 || record > RECORDS || length > ANNUL_LOOP_RECORD)
        return 0;
    memcpy(of(user)->records[record - 1], data, length);
    of(user)->record_lengths[record - 1] = length;
    return 1;
}

static size_t recall(void *user, uint32_t record, uint8_t *buffer)
{
    if (record == 0 || record > RECORDS)
        return 0;
    memcpy(buffer, of(user)->records[record - 1], of(user)->record_lengths[record - 1]);
    return of(user)->record_lengths[record - 1];
}

static size_t room(void *user)
{
    (void)user;
    return RECORDS;
}

static annul_status security(void *user, annul_terminal *terminal, const annul_now *now,
                             const annul_action *action)
{
    return annul_softpad_perform(&of(user)->pad, terminal, now, action);
}

static int connect_line(void *user, uint64_t patience)
{
    (void)patience;
    of(user)->answered = 0;
    return 1;
}

static annul_sending send_line(void *user, const uint8_t *frame, size_t length)
{
    struct desk *desk = of(user);
    if (desk->sent == REQUESTS || length > LONGEST)
        return ANNUL_NOTHING_SENT;
    memcpy(desk->requests[desk->sent], frame, length);
    desk->request_lengths[desk->sent++] = length;
    return ANNUL_SENT;
}

static annul_heard receive_line(void *user, uint8_t *buffer, size_t capacity, size_t *length,
                                uint64_t patience)
{
    struct desk *desk = of(user);
    const struct bytes *answer = desk->sent > 2 ? NULL : &desk->answers[desk->sent - 1];
    if (answer == NULL || answer->length == 0 || answer->length > capacity || desk->answered) {
        desk->millis += patience;
        return ANNUL_HEARD_SILENCE;
    }
    memcpy(buffer, answer->data, answer->length);
    *length = answer->length;
    desk->answered = 1;
    return ANNUL_HEARD_BYTES;
}

static void close_line(void *user)
{
    (void)user;
}

static void sleep_for(void *user, uint64_t milliseconds)
{
    of(user)->millis += milliseconds;
}

static void tell(void *user, const annul_notice *notice)
{
    (void)user;
    (void)notice;
}

static annul_status open_desk(struct desk *desk, int32_t request, struct bytes master)
{
    static const annul_ports ports = {NULL,         now,       append,       recall,
                                      room,         security,  connect_line, send_line,
                                      receive_line, close_line, sleep_for,   tell};
    annul_config config;
    annul_status status;
    memset(desk, 0, sizeof *desk);
    desk->ports = ports;
    desk->ports.user = desk;
    status = annul_config_init(&config, sizeof config);
    if (status != ANNUL_STATUS_OK)
        return status;
    config.terminal = "12345678";
    config.merchant = "123456789012345";
    config.operator_id = "01";
    config.key_request = request;
    config.rows = desk->rows;
    config.row_count = ROWS;
    config.outgoing = desk->outgoing;
    config.incoming = desk->incoming;
    config.buffer_size = LONGEST;
    status = annul_softpad_init(&desk->pad, ANNUL_MAC_ALGORITHM_UNIONPAY_ECB,
                                (const uint8_t *)master.data, master.length);
    if (status == ANNUL_STATUS_OK)
        status = annul_terminal_init(&desk->terminal, &config);
    if (status == ANNUL_STATUS_OK)
        status = annul_terminal_start(&desk->terminal);
    return status == ANNUL_STATUS_OK ? annul_loop_run(&desk->terminal, &desk->ports) : status;
}

static annul_status sign_in(struct desk *desk)
{
    annul_now moment;
    annul_status status;
    now(desk, &moment);
    status = annul_terminal_sign_in(&desk->terminal, &moment);
    return status == ANNUL_STATUS_OK ? annul_loop_run(&desk->terminal, &desk->ports) : status;
}

#define TRACK "6216261000000000018=301220100000000"

/* The sale of sample G04: 1.00, with a PIN; where a track is given, with that. */
static annul_status sell_track(struct desk *desk, const uint8_t *track, size_t length,
                               annul_entry *entry)
{
    annul_sale sale;
    annul_begun begun;
    annul_now moment;
    annul_status status = annul_softpad_enter_pin(&desk->pad, "111111");
    if (status != ANNUL_STATUS_OK)
        return status;
    now(desk, &moment);
    memset(&sale, 0, sizeof sale);
    sale.struct_size = sizeof sale;
    sale.request = "a";
    sale.amount = 100;
    sale.track2 = TRACK;
    sale.pin = ANNUL_PIN_ASK;
    if (track == NULL)
        status = annul_terminal_begin_sale(&desk->terminal, &moment, &sale, RECORDS, &begun);
    else
        status = annul_terminal_begin_sale_enciphered(&desk->terminal, &moment, &sale, track,
                                                      length, RECORDS, &begun);
    if (status == ANNUL_STATUS_OK)
        status = annul_loop_run(&desk->terminal, &desk->ports);
    if (status == ANNUL_STATUS_OK)
        status = annul_terminal_entry_by_request(&desk->terminal, "a", entry);
    return status;
}

static annul_status sell(struct desk *desk, annul_entry *entry)
{
    return sell_track(desk, NULL, 0, entry);
}

static int went_out(const struct desk *desk, size_t number, struct bytes expected)
{
    return desk->sent > number && desk->request_lengths[number] == expected.length &&
           memcmp(desk->requests[number], expected.data, expected.length) == 0;
}

static int holds_all(const uint8_t *data, size_t length, const void *part, size_t part_length)
{
    size_t at;
    for (at = 0; at + part_length <= length; at++)
        if (memcmp(data + at, part, part_length) == 0)
            return 1;
    return 0;
}

static int holds(const uint8_t *data, size_t length, const uint8_t *block)
{
    return holds_all(data, length, block, 8);
}

static void let_go(struct desk *desk)
{
    check(annul_terminal_wipe(&desk->terminal) == ANNUL_STATUS_OK, "terminal", "wipe");
    check(annul_softpad_wipe(&desk->pad) == ANNUL_STATUS_OK, "softpad", "wipe");
}

static void byte_for_byte(struct desk *desk)
{
    static const uint8_t master[] = {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                     0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11};
    struct bytes key;
    annul_entry entry;
    memset(&entry, 0, sizeof entry);
    key.length = sizeof master;
    key.data = (const char *)master;
    check(open_desk(desk, ANNUL_KEY_REQUEST_DOUBLE, key) == ANNUL_STATUS_OK, "G01", "open");
    desk->answers[0] = sign_in_answer;
    desk->answers[1] = sale_answer;
    check(sign_in(desk) == ANNUL_STATUS_OK, "G02", "signed in");
    check(sell(desk, &entry) == ANNUL_STATUS_OK, "G04", "sale");
    check(entry.outcome == ANNUL_OUTCOME_APPROVED, "G05", "approved");
    check(went_out(desk, 0, sign_in_request), "G01", "byte for byte");
    check(went_out(desk, 1, sale_request), "G04", "byte for byte");
    let_go(desk);
}

/* Working keys of every layout make the MAC and the PIN block. */
static void check_keys(struct desk *desk, const struct keys *keys)
{
    annul_entry entry;
    uint8_t value[8];
    const uint8_t *message = desk->requests[1] + 13;
    size_t signed_length;
    memset(&entry, 0, sizeof entry);
    check(open_desk(desk, keys->request, keys->master) == ANNUL_STATUS_OK, keys->id, "open");
    desk->answers[0] = keys->answer;
    check(sign_in(desk) == ANNUL_STATUS_OK, keys->id, "signed in");
    /* Nobody answers; what went out is what is looked at. */
    check(sell(desk, &entry) == ANNUL_STATUS_OK, keys->id, "sale");
    check(entry.outcome == ANNUL_OUTCOME_UNDOING || entry.outcome == ANNUL_OUTCOME_PARKED, keys->id,
          "never a success");
    check(desk->sent >= 2 && desk->request_lengths[1] > 13 + 8, keys->id, "sale went out");
    signed_length = desk->request_lengths[1] - 13 - 8;
    check(annul_mac(ANNUL_MAC_ALGORITHM_UNIONPAY_ECB, (const uint8_t *)keys->mac.data,
                    keys->mac.length, message, signed_length, value) == ANNUL_STATUS_OK &&
              memcmp(message + signed_length, value, 8) == 0,
          keys->id, "MAC");
    check(annul_pin_block((const uint8_t *)keys->pin.data, keys->pin.length, "111111",
                          "6216261000000000018", value) == ANNUL_STATUS_OK &&
              holds(message, signed_length, value),
          keys->id, "PIN block");
    let_go(desk);
}

static void check_wrong(struct desk *desk, const struct keys *keys)
{
    annul_entry entry;
    check(open_desk(desk, keys->request, keys->master) == ANNUL_STATUS_OK, keys->id, "open");
    desk->answers[0] = keys->wrong_answer;
    check(sign_in(desk) == ANNUL_STATUS_WRONG_CHECK_VALUE, keys->id, "wrong check value");
    check(sell(desk, &entry) == ANNUL_STATUS_SIGN_IN_REQUIRED, keys->id, "not signed in");
    let_go(desk);
}

/* Working keys G03 have the track key 44 sixteen times: what goes out is field
 * 35 of sample G33, its length before it, and field 53. */
static void check_track(struct desk *desk, const struct keys *keys)
{
    static const uint8_t clear[] = "\x62\x16\x26\x10\0\0\0\0\x01\x8D\x30\x12\x20\x10\0\0\0";
    static const uint8_t sent[] = "\x35\x62\x16\x26\x10\0\0\0\0\x01"
                                  "\xCB\x9A\x66\x49\x94\xC0\x74\x86";
    annul_entry entry;
    uint8_t packed[19];
    size_t length;
    memset(&entry, 0, sizeof entry);
    check(annul_track_pack(NULL, packed, sizeof packed, &length) == ANNUL_STATUS_NULL, "G33", "null");
    check(annul_track_pack("6216", packed, sizeof packed, &length) == ANNUL_STATUS_TRACK2, "G33",
          "no track");
    check(annul_track_pack(TRACK, packed, 17, &length) == ANNUL_STATUS_BUFFER_TOO_SMALL &&
              length == sizeof clear,
          "G33", "how large a buffer");
    check(annul_track_pack(TRACK, packed, sizeof packed, &length) == ANNUL_STATUS_OK &&
              length == sizeof clear && memcmp(packed, clear, length) == 0,
          "G33", "packed");
    check(open_desk(desk, keys->request, keys->master) == ANNUL_STATUS_OK, "G33", "open");
    desk->answers[0] = keys->answer;
    check(annul_softpad_encrypt_track(&desk->pad, packed, length) == ANNUL_STATUS_NO_KEYS &&
              memcmp(packed, clear, length) == 0,
          "G33", "no track key yet");
    check(sign_in(desk) == ANNUL_STATUS_OK, "G33", "signed in");
    check(annul_softpad_encrypt_track(&desk->pad, packed, 8) == ANNUL_STATUS_SHORT_TRACK, "G33",
          "too short");
    check(sell_track(desk, packed, length, &entry) == ANNUL_STATUS_RANGE, "G33", "still in clear");
    check(annul_softpad_encrypt_track(&desk->pad, packed, length) == ANNUL_STATUS_OK &&
              memcmp(packed, sent + 1, length - 1) == 0,
          "G33", "enciphered");
    check(sell_track(desk, packed, length - 1, &entry) == ANNUL_STATUS_RANGE, "G33", "another length");
    check(desk->sent == 1, "G33", "nothing but the sign-in was sent");
    /* Nobody answers; what went out is what is looked at. */
    check(sell_track(desk, packed, length, &entry) == ANNUL_STATUS_OK, "G33", "sale");
    check(desk->sent >= 2 &&
              holds_all(desk->requests[1], desk->request_lengths[1], sent, sizeof sent) &&
              holds(desk->requests[1], desk->request_lengths[1],
                    (const uint8_t *)"\x26\x10\0\0\0\0\0\0") &&
              !holds(desk->requests[1], desk->request_lengths[1], clear + 9),
          "G33", "went out");
    let_go(desk);
}

int main(void)
{
    static struct desk desk;
    size_t index;
    unsigned tracks = 0;
    byte_for_byte(&desk);
    for (index = 0; index < sizeof loaded / sizeof *loaded; index++) {
        check_keys(&desk, &loaded[index]);
        check_wrong(&desk, &loaded[index]);
        if (strcmp(loaded[index].id, "G03") == 0) {
            check_track(&desk, &loaded[index]);
            tracks++;
        }
    }
    check(tracks == 1, "G33", "its keys are among the vectors");
    printf("a sign-in and a sale, %zu working keys, an enciphered track: %u failures\n",
           sizeof loaded / sizeof *loaded, failures);
    return failures == 0 ? 0 : 1;
}
