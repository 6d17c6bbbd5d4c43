/* entry.c: the one symbol a host looks up, the versions, and the table it answers. */
#include <string.h>

#include "check.h"
#include "plugin.h"
#include "probe.h"

enum { LARGEST_TABLE = 1 << 16, THREADS = 8 };

static const wfa_api *ask(uint16_t major, uint16_t minor) {
  wfa_entry_fn entry = entry_of(library());
  if (entry == NULL) skip("the library has no function wfa_entry: see entry-is-exported");
  return entry(major, minor);
}

static void entry_refuses_other_majors(void) {
  static const uint16_t others[] = {0, WFA_ABI_MAJOR + 1, 255, 256, UINT16_MAX};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    REQUIRE(ask(others[i], WFA_ABI_MINOR) == NULL,
            "wfa_entry(%d, 0) answered a table; expected NULL", others[i]);
}

static void entry_takes_every_minor(void) {
  static const uint16_t minors[] = {0, 1, 2, 1000, UINT16_MAX};
  for (size_t i = 0; i < sizeof minors / sizeof *minors; i++)
    REQUIRE(ask(WFA_ABI_MAJOR, minors[i]) != NULL, "wfa_entry(1, %d) answered NULL", minors[i]);
}

static void entry_answers_one_table(void) {
  const wfa_api *first = ask(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  for (uint16_t minor = 0; minor < 100; minor++)
    REQUIRE(ask(WFA_ABI_MAJOR, minor) == first, "call %d answered another table", minor + 2);
}

static _Atomic(const wfa_api *) seen_on_threads;
static atomic_int differences;

static void *ask_on_thread(void *entry) {
  wfa_entry_fn function;
  const wfa_api *expected = NULL;
  memcpy(&function, entry, sizeof function);
  const wfa_api *table = function(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  if (!atomic_compare_exchange_strong(&seen_on_threads, &expected, table) && expected != table)
    atomic_fetch_add(&differences, 1);
  return NULL;
}

static void entry_on_many_threads(void) {
  wfa_entry_fn entry = entry_of(library());
  if (entry == NULL) skip("the library has no function wfa_entry: see entry-is-exported");
  on_threads(THREADS, ask_on_thread, &entry);
  REQUIRE(atomic_load(&differences) == 0, "%d of %d threads got another table",
          atomic_load(&differences), THREADS);
}

static void table_has_this_major(void) {
  const wfa_api *api = load();
  REQUIRE(api->abi_major == WFA_ABI_MAJOR, "abi_major is %d; expected %d", api->abi_major,
          WFA_ABI_MAJOR);
  if (api->abi_minor > WFA_ABI_MINOR)
    warn("the plugin has version %d.%d; this validator knows %d.%d", api->abi_major, api->abi_minor,
         WFA_ABI_MAJOR, WFA_ABI_MINOR);
}

static void table_size_is_sane(void) {
  const wfa_api *api = ask(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  REQUIRE(api != NULL, "wfa_entry(1, 0) answered NULL");
  REQUIRE(api->struct_size >= TABLE_1_0, "struct_size is %u; version 1.0 has %zu", api->struct_size,
          TABLE_1_0);
  REQUIRE(api->struct_size <= LARGEST_TABLE && api->struct_size % sizeof(void *) == 0,
          "struct_size is %u, which is no size of a table of pointers", api->struct_size);
  bool has_more = api->struct_size > sizeof(wfa_api);
  REQUIRE(!has_more || api->abi_minor > WFA_ABI_MINOR, "struct_size is %u; version %d.%d has %zu",
          api->struct_size, api->abi_major, api->abi_minor, sizeof(wfa_api));
}

static void table_has_every_member(void) {
  const wfa_api *api = ask(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  REQUIRE(api != NULL, "wfa_entry(1, 0) answered NULL");
  if (api->struct_size < TABLE_1_0) skip("the table is too small: see table-size-is-sane");
  for (size_t at = offsetof(wfa_api, descriptor); at < TABLE_1_0; at += sizeof(void *)) {
    void *member;
    memcpy(&member, (const char *)api + at, sizeof member);
    REQUIRE(member != NULL, "the member at offset %zu is NULL", at);
  }
}

struct export {
  const char *name;
  size_t offset;
};

static bool is_in_table(const wfa_api *api, size_t offset) {
  return api->struct_size >= offset + sizeof(void *);
}

/* The exported functions that stand in the table as well. */
static const struct export exports[] = {
    {"wfa_get_extension", offsetof(wfa_api, get_extension)},
    {"wfa_create", offsetof(wfa_api, create)},
    {"wfa_destroy", offsetof(wfa_api, destroy)},
    {"wfa_execute_command", offsetof(wfa_api, execute_command)},
    {"wfa_register_event_callback", offsetof(wfa_api, register_event_callback)},
    {"wfa_unregister_event_callback", offsetof(wfa_api, unregister_event_callback)},
    {"wfa_update_properties", offsetof(wfa_api, update_properties)},
    {"wfa_submit_command", offsetof(wfa_api, submit_command)},
    {"wfa_cancel_command", offsetof(wfa_api, cancel_command)},
    {"wfa_result_name", offsetof(wfa_api, result_name)},
    {"wfa_cancel_calls", offsetof(wfa_api, cancel_calls)},
    {"wfa_poll_completions", offsetof(wfa_api, poll_completions)},
    {"wfa_start", offsetof(wfa_api, start)},
};

static void exports_equal_table(void) {
  const wfa_api *api = load();
  int found = 0;
  for (size_t i = 0; i < sizeof exports / sizeof *exports; i++) {
    void *symbol = exported(exports[i].name), *member;
    if (!is_in_table(api, exports[i].offset)) continue;
    memcpy(&member, (const char *)api + exports[i].offset, sizeof member);
    REQUIRE(symbol == NULL || symbol == member, "%s is another function than the table's",
            exports[i].name);
    found += symbol != NULL;
  }
  void *symbol = exported("wfa_get_descriptor");
  const wfa_descriptor *(*get_descriptor)(void);
  memcpy(&get_descriptor, &symbol, sizeof symbol);
  REQUIRE(symbol == NULL || get_descriptor() == api->descriptor,
          "wfa_get_descriptor answers another descriptor than the table's");
  void *json_symbol = exported("wfa_get_descriptor_json");
  const char *(*get_json)(void);
  memcpy(&get_json, &json_symbol, sizeof json_symbol);
  REQUIRE(json_symbol == NULL || strcmp(get_json(), api->descriptor->json) == 0,
          "wfa_get_descriptor_json answers another text than the descriptor's");
  found += (symbol != NULL) + (json_symbol != NULL);
  pass("%d of %zu exported beside wfa_entry", found, sizeof exports / sizeof *exports + 2);
}

static const struct check checks[] = {
    {"entry-refuses-other-majors", "wfa_entry answers NULL for every other major version",
     entry_refuses_other_majors},
    {"entry-takes-every-minor",
     "wfa_entry answers a table for every minor version of its major one", entry_takes_every_minor},
    {"entry-answers-one-table", "wfa_entry answers the same table at every call",
     entry_answers_one_table},
    {"entry-on-many-threads", "the first calls of wfa_entry, on eight threads, get the same table",
     entry_on_many_threads},
    {"table-has-this-major", "the table says the major version that was asked for",
     table_has_this_major},
    {"table-size-is-sane", "the table's struct_size is that of its version", table_size_is_sane},
    {"table-has-every-member", "no member of the table is NULL", table_has_every_member},
    {"exports-equal-table", "functions that are exported as well are the table's",
     exports_equal_table},
};
GROUP(entry, "entry and versions");
