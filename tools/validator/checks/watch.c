/* watch.c: callbacks that write down what they got, and events to get. */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"
#include "text.h"

#define FRESH "{{unique}}"

static void write_down(struct watch *watch, const char *event, size_t event_len, const char *json,
                       size_t json_len) {
  size_t kept = event_len < sizeof watch->event - 1 ? event_len : sizeof watch->event - 1;
  memcpy(watch->event, event, kept);
  watch->event[kept] = '\0';
  watch->nul_behind_event = event[event_len] == '\0';
  watch->nul_behind_json = json[json_len] == '\0';
  free(watch->json);
  watch->json = allocate(json_len + 1);
  memcpy(watch->json, json, json_len);
  watch->json_len = json_len;
  watch->thread = pthread_self();
}

int32_t on_event(void *user_data, const char *event, size_t event_len, const char *json,
                 size_t json_len) {
  struct watch *watch = user_data;
  static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&one_at_a_time);
  write_down(watch, event, event_len, json, json_len);
  pthread_mutex_unlock(&one_at_a_time);
  atomic_fetch_add(&watch->calls, 1);
  while (atomic_load(&watch->hold) != 0) pause_ms(1);
  if (watch->inside != NULL) watch->inside(watch);
  atomic_fetch_add(&watch->returned, 1);
  return watch->answer;
}

void on_drop(void *user_data) {
  struct watch *watch = user_data;
  if (atomic_load(&watch->calls) != atomic_load(&watch->returned))
    atomic_fetch_add(&watch->drops_while_running, 1);
  atomic_fetch_add(&watch->drops, 1);
}

void watch_events(wfa_adapter *adapter, const char *event, struct watch *watch) {
  wfa_error error = empty_error();
  watch->adapter = adapter;
  wfa_result result =
      load()->register_event_callback(adapter, event, event == NULL ? 0 : WFA_STRLEN, on_event,
                                      watch, on_drop, &watch->registration, &error);
  REQUIRE(result == WFA_OK, "register_event_callback(%s) answered %s: %s",
          event == NULL ? "NULL" : event, result_name(result),
          error.message.ptr == NULL ? "" : error.message.ptr);
  release(&error.message);
}

void needs_raise(void) {
  if (inputs()->raise_command == NULL || inputs()->raise_request == NULL)
    skip("it needs a command that raises events: --raise-command and --raise-request");
}

char *raise_request(void) {
  static atomic_ulong count;
  unsigned long number = atomic_fetch_add(&count, 1);
  struct text text = {0};
  const char *from = inputs()->raise_request, *at;
  while ((at = strstr(from, FRESH)) != NULL) {
    text_add_bytes(&text, from, (size_t)(at - from));
    text_add(&text, "%lx%x%lx", (unsigned long)time(NULL), (unsigned)getpid(), number);
    from = at + strlen(FRESH);
  }
  text_add_bytes(&text, from, strlen(from));
  return text.at;
}

struct answer raise_event(wfa_adapter *adapter) {
  char *request = raise_request();
  struct answer answer = execute(adapter, inputs()->raise_command, request);
  free(request);
  return answer;
}

void raise_accepted(wfa_adapter *adapter) {
  struct answer answer = raise_event(adapter);
  REQUIRE(answer.result == WFA_OK, "%s with accepting callbacks answered %s: %s",
          inputs()->raise_command, result_name(answer.result), message_of(&answer));
  give_back(&answer);
}

char *raised_event(wfa_adapter *adapter) {
  struct watch watch = {0};
  needs_raise();
  watch_events(adapter, NULL, &watch);
  struct answer answer = raise_event(adapter);
  give_back(&answer);
  load()->unregister_event_callback(adapter, watch.registration, 0);
  if (atomic_load(&watch.calls) == 0)
    skip("the command raised no event: see event-reaches-callback");
  free(watch.json);
  return strdup(watch.event);
}
