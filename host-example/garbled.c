/* garbled.c: an adapter with a defect, for the tests of hosts: what it answers to a command that succeeds is
   no JSON, and neither is the event that comes with each webhook. `send` declares that it sends, `look` does not; `sendAside` and `lookAside` are the same without
   submit_command. `refuse` fails, and its response is no JSON either. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workflow_adapter.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define COMMAND(name, flags) \
  {sizeof(wfa_command), flags, name, "", "", NULL, 0, NULL, 0, NULL, 0, NULL, 0}

static const wfa_command SEND = COMMAND("send", WFA_COMMAND_SENDS), LOOK = COMMAND("look", 0),
                         SEND_ASIDE = COMMAND("sendAside", WFA_COMMAND_SENDS),
                         LOOK_ASIDE = COMMAND("lookAside", 0), REFUSE = COMMAND("refuse", 0);
static const wfa_command *const COMMANDS[] = {&SEND, &LOOK, &SEND_ASIDE, &LOOK_ASIDE, &REFUSE};

#define NAMED "\"display\":\"\",\"description\":\"\",\"name\":"
#define SENDS "{\"traits\":[\"sends\"]," NAMED
#define OTHER "{\"traits\":[]," NAMED
static const char JSON[] =
    "{\"id\":\"garbled\",\"name\":\"Garbled\",\"properties\":[],\"events\":[],\"commands\":[" SENDS
    "\"send\"}," OTHER "\"look\"}," SENDS "\"sendAside\"}," OTHER "\"lookAside\"}," OTHER
    "\"refuse\"}]}";

static const wfa_descriptor DESCRIPTOR = {.struct_size = sizeof(wfa_descriptor),
                                          .id = "garbled",
                                          .name = "Garbled",
                                          .display = "Garbled",
                                          .version = "1.0.0",
                                          .spec_version = "1.0",
                                          .vendor = "",
                                          .license = "",
                                          .docs_url = "",
                                          .commands = COMMANDS,
                                          .n_commands = COUNT(COMMANDS),
                                          .json = JSON,
                                          .json_len = sizeof JSON - 1};

/* Cut off, as by a buffer that is too short. */
static char GARBLED[] = "{\"status\":\"SUCC";

struct wfa_adapter {
  volatile int running;
  wfa_event_callback callback; /* the last one registered */
  void *user_data;
};

/* A submitted command. */
struct submitted {
  wfa_adapter *adapter;
  wfa_result result;
  wfa_completion_callback complete;
  void *user_data;
  uint64_t id;
};

static wfa_result answer(wfa_buffer *to) {
  wfa_buffer garbled = {GARBLED, sizeof GARBLED - 1, NULL, NULL};
  *to = garbled;
  return WFA_OK;
}

static wfa_result end_of(const char *name, size_t len) {
  return len == strlen("refuse") && memcmp(name, "refuse", len) == 0 ? WFA_ERR_COMMAND_FAILED
                                                                     : WFA_OK;
}

static wfa_result create(const wfa_host *host, const char *json, size_t len, wfa_adapter **out,
                         wfa_error *error) {
  (void)host, (void)json, (void)len, (void)error;
  *out = calloc(1, sizeof **out);
  return *out == NULL ? WFA_ERR_NO_MEMORY : WFA_OK;
}

static wfa_result destroy(wfa_adapter *adapter, uint32_t flags) {
  (void)flags;
  while (__atomic_load_n(&adapter->running, __ATOMIC_SEQ_CST) > 0) usleep(1000);
  free(adapter);
  return WFA_OK;
}

static wfa_result execute(wfa_adapter *adapter, const char *name, size_t name_len, const char *json,
                          size_t json_len, const wfa_call_options *options, wfa_buffer *response,
                          wfa_error *error) {
  (void)adapter, (void)json, (void)json_len, (void)options;
  answer(response);
  wfa_result result = end_of(name, name_len);
  if (error != NULL) error->result = result;
  return result;
}

