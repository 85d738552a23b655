/* The firmware's day, on any board. No heap, no operating system. */
#include "annul_loop.h"
#include "board.h"
#include "nor.h"
#include <string.h>

#define ROWS 16
#define BUFFER 512

/* All the memory that annul is given. */
static annul_terminal terminal;
static annul_softpad pad;
static annul_flash flash;
static annul_row rows[ROWS];
static uint8_t outgoing[BUFFER], incoming[BUFFER];

static const board *here;
static annul_flash_driver driver;
static uint64_t millis;
static int power_fails_after_send;

static void now(void *user, annul_now *now)
{
    (void)user;
    memset(now, 0, sizeof *now);
    now->millis = ++millis;
    now->year = 2026;
    now->month = 11;
    now->day = 23;
    now->hour = 10;
}

static int append(void *user, uint32_t record, const uint8_t *data, size_t length)
{
    (void)user;
    return annul_flash_append(&flash, record, data, length) == ANNUL_STATUS_OK;
}

static size_t recall(void *user, uint32_t record, uint8_t *buffer)
{
    size_t length = 0;
    (void)user;
    if (annul_flash_recall(&flash, record, buffer, ANNUL_LOOP_RECORD, &length) != ANNUL_STATUS_OK)
        return 0;
    return length;
}

static size_t room(void *user)
{
    size_t records = 0;
    (void)user;
    return annul_flash_room(&flash, &records) == ANNUL_STATUS_OK ? records : 0;
}

static annul_status security(void *user, annul_terminal *terminal, const annul_now *now,
                             const annul_action *action)
{
    (void)user;
    return annul_softpad_perform(&pad, terminal, now, action);
}

static int connect_line(void *user, uint64_t patience)
{
    (void)user;
    (void)patience;
    return here->connect();
}

static annul_sending send_line(void *user, const uint8_t *frame, size_t length)
{
    (void)user;
    if (!here->send(frame, length))
        return ANNUL_MAYBE_SENT;
    if (power_fails_after_send)
        nor_fail();
    return ANNUL_SENT;
}

static annul_heard receive_line(void *user, uint8_t *buffer, size_t capacity, size_t *length,
                                uint64_t patience)
{
    (void)user;
    *length = power_fails_after_send ? 0 : here->receive(buffer, capacity);
    if (*length > 0)
        return ANNUL_HEARD_BYTES;
    millis += patience;
    return ANNUL_HEARD_SILENCE;
}

static void close_line(void *user)
{
    (void)user;
    here->close();
}

static void sleep_for(void *user, uint64_t milliseconds)
{
    (void)user;
    millis += milliseconds;
}

static void tell(void *user, const annul_notice *notice)
{
    (void)user;
    (void)notice;
}

static const annul_ports ports = {NULL,      now,          append,     recall,    room, security,
                                  connect_line, send_line, receive_line, close_line, sleep_for,
                                  tell};

static annul_status configure(void)
{
    uint8_t master[16];
    annul_config config;
    annul_status status = annul_config_init(&config, sizeof config);
    if (status != ANNUL_STATUS_OK)
        return status;
    config.terminal = "12345678";
    config.merchant = "123456789012345";
    config.operator_id = "01";
    config.rows = rows;
    config.row_count = ROWS;
    config.outgoing = outgoing;
    config.incoming = incoming;
    config.buffer_size = BUFFER;
    config.journal_tears = 0;
    memset(master, 0x11, sizeof master);
    status = annul_softpad_init(&pad, ANNUL_MAC_ALGORITHM_UNIONPAY_ECB, master, sizeof master);
    memset(master, 0, sizeof master);
    return status == ANNUL_STATUS_OK ? annul_terminal_init(&terminal, &config) : status;
}

/* Power comes on: memory holds nothing, the flash what it held. */
static annul_status power_on(void)
{
    annul_status status;
    memset(&terminal, 0, sizeof terminal);
    memset(&pad, 0, sizeof pad);
    memset(&flash, 0, sizeof flash);
    memset(rows, 0xA5, sizeof rows);
    power_fails_after_send = 0;
    nor_restore();
    status = annul_flash_open(&flash, &driver);
    if (status == ANNUL_STATUS_OK)
        status = configure();
    if (status == ANNUL_STATUS_OK)
        status = annul_flash_replay(&flash, &terminal);
    if (status == ANNUL_STATUS_OK)
        status = annul_terminal_start(&terminal);
    return status == ANNUL_STATUS_OK ? annul_loop_run(&terminal, &ports) : status;
}

static annul_status sign_in(void)
{
    annul_now moment;
    annul_status status;
    now(NULL, &moment);
    status = annul_terminal_sign_in(&terminal, &moment);
    return status == ANNUL_STATUS_OK ? annul_loop_run(&terminal, &ports) : status;
}

