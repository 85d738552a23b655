/* What a chip says, taken apart. */
#ifndef CHIP_H
#define CHIP_H

/* Walks the answer to a selection; 0 where its objects are as they should. */
int chip(void);

#endif
