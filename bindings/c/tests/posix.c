#define _POSIX_C_SOURCE 200809L
#include "posix.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct till *of(void *user)
{
    return (struct till *)user;
}

static void now(void *user, annul_now *now)
{
    struct timespec since, wall;
    struct tm civil;
    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &since);
    clock_gettime(CLOCK_REALTIME, &wall);
    gmtime_r(&wall.tv_sec, &civil);
    now->millis = (uint64_t)since.tv_sec * 1000 + (uint64_t)since.tv_nsec / 1000000;
    now->year = (uint16_t)(civil.tm_year + 1900);
    now->month = (uint8_t)(civil.tm_mon + 1);
    now->day = (uint8_t)civil.tm_mday;
    now->hour = (uint8_t)civil.tm_hour;
    now->minute = (uint8_t)civil.tm_min;
    now->second = (uint8_t)civil.tm_sec;
}

/* A record in the file: its length in two bytes, then its bytes. */
static int append(void *user, uint32_t record, const uint8_t *data, size_t length)
{
    FILE *file = of(user)->journal;
    uint8_t head[2];
    (void)record;
    head[0] = (uint8_t)(length >> 8);
    head[1] = (uint8_t)length;
    return fseek(file, 0, SEEK_END) == 0 && fwrite(head, 1, 2, file) == 2 &&
           fwrite(data, 1, length, file) == length && fflush(file) == 0 &&
           fsync(fileno(file)) == 0;
}

/* Reads the next record; 0 at the end, and for one that was cut short. */
static size_t next(FILE *file, uint8_t *buffer)
{
    uint8_t head[2];
    size_t length;
    if (fread(head, 1, 2, file) != 2)
        return 0;
    length = (size_t)head[0] << 8 | head[1];
    if (length > ANNUL_LOOP_RECORD || fread(buffer, 1, length, file) != length)
        return 0;
    return length;
}

static size_t recall(void *user, uint32_t record, uint8_t *buffer)
{
    FILE *file = of(user)->journal;
    size_t length = 0;
    uint32_t number;
    rewind(file);
    for (number = 0; number < record; number++) {
        length = next(file, buffer);
        if (length == 0)
            return 0;
    }
    return length;
}

static size_t room(void *user)
{
    (void)user;
    return 1000;
}

static annul_status security(void *user, annul_terminal *terminal, const annul_now *now,
                             const annul_action *action)
{
    return annul_softpad_perform(&of(user)->pad, terminal, now, action);
}

static int connect_line(void *user, uint64_t patience)
{
    struct till *till = of(user);
    struct sockaddr_in address;
    (void)patience; /* on the loopback a connection is made or refused at once */
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(till->port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    till->line = socket(AF_INET, SOCK_STREAM, 0);
    return till->line >= 0 &&
           connect(till->line, (struct sockaddr *)&address, sizeof address) == 0;
}

static annul_sending send_line(void *user, const uint8_t *frame, size_t length)
{
    struct till *till = of(user);
    size_t done = 0;
    while (done < length) {
        ssize_t sent = send(till->line, frame + done, length - done, MSG_NOSIGNAL);
        if (sent < 0)
            return done == 0 ? ANNUL_NOTHING_SENT : ANNUL_MAYBE_SENT;
        done += (size_t)sent;
    }
    if (till->power == POWER_FAILS_AFTER_SEND) {
        struct timespec moment = {1, 0};
        nanosleep(&moment, NULL); /* the host has it, and nobody hears its answer */
        _exit(0);
    }
    return ANNUL_SENT;
}

static annul_heard receive_line(void *user, uint8_t *buffer, size_t capacity, size_t *length,
                                uint64_t patience)
{
    struct till *till = of(user);
    struct pollfd line;
    ssize_t got;
    line.fd = till->line;
    line.events = POLLIN;
    line.revents = 0;
    if (poll(&line, 1, (int)patience) <= 0)
        return ANNUL_HEARD_SILENCE;
    got = recv(till->line, buffer, capacity, 0);
    if (got <= 0)
        return ANNUL_HEARD_CLOSED;
    *length = (size_t)got;
    return ANNUL_HEARD_BYTES;
}

static void close_line(void *user)
{
    if (of(user)->line >= 0)
        close(of(user)->line);
    of(user)->line = -1;
}

static void sleep_for(void *user, uint64_t milliseconds)
{
    struct timespec time;
    (void)user;
    time.tv_sec = (time_t)(milliseconds / 1000);
    time.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    nanosleep(&time, NULL);
}

static void tell(void *user, const annul_notice *notice)
{
    (void)user;
    fprintf(stderr, "  notice %d entry %u status %d\n", (int)notice->kind,
            (unsigned)notice->entry, (int)notice->status);
}

static annul_status make(struct till *till)
{
    uint8_t master[16];
    annul_config config;
    annul_status status = annul_config_init(&config, sizeof config);
    if (status != ANNUL_STATUS_OK)
        return status;
    config.terminal = "12345678";
    config.merchant = "123456789012345";
    config.operator_id = "01";
    config.rows = till->rows;
    config.row_count = ROWS;
    config.outgoing = till->outgoing;
    config.incoming = till->incoming;
    config.buffer_size = sizeof till->incoming;
    config.response_timeout = 2000; /* long enough for a machine that is busy */
    config.reversal_backoff = 50;
    config.guard = 100;
    memset(master, 0x11, sizeof master);
    status = annul_softpad_init(&till->pad, ANNUL_MAC_ALGORITHM_UNIONPAY_ECB, master, sizeof master);
    if (status != ANNUL_STATUS_OK)
        return status;
    return annul_terminal_init(&till->terminal, &config);
}

annul_status till_open(struct till *till, const char *journal, const char *port)
{
    uint8_t record[ANNUL_LOOP_RECORD];
    size_t length;
    annul_status status;
    memset(till, 0, sizeof *till);
    till->line = -1;
    till->port = port;
    till->ports.user = till;
    till->ports.now = now;
    till->ports.append = append;
    till->ports.recall = recall;
    till->ports.room = room;
    till->ports.security = security;
    till->ports.connect = connect_line;
    till->ports.send = send_line;
    till->ports.receive = receive_line;
    till->ports.close = close_line;
    till->ports.sleep = sleep_for;
    till->ports.tell = tell;
    till->journal = fopen(journal, "a+b");
    if (till->journal == NULL)
        return ANNUL_STATUS_STORAGE_FAULT;
    status = make(till);
    rewind(till->journal);
    while (status == ANNUL_STATUS_OK && (length = next(till->journal, record)) != 0)
        status = annul_terminal_replay(&till->terminal, record, length);
    if (status == ANNUL_STATUS_OK)
        status = annul_terminal_start(&till->terminal);
    if (status == ANNUL_STATUS_OK)
        status = annul_loop_run(&till->terminal, &till->ports);
    return status;
}

void till_close(struct till *till)
{
    annul_status ended = annul_terminal_wipe(&till->terminal);
    if (ended == ANNUL_STATUS_OK)
        ended = annul_softpad_wipe(&till->pad);
    if (ended != ANNUL_STATUS_OK)
        fprintf(stderr, "wiping ended with %d\n", (int)ended);
    close_line(till);
    fclose(till->journal);
}
