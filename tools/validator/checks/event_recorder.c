/* event_recorder.c: a callback that records its calls, and the command that raises events. */
#include "event_recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"
#include "speed.h"
#include "text.h"

#define FRESH "{{unique}}"

static void write_down(struct event_recorder *recorder, const char *event, size_t event_len,
                       const char *json, size_t json_len) {
  size_t kept = event_len < sizeof recorder->event - 1 ? event_len : sizeof recorder->event - 1;
  memcpy(recorder->event, event, kept);
  recorder->event[kept] = '\0';
  recorder->nul_behind_event = event[event_len] == '\0';
  recorder->nul_behind_json = json[json_len] == '\0';
  free(recorder->json);
  recorder->json = allocate(json_len + 1);
  memcpy(recorder->json, json, json_len);
  recorder->json_len = json_len;
  recorder->thread = pthread_self();
}

int32_t on_event(void *user_data, const char *event, size_t event_len, const char *json,
                 size_t json_len) {
  struct event_recorder *recorder = user_data;
  static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&one_at_a_time);
  write_down(recorder, event, event_len, json, json_len);
  if (recorder->note != NULL) recorder->note(recorder);
  pthread_mutex_unlock(&one_at_a_time);
  atomic_fetch_add(&recorder->calls, 1);
  while (atomic_load(&recorder->hold) != 0) pause_ms(1);
  if (recorder->inside != NULL) recorder->inside(recorder);
  atomic_fetch_add(&recorder->returned, 1);
  return recorder->answer;
}

void on_drop(void *user_data) {
  struct event_recorder *recorder = user_data;
  if (atomic_load(&recorder->calls) != atomic_load(&recorder->returned))
    atomic_fetch_add(&recorder->drops_while_running, 1);
  atomic_fetch_add(&recorder->drops, 1);
}

void record_events(wfa_adapter *adapter, const char *event, struct event_recorder *recorder) {
  wfa_error error = empty_error();
  recorder->adapter = adapter;
  wfa_result result =
      load()->register_event_callback(adapter, event, event == NULL ? 0 : WFA_STRLEN, on_event,
                                      recorder, on_drop, &recorder->registration, &error);
  REQUIRE(result == WFA_OK, "register_event_callback(%s) answered %s: %s",
          event == NULL ? "NULL" : event, result_name(result),
          error.message.ptr == NULL ? "" : error.message.ptr);
  release(&error.message);
}

void needs_raise(void) {
  if (inputs()->raise_command == NULL || inputs()->raise_request == NULL)
    skip("it needs a command that raises events: --raise-command and --raise-request");
  /* Measured while no callback blocks: a plugin in which one stops all commands would stop this one. */
  (void)patience_for(0, 0);
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
  struct event_recorder recorder = {0};
  needs_raise();
  record_events(adapter, NULL, &recorder);
  struct answer answer = raise_event(adapter);
  give_back(&answer);
  load()->unregister_event_callback(adapter, recorder.registration, 0);
  if (atomic_load(&recorder.calls) == 0)
    skip("the command raised no event: see event-reaches-callback");
  free(recorder.json);
  return strdup(recorder.event);
}
