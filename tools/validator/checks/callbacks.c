/* callbacks.c: what a callback may do while it runs, and what it may not. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "ending.h"
#include "blocked_callback.h"
#include "probe.h"
#include "lifecycle.h"
#include "event_recorder.h"

enum { SETTLE_MS = 1000, SIDE_CALL_MS = 2000 };

/* Notes of a callback, which cannot fail a check itself. */
static wfa_result seen = -1, seen_second = -1;
static int drops_seen_inside;
static struct event_recorder added;
static wfa_adapter *another;
static struct ending unused;

static wfa_adapter *adapter_for(struct event_recorder *recorder,
                                void (*inside)(struct event_recorder *)) {
  needs_raise();
  seen = seen_second = -1;
  wfa_adapter *adapter = new_adapter();
  recorder->inside = inside;
  record_events(adapter, NULL, recorder);
  return adapter;
}

static void run_and_need_call(wfa_adapter *adapter, struct event_recorder *recorder) {
  raise_accepted(adapter);
  if (atomic_load(&recorder->calls) == 0)
    skip("the command raised no event: see event-reaches-callback");
}

static void unregister_me(struct event_recorder *recorder) {
  if (seen == WFA_OK) return; /* a command may raise several events */
  seen = load()->unregister_event_callback(recorder->adapter, recorder->registration, 0);
  drops_seen_inside = atomic_load(&recorder->drops);
}

static void unregisters_itself(void) {
  struct event_recorder recorder = {0}, other = {0};
  wfa_adapter *adapter = adapter_for(&recorder, unregister_me);
  record_events(adapter, NULL, &other);
  run_and_need_call(adapter, &recorder);
  expect(seen, WFA_OK, "unregister_event_callback inside the callback");
  REQUIRE(drops_seen_inside == 0, "user_data was given back while the callback still used it");
  REQUIRE(reaches(&recorder.drops, 1, SETTLE_MS), "user_data was not given back");
  int calls = atomic_load(&recorder.calls);
  raise_accepted(adapter);
  REQUIRE(atomic_load(&recorder.calls) == calls, "it was called again");
  end_adapter(adapter);
  REQUIRE(atomic_load(&recorder.drops) == 1, "user_data was given back %d times",
          atomic_load(&recorder.drops));
}

static void unregister_other(struct event_recorder *recorder) {
  struct event_recorder *other = recorder->context;
  if (seen != WFA_OK)
    seen = load()->unregister_event_callback(recorder->adapter, other->registration, 0);
}

static void unregisters_another(void) {
  struct event_recorder other = {0}, recorder = {.context = &other};
  wfa_adapter *adapter = adapter_for(&recorder, unregister_other);
  record_events(adapter, NULL, &other);
  run_and_need_call(adapter, &recorder);
  expect(seen, WFA_OK, "unregister_event_callback of another inside a callback");
  REQUIRE(reaches(&other.drops, 1, SETTLE_MS), "the other's user_data was not given back");
  int calls = atomic_load(&other.calls);
  raise_accepted(adapter);
  REQUIRE(atomic_load(&other.calls) == calls, "the other was called again");
  end_adapter(adapter);
}

static void register_other(struct event_recorder *recorder) {
  if (seen != WFA_OK)
    seen = load()->register_event_callback(recorder->adapter, NULL, 0, on_event, &added, on_drop,
                                           &added.registration, NULL);
}

static void registers_another(void) {
  struct event_recorder recorder = {0};
  wfa_adapter *adapter = adapter_for(&recorder, register_other);
  run_and_need_call(adapter, &recorder);
  expect(seen, WFA_OK, "register_event_callback inside a callback");
  raise_accepted(adapter);
  REQUIRE(atomic_load(&added.calls) > 0, "what was registered inside a callback is never called");
  end_adapter(adapter);
  REQUIRE(atomic_load(&added.drops) == 1, "its user_data was given back %d times",
          atomic_load(&added.drops));
}

/* A command inside a callback raises an event itself; that one runs no command. */
static void run_command(struct event_recorder *recorder) {
  static _Thread_local bool nested;
  if (nested) return;
  nested = true;
  struct answer answer = raise_event(recorder->adapter);
  seen = answer.result;
  give_back(&answer);
  answer = execute(recorder->adapter, NO_SUCH_NAME, "{}");
  seen_second = answer.result;
  give_back(&answer);
  nested = false;
}

static void runs_a_command(void) {
  struct event_recorder recorder = {0};
  wfa_adapter *adapter = adapter_for(&recorder, run_command);
  run_and_need_call(adapter, &recorder);
  expect(seen, WFA_OK, "%s inside a callback", inputs()->raise_command);
  expect(seen_second, WFA_ERR_NOT_FOUND, "an unknown command inside a callback");
  REQUIRE(atomic_load(&recorder.calls) >= 2, "the inner command's event was not delivered");
  end_adapter(adapter);
}

static const char *refused_call;

static void note(const char *call, wfa_result result, wfa_result wanted) {
  if (result != wanted && result != WFA_ERR_UNSUPPORTED && refused_call == NULL) {
    refused_call = call;
    seen = result;
  }
}

static void call_anything(struct event_recorder *recorder) {
  wfa_buffer json = {0};
  const wfa_api *api = load();
  note("create", api->create(NULL, properties(), WFA_STRLEN, &another, NULL), WFA_OK);
  note("update_properties",
       api->update_properties(recorder->adapter, properties(), WFA_STRLEN, NULL), WFA_OK);
  note("cancel_command", api->cancel_command(recorder->adapter, 77), WFA_ERR_NOT_FOUND);
  note("submit_command", submit(recorder->adapter, NO_SUCH_NAME, "{}", &unused), WFA_ERR_NOT_FOUND);
  if (metrics() != NULL)
    note("snapshot", metrics()->snapshot(recorder->adapter, &json, NULL), WFA_OK);
  release(&json);
  recorder->inside = NULL; /* once is enough */
}

