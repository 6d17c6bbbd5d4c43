/* text.h: text that grows, and whether text is UTF-8. */
#ifndef VALIDATOR_TEXT_H
#define VALIDATOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as zeroes; `at` is NUL-terminated once something was added. */
struct text {
  char *at;
  size_t len;
  size_t room;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const char *bytes, size_t len);

/* A new text: `count` times `c`. */
char *repeated(char c, size_t count);

/* `malloc` that does not fail. */
void *allocate(size_t size);

bool is_utf8(const char *text, size_t len);

/* Whether `part` occurs in the `len` bytes of `text`; NULL holds nothing. */
bool holds(const char *text, size_t len, const char *part);

#endif
