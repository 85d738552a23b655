/* Links the library and the loop, and checks one MAC. */
#include "annul_loop.h"
#include <string.h>

int main(void)
{
    static const uint8_t key[8] = {0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22};
    static const uint8_t message[16] = {0x12, 0x34, 0x56, 0x78, 0x90, 0xAB, 0xCD, 0xEF,
                                        0xAB, 0xCD, 0xEF, 0x12, 0x34, 0x56, 0x78, 0x90};
    uint8_t mac[8];
    annul_status run = annul_loop_run(NULL, NULL);
    annul_status status = annul_mac(ANNUL_MAC_ALGORITHM_UNIONPAY_ECB, key, sizeof key, message,
                                    sizeof message, mac);
    return run == ANNUL_STATUS_NULL && status == ANNUL_STATUS_OK && memcmp(mac, "E267B6E2", 8) == 0
               ? 0
               : 1;
}
