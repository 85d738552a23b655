/* Cortex-M3 from reset to main and back: vectors, memory, the deepest stack. */
#include "semihosting.h"
#include <stddef.h>

extern uint32_t data_in_rom[], data_start[], data_end[], bss_start[], bss_end[];
extern uint32_t stack_bottom[], stack_top[];

int main(void);
void reset(void) __attribute__((noreturn));
void annul_on_panic(void) __attribute__((noreturn));

#define PAINT 0x57AC4ED0u

static uint32_t call(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void semihosting_print(const char *text)
{
    (void)call(0x04, text);
}

void semihosting_exit(int code)
{
    uint32_t block[2] = {0x20026, (uint32_t)code};
    (void)call(0x20, block);
    for (;;) {
    }
}

void annul_on_panic(void)
{
    semihosting_print("annul panicked\n");
    semihosting_exit(101);
}

static void fault(void)
{
    semihosting_print("processor fault\n");
    semihosting_exit(102);
}

static void print_stack(void)
{
    const uint32_t *lowest = stack_bottom;
    char text[] = "stack 0000000\n";
    uint32_t used;
    size_t place = sizeof text - 3;
    while (lowest < stack_top && *lowest == PAINT)
        lowest++;
    for (used = (uint32_t)((const char *)stack_top - (const char *)lowest); used > 0; used /= 10)
        text[place--] = (char)('0' + used % 10);
    semihosting_print(text);
}

void reset(void)
{
    uint32_t *from = data_in_rom, *to;
    uint32_t *painted = stack_bottom;
    uint32_t *here = (uint32_t *)__builtin_frame_address(0) - 16;
    int wrong;
    for (to = data_start; to < data_end;)
        *to++ = *from++;
    for (to = bss_start; to < bss_end;)
        *to++ = 0;
    while (painted < here)
        *painted++ = PAINT;
    wrong = main();
    print_stack();
    semihosting_exit(wrong == 0 ? 0 : 1);
}

struct vectors {
    uint32_t *stack;
    void (*handlers[15])(void);
};

__attribute__((section(".vectors"), used)) static const struct vectors vectors = {
    stack_top, {reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault}};