static annul_status sell(const char *request, uint64_t amount, annul_entry *entry)
{
    annul_sale sale;
    annul_begun begun;
    annul_now moment;
    annul_status status;
    now(NULL, &moment);
    memset(&sale, 0, sizeof sale);
    sale.struct_size = sizeof sale;
    sale.request = request;
    sale.amount = amount;
    sale.track2 = "6224242900000113=28062019031013";
    status = annul_terminal_begin_sale(&terminal, &moment, &sale, room(NULL), &begun);
    if (status == ANNUL_STATUS_OK)
        status = annul_loop_run(&terminal, &ports);
    return status == ANNUL_STATUS_OK ? annul_terminal_entry_by_request(&terminal, request, entry)
                                     : status;
}

static annul_status void_sale(const char *request, uint32_t voucher, annul_entry *entry)
{
    annul_void order;
    annul_begun begun;
    annul_now moment;
    annul_status status;
    now(NULL, &moment);
    memset(&order, 0, sizeof order);
    order.struct_size = sizeof order;
    order.request = request;
    order.original = voucher;
    order.supervisor = "00";
    order.reason = "customer-request";
    status = annul_terminal_begin_void(&terminal, &moment, &order, room(NULL), &begun);
    if (status == ANNUL_STATUS_OK)
        status = annul_loop_run(&terminal, &ports);
    return status == ANNUL_STATUS_OK ? annul_terminal_entry_by_request(&terminal, request, entry)
                                     : status;
}

/* The batch is compared and closed. Nothing is left to be reversed, or it would
 * say so: then annul_terminal_recover and annul_loop_recover come first. */
static annul_status settle(annul_standing *standing)
{
    annul_now moment;
    annul_status status;
    now(NULL, &moment);
    status = annul_terminal_settle(&terminal, &moment, room(NULL));
    if (status == ANNUL_STATUS_OK)
        status = annul_loop_run(&terminal, &ports);
    return status == ANNUL_STATUS_OK ? annul_terminal_standing(&terminal, standing) : status;
}

static void number(uint32_t value, unsigned digits)
{
    char text[21];
    unsigned place = sizeof text - 1;
    text[place] = '\0';
    do {
        text[--place] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || sizeof text - 1 - place < digits);
    here->print(text + place);
}

static void print_ledger(void)
{
    annul_entry entry;
    size_t index;
    for (index = 0; annul_terminal_entry_at(&terminal, index, &entry) == ANNUL_STATUS_OK; index++) {
        number(entry.batch, 6);
        here->print(" ");
        number(entry.trace, 6);
        here->print(entry.kind == ANNUL_KIND_SALE ? " sale " : " void ");
        number((uint32_t)entry.amount, 1);
        here->print(" ");
        number((uint32_t)entry.status, 1);
        here->print("\n");
    }
}

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

int story(const board *board)
{
    annul_entry sale, entry;
    annul_standing standing;
    here = board;
    driver = nor_driver();
    MUST(annul_flash_format(&flash, &driver) == ANNUL_STATUS_OK);

    MUST(power_on() == ANNUL_STATUS_OK);
    MUST(sign_in() == ANNUL_STATUS_OK);
    MUST(sell("sale-1", 1234, &sale) == ANNUL_STATUS_OK);
    MUST(sale.outcome == ANNUL_OUTCOME_APPROVED);

    /* The host books it, and its answer is lost: reversed. */
    MUST(sell("sale-0", 900, &entry) == ANNUL_STATUS_OK);
    MUST(entry.outcome == ANNUL_OUTCOME_UNDONE);

    /* Power is lost with a request at the host: nobody hears the answer. */
    power_fails_after_send = 1;
    MUST(sell("sale-2", 500, &entry) == ANNUL_STATUS_STORAGE_FAULT);
    MUST(power_on() == ANNUL_STATUS_OK);
    MUST(annul_terminal_entry_by_request(&terminal, "sale-2", &entry) == ANNUL_STATUS_OK);
    MUST(entry.outcome == ANNUL_OUTCOME_UNDONE);

    /* Power is lost in the middle of a record: it was never sent. */
    nor_fail_after(9);
    MUST(sell("sale-3", 700, &entry) == ANNUL_STATUS_STORAGE_FAULT);
    MUST(power_on() == ANNUL_STATUS_OK);
    MUST(annul_terminal_entry_by_request(&terminal, "sale-3", &entry) == ANNUL_STATUS_NOT_FOUND);
    MUST(sell("sale-3", 700, &entry) == ANNUL_STATUS_OK);
    MUST(entry.outcome == ANNUL_OUTCOME_APPROVED);

    MUST(void_sale("void-1", sale.trace, &entry) == ANNUL_STATUS_OK);
    MUST(entry.outcome == ANNUL_OUTCOME_APPROVED);

    /* The host's totals are those of the ledger: the next batch is open. */
    MUST(settle(&standing) == ANNUL_STATUS_OK);
    MUST(standing.batch == 2);
    print_ledger();
    return 0;
}
