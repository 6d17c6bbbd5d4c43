/* Many threads, threads that end, and threads with little stack. */

#define _GNU_SOURCE

#include <sys/mman.h>

#include "calls.h"
#include "together.h"

/* ---- F36 ---- */

struct sender {
  wfa_adapter *adapter;
  int number;
  int rounds;
};

/* What the submitted commands came to. */
static struct {
  int sent;
  int unknown;
  int cancelled;
} ends;

static void count_end(void *user_data, uint64_t operation, wfa_result result, const char *response,
                      size_t len, const wfa_error *error) {
  CHECK(!user_data && operation != 0 && strlen(response) == len && error->result == result);
  CHECK(result == WFA_OK || result == WFA_ERR_OUTCOME_UNKNOWN || result == WFA_ERR_CANCELLED);
  __sync_fetch_and_add(result == WFA_OK                    ? &ends.sent
                       : result == WFA_ERR_OUTCOME_UNKNOWN ? &ends.unknown
                                                           : &ends.cancelled,
                       1);
}

static int32_t count_own_event(void *user_data, const char *event, size_t event_len,
                               const char *json, size_t json_len) {
  (void)event, (void)event_len, (void)json, (void)json_len;
  __sync_fetch_and_add((int *)user_data, 1);
  return WFA_EVENT_ACCEPTED;
}

static void *send_and_process(void *argument) {
  struct sender *sender = (struct sender *)argument;
  for (int i = 0; i < sender->rounds; i++) {
    char id[64];
    snprintf(id, sizeof id, "F36-%d-%d", sender->number, i);
    CHECK_RESULT(WFA_OK, send_text(sender->adapter));
    CHECK_RESULT(WFA_OK, process_message(sender->adapter, id));
    uint64_t operation = 0;
    CHECK_RESULT(WFA_OK,
                 plugin()->submit_command(sender->adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                          WFA_STRLEN, NULL, count_end, NULL, &operation, NULL));
    if (i % 2) {
      wfa_result result = plugin()->cancel_command(sender->adapter, operation);
      CHECK(result == WFA_OK || result == WFA_ERR_NOT_FOUND);
    }
  }
  return NULL;
}

/* 64 threads spread over `n_adapters`; every message arrives once, every event and every end as
 * well. */
static void sixty_four(int n_adapters) {
  pthread_t threads[64];
  struct sender senders[64];
  wfa_adapter *adapters[8];
  int events = 0;
  int rounds = under_tool ? 2 : 8;
  memset(&ends, 0, sizeof ends);
  for (int i = 0; i < n_adapters; i++) {
    adapters[i] = online();
    listen_for(adapters[i], NULL, count_own_event, &events, NULL);
  }
  forget_requests();
  for (int i = 0; i < 64; i++) {
    struct sender sender = {adapters[i % n_adapters], i, rounds};
    senders[i] = sender;
    start(&threads[i], send_and_process, &senders[i]);
  }
  for (int i = 0; i < 64; i++) {
    finish(threads[i]);
  }
  CHECK(events == 64 * rounds);
  while (__sync_fetch_and_add(&ends.sent, 0) + __sync_fetch_and_add(&ends.unknown, 0) +
             __sync_fetch_and_add(&ends.cancelled, 0) <
         64 * rounds) {
    pause_ms(1);
  }
  for (int i = 0; i < n_adapters; i++) {
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapters[i], 0));
  }
  CHECK(ends.sent + ends.unknown + ends.cancelled == 64 * rounds);
  int accepted = accepted_requests() - 64 * rounds;
  note("of %d submitted messages %d were sent, %d cancelled, %d unknown: %d arrived", 64 * rounds,
       ends.sent, ends.cancelled, ends.unknown, accepted);
  CHECK(accepted >= ends.sent && accepted <= ends.sent + ends.unknown);
}

static void many_threads(void) {
  sixty_four(1);
  sixty_four(8);
}

/* ---- F37 ---- */

static void *use_everything(void *adapter) {
  CHECK_RESULT(WFA_OK, send_text((wfa_adapter *)adapter));
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, process_message((wfa_adapter *)adapter, "F37"));
  return NULL;
}

struct outliving {
  wfa_adapter *adapter;
  sem_t used;
  sem_t destroyed;
};

