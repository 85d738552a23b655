#include "chip.h"
#include "annul.h"
#include <string.h>

/* File control information of a payment application: its name, and in a
 * template in a template its label. */
static const uint8_t selected[] = {0x6F, 0x15, 0x84, 0x07, 0xA0, 0x00, 0x00, 0x03,
                                   0x33, 0x01, 0x01, 0xA5, 0x0A, 0x50, 0x08, 'U',
                                   'N',  'I',  'O',  'N',  'P',  'A',  'Y'};

static annul_tlv reader;

int chip(void)
{
    annul_tlv_object object;
    annul_status status;
    unsigned objects = 0, labels = 0;
    if (annul_tlv_open(&reader, ANNUL_TLV_MODE_EMV, selected, sizeof selected) != ANNUL_STATUS_OK)
        return 1;
    while ((status = annul_tlv_next(&reader, &object)) == ANNUL_STATUS_OK) {
        objects++;
        if (object.tag == 0x50 && object.depth == 2 && memcmp(object.value, "UNIONPAY", 8) == 0)
            labels++;
    }
    return status == ANNUL_STATUS_NOT_FOUND && objects == 4 && labels == 1 ? 0 : 2;
}
