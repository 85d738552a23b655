/* A NOR flash in memory, with the rules of real ones: bits are programmed from
 * 1 to 0, in words, a word once between two erases, and power can be
 * lost in the middle of a word. */
#ifndef NOR_H
#define NOR_H

#include "annul.h"

#define NOR_SIZE (4 * ANNUL_FLASH_ERASE_SIZE)

/* The flash, formatted as a factory leaves it. */
annul_flash_driver nor_driver(void);

/* Power fails after so many more words; the next one is half written. */
void nor_fail_after(uint32_t words);

/* Power fails now. */
void nor_fail(void);

/* Power comes back. */
void nor_restore(void);

#endif
