/* The codec alone: takes a recorded answer apart, and what a chip said. Its
 * size is what a program pays that wants nothing but messages. */
#include "annul.h"
#include "chip.h"
#include "semihosting.h"

struct exchange {
    const uint8_t *request;
    size_t request_length;
    const uint8_t *answer;
    size_t answer_length;
};

#include "recorded.inc"

static annul_message message;
static uint8_t value[128];

int main(void)
{
    const struct exchange *first = &exchanges[0];
    annul_frame frame;
    annul_field field;
    uint32_t type = 0, last = 0;
    size_t length, fields = 0;
    if (annul_frame_decode(first->answer, first->answer_length, &frame) != ANNUL_STATUS_OK)
        return 1;
    if (annul_message_decode(&message, frame.message, frame.length, NULL) != ANNUL_STATUS_OK)
        return 2;
    if (annul_message_type(&message, &type) != ANNUL_STATUS_OK || type != 0x0810)
        return 3;
    while (annul_message_next(&message, last, &field) == ANNUL_STATUS_OK) {
        last = field.number;
        if (annul_message_value(&message, last, value, sizeof value, &length) != ANNUL_STATUS_OK)
            return 4;
        fields++;
    }
    if (fields <= 5 || annul_message_field(&message, 62, &field) != ANNUL_STATUS_OK)
        return 5;
    return chip() == 0 ? 0 : 6;
}
