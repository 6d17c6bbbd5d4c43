/* memory.h: memory that shows who touches what is not theirs. */
#ifndef VALIDATOR_MEMORY_H
#define VALIDATOR_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* `size` bytes of zeroes; the byte behind them is on a page that cannot be touched. */
void *guarded(size_t size);

/* A copy of `text` without its NUL, in front of such a page. */
char *guarded_text(const char *text);

/* Memory that is lent for one call: all of it becomes unreadable with `take_back`. */
void *lend(size_t size);
char *lend_text(const char *text);
void take_back(void);

/* Fills `size` bytes with a pattern, and tells whether they still hold it. */
void paint(void *at, size_t size);
bool is_painted(const void *at, size_t size);

/* Bytes of this process that are in memory now. */
size_t resident_bytes(void);

#endif
