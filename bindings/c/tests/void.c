#include "void.h"
#include <string.h>

annul_status void_sale(struct till *till, const char *request, uint32_t voucher,
                       annul_entry *entry)
{
    annul_void order;
    annul_begun begun;
    annul_now now;
    annul_status status;
    till->ports.now(till, &now);
    memset(&order, 0, sizeof order);
    /* ANCHOR: void */
    order.struct_size = sizeof order;
    order.request = request;             /* made and kept before anything is sent */
    order.original = voucher;            /* the voucher number on the slip */
    order.supervisor = "00";
    order.reason = "customer-request";
    status = annul_terminal_begin_void(&till->terminal, &now, &order, 100, &begun);
    if (status == ANNUL_STATUS_OK)       /* journal, MAC, line: whatever it asks for */
        status = annul_loop_run(&till->terminal, &till->ports);
    if (status == ANNUL_STATUS_OK)       /* approved, declined, or being undone */
        status = annul_terminal_entry_by_request(&till->terminal, request, entry);
    /* ANCHOR_END: void */
    return status;
}
