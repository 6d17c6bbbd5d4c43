/* What a host's callbacks may do, and what becomes of their answers. */

#define _GNU_SOURCE

#include <malloc.h>

#include "calls.h"
#include "together.h"

/* ---- F20: destroy inside a callback ---- */

struct refused {
  wfa_adapter *adapter;
  wfa_adapter *other;
  int events;
  int drops;
  int completions;
  int records;
  sem_t completed;
};

static void destroys_are_refused(const struct refused *in) {
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(in->adapter, 0));
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(in->adapter, WFA_NO_WAIT));
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(in->other, 0));
}

static int32_t destroy_in_event(void *user_data, const char *event, size_t event_len,
                                const char *json, size_t json_len) {
  struct refused *in = (struct refused *)user_data;
  CHECK(strlen(event) == event_len && strlen(json) == json_len);
  destroys_are_refused(in);
  in->events++;
  return WFA_EVENT_ACCEPTED;
}

static void destroy_in_drop(void *user_data) {
  struct refused *in = (struct refused *)user_data;
  destroys_are_refused(in);
  in->drops++;
}

static void destroy_in_completion(void *user_data, uint64_t operation, wfa_result result,
                                  const char *response, size_t len, const wfa_error *error) {
  struct refused *in = (struct refused *)user_data;
  (void)operation, (void)response, (void)len, (void)error;
  CHECK(result == WFA_OK);
  destroys_are_refused(in);
  in->completions++;
  reach(&in->completed);
}

static void destroy_in_log(void *user_data, int32_t level, const char *target, const char *message,
                           size_t len, const char *fields, size_t fields_len) {
  struct refused *in = (struct refused *)user_data;
  CHECK(level >= WFA_LOG_ERROR && level <= WFA_LOG_TRACE);
  CHECK(target[0] && message && len > 0 && fields[0] == '{' && fields[fields_len - 1] == '}');
  if (in->adapter) {
    destroys_are_refused(in);
  }
  __sync_fetch_and_add(&in->records, 1);
}

static wfa_adapter *create_logging(wfa_log_callback log, void *user_data) {
  wfa_host host;
  wfa_adapter *adapter = NULL;
  struct properties properties = properties_for(emulator_url, "");
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.user_data = user_data;
  host.log_level = WFA_LOG_TRACE;
  host.log = log;
  CHECK_RESULT(WFA_OK, plugin()->create(&host, properties.json, WFA_STRLEN, &adapter, NULL));
  return adapter;
}

static void destroy_inside(void) {
  struct refused in;
  memset(&in, 0, sizeof in);
  new_point(&in.completed);
  in.other = online();
  in.adapter = create_logging(destroy_in_log, &in);
  uint64_t first = listen_for(in.adapter, NULL, destroy_in_event, &in, destroy_in_drop);
  listen_for(in.adapter, NULL, destroy_in_event, &in, destroy_in_drop);
  CHECK_RESULT(WFA_OK, process_message(in.adapter, "F20"));
  CHECK(in.events == 2);
  CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(in.adapter, first, 0));
  CHECK(in.drops == 1);
  CHECK_RESULT(WFA_OK, submit_text(in.adapter, destroy_in_completion, &in));
  await(&in.completed);
  CHECK(in.records > 0);
  CHECK_RESULT(WFA_OK, plugin()->destroy(in.adapter, 0));
  CHECK(in.drops == 2 && in.completions == 1);
  CHECK_RESULT(WFA_OK, plugin()->destroy(in.other, 0));
}

/* ---- F21: re-entry ---- */

struct reentry {
  wfa_adapter *adapter;
  int depth;
  int completions;
  sem_t completed;
};

static void completed(void *user_data, uint64_t operation, wfa_result result, const char *response,
                      size_t len, const wfa_error *error) {
  struct reentry *in = (struct reentry *)user_data;
  CHECK(operation != 0 && result == WFA_OK && response && strlen(response) == len && error);
  __sync_fetch_and_add(&in->completions, 1);
  reach(&in->completed);
}

static int32_t call_everything(void *user_data, const char *event, size_t event_len,
                               const char *json, size_t json_len) {
  struct reentry *in = (struct reentry *)user_data;
  (void)event, (void)event_len, (void)json, (void)json_len;
  if (++in->depth > 3) {
    return WFA_EVENT_ACCEPTED;
  }
  char id[64];
  snprintf(id, sizeof id, "F21-%d", in->depth);
  CHECK_RESULT(WFA_OK, send_text(in->adapter));
  CHECK_RESULT(WFA_OK, process_message(in->adapter, id)); /* calls this function again */
  struct properties properties = properties_for(emulator_url, "");
  CHECK_RESULT(WFA_OK, plugin()->update_properties(in->adapter, properties.json, WFA_STRLEN, NULL));
  uint64_t registration = listen_for(in->adapter, "status_changed", accept_event, NULL, NULL);
  CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(in->adapter, registration, 0));
  uint64_t operation = 0;
  CHECK_RESULT(WFA_OK, plugin()->submit_command(in->adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                                WFA_STRLEN, NULL, completed, in, &operation, NULL));
  CHECK(operation != 0);
  CHECK_RESULT(WFA_ERR_NOT_FOUND, plugin()->cancel_command(in->adapter, operation + 1000));
  wfa_buffer metrics;
  CHECK_RESULT(WFA_OK, metrics_extension()->snapshot(in->adapter, &metrics, NULL));
  release(&metrics);
  wfa_adapter *another = online();
  CHECK_RESULT(WFA_OK, send_text(another));
  return WFA_EVENT_ACCEPTED;
}

