/* plugin.c: loads the library under test. */
#include "plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static void *loaded;
static const wfa_api *table;

wfa_entry_fn entry_of(void *library) {
  wfa_entry_fn entry = NULL;
  void *symbol = dlsym(library, "wfa_entry");
  memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast from void * to a function */
  return entry;
}

void *library(void) {
  if (loaded == NULL) loaded = dlopen(inputs()->plugin, RTLD_NOW | RTLD_LOCAL);
  if (loaded == NULL) skip("the library does not load: see library-loads");
  return loaded;
}

void *exported(const char *name) { return dlsym(library(), name); }

const wfa_api *load(void) {
  if (table != NULL) return table;
  wfa_entry_fn entry = entry_of(library());
  if (entry == NULL) skip("the library has no function wfa_entry: see entry-is-exported");
  const wfa_api *found = entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  if (found == NULL) skip("wfa_entry gave no table: see entry-takes-every-minor");
  if (found->struct_size < TABLE_1_0) skip("the table is too small: see table-size-is-sane");
  if (found->descriptor == NULL) skip("the table has no descriptor: see table-has-every-member");
  table = found;
  return table;
}

const wfa_descriptor *descriptor(void) { return load()->descriptor; }

void needs_fresh_process(void) {
  if (loaded != NULL)
    skip("it needs a process of its own: run it without --in-process, or with --only");
}

/* Copies the library's file; answers the new one's path in `path`. */
static void copy_file(char *path) {
  struct stat status;
  int from = open(inputs()->plugin, O_RDONLY | O_CLOEXEC);
  int to = mkostemp(path, O_CLOEXEC);
  bool copied = from >= 0 && to >= 0 && fstat(from, &status) == 0;
  for (off_t at = 0; copied && at < status.st_size;)
    copied = sendfile(to, from, &at, (size_t)(status.st_size - at)) > 0;
  if (from >= 0) close(from);
  if (to >= 0) close(to);
  if (!copied) skip("the library's file cannot be copied: %s", strerror(errno));
}

void *load_copy(int flags) {
  char path[] = "/tmp/adapter-validator-XXXXXX";
  copy_file(path);
  void *copy = dlopen(path, flags);
  unlink(path);
  if (copy == NULL) skip("a copy of the library does not load: %s", dlerror());
  return copy;
}
