/* delivery.c: how an event reaches the callbacks that want it. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "json.h"
#include "rows.h"
#include "text.h"
#include "event_recorder.h"

static wfa_adapter *adapter;

/* An adapter that raised an event for `recorder`, which wants all of them. */
static void raise_for(struct event_recorder *recorder) {
  needs_raise();
  adapter = new_adapter();
  record_events(adapter, NULL, recorder);
  struct answer answer = raise_event(adapter);
  give_back(&answer);
}

static void needs_call(struct event_recorder *recorder) {
  if (atomic_load(&recorder->calls) == 0)
    skip("the command raised no event: see event-reaches-callback");
}

static void reaches_callback(void) {
  struct event_recorder recorder = {0};
  needs_raise();
  adapter = new_adapter();
  record_events(adapter, NULL, &recorder);
  struct answer answer = raise_event(adapter);
  REQUIRE(atomic_load(&recorder.calls) > 0,
          "%s answered %s and had called no callback when it returned: %s", inputs()->raise_command,
          result_name(answer.result), message_of(&answer));
  expect(answer.result, WFA_OK, "%s, its events accepted", inputs()->raise_command);
  give_back(&answer);
  end_adapter(adapter);
}

static void is_in_descriptor(void) {
  struct event_recorder recorder = {0};
  raise_for(&recorder);
  needs_call(&recorder);
  REQUIRE(is_event(recorder.event), "the event \"%s\" is not in the descriptor", recorder.event);
  REQUIRE(recorder.nul_behind_event, "no NUL stands behind the event's name");
  end_adapter(adapter);
}

static void json_is_an_object(void) {
  struct event_recorder recorder = {0};
  struct json json;
  raise_for(&recorder);
  needs_call(&recorder);
  REQUIRE(json_read(recorder.json, recorder.json_len, &json) && json_type(json) == JSON_OBJECT,
          "the event's JSON is no object: %.200s", recorder.json);
  REQUIRE(recorder.nul_behind_json, "no NUL stands behind the event's JSON");
  end_adapter(adapter);
}

static void on_calling_thread(void) {
  struct event_recorder recorder = {0};
  raise_for(&recorder);
  needs_call(&recorder);
  REQUIRE(pthread_equal(recorder.thread, pthread_self()),
          "the callback ran on another thread than execute_command");
  end_adapter(adapter);
}

static void names_the_instance(void) {
  struct event_recorder recorder = {0};
  struct json json, name;
  raise_for(&recorder);
  needs_call(&recorder);
  REQUIRE(json_read(recorder.json, recorder.json_len, &json) &&
              json_member(json, "adapter", &name) && json_is(name, INSTANCE_NAME),
          "the event's member adapter is not \"%s\": %.200s", INSTANCE_NAME, recorder.json);
  end_adapter(adapter);
}

static void only_where_wanted(void) {
  struct event_recorder wanted = {0}, other = {0};
  needs_raise();
  if (event_count() < 2) skip("the plugin has fewer than two events");
  adapter = new_adapter();
  char *event = raised_event(adapter);
  for (size_t i = 0; i < event_count(); i++)
    record_events(adapter, event_at(i)->name,
                  strcmp(event_at(i)->name, event) == 0 ? &wanted : &other);
  raise_accepted(adapter);
  REQUIRE(atomic_load(&wanted.calls) > 0, "a callback for %s was not called", event);
  REQUIRE(atomic_load(&other.calls) == 0 || strcmp(other.event, event) != 0,
          "a callback for another event was called for %s", event);
  free(event);
  end_adapter(adapter);
}

static atomic_int turn;
static int turns[3];

static void take_turn(struct event_recorder *recorder) {
  int *mine = recorder->context;
  if (*mine == 0) *mine = atomic_fetch_add(&turn, 1) + 1;
}

static void in_order_of_registration(void) {
  struct event_recorder watches[3] = {0};
  needs_raise();
  adapter = new_adapter();
  atomic_store(&turn, 0);
  for (int i = 0; i < 3; i++) {
    turns[i] = 0;
    watches[i].inside = take_turn;
    watches[i].context = &turns[i];
    record_events(adapter, NULL, &watches[i]);
  }
  raise_accepted(adapter);
  REQUIRE(turns[0] == 1 && turns[1] == 2 && turns[2] == 3,
          "callbacks 1, 2 and 3 were called as number %d, %d and %d", turns[0], turns[1], turns[2]);
  end_adapter(adapter);
}

static void answers_to(int32_t first, int32_t second, wfa_result wanted) {
  struct event_recorder watches[2] = {{.answer = first}, {.answer = second}};
  adapter = new_adapter();
  record_events(adapter, NULL, &watches[0]);
  record_events(adapter, NULL, &watches[1]);
  struct answer answer = raise_event(adapter);
  needs_call(&watches[0]);
  expect(answer.result, wanted, "%s with callbacks that answer %d and %d", inputs()->raise_command,
         first, second);
  REQUIRE(atomic_load(&watches[1].calls) > 0, "a callback was not called because one answered %d",
          first);
  give_back(&answer);
  end_adapter(adapter);
}

static void worst_answer_counts(void) {
  needs_raise();
  answers_to(WFA_EVENT_ACCEPTED, WFA_EVENT_ACCEPTED, WFA_OK);
  answers_to(WFA_EVENT_ACCEPTED, WFA_EVENT_DROPPED, WFA_OK);
  answers_to(WFA_EVENT_ACCEPTED, WFA_EVENT_RETRY, WFA_ERR_EVENT_NOT_ACCEPTED);
  answers_to(WFA_EVENT_RETRY, WFA_EVENT_ACCEPTED, WFA_ERR_EVENT_NOT_ACCEPTED);
  answers_to(WFA_EVENT_DROPPED, WFA_EVENT_RETRY, WFA_ERR_EVENT_NOT_ACCEPTED);
  answers_to(WFA_EVENT_ACCEPTED, 77, WFA_ERR_EVENT_NOT_ACCEPTED);
  answers_to(WFA_EVENT_ACCEPTED, -1, WFA_ERR_EVENT_NOT_ACCEPTED);
}

static void none_after_unregister(void) {
  struct event_recorder gone = {0}, stays = {0};
  needs_raise();
  adapter = new_adapter();
  record_events(adapter, NULL, &gone);
  record_events(adapter, NULL, &stays);
  expect(load()->unregister_event_callback(adapter, gone.registration, 0), WFA_OK,
         "unregister_event_callback");
  raise_accepted(adapter);
  REQUIRE(atomic_load(&gone.calls) == 0, "a callback was called after it was unregistered");
  REQUIRE(atomic_load(&stays.calls) > 0, "the other callback was not called");
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"event-reaches-callback", "the command's events are delivered before it returns",
     reaches_callback},
    {"event-is-in-descriptor", "events have the descriptor's names", is_in_descriptor},
    {"event-json-is-an-object", "an event's JSON is one object with a NUL behind it",
     json_is_an_object},
    {"event-on-calling-thread", "callbacks run on the thread that runs the command",
     on_calling_thread},
    {"event-names-the-instance", "the instance's name comes back as adapter", names_the_instance},
    {"event-only-where-wanted", "a callback gets the event it was registered for, and no other",
     only_where_wanted},
    {"event-in-order-of-registration", "several callbacks are called in their order",
     in_order_of_registration},
    {"event-worst-answer-counts", "all are called; retry and unknown answers fail the command",
     worst_answer_counts},
    {"event-none-after-unregister", "a callback is not called once it is unregistered",
     none_after_unregister},
};
GROUP(delivery, "events");