static void may_call_anything(void) {
  struct event_recorder recorder = {0};
  properties();
  refused_call = NULL;
  another = NULL;
  wfa_adapter *adapter = adapter_for(&recorder, call_anything);
  run_and_need_call(adapter, &recorder);
  REQUIRE(refused_call == NULL, "%s inside a callback answered %s", refused_call,
          result_name(seen));
  end_adapter(another);
  end_adapter(adapter);
}

static void destroy_me(struct event_recorder *recorder) {
  seen = load()->destroy(recorder->adapter, 0);
  seen_second = load()->destroy(recorder->adapter, WFA_NO_WAIT);
}

static void may_not_destroy(void) {
  struct event_recorder recorder = {0};
  wfa_adapter *adapter = adapter_for(&recorder, destroy_me);
  run_and_need_call(adapter, &recorder);
  expect(seen, WFA_ERR_STATE, "destroy inside a callback");
  expect(seen_second, WFA_ERR_STATE, "destroy with WFA_NO_WAIT inside a callback");
  recorder.inside = NULL;
  raise_accepted(adapter); /* it still works */
  end_adapter(adapter);
}

static atomic_int side_calls;

static void *call_beside(void *argument) {
  struct blocked_callback *blocked = argument;
  struct answer answer = execute(blocked->adapter, NO_SUCH_NAME, "{}");
  give_back(&answer);
  atomic_fetch_add(&side_calls, 1);
  struct event_recorder recorder = {0};
  if (load()->register_event_callback(blocked->adapter, NULL, 0, on_event, &recorder, NULL,
                                      &recorder.registration, NULL) == WFA_OK &&
      load()->unregister_event_callback(blocked->adapter, recorder.registration, 0) == WFA_OK)
    atomic_fetch_add(&side_calls, 1);
  wfa_adapter *another = NULL;
  if (load()->create(NULL, properties(), WFA_STRLEN, &another, NULL) == WFA_OK &&
      load()->destroy(another, 0) == WFA_OK)
    atomic_fetch_add(&side_calls, 1);
  return NULL;
}

static void blocks_nobody_else(void) {
  struct blocked_callback *blocked = block_callback();
  atomic_store(&side_calls, 0);
  pthread_t side = start_thread(0, call_beside, blocked);
  bool went_on = reaches(&side_calls, 3, SIDE_CALL_MS);
  unblock_callback(blocked);
  pthread_join(side, NULL);
  REQUIRE(went_on, "a callback that takes its time stops calls on other threads");
  end_adapter(blocked->adapter);
}

static atomic_int unregistered;
static int calls_unfinished;

static void *unregister_held(void *argument) {
  struct blocked_callback *blocked = argument;
  load()->unregister_event_callback(blocked->adapter, blocked->recorder.registration, 0);
  calls_unfinished =
      atomic_load(&blocked->recorder.calls) - atomic_load(&blocked->recorder.returned);
  atomic_fetch_add(&unregistered, 1);
  return NULL;
}

static void unregister_waits(void) {
  struct blocked_callback *blocked = block_callback();
  atomic_store(&unregistered, 0);
  pthread_t side = start_thread(0, unregister_held, blocked);
  bool early = reaches(&unregistered, 1, 100);
  unblock_callback(blocked);
  pthread_join(side, NULL);
  REQUIRE(!early && calls_unfinished == 0, "unregister returned while the callback was running");
  REQUIRE(reaches(&blocked->recorder.drops, 1, SETTLE_MS), "user_data was not given back");
  REQUIRE(atomic_load(&blocked->recorder.drops_while_running) == 0,
          "user_data was given back while the callback was running");
  end_adapter(blocked->adapter);
}

static void unregister_without_waiting(void) {
  struct blocked_callback *blocked = block_callback();
  double before = now_ms();
  wfa_result result = load()->unregister_event_callback(
      blocked->adapter, blocked->recorder.registration, WFA_NO_WAIT);
  double took = now_ms() - before;
  int drops = atomic_load(&blocked->recorder.drops);
  unblock_callback(blocked);
  expect(result, WFA_OK, "unregister_event_callback(WFA_NO_WAIT)");
  REQUIRE(took < SETTLE_MS, "unregister_event_callback(WFA_NO_WAIT) took %.0f ms", took);
  REQUIRE(drops == 0, "user_data was given back while the callback was running");
  REQUIRE(reaches(&blocked->recorder.drops, 1, SETTLE_MS), "user_data was not given back");
  end_adapter(blocked->adapter);
  REQUIRE(atomic_load(&blocked->recorder.drops) == 1, "user_data was given back twice");
}

static const struct check checks[] = {
    {"callback-unregisters-itself",
     "a callback may unregister itself; user_data goes back after it", unregisters_itself},
    {"callback-unregisters-another", "a callback may unregister another", unregisters_another},
    {"callback-registers-another", "a callback may register another", registers_another},
    {"callback-runs-a-command", "a callback may run commands, with events of their own",
     runs_a_command},
    {"callback-may-call-anything", "a callback may create, update, submit and cancel",
     may_call_anything},
    {"callback-may-not-destroy", "destroy inside a callback is STATE and does nothing",
     may_not_destroy},
    {"callback-blocks-nobody-else", "while a callback runs, other threads go on",
     blocks_nobody_else},
    {"unregister-waits", "unregister returns when no call of the callback runs on another thread",
     unregister_waits},
    {"unregister-without-waiting", "with WFA_NO_WAIT it returns at once, user_data goes back later",
     unregister_without_waiting},
};
GROUP(callbacks, "events");