static void *use_and_outlive(void *argument) {
  struct outliving *with = (struct outliving *)argument;
  use_everything(with->adapter);
  reach(&with->used);
  await(&with->destroyed);
  CHECK_RESULT(WFA_ERR_STATE, send_text(with->adapter));
  return NULL;
}

static pthread_key_t at_thread_end;

/* Runs when the thread's own variables are gone already. */
static void use_at_thread_end(void *adapter) {
  use_everything(adapter);
  CHECK_RESULT(WFA_OK, plugin()->destroy((wfa_adapter *)adapter, 0));
}

static void *use_until_the_end(void *adapter) {
  CHECK(pthread_setspecific(at_thread_end, adapter) == 0);
  return use_everything(adapter);
}

/* C14: a thread of the plugin, which the host's variables end with as with any other. */
static struct {
  pthread_key_t at_end;
  sem_t begun;
  sem_t told;
  sem_t go;
  sem_t ended;
  wfa_result destroyed;
} own_thread;

static void destroy_at_own_end(void *adapter) {
  own_thread.destroyed = plugin()->destroy((wfa_adapter *)adapter, 0);
  reach(&own_thread.ended);
}

static void hold_the_worker(void *user_data, uint64_t operation, wfa_result result,
                            const char *response, size_t len, const wfa_error *error) {
  (void)user_data, (void)operation, (void)response, (void)len, (void)error;
  CHECK_RESULT(WFA_OK, result);
  reach(&own_thread.begun);
  await(&own_thread.go);
}

static void destroy_when_this_thread_ends(void *adapter, uint64_t operation, wfa_result result,
                                          const char *response, size_t len,
                                          const wfa_error *error) {
  (void)operation, (void)response, (void)len, (void)error;
  CHECK_RESULT(WFA_ERR_CANCELLED, result);
  CHECK(pthread_setspecific(own_thread.at_end, adapter) == 0);
  reach(&own_thread.told);
}

static void own_thread_destroys(void) {
  CHECK(pthread_key_create(&own_thread.at_end, destroy_at_own_end) == 0);
  new_point(&own_thread.begun);
  new_point(&own_thread.told);
  new_point(&own_thread.go);
  new_point(&own_thread.ended);
  struct properties properties = properties_for(emulator_url, ",\"workers\":1");
  wfa_adapter *adapter = NULL;
  uint64_t operation = 0;
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &adapter, NULL));
  CHECK_RESULT(WFA_OK, submit_text(adapter, hold_the_worker, NULL));
  await(&own_thread.begun);
  CHECK_RESULT(WFA_OK, plugin()->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                                WFA_STRLEN, NULL, destroy_when_this_thread_ends,
                                                adapter, &operation, NULL));
  /* It waits behind the first; cancelled, it ends on a thread that ends with it. */
  CHECK_RESULT(WFA_OK, plugin()->cancel_command(adapter, operation));
  await(&own_thread.told);
  reach(&own_thread.go);
  await(&own_thread.ended);
  CHECK_RESULT(WFA_OK, own_thread.destroyed);
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(adapter, 0));
}

static void ending_threads(void) {
  own_thread_destroys();
  pthread_t thread;
  wfa_adapter *adapter = online();
  start(&thread, use_everything, adapter);
  finish(thread);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));

  struct outliving with;
  new_point(&with.used);
  new_point(&with.destroyed);
  with.adapter = online();
  start(&thread, use_and_outlive, &with);
  await(&with.used);
  CHECK_RESULT(WFA_OK, plugin()->destroy(with.adapter, 0));
  reach(&with.destroyed);
  finish(thread);

  CHECK(pthread_key_create(&at_thread_end, use_at_thread_end) == 0);
  adapter = online();
  start(&thread, use_until_the_end, adapter);
  finish(thread);
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(adapter, 0));

  /* A thread that ends after the host has closed the library. */
  with.adapter = online();
  start(&thread, use_and_outlive, &with);
  await(&with.used);
  CHECK_RESULT(WFA_OK, plugin()->destroy(with.adapter, 0));
  void *again = open_library(plugin_path, RTLD_NOW);
  CHECK(dlclose(again) == 0);
  CHECK(dlclose(again) == 0); /* the one that `plugin` holds */
  reach(&with.destroyed);
  finish(thread);
}

/* ---- F38 ---- */

static void log_nothing(void *user_data, int32_t level, const char *target, const char *message,
                        size_t len, const char *fields, size_t fields_len) {
  (void)user_data, (void)level, (void)target, (void)message, (void)len, (void)fields;
  (void)fields_len;
}

