/*
 * The ready loop in C: it does what the terminal asks, with a journal, a
 * security module and a line that the program provides as functions. Two
 * source files to compile into a program; nothing in it needs an operating
 * system or a heap. Who has an event loop of its own calls annul.h instead.
 */
#ifndef ANNUL_LOOP_H
#define ANNUL_LOOP_H

#include "annul.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What came over the line. */
typedef enum annul_heard { ANNUL_HEARD_BYTES, ANNUL_HEARD_SILENCE, ANNUL_HEARD_CLOSED } annul_heard;

/* How a frame went out. */
typedef enum annul_sending { ANNUL_SENT, ANNUL_NOTHING_SENT, ANNUL_MAYBE_SENT } annul_sending;

/* What the loop needs of the device. `user` is handed to each function. */
typedef struct annul_ports {
    void *user;
    /* The time. */
    void (*now)(void *user, annul_now *now);
    /* Appends a record; 1 only where it survives any power loss from here on. */
    int (*append)(void *user, uint32_t record, const uint8_t *data, size_t length);
    /* Reads a record into a buffer of at least ANNUL_LOOP_RECORD bytes; 0 where there is none. */
    size_t (*recall)(void *user, uint32_t record, uint8_t *buffer);
    /* How many records are sure to fit the journal. */
    size_t (*room)(void *user);
    /* Performs a question to the security module and answers it, as annul_softpad_perform does. */
    annul_status (*security)(void *user, annul_terminal *terminal, const annul_now *now,
                             const annul_action *action);
    /* Connects to the host; 1 where it did. */
    int (*connect)(void *user, uint64_t patience);
    /* Sends a whole frame. */
    annul_sending (*send)(void *user, const uint8_t *frame, size_t length);
    /* Waits for bytes so many milliseconds. */
    annul_heard (*receive)(void *user, uint8_t *buffer, size_t capacity, size_t *length,
                           uint64_t patience);
    /* Ends the connection. */
    void (*close)(void *user);
    /* Waits so many milliseconds without a connection. */
    void (*sleep)(void *user, uint64_t milliseconds);
    /* Tells the operator. */
    void (*tell)(void *user, const annul_notice *notice);
} annul_ports;

/* Bytes of the largest record of the journal. */
#define ANNUL_LOOP_RECORD 288

/* Does what the terminal asks until nothing is under way. The first refusal
 * that is told on the way is the result. */
ANNUL_MUST_USE annul_status annul_loop_run(annul_terminal *terminal, const annul_ports *ports);

/* The same until nothing is left to be reversed or confirmed either. */
ANNUL_MUST_USE annul_status annul_loop_recover(annul_terminal *terminal, const annul_ports *ports);

#ifdef __cplusplus
}
#endif

#endif
