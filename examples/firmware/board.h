/* What the story needs of a board. There are two: the microcontroller, whose
 * line replays what was recorded, and the recorder, whose line is a socket to
 * the simulated host. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

typedef struct board {
    /* Connects; 1 where it did. */
    int (*connect)(void);
    /* Sends a frame; 1 where it went out. */
    int (*send)(const uint8_t *frame, size_t length);
    /* Bytes that came, 0 where none came in time. */
    size_t (*receive)(uint8_t *buffer, size_t capacity);
    void (*close)(void);
    void (*print)(const char *text);
} board;

/* Signs in, sells, loses power twice, restarts, reverses, voids; prints the
 * ledger. Returns 0, or the number of the line that went wrong. */
int story(const board *board);

#endif
