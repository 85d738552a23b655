/* The cryptography alone: UnionPay's MAC and X9.19 under TDES, and a PIN block.
 * Its size is what a program pays that brings its own messages. Keys, card and
 * values are those of the test vectors. */
#include "annul.h"
#include "semihosting.h"
#include <string.h>

int main(void)
{
    static const uint8_t key[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF,
                                    0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10};
    static const char text[] = "Now is the time for all ";
    static const uint8_t pin_key[16] = {0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22,
                                        0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22};
    static const uint8_t expected[8] = {0x85, 0x31, 0x1F, 0x55, 0x7C, 0xB9, 0xC9, 0xE4};
    uint8_t value[8];
    if (annul_mac(ANNUL_MAC_ALGORITHM_X919, key, sizeof key, (const uint8_t *)text,
                  sizeof text - 1, value) != ANNUL_STATUS_OK ||
        memcmp(value, "A1C72E74", sizeof value) != 0)
        return 1;
    if (annul_mac(ANNUL_MAC_ALGORITHM_UNIONPAY_ECB, key, sizeof key, (const uint8_t *)text,
                  sizeof text - 1, value) != ANNUL_STATUS_OK ||
        memcmp(value, "F5BE6DD0", sizeof value) != 0)
        return 2;
    if (annul_pin_block(pin_key, sizeof pin_key, "111111", "6216261000000000018", value) !=
            ANNUL_STATUS_OK ||
        memcmp(value, expected, sizeof value) != 0)
        return 3;
    return 0;
}
