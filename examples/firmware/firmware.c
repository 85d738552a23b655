/* The microcontroller: its line replays what was recorded, and takes nothing
 * but the recorded requests, byte for byte. */
#include "board.h"
#include "chip.h"
#include "semihosting.h"
#include <string.h>

struct exchange {
    const uint8_t *request;
    size_t request_length;
    const uint8_t *answer;
    size_t answer_length;
};

#include "recorded.inc"

/* Linked where chip data are read, too: what a terminal costs without is told apart. */
extern int chip(void) __attribute__((weak));

static size_t current, given;

static int connect_line(void)
{
    given = 0;
    return current < sizeof exchanges / sizeof *exchanges;
}

static int send_line(const uint8_t *frame, size_t length)
{
    const struct exchange *exchange = &exchanges[current];
    return length == exchange->request_length && memcmp(frame, exchange->request, length) == 0;
}

/* In pieces of 7 bytes: a line does not know where frames begin. */
static size_t receive_line(uint8_t *buffer, size_t capacity)
{
    const struct exchange *exchange = &exchanges[current];
    size_t length = exchange->answer_length - given;
    if (length > 7)
        length = 7;
    if (length > capacity)
        length = capacity;
    memcpy(buffer, exchange->answer + given, length);
    given += length;
    return length;
}

static void close_line(void)
{
    current++;
}

int main(void)
{
    static const board replayed = {connect_line, send_line, receive_line, close_line,
                                   semihosting_print};
    int wrong = story(&replayed);
    if (wrong == 0 && chip && chip() != 0)
        wrong = -2;
    if (wrong == 0 && current != sizeof exchanges / sizeof *exchanges)
        wrong = -1;
    if (wrong != 0)
        semihosting_print("the story went wrong\n");
    return wrong;
}