/* The message that is being processed is in flight: the same one again must not run into itself. */
static int32_t process_the_same(void *user_data, const char *event, size_t event_len,
                                const char *json, size_t json_len) {
  struct reentry *in = (struct reentry *)user_data;
  (void)event, (void)event_len, (void)json, (void)json_len;
  CHECK(in->depth++ == 0);
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, process_message(in->adapter, "F21-same"));
  return WFA_EVENT_ACCEPTED;
}

static void call_from_log(void *user_data, int32_t level, const char *target, const char *message,
                          size_t len, const char *fields, size_t fields_len) {
  struct reentry *in = (struct reentry *)user_data;
  (void)level, (void)target, (void)message, (void)len, (void)fields, (void)fields_len;
  if (in->adapter) {
    in->depth++;
    every_call_answers(WFA_ERR_STATE, in->adapter);
    wfa_adapter *none = in->adapter;
    struct properties properties = properties_for(emulator_url, "");
    CHECK_RESULT(WFA_ERR_STATE, plugin()->create(NULL, properties.json, WFA_STRLEN, &none, NULL));
    CHECK(!none);
    CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(in->adapter, 0));
  }
}

static void reentry(void) {
  struct reentry in;
  memset(&in, 0, sizeof in);
  new_point(&in.completed);
  in.adapter = online();
  uint64_t registration = listen_for(in.adapter, "customer_message", call_everything, &in, NULL);
  CHECK_RESULT(WFA_OK, process_message(in.adapter, "F21-0"));
  CHECK(in.depth == 4);
  for (int i = 0; i < 3; i++) {
    await(&in.completed);
  }
  CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(in.adapter, registration, 0));
  in.depth = 0;
  listen_for(in.adapter, NULL, process_the_same, &in, NULL);
  CHECK_RESULT(WFA_OK, process_message(in.adapter, "F21-same"));
  CHECK_RESULT(WFA_OK, plugin()->destroy(in.adapter, 0));
  CHECK(in.completions == 3);

  memset(&in, 0, sizeof in);
  in.adapter = create_logging(call_from_log, &in);
  CHECK_RESULT(WFA_OK, send_text(in.adapter));
  CHECK(in.depth > 0);
  CHECK_RESULT(WFA_OK, plugin()->destroy(in.adapter, 0));
}

/* ---- F22: registering and unregistering inside a callback ---- */

struct list {
  wfa_adapter *adapter;
  uint64_t own;
  uint64_t other;
  int calls;
  int drops;
  int added_calls;
};

static void count_drop(void *user_data) { ((struct list *)user_data)->drops++; }

static int32_t added(void *user_data, const char *event, size_t event_len, const char *json,
                     size_t json_len) {
  (void)event, (void)event_len, (void)json, (void)json_len;
  ((struct list *)user_data)->added_calls++;
  return WFA_EVENT_ACCEPTED;
}

static int32_t change_the_list(void *user_data, const char *event, size_t event_len,
                               const char *json, size_t json_len) {
  struct list *list = (struct list *)user_data;
  (void)event, (void)event_len, (void)json, (void)json_len;
  list->calls++;
  CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(list->adapter, list->own, 0));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, plugin()->unregister_event_callback(list->adapter, list->own, 0));
  CHECK(list->drops == 0); /* it is still running */
  CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(list->adapter, list->other, 0));
  CHECK(list->drops == 1);
  listen_for(list->adapter, NULL, added, list, NULL);
  return WFA_EVENT_ACCEPTED;
}

static int32_t never_called(void *user_data, const char *event, size_t event_len, const char *json,
                            size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  CHECK(!"it was unregistered before its turn");
  return WFA_EVENT_ACCEPTED;
}

static void changes_inside(void) {
  struct list list;
  memset(&list, 0, sizeof list);
  list.adapter = online();
  list.own = listen_for(list.adapter, NULL, change_the_list, &list, count_drop);
  list.other = listen_for(list.adapter, NULL, never_called, &list, count_drop);
  CHECK(list.own != list.other);
  CHECK_RESULT(WFA_OK, process_message(list.adapter, "F22-0"));
  CHECK(list.calls == 1 && list.drops == 2);
  int before = list.added_calls;
  CHECK(before <= 1);
  CHECK_RESULT(WFA_OK, process_message(list.adapter, "F22-1"));
  CHECK(list.calls == 1 && list.added_calls == before + 1 && list.drops == 2);
  CHECK_RESULT(WFA_OK, plugin()->destroy(list.adapter, 0));
  CHECK(list.drops == 2);
}

/* ---- F26 and F27: answers ---- */

static int32_t answer(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)event, (void)event_len, (void)json, (void)json_len;
  return *(const int32_t *)user_data;
}

