/* A till on POSIX: its journal in a file, its line a socket, its security
 * module of software. What a program would write for its own device. */
#ifndef POSIX_H
#define POSIX_H

#include "annul_loop.h"
#include <stdio.h>

#define ROWS 32

/* What is cut off when: the test's power switch. */
enum power { POWER_ON, POWER_FAILS_AFTER_SEND };

struct till {
    annul_terminal terminal;
    annul_softpad pad;
    annul_row rows[ROWS];
    uint8_t outgoing[1024];
    uint8_t incoming[1024];
    annul_ports ports;
    FILE *journal;
    const char *port;
    int line;
    enum power power;
};

/* Opens the journal and begins; what the last run left is finished first. */
annul_status till_open(struct till *till, const char *journal, const char *port);

/* Lets go of everything and wipes it. */
void till_close(struct till *till);

#endif
