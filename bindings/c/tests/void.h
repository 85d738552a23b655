/* The void as the README shows it. */
#ifndef VOID_H
#define VOID_H

#include "posix.h"

/* Voids the sale of a voucher number; the outcome is in `entry`. */
annul_status void_sale(struct till *till, const char *request, uint32_t voucher,
                       annul_entry *entry);

#endif