static wfa_adapter *create_logging(const char *url, const char *more) {
  wfa_host host;
  wfa_adapter *adapter = NULL;
  struct properties properties = properties_for(url, more);
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.log_level = WFA_LOG_TRACE;
  host.log = log_nothing;
  CHECK_RESULT(WFA_OK, plugin()->create(&host, properties.json, WFA_STRLEN, &adapter, NULL));
  listen_for(adapter, NULL, accept_event, NULL, NULL);
  return adapter;
}

static void run_every_command(wfa_adapter *adapter) {
  char status[1024];
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_OK, execute(adapter, "sendMessageTextTemplate",
                               "{\"phoneNumber\":\"+16505551234\",\"templateName\":\"hello_world\","
                               "\"languageCode\":\"en_US\"}"));
  execute(adapter, "sendMessageReaction",
          "{\"phoneNumber\":\"+16505551234\",\"messageId\":\"wamid.x\",\"emoji\":\"\"}");
  CHECK_RESULT(WFA_OK, process_message(adapter, "F38"));
  CHECK_RESULT(WFA_OK,
               execute(adapter, "processWebhook", status_webhook(status, sizeof status, "F38")));
  static char deep[100000];
  const char *before = "{\"phoneNumber\":";
  memset(deep, '[', sizeof deep - 1);
  memcpy(deep, before, strlen(before));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(adapter, "sendMessageText", deep));
  inject("{\"fault\":\"reset_after_body\",\"accepted\":false}");
  CHECK_RESULT(WFA_ERR_OUTCOME_UNKNOWN, send_text(adapter));
}

static void *live_on_little_stack(void *unused) {
  (void)unused;
  wfa_adapter *adapter = create_logging(emulator_url, "");
  run_every_command(adapter);
  wfa_buffer metrics;
  CHECK_RESULT(WFA_OK, metrics_extension()->snapshot(adapter, &metrics, NULL));
  release(&metrics);
  struct properties properties = properties_for(emulator_url, "");
  CHECK_RESULT(WFA_OK, plugin()->update_properties(adapter, properties.json, WFA_STRLEN, NULL));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));

  wfa_adapter *nowhere = create_logging("https://localhost:1", "");
  CHECK_RESULT(WFA_ERR_UNAVAILABLE, send_text(nowhere));
  CHECK_RESULT(WFA_OK, plugin()->destroy(nowhere, 0));
  if (tls_url) {
    char more[512];
    snprintf(more, sizeof more, ",\"caFile\":\"%s\"", tls_ca_file);
    wfa_adapter *secure = create_logging(tls_url, more);
    CHECK_RESULT(WFA_OK, send_text(secure));
    CHECK_RESULT(WFA_OK, plugin()->destroy(secure, 0));
  }
  return NULL;
}

/* How much of a stack that was filled with `0x5a` has been used. */
static size_t used_of(const unsigned char *stack, size_t size) {
  size_t untouched = 0;
  while (untouched < size && stack[untouched] == 0x5a) {
    untouched++;
  }
  return size - untouched;
}

static void little_stack(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  plugin(); /* loading is the loader's matter, and its stack */
  size_t guard = 16 * page;
  char *memory = (char *)mmap(NULL, guard + stack_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED && mprotect(memory, guard, PROT_NONE) == 0);
  memset(memory + guard, 0x5a, stack_bytes);
  pthread_attr_t attributes;
  pthread_t thread;
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstack(&attributes, memory + guard, stack_bytes) == 0);
  CHECK(pthread_create(&thread, &attributes, live_on_little_stack, NULL) == 0);
  finish(thread);
  if (!under_tool) { /* memory below a stack is nobody's, to a memory checker */
    note("%zu of %zu KiB of stack were used%s",
         used_of((unsigned char *)memory + guard, stack_bytes) / 1024, stack_bytes / 1024,
         tls_url ? ", TLS included" : "");
  }
}

static const struct numbered_case CASES[] = {
    {"F36", "64 threads share one adapter or 8, and nothing is lost or sent twice", many_threads},
    {"F37", "threads that used an adapter end before or after it, or destroy it as they end",
     ending_threads},
    {"F38", "128 KiB of stack are enough for everything, in a release build", little_stack},
};

MAIN(CASES)
