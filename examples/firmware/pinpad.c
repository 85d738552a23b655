/* Links the whole terminal and the flash journal, but no software keys: what a
 * device with a PIN pad pays, where MACs, PIN blocks and the seal are the
 * pad's. Nothing is called. */
#include "annul.h"

typedef void (*function)(void);

static const function functions[] = {
    (function)annul_config_init,
    (function)annul_terminal_init,
    (function)annul_terminal_replay,
    (function)annul_terminal_start,
    (function)annul_terminal_begin_sale,
    (function)annul_terminal_begin_void,
    (function)annul_terminal_sign_in,
    (function)annul_terminal_recover,
    (function)annul_terminal_resolve,
    (function)annul_terminal_cancel,
    (function)annul_terminal_tick,
    (function)annul_terminal_poll,
    (function)annul_terminal_persisted,
    (function)annul_terminal_persist_failed,
    (function)annul_terminal_recalled,
    (function)annul_terminal_pin_block,
    (function)annul_terminal_sealed,
    (function)annul_terminal_opened,
    (function)annul_terminal_mac,
    (function)annul_terminal_keys_loaded,
    (function)annul_terminal_security_failed,
    (function)annul_terminal_connected,
    (function)annul_terminal_sent,
    (function)annul_terminal_received,
    (function)annul_terminal_down,
    (function)annul_terminal_standing,
    (function)annul_terminal_entry_by_request,
    (function)annul_terminal_entry_by_trace,
    (function)annul_terminal_totals,
    (function)annul_tlv_open,
    (function)annul_tlv_next,
    (function)annul_tlv_last_error,
    (function)annul_flash_open,
    (function)annul_flash_format,
    (function)annul_flash_replay,
    (function)annul_flash_append,
    (function)annul_flash_recall,
    (function)annul_flash_room,
};

int main(void)
{
    /* Volatile, so that the table cannot be left out. */
    const volatile function *one = functions;
    const volatile function *end = one + sizeof functions / sizeof *functions;
    while (one < end)
        if (*one++ == (function)0)
            return 1;
    return 0;
}
