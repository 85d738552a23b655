/* The shared vectors through the C interface: every message field by field,
 * every MAC, check value and PIN block. The tables are made by cargo xtask c
 * from core/tests/vectors. BOARD: on the board of examples/firmware. */
#include "annul.h"
#include <string.h>

#ifdef BOARD
#include "semihosting.h"
#define say semihosting_print
#else
#include <stdio.h>
static void say(const char *text)
{
    fputs(text, stdout);
}
#endif

struct bytes {
    size_t length;
    const char *data;
};

struct field {
    uint32_t number;
    struct bytes value;
};

struct message {
    const char *id;
    struct bytes frame; /* length 0 where the sample has none */
    struct bytes message;
    uint32_t mti;
    int whole; /* 0 where the sample ends before field 64 */
    size_t count;
    const struct field *fields;
};

struct mac {
    const char *id;
    int32_t algorithm;
    struct bytes key, message, value;
};

struct check_value {
    struct bytes key, value;
};

struct pin {
    const char *pin, *pan;
    struct bytes key, block;
};

struct object {
    uint32_t tag, depth, offset;
    int32_t length; /* -1 where it is indefinite */
    int32_t constructed;
    struct bytes value; /* of what is not constructed */
};

struct tlv {
    const char *id;
    int32_t mode;
    struct bytes data;
    annul_status end; /* ANNUL_STATUS_NOT_FOUND where all is well */
    uint32_t offset;  /* of the error */
    size_t count;
    const struct object *objects;
};

#include "vectors.inc"

static size_t failures;