static void *complete(void *of) {
  struct submitted call = *(struct submitted *)of;
  free(of);
  wfa_error error = {.struct_size = sizeof error, .result = call.result};
  call.complete(call.user_data, call.id, call.result, GARBLED, sizeof GARBLED - 1,
                call.result == WFA_OK ? NULL : &error);
  __atomic_sub_fetch(&call.adapter->running, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

static wfa_result submit(wfa_adapter *adapter, const char *name, size_t name_len, const char *json,
                         size_t json_len, const wfa_call_options *options,
                         wfa_completion_callback completion, void *user_data, uint64_t *operation,
                         wfa_error *error) {
  static uint64_t next;
  (void)json, (void)json_len, (void)options, (void)error;
  if (name_len > 5 && memcmp(name + name_len - 5, "Aside", 5) == 0) return WFA_ERR_UNSUPPORTED;
  struct submitted *call = malloc(sizeof *call);
  pthread_t thread;
  if (call == NULL) return WFA_ERR_NO_MEMORY;
  *operation = __atomic_add_fetch(&next, 1, __ATOMIC_SEQ_CST);
  struct submitted begun = {adapter, end_of(name, name_len), completion, user_data, *operation};
  *call = begun;
  __atomic_add_fetch(&adapter->running, 1, __ATOMIC_SEQ_CST);
  if (pthread_create(&thread, NULL, complete, call) != 0) {
    __atomic_sub_fetch(&adapter->running, 1, __ATOMIC_SEQ_CST);
    free(call);
    return WFA_ERR_BUSY;
  }
  pthread_detach(thread);
  return WFA_OK;
}

static wfa_result cancel(wfa_adapter *adapter, uint64_t operation) {
  (void)adapter, (void)operation;
  return WFA_ERR_NOT_FOUND;
}

static wfa_result on_event(wfa_adapter *adapter, const char *event, size_t len,
                           wfa_event_callback callback, void *user_data, wfa_drop_callback drop,
                           uint64_t *registration, wfa_error *error) {
  (void)event, (void)len, (void)drop, (void)error;
  adapter->callback = callback;
  adapter->user_data = user_data;
  if (registration != NULL) *registration = 1;
  return WFA_OK;
}

static wfa_result off_event(wfa_adapter *adapter, uint64_t registration, uint32_t flags) {
  (void)registration, (void)flags;
  adapter->callback = NULL;
  return WFA_OK;
}

static wfa_result process(wfa_adapter *adapter, const char *body, size_t len, const char *signature,
                          size_t signature_len, wfa_buffer *response, wfa_error *error) {
  (void)body, (void)len, (void)signature, (void)signature_len, (void)error;
  wfa_event_callback callback = adapter->callback;
  if (callback != NULL &&
      callback(adapter->user_data, "event", 5, GARBLED, sizeof GARBLED - 1) == WFA_EVENT_RETRY)
    return WFA_ERR_EVENT_NOT_ACCEPTED;
  return answer(response);
}

static wfa_result snapshot(wfa_adapter *adapter, wfa_buffer *json, wfa_error *error) {
  (void)adapter, (void)error;
  return answer(json);
}

static const void *get_extension(const char *id) {
  static const wfa_webhook_v1 WEBHOOK = {sizeof WEBHOOK, process, process};
  static const wfa_metrics_v1 METRICS = {sizeof METRICS, snapshot};
  if (id != NULL && strcmp(id, WFA_WEBHOOK_V1) == 0) return &WEBHOOK;
  return id != NULL && strcmp(id, WFA_METRICS_V1) == 0 ? &METRICS : NULL;
}

static const wfa_api API = {.struct_size = sizeof(wfa_api),
                            .abi_major = WFA_ABI_MAJOR,
                            .abi_minor = WFA_ABI_MINOR,
                            .descriptor = &DESCRIPTOR,
                            .get_extension = get_extension,
                            .create = create,
                            .destroy = destroy,
                            .execute_command = execute,
                            .register_event_callback = on_event,
                            .unregister_event_callback = off_event,
                            .submit_command = submit,
                            .cancel_command = cancel};

const wfa_api *wfa_entry(uint16_t host_major, uint16_t host_minor) {
  (void)host_minor;
  return host_major == WFA_ABI_MAJOR ? &API : NULL;
}