static wfa_result result_of_answers(const int32_t *answers, int count) {
  wfa_adapter *adapter = online();
  for (int i = 0; i < count; i++) {
    listen_for(adapter, i % 2 ? "customer_message" : NULL, answer, (void *)(uintptr_t)&answers[i],
               NULL);
  }
  wfa_result result = process_message(adapter, "answers");
  /* Accepted or dropped: not delivered again. Anything else: delivered again. */
  wfa_result again = process_message(adapter, "answers");
  CHECK(again == result);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  return result;
}

static void nobody_registered(void) {
  wfa_error error = new_error();
  wfa_buffer response;
  char request[1024];
  wfa_adapter *adapter = online();
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               plugin()->register_event_callback(adapter, NULL, 0, NULL, NULL, NULL, NULL, NULL));
  message_webhook(request, sizeof request, "F26");
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED,
               plugin()->execute_command(adapter, "processWebhook", WFA_STRLEN, request, WFA_STRLEN,
                                         NULL, &response, &error));
  CHECK(strstr(response.ptr, "\"status\":\"FAILED\"") && (error.flags & WFA_ERROR_RETRYABLE));
  release(&response);
  release(&error.message);
  /* A registration for another event changes nothing. */
  listen_for(adapter, "status_changed", accept_event, NULL, NULL);
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, process_message(adapter, "F26"));
  /* Once somebody wants it, the repeated one is delivered. */
  listen_for(adapter, "customer_message", accept_event, NULL, NULL);
  CHECK_RESULT(WFA_OK, process_message(adapter, "F26"));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  wfa_adapter *dropping = NULL;
  struct properties properties = properties_for(emulator_url, ",\"unhandledEvents\":\"drop\"");
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &dropping, NULL));
  CHECK_RESULT(WFA_OK, process_message(dropping, "F26"));
  CHECK_RESULT(WFA_OK, plugin()->destroy(dropping, 0));
}

static void unknown_answers(void) {
  static const int32_t unknown[] = {-1, 3, 4, 14, 255, 256, 65536, INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, result_of_answers(&unknown[i], 1));
    const int32_t beside[] = {WFA_EVENT_ACCEPTED, unknown[i], WFA_EVENT_DROPPED};
    CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, result_of_answers(beside, 3));
  }
  const int32_t known[] = {WFA_EVENT_ACCEPTED, WFA_EVENT_DROPPED, WFA_EVENT_RETRY};
  CHECK_RESULT(WFA_OK, result_of_answers(known, 1));
  CHECK_RESULT(WFA_OK, result_of_answers(known + 1, 1));
  CHECK_RESULT(WFA_OK, result_of_answers(known, 2));
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, result_of_answers(known + 2, 1));
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, result_of_answers(known, 3));
}

/* ---- F31: what is lent to a callback ---- */

struct kept {
  const char *json;
  size_t length;
  char *copy;
};

static int32_t keep_pointer(void *user_data, const char *event, size_t event_len, const char *json,
                            size_t json_len) {
  struct kept *kept = (struct kept *)user_data;
  (void)event, (void)event_len;
  kept->json = json;
  kept->length = json_len;
  kept->copy = (char *)malloc(json_len + 1);
  CHECK(kept->copy);
  memcpy(kept->copy, json, json_len + 1);
  return WFA_EVENT_ACCEPTED;
}

/* Memory that is freed is overwritten from here on; the text must have been. Reading it is what a
 * host must not do, so this case runs without a memory checker only. */
static void lent_text(void) {
  struct kept kept;
  char id[3000];
  char request[4096];
  memset(&kept, 0, sizeof kept);
  wfa_adapter *adapter = online();
  listen_for(adapter, NULL, keep_pointer, &kept, NULL);
  CHECK(under_tool || mallopt(M_PERTURB, 0xa5) == 1);
  memset(id, 'i', sizeof id - 1);
  id[sizeof id - 1] = '\0';
  CHECK_RESULT(WFA_OK,
               execute(adapter, "processWebhook", message_webhook(request, sizeof request, id)));
  CHECK(kept.length > sizeof id && strlen(kept.copy) == kept.length && strstr(kept.copy, id));
  size_t same = 0;
  for (size_t i = 0; i < kept.length; i++) {
    same += ((volatile const char *)kept.json)[i] == kept.copy[i];
  }
  note("of %zu bytes at a pointer that was kept %zu are still the event's", kept.length, same);
  CHECK(same < kept.length / 10);
  free(kept.copy);
}

static const struct numbered_case CASES[] = {
    {"F20", "destroy inside an event, drop, completion or log callback is refused", destroy_inside},
    {"F21", "an event callback may call everything else, also deeply; the log callback nothing",
     reentry},
    {"F22", "a callback may unregister itself and others and register new ones", changes_inside},
    {"F26", "an event that nobody registered for is refused, so that it comes again",
     nobody_registered},
    {"F27", "an answer that is none of the three means: deliver it again", unknown_answers},
    {"F31", "what was lent to a callback is overwritten when the call is over", lent_text},
};

MAIN(CASES)