static void say_number(size_t number, const char *what)
{
    char text[24];
    size_t place = sizeof text - 1;
    text[place] = '\0';
    do {
        text[--place] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    say(text + place);
    say(what);
}

static void check(int right, const char *id, const char *what)
{
    if (!right) {
        failures++;
        say(id);
        say(": ");
        say(what);
        say("\n");
    }
}

static const uint8_t *raw(struct bytes bytes)
{
    return (const uint8_t *)bytes.data;
}

static int same(struct bytes expected, const uint8_t *found, size_t length)
{
    return expected.length == length && memcmp(expected.data, found, length) == 0;
}

static void check_frame(const struct message *sample)
{
    annul_frame frame;
    annul_status status = annul_frame_decode(raw(sample->frame), sample->frame.length, &frame);
    check(status == ANNUL_STATUS_OK, sample->id, "frame");
    if (status == ANNUL_STATUS_OK)
        check(same(sample->message, frame.message, frame.length), sample->id, "message of frame");
    status = annul_frame_decode(raw(sample->frame), sample->frame.length - 1, &frame);
    check(status == ANNUL_STATUS_FRAME_LENGTH, sample->id, "cut frame");
}

static void check_field(const struct message *sample, const annul_message *message,
                        const struct field *expected)
{
    uint8_t buffer[1024];
    size_t length = 0;
    annul_status status = annul_message_value(message, expected->number, NULL, 0, &length);
    check(status == ANNUL_STATUS_BUFFER_TOO_SMALL || length == 0, sample->id, "asking the size");
    check(length == expected->value.length, sample->id, "size asked for");
    status = annul_message_value(message, expected->number, buffer, sizeof buffer, &length);
    check(status == ANNUL_STATUS_OK, sample->id, "value");
    if (!same(expected->value, buffer, length))
        say_number(expected->number, " is the field: ");
    check(same(expected->value, buffer, length), sample->id, "value differs");
}

static void check_whole(const struct message *sample)
{
    annul_message message;
    annul_field field;
    annul_fault fault;
    uint32_t mti = 0, last = 0;
    size_t count = 0;
    annul_status status =
        annul_message_decode(&message, raw(sample->message), sample->message.length, &fault);
    check(status == ANNUL_STATUS_OK, sample->id, "decode");
    if (status != ANNUL_STATUS_OK)
        return;
    check(annul_message_type(&message, &mti) == ANNUL_STATUS_OK && mti == sample->mti, sample->id,
          "type");
    while (annul_message_next(&message, last, &field) == ANNUL_STATUS_OK) {
        if (count < sample->count && sample->fields[count].number == field.number)
            check_field(sample, &message, &sample->fields[count]);
        else
            check(0, sample->id, "fields");
        last = field.number;
        count++;
    }
    check(count == sample->count, sample->id, "number of fields");
}

/* Every prefix of a message is refused, and the fault says where. */
static void check_cuts(const struct message *sample)
{
    annul_message message;
    annul_fault fault;
    size_t length;
    for (length = 0; length < sample->message.length; length++) {
        annul_status status = annul_message_decode(&message, raw(sample->message), length, &fault);
        check(status == ANNUL_STATUS_TRUNCATED && fault.status == status, sample->id, "cut");
        check(fault.offset <= length && fault.field >= 0, sample->id, "place of the cut");
        check(annul_message_next(&message, 0, NULL) == ANNUL_STATUS_NOT_INITIALISED, sample->id,
              "a message that is none");
    }
}

static void check_macs(void)
{
    size_t index;
    uint8_t value[8];
    for (index = 0; index < sizeof macs / sizeof *macs; index++) {
        const struct mac *mac = &macs[index];
        annul_status status = annul_mac(mac->algorithm, raw(mac->key), mac->key.length,
                                        raw(mac->message), mac->message.length, value);
        check(status == ANNUL_STATUS_OK && same(mac->value, value, 8), mac->id, "MAC");
    }
    check(annul_mac(0, raw(macs[0].key), 7, NULL, 0, value) == ANNUL_STATUS_KEY_LENGTH, "key",
          "of 7 bytes");
    check(annul_mac(99, raw(macs[0].key), 8, NULL, 0, value) == ANNUL_STATUS_RANGE, "algorithm",
          "99");
}

static void check_keys(void)
{
    size_t index;
    uint8_t value[8];
    for (index = 0; index < sizeof check_values / sizeof *check_values; index++) {
        const struct check_value *row = &check_values[index];
        annul_status status = annul_check_value(0, raw(row->key), row->key.length, value);
        check(status == ANNUL_STATUS_OK && same(row->value, value, row->value.length),
              "check value", "differs");
    }
    for (index = 0; index < sizeof pins / sizeof *pins; index++) {
        const struct pin *row = &pins[index];
        annul_status status =
            annul_pin_block(raw(row->key), row->key.length, row->pin, row->pan, value);
        check(status == ANNUL_STATUS_OK && same(row->block, value, 8), "PIN block", row->pan);
    }
}

static void check_object(const struct tlv *sample, const struct object *expected,
                         const annul_tlv_object *found)
{
    size_t header = found->offset + found->header_length;
    check(found->tag == expected->tag, sample->id, "tag");
    check(found->depth == expected->depth, sample->id, "depth");
    check(found->offset == expected->offset, sample->id, "offset");
    check(found->constructed == expected->constructed, sample->id, "constructed");
    check(expected->length < 0 || found->length == (size_t)expected->length, sample->id, "length");
    check(header + found->length <= sample->data.length, sample->id, "value is inside");
    check(found->value == raw(sample->data) + header, sample->id, "place of the value");
    if (!expected->constructed)
        check(same(expected->value, found->value, found->length), sample->id, "object differs");
}

static void check_tlv(const struct tlv *sample)
{
    annul_tlv reader;
    annul_tlv_object object;
    annul_fault fault;
    annul_status status;
    size_t count = 0;
    status = annul_tlv_open(&reader, sample->mode, raw(sample->data), sample->data.length);
    check(status == ANNUL_STATUS_OK, sample->id, "open");
    if (status != ANNUL_STATUS_OK)
        return;
    while ((status = annul_tlv_next(&reader, &object)) == ANNUL_STATUS_OK) {
        if (count < sample->count)
            check_object(sample, &sample->objects[count], &object);
        count++;
    }
    check(count == sample->count, sample->id, "number of objects");
    check(status == sample->end, sample->id, "end");
    if (sample->end != ANNUL_STATUS_NOT_FOUND) {
        status = annul_tlv_last_error(&reader, &fault);
        check(status == ANNUL_STATUS_OK && fault.status == sample->end && fault.field == -1,
              sample->id, "fault");
        check(fault.offset == sample->offset, sample->id, "offset of the fault");
    }
    check(annul_tlv_next(&reader, &object) == ANNUL_STATUS_NOT_FOUND, sample->id, "after the end");
}

static void check_misuse_of_tlv(void)
{
    static const uint8_t data[] = {0x9A, 0x01, 0x26};
    annul_tlv reader;
    annul_tlv_object object;
    memset(&reader, 0, sizeof reader);
    check(annul_tlv_next(&reader, &object) == ANNUL_STATUS_NOT_INITIALISED, "TLV", "never opened");
    check(annul_tlv_open(&reader, 4, data, sizeof data) == ANNUL_STATUS_RANGE, "TLV", "no mode");
    check(annul_tlv_open(&reader, 1, NULL, 1) == ANNUL_STATUS_NULL, "TLV", "no data");
    check(annul_tlv_open(&reader, 1, data, sizeof data) == ANNUL_STATUS_OK, "TLV", "open");
    check(annul_tlv_next(&reader, NULL) == ANNUL_STATUS_NULL, "TLV", "no place");
    check(annul_tlv_next(&reader, &object) == ANNUL_STATUS_OK && object.tag == 0x9A, "TLV",
          "nothing is lost without a place");
}

int main(void)
{
    size_t index;
    for (index = 0; index < sizeof messages / sizeof *messages; index++) {
        const struct message *sample = &messages[index];
        if (sample->frame.length > 0)
            check_frame(sample);
        if (sample->whole)
            check_whole(sample);
        check_cuts(sample);
    }
    check_macs();
    check_keys();
    for (index = 0; index < sizeof tlvs / sizeof *tlvs; index++)
        check_tlv(&tlvs[index]);
    check_misuse_of_tlv();
    say_number(sizeof messages / sizeof *messages, " messages, ");
    say_number(sizeof macs / sizeof *macs, " MACs, ");
    say_number(sizeof check_values / sizeof *check_values, " check values, ");
    say_number(sizeof pins / sizeof *pins, " PIN blocks, ");
    say_number(sizeof tlvs / sizeof *tlvs, " TLVs: ");
    say_number(failures, " failures\n");
    return failures == 0 ? 0 : 1;
}
