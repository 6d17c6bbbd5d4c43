/* What is left behind: memory, descriptors, threads, after a thousand rounds of everything; and how
 * little is enough for a large notification. */

#define _GNU_SOURCE

#include <malloc.h>
#include <sys/resource.h>

#include "calls.h"
#include "files.h"
#include "together.h"

#define ROUNDS (under_tool ? 30 : 1000)

struct footprint {
  long resident_kib;
  int descriptors;
  int threads;
};

/* The most memory that was resident since the start, or since `forget_peak`. */
static long peak_kib(void) {
  char line[256];
  long kib = -1;
  FILE *status = fopen("/proc/self/status", "re");
  CHECK(status);
  while (kib < 0 && fgets(line, sizeof line, status)) {
    sscanf(line, "VmHWM: %ld kB", &kib);
  }
  fclose(status);
  return kib;
}

static void forget_peak(void) {
  FILE *references = fopen("/proc/self/clear_refs", "we");
  CHECK(references && fputs("5", references) >= 0 && fclose(references) == 0);
}

static struct footprint footprint(void) {
  struct footprint now;
  long pages = 0;
  malloc_trim(0);
  FILE *file = fopen("/proc/self/statm", "re");
  CHECK(file && fscanf(file, "%*s %ld", &pages) == 1);
  fclose(file);
  now.resident_kib = pages * (sysconf(_SC_PAGESIZE) / 1024);
  now.descriptors = entries_of("/proc/self/fd");
  now.threads = threads_settled_at(1);
  return now;
}

static void is_as_before(const struct footprint *before, int rounds) {
  struct footprint now = footprint();
  long grown = now.resident_kib - before->resident_kib;
  note("%d rounds: %+ld KiB, %+d descriptors, %+d threads", rounds, grown,
       now.descriptors - before->descriptors, now.threads - before->threads);
  CHECK(now.descriptors == before->descriptors && now.threads == before->threads);
  CHECK(under_tool || grown < 1024);
}

/* ---- F52 ---- */

static int is_mapped(void) {
  char line[1024];
  int found = 0;
  const char *name = strrchr(plugin_path, '/');
  FILE *maps = fopen("/proc/self/maps", "re");
  CHECK(name && maps);
  while (!found && fgets(line, sizeof line, maps)) {
    found = strstr(line, name) != NULL;
  }
  fclose(maps);
  return found;
}

static void reloads(void) {
  struct footprint before = {0, 0, 0};
  const void *descriptor = NULL;
  CHECK(!is_mapped());
  for (int round = 0; round < ROUNDS; round++) {
    void *library = open_library(plugin_path, RTLD_NOW | RTLD_LOCAL);
    const wfa_api *api = entry_of(library);
    CHECK(round == 0 || descriptor == api->descriptor);
    descriptor = api->descriptor;
    wfa_adapter *adapter = create(api);
    CHECK_RESULT(WFA_ERR_UNAVAILABLE, execute(adapter, "sendMessageText", TEXT));
    CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
    CHECK(dlclose(library) == 0);
    /* It stays: threads that used it may end later. */
    CHECK(round > 0 || is_mapped());
    if (round == 10) {
      before = footprint();
    }
  }
  is_as_before(&before, ROUNDS);
}

/* ---- F53 ---- */

static int dropped;
static int completed;

static void count_drop(void *unused) {
  (void)unused;
  __sync_fetch_and_add(&dropped, 1);
}

static void count_completion(void *unused, uint64_t operation, wfa_result result,
                             const char *response, size_t len, const wfa_error *error) {
  (void)unused, (void)operation, (void)response, (void)len, (void)error;
  CHECK(result == WFA_OK || result == WFA_ERR_CANCELLED || result == WFA_ERR_OUTCOME_UNKNOWN);
  __sync_fetch_and_add(&completed, 1);
}

/* Everything that an adapter can hold when it is destroyed. */
static void live_once(int round) {
  char id[64];
  wfa_buffer metrics;
  wfa_adapter *adapter = online();
  snprintf(id, sizeof id, "F53-%d", round);
  listen_for(adapter, NULL, accept_event, NULL, count_drop);
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_OK, process_message(adapter, id));
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(adapter, "sendMessageText", "{}"));
  CHECK_RESULT(WFA_OK, metrics_extension()->snapshot(adapter, &metrics, NULL));
  CHECK_RESULT(WFA_OK, submit_text(adapter, count_completion, NULL));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  release(&metrics);
  CHECK(dropped == round + 1 && completed == round + 1);
}

