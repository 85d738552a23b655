/* Words to the debugger, or to QEMU. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdint.h>

void semihosting_print(const char *text);
void semihosting_exit(int code) __attribute__((noreturn));

#endif
