/* The recorder: tells the story to the simulated host over a socket, and
 * writes every exchange down as C.
 *
 *   recorder PORT FILE
 */
#define _POSIX_C_SOURCE 200809L
#include "board.h"
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int line = -1;
static const char *port;
static FILE *record;
static unsigned count;
static uint8_t answer[1024];
static size_t answered;

static void bytes(const char *name, const uint8_t *data, size_t length)
{
    size_t index;
    fprintf(record, "static const uint8_t %s_%u[] = {", name, count);
    for (index = 0; index < length; index++)
        fprintf(record, "%s0x%02X,", index % 16 == 0 ? "\n    " : " ", data[index]);
    /* An array in C cannot be empty. */
    fprintf(record, "%s};\nstatic const size_t %s_length_%u = %zu;\n", length == 0 ? "0" : "\n",
            name, count, length);
}

static int connect_line(void)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line = socket(AF_INET, SOCK_STREAM, 0);
    answered = 0;
    return line >= 0 && connect(line, (struct sockaddr *)&address, sizeof address) == 0;
}

static int send_line(const uint8_t *frame, size_t length)
{
    struct timespec moment = {0, 500000000};
    int sent = send(line, frame, length, MSG_NOSIGNAL) == (ssize_t)length;
    bytes("request", frame, length);
    nanosleep(&moment, NULL); /* the host works on it, also where nobody listens any more */
    return sent;
}

static size_t receive_line(uint8_t *buffer, size_t capacity)
{
    struct pollfd waiting = {0, POLLIN, 0};
    ssize_t length;
    waiting.fd = line;
    if (poll(&waiting, 1, 2000) <= 0)
        return 0;
    length = recv(line, buffer, capacity, 0);
    if (length <= 0 || answered + (size_t)length > sizeof answer)
        return 0;
    memcpy(answer + answered, buffer, (size_t)length);
    answered += (size_t)length;
    return (size_t)length;
}

static void close_line(void)
{
    if (line < 0)
        return;
    bytes("answer", answer, answered);
    count++;
    close(line);
    line = -1;
}

static void print(const char *text)
{
    fputs(text, stdout);
}

int main(int words, char **word)
{
    static const board socket_board = {connect_line, send_line, receive_line, close_line, print};
    unsigned index;
    int wrong;
    if (words != 3 || (record = fopen(word[2], "w")) == NULL)
        return 2;
    port = word[1];
    wrong = story(&socket_board);
    if (wrong != 0)
        fprintf(stderr, "story.c:%d\n", wrong);
    fprintf(record, "static const struct exchange exchanges[] = {\n");
    for (index = 0; index < count; index++)
        fprintf(record, "    {request_%u, sizeof request_%u, answer_%u, answer_length_%u},\n", index,
                index, index, index);
    fprintf(record, "};\n");
    return fclose(record) != 0 || wrong != 0;
}