static void create_and_destroy(void) {
  struct footprint before = {0, 0, 0};
  for (int round = 0; round < ROUNDS; round++) {
    live_once(round);
    if (round == 10) {
      before = footprint();
    }
  }
  is_as_before(&before, ROUNDS);
}

/* ---- F55 ---- */

static int events;

static int32_t count_event(void *user_data, const char *event, size_t event_len, const char *json,
                           size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  events++;
  return WFA_EVENT_ACCEPTED;
}

/* A processWebhook request around a notification of this many bytes, about: `element` again and
 * again in the array `name`, each `%d` in it counted. Quotes are written as the request has them:
 * escaped. */
static char *large_webhook(size_t size, const char *name, const char *element) {
  size_t room = 2 * size + 4096;
  size_t length = 0;
  size_t escapes = 0;
  char *request = (char *)malloc(room);
  CHECK(request);
  length += (size_t)sprintf(
      request,
      "{\"whatsAppNotification\":\"{\\\"object\\\":\\\"whatsapp_business_account\\\",\\\"entry\\\":"
      "[{\\\"id\\\":\\\"1\\\",\\\"changes\\\":[{\\\"field\\\":\\\"messages\\\",\\\"value\\\":"
      "{\\\"metadata\\\":{\\\"phone_number_id\\\":\\\"2\\\"},\\\"%s\\\":[",
      name);
  for (const char *at = element; *at; at++) {
    escapes += *at == '\\';
  }
  for (int i = 0; length - (size_t)i * escapes < size && length < room - 1024; i++) {
    length += (size_t)snprintf(request + length, room - length, i ? "," : "%.0s", "");
    length += (size_t)snprintf(request + length, room - length, element, i);
  }
  memcpy(request + length, "]}}]}]}\"}", 10);
  return request;
}

static void process_large(void *unused) {
  static const struct {
    const char *name;
    const char *element;
    int has_events;
  } notifications[] = {
      {"messages",
       "{\\\"id\\\":\\\"wamid.%d\\\",\\\"from\\\":\\\"4\\\",\\\"type\\\":\\\"text\\\","
       "\\\"text\\\":{\\\"body\\\":\\\"hello\\\"}}",
       1},
      {"messages", "{\\\"id\\\":\\\"%d\\\"}", 1},
      {"statuses", "{\\\"id\\\":\\\"%d\\\",\\\"status\\\":\\\"sent\\\"}", 1},
      {"something_else", "{\\\"a\\\":%.1d}", 0},
      {"something_else", "[%.1d]", 0},
  };
  (void)unused;
  wfa_adapter *adapter = online();
  listen_for(adapter, NULL, count_event, NULL, NULL);
  if (!under_tool) {
    /* A memory checker's own memory would count as well. */
    struct rlimit small = {256 << 20, 256 << 20};
    CHECK(setrlimit(RLIMIT_AS, &small) == 0);
  }
  for (size_t i = 0; i < sizeof notifications / sizeof *notifications; i++) {
    char *request = large_webhook(under_tool ? 100000 : 3000000, notifications[i].name,
                                  notifications[i].element);
    events = 0;
    forget_peak();
    long before = footprint().resident_kib;
    CHECK_RESULT(WFA_OK, execute(adapter, "processWebhook", request));
    note("%zu KiB, %d events: at most %ld KiB more", strlen(request) / 1024, events,
         peak_kib() - before);
    CHECK((events > 1000) == notifications[i].has_events);
    free(request);
  }
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static void little_memory(void) {
  if (under_tool) {
    process_large(NULL);
  } else {
    CHECK_CHILD(process_large, NULL);
  }
}

static const struct numbered_case CASES[] = {
    {"F52", "1,000 loads, adapters and closes leave nothing behind, and the library stays mapped",
     reloads},
    {"F53", "1,000 adapters that worked leave no memory, descriptor or thread behind",
     create_and_destroy},
    {"F55", "notifications of 3 MB are processed within 256 MiB of address space", little_memory},
};

MAIN(CASES)
