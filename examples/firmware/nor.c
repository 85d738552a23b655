#include "nor.h"
#include <string.h>

#define WORD ANNUL_FLASH_WRITE_SIZE

static uint8_t bytes[NOR_SIZE];
static uint8_t written[NOR_SIZE / WORD];
static uint32_t words_left;

static int outside(uint32_t offset, size_t length)
{
    return offset > NOR_SIZE || length > NOR_SIZE - offset;
}

static int32_t nor_read(void *user, uint32_t offset, uint8_t *buffer, size_t length)
{
    (void)user;
    if (outside(offset, length))
        return 1;
    memcpy(buffer, bytes + offset, length);
    return 0;
}

static int program(uint32_t offset, const uint8_t *word)
{
    uint32_t index, part = words_left > 0 ? WORD : WORD / 2;
    if (written[offset / WORD])
        return 0;
    written[offset / WORD] = 1;
    for (index = 0; index < part; index++)
        bytes[offset + index] &= word[index];
    if (part < WORD)
        return 0;
    words_left--;
    return 1;
}

static int32_t nor_write(void *user, uint32_t offset, const uint8_t *data, size_t length)
{
    size_t done;
    (void)user;
    if (outside(offset, length) || offset % WORD != 0 || length % WORD != 0)
        return 1;
    for (done = 0; done < length; done += WORD)
        if (!program(offset + (uint32_t)done, data + done))
            return 1;
    return 0;
}

static int32_t nor_erase(void *user, uint32_t offset, size_t length)
{
    (void)user;
    if (outside(offset, length) || words_left == 0)
        return 1;
    memset(bytes + offset, 0xFF, length);
    memset(written + offset / WORD, 0, length / WORD);
    return 0;
}

annul_flash_driver nor_driver(void)
{
    annul_flash_driver driver;
    driver.user = NULL;
    driver.size = NOR_SIZE;
    driver.read = nor_read;
    driver.write = nor_write;
    driver.erase = nor_erase;
    nor_restore();
    (void)nor_erase(NULL, 0, NOR_SIZE);
    return driver;
}

void nor_fail_after(uint32_t words)
{
    words_left = words;
}

void nor_fail(void)
{
    nor_fail_after(0);
}

void nor_restore(void)
{
    words_left = UINT32_MAX;
}
