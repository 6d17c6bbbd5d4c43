/* host_extensions.c: what the plugin asks of the host, and how. */
#include <string.h>

#include "check.h"
#include "memory.h"
#include "text.h"
#include "lifecycle.h"

static int asked, odd;

static const void *find(void *user_data, const char *id) {
  asked++;
  if (user_data != &asked || id == NULL || *id == '\0' || !is_utf8(id, strlen(id))) odd++;
  return NULL;
}

static void needs_questions(void) {
  if (asked == 0) skip("the plugin asks the host for no extension");
}

static void asks_properly(void) {
  wfa_host host = plain_host();
  asked = odd = 0;
  host.user_data = &asked;
  host.get_extension = find;
  run_lifecycle(&host, NULL);
  needs_questions();
  REQUIRE(odd == 0, "of %d questions %d had another user_data, or no id", asked, odd);
  pass("%d questions", asked);
}

/* An extension of the least size there is, on the last bytes of its memory. */
static const void *find_smallest(void *user_data, const char *id) {
  (void)user_data, (void)id;
  asked++;
  uint32_t *smallest = guarded(sizeof *smallest);
  *smallest = sizeof *smallest;
  return smallest;
}

static void reads_within_size(void) {
  wfa_host host = plain_host();
  asked = 0;
  host.get_extension = find_smallest;
  run_lifecycle(&host, NULL);
  needs_questions();
}

static int64_t tell_time(void *user_data) {
  if (user_data != &asked) odd++;
  return 1700000000000;
}

static wfa_clock_v1 clock_of_host = {.struct_size = sizeof(wfa_clock_v1), .unix_ms = tell_time};

static const void *find_clock(void *user_data, const char *id) {
  (void)user_data;
  if (strcmp(id, WFA_CLOCK_V1) != 0) return NULL;
  asked++;
  return &clock_of_host;
}

/* The clock is asked for in `create` and never again; it is called with the host's user_data. */
static void uses_clock(void) {
  wfa_host host = plain_host();
  asked = odd = 0;
  host.user_data = &asked;
  host.get_extension = find_clock;
  wfa_adapter *adapter = new_adapter_for(&host);
  int in_create = asked;
  end_adapter(adapter);
  run_lifecycle(&host, NULL);
  if (in_create == 0) skip("the plugin asks for no " WFA_CLOCK_V1);
  REQUIRE(odd == 0, "the clock was called %d times with another user_data than the host's", odd);
}

static const struct check checks[] = {
    {"host-extension-is-asked-for", "the host is asked with its user_data and an id",
     asks_properly},
    {"host-extension-older", "no byte behind a host extension's struct_size is read",
     reads_within_size},
    {"host-clock-gets-user-data", "wfa.clock/1 is called with the host's user_data", uses_clock},
};
GROUP(host_extensions, "extensions");
