/* scanning.c: a host lists plugins before anybody wants one: loading must cost and do next to
 * nothing. */
#include <dirent.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "output.h"
#include "plugin.h"
#include "probe.h"

enum { SCAN_MS = 100, TRIES = 3, RELOADS = 10 };

static void library_loads(void) {
  if (dlopen(inputs()->plugin, RTLD_NOW | RTLD_LOCAL) == NULL) fail("%s", dlerror());
}

static void entry_is_exported(void) {
  REQUIRE(entry_of(library()) != NULL, "the library exports no function wfa_entry");
}

/* Loads the plugin and reads its descriptor, as a host does with each file of its directory. */
static void scan(void) {
  volatile size_t seen = load()->descriptor->json_len;
  (void)seen;
}

static void time_a_scan(void) {
  double before = now_ms();
  scan();
  pass("%.1f", now_ms() - before);
}

/* The best of some tries: the time of this library, not of what else the machine does. */
static void scan_is_fast(void) {
  needs_fresh_process();
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    double ms = atof(in_child(time_a_scan, false).message);
    best = ms < best ? ms : best;
  }
  REQUIRE(best <= SCAN_MS, "loading and reading the descriptor took %.0f ms; at most %d", best,
          (int)SCAN_MS);
  pass("%.1f ms", best);
}

static void scan_opens_no_socket(void) {
  needs_fresh_process();
  in_child(scan, true);
}

static int count_threads(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/task");
  while (folder != NULL && readdir(folder) != NULL) count++;
  if (folder != NULL) closedir(folder);
  return count - 2; /* . and .. */
}

static void scan_starts_no_thread(void) {
  needs_fresh_process();
  int before = count_threads();
  scan();
  REQUIRE(count_threads() == before, "%d threads before, %d after", before, count_threads());
}

static void scan_prints_nothing(void) {
  needs_fresh_process();
  begin_capture();
  scan();
  const char *printed = end_capture();
  REQUIRE(*printed == '\0', "it printed: %.200s", printed);
}

static void copies_are_independent(void) {
  Dl_info of_first, of_second;
  load();
  void *first = load_copy(RTLD_NOW | RTLD_GLOBAL), *second = load_copy(RTLD_NOW | RTLD_GLOBAL);
  const wfa_api *a = entry_of(first)(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  const wfa_api *b = entry_of(second)(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  REQUIRE(a != NULL && b != NULL, "a copy gave no table");
  REQUIRE(a != b && a->descriptor != b->descriptor, "two copies share one table");
  REQUIRE(a->create != b->create, "the second copy's table calls the first one's functions");
  void *functions[2];
  memcpy(&functions[0], &a->execute_command, sizeof functions[0]);
  memcpy(&functions[1], &b->execute_command, sizeof functions[1]);
  REQUIRE(dladdr(functions[0], &of_first) != 0 && dladdr(functions[1], &of_second) != 0,
          "dladdr does not know the table's functions");
  REQUIRE(of_first.dli_fbase != of_second.dli_fbase, "both tables lead into one copy");
}

static void use_and_close(const char *json) {
  void *library = dlopen(inputs()->plugin, RTLD_NOW | RTLD_LOCAL);
  wfa_adapter *adapter = NULL;
  const wfa_api *api = entry_of(library)(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  wfa_result result = api->create(NULL, json, WFA_STRLEN, &adapter, NULL);
  expect(result, WFA_OK, "create after a reload");
  expect(api->destroy(adapter, 0), WFA_OK, "destroy after a reload");
  dlclose(library);
}

static const char *json_in_use;

static void reload(void) {
  dlclose(library()); /* the one that told the properties */
  for (int i = 0; i < RELOADS; i++) use_and_close(json_in_use);
  pause_ms(100); /* for what a thread that stayed behind would do */
}

static void reload_works(void) {
  json_in_use = strdup(properties());
  in_child(reload, false);
}

static const struct check checks[] = {
    {"library-loads", "dlopen with RTLD_NOW loads the library", library_loads},
    {"entry-is-exported", "the library exports wfa_entry", entry_is_exported},
    {"scan-opens-no-socket", "loading and reading the descriptor ask for no socket",
     scan_opens_no_socket},
    {"scan-starts-no-thread", "loading and reading the descriptor start no thread",
     scan_starts_no_thread},
    {"scan-prints-nothing", "loading and reading the descriptor print nothing",
     scan_prints_nothing},
    {"copies-are-independent", "two copies of the library under RTLD_GLOBAL call their own code",
     copies_are_independent},
    {"reload-works", "the library can be closed and loaded again, ten times", reload_works},
};
GROUP(scanning, "scanning");

static const struct check manners[] = {
    {"scan-is-fast", "loading and reading the descriptor take at most 100 ms", scan_is_fast},
};
MANNERS(scanning_manners);
