/* memory.c: memory that shows who touches what is not theirs. */
#include "memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LOAN_BYTES = 1 << 20, PATTERN = 0xa5 };

static char *loan;
static size_t loan_used;

static void *map(size_t size) {
  void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) {
    perror("mmap");
    abort();
  }
  return at;
}

void *guarded(size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t room = (size + page - 1) / page * page;
  char *at = map(room + page);
  mprotect(at + room, page, PROT_NONE);
  return at + room - size;
}

char *guarded_text(const char *text) {
  size_t len = strlen(text);
  return memcpy(guarded(len), text, len);
}

void *lend(size_t size) {
  size_t aligned = (size + 15) / 16 * 16;
  if (loan == NULL) loan = map(LOAN_BYTES);
  if (loan_used + aligned > LOAN_BYTES) abort();
  void *at = loan + loan_used;
  loan_used += aligned;
  return at;
}

char *lend_text(const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(lend(size), text, size);
}

void take_back(void) {
  if (loan != NULL) mprotect(loan, LOAN_BYTES, PROT_NONE);
  loan = NULL;
  loan_used = 0;
}

void paint(void *at, size_t size) { memset(at, PATTERN, size); }

bool is_painted(const void *at, size_t size) {
  const unsigned char *bytes = at;
  for (size_t i = 0; i < size; i++)
    if (bytes[i] != PATTERN) return false;
  return true;
}

size_t resident_bytes(void) {
  unsigned long total = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  int read = file == NULL ? 0 : fscanf(file, "%lu %lu", &total, &resident);
  if (file != NULL) fclose(file);
  return read == 2 ? (size_t)resident * (size_t)sysconf(_SC_PAGESIZE) : 0;
}
