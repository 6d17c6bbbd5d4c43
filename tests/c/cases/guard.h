/* Memory that ends where it is said to end: the page behind it cannot be touched. */

#ifndef GUARD_H
#define GUARD_H

#include <sys/mman.h>

#include "case.h"

struct guarded {
  char *text;
  size_t length;
  void *pages;
  size_t mapped;
};

/* `length` writable bytes with nothing behind them. */
static inline struct guarded guard(size_t length) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  struct guarded made;
  made.mapped = (length / page + 2) * page;
  void *pages = mmap(NULL, made.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  made.pages = pages;
  CHECK(mprotect((char *)pages + made.mapped - page, page, PROT_NONE) == 0);
  made.text = (char *)pages + made.mapped - page - length;
  made.length = length;
  return made;
}

/* `text` without its NUL, with nothing behind it. */
static inline struct guarded guard_text(const char *text) {
  struct guarded made = guard(strlen(text));
  memcpy(made.text, text, made.length);
  return made;
}

static inline void unguard(struct guarded *made) { munmap(made->pages, made->mapped); }

#endif /* GUARD_H */
