/* Loading: in every mode, twice, from copies of the file, and how little it takes to ask what a
 * plugin is. */

#define _GNU_SOURCE

#include "calls.h"
#include "files.h"
#include "together.h"

/* ---- F50 ---- */

struct mode {
  int flags;
  int in_namespace;
};

static void send_and_destroy(const wfa_api *api) {
  struct properties properties = properties_for(emulator_url, "");
  wfa_adapter *adapter = NULL;
  wfa_buffer response;
  sem_t done;
  new_point(&done);
  CHECK_RESULT(WFA_OK, api->create(NULL, properties.json, WFA_STRLEN, &adapter, NULL));
  CHECK_RESULT(WFA_OK, api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                            WFA_STRLEN, NULL, &response, NULL));
  CHECK(strstr(response.ptr, "\"status\":\"SUCCESS\""));
  release(&response);
  CHECK_RESULT(WFA_OK, api->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                           NULL, end_wait, &done, NULL, NULL));
  await(&done);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
}

static void load_in_mode(void *argument) {
  const struct mode *mode = (const struct mode *)argument;
  void *library = mode->in_namespace ? dlmopen(LM_ID_NEWLM, plugin_path, mode->flags)
                                     : dlopen(plugin_path, mode->flags);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  const wfa_api *api = entry_of(library);
  CHECK(strcmp(api->descriptor->id, plugin()->descriptor->id) == 0);
  CHECK((api == plugin()) == !mode->in_namespace);
  send_and_destroy(api);
  CHECK(dlclose(library) == 0);
}

static void loading_modes(void) {
  static const struct mode modes[] = {
      {RTLD_NOW | RTLD_LOCAL, 0},
      {RTLD_LAZY | RTLD_LOCAL, 0},
      {RTLD_NOW | RTLD_GLOBAL, 0},
      {RTLD_LAZY | RTLD_GLOBAL, 0},
      {RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE, 0},
      {RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND, 0},
      {RTLD_NOW | RTLD_LOCAL, 1},
  };
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    /* Tools that replace the C library's memory functions cannot do so here. */
    if (!under_tool || (!modes[i].in_namespace && !(modes[i].flags & RTLD_DEEPBIND))) {
      int status = in_child(load_in_mode, (void *)(uintptr_t)&modes[i]);
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "mode %zu, wait status %#x\n", i, (unsigned)status);
        CHECK(!"it works in this mode");
      }
    }
  }
}

/* ---- F51 ---- */

static void use_two(int flags, const char *copy) {
  const wfa_api *tables[2];
  wfa_adapter *adapters[2];
  struct properties properties = properties_for(emulator_url, "");
  tables[0] = entry_of(open_library(plugin_path, RTLD_NOW | flags));
  tables[1] = entry_of(open_library(copy, RTLD_NOW | flags));
  CHECK(tables[0] != tables[1] && tables[0]->create != tables[1]->create);
  CHECK(tables[0]->descriptor != tables[1]->descriptor);
  for (int i = 0; i < 2; i++) {
    CHECK_RESULT(WFA_OK, tables[i]->create(NULL, properties.json, WFA_STRLEN, &adapters[i], NULL));
  }
  CHECK(adapters[0] != adapters[1]);
  for (int i = 0; i < 2; i++) {
    const wfa_api *other = tables[1 - i];
    wfa_buffer response;
    /* What one gave out the other has never given out. */
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 other->execute_command(adapters[i], "sendMessageText", WFA_STRLEN, TEXT,
                                        WFA_STRLEN, NULL, &response, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, other->destroy(adapters[i], 0));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, other->cancel_command(adapters[i], 1));
    send_and_destroy(tables[i]);
  }
  /* Destroying in one leaves the other alone. */
  CHECK_RESULT(WFA_OK, tables[0]->destroy(adapters[0], 0));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, tables[1]->destroy(adapters[0], 0));
  send_and_destroy(tables[1]);
  CHECK_RESULT(WFA_OK, tables[1]->destroy(adapters[1], 0));
}

static void use_two_locally(void *copy) { use_two(RTLD_LOCAL, (const char *)copy); }

static void use_two_globally(void *copy) { use_two(RTLD_GLOBAL, (const char *)copy); }

static void two_copies(void) {
  struct folder folder = new_folder();
  char copy[128];
  snprintf(copy, sizeof copy, "%s/libcopy.so", folder.path);
  copy_file(plugin_path, copy);
  CHECK_CHILD(use_two_locally, copy);
  CHECK_CHILD(use_two_globally, copy);
  remove_folder(&folder);
}

/* ---- F64 ---- */

static void descriptor_quickly(void) {
  void *library = open_library(plugin_path, RTLD_NOW | RTLD_LOCAL);
  const wfa_descriptor *(*get_descriptor)(void);
  const char *(*get_json)(void);
  load(library, "wfa_get_descriptor", &get_descriptor);
  load(library, "wfa_get_descriptor_json", &get_json);
  int descriptors = entries_of("/proc/self/fd");
  /* The thread's own time: what else the machine does is not the plugin's. */
  int64_t start_us = now_us(CLOCK_THREAD_CPUTIME_ID);
  const wfa_descriptor *descriptor = get_descriptor();
  const char *json = get_json();
  int64_t took_us = now_us(CLOCK_THREAD_CPUTIME_ID) - start_us;
  CHECK(descriptor && strlen(json) == descriptor->json_len);
  note("the descriptor took %d.%03d ms", (int)(took_us / 1000), (int)(took_us % 1000));
  CHECK(under_tool || took_us < 10000);
  CHECK(entries_of("/proc/self/fd") == descriptors);
  CHECK(entries_of("/proc/self/task") == 1);
  /* Asked for again it is the same, from any thread. */
  CHECK(get_descriptor() == descriptor && get_json() == json);
  CHECK(entry_of(library)->descriptor == descriptor);
}

static const struct numbered_case CASES[] = {
    {"F50", "it works loaded now or lazily, locally, globally, or into a namespace of its own",
     loading_modes},
    {"F51", "two copies of the library in one process do not mix", two_copies},
    {"F64", "the descriptor takes less than 10 ms, and neither a connection nor a thread",
     descriptor_quickly},
};

MAIN(CASES)
