/* text.c: text that grows, and whether text is UTF-8. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* vasprintf, memmem */
#endif

#include "text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *allocate(size_t size) {
  void *memory = calloc(1, size == 0 ? 1 : size);
  if (memory == NULL) {
    fputs("out of memory\n", stderr);
    abort();
  }
  return memory;
}

void text_add_bytes(struct text *text, const char *bytes, size_t len) {
  if (text->len + len + 1 > text->room) {
    text->room = 2 * (text->len + len + 1);
    char *larger = allocate(text->room);
    if (text->len > 0) memcpy(larger, text->at, text->len);
    free(text->at);
    text->at = larger;
  }
  if (len > 0) memcpy(text->at + text->len, bytes, len);
  text->len += len;
  text->at[text->len] = '\0';
}

void text_add(struct text *text, const char *format, ...) {
  char *formatted = NULL;
  va_list arguments;
  va_start(arguments, format);
  int len = vasprintf(&formatted, format, arguments);
  va_end(arguments);
  if (len < 0) abort();
  text_add_bytes(text, formatted, (size_t)len);
  free(formatted);
}

char *repeated(char c, size_t count) {
  char *text = allocate(count + 1);
  memset(text, c, count);
  return text;
}

/* Length of the UTF-8 sequence at `at`; 0 if there is none. */
static size_t sequence(const unsigned char *at, size_t room) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc0 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
  if (len == 0 || len > room || at[0] > 0xf4) return 0;
  uint32_t scalar = len == 1 ? at[0] : at[0] & (0xffu >> (len + 1));
  for (size_t i = 1; i < len; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    scalar = scalar << 6 | (at[i] & 0x3f);
  }
  bool surrogate = scalar >= 0xd800 && scalar <= 0xdfff;
  return scalar < smallest[len] || scalar > 0x10ffff || surrogate ? 0 : len;
}

bool is_utf8(const char *text, size_t len) {
  const unsigned char *at = (const unsigned char *)text;
  while (len > 0) {
    size_t taken = sequence(at, len);
    if (taken == 0) return false;
    at += taken;
    len -= taken;
  }
  return true;
}

bool holds(const char *text, size_t len, const char *part) {
  return text != NULL && memmem(text, len, part, strlen(part)) != NULL;
}
