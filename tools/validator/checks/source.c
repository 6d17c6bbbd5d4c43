/* source.c: events outside of calls: when they come, what comes again, and how they end. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "json.h"
#include "probe.h"
#include "rows.h"
#include "text.h"
#include "event_recorder.h"

/* How long to wait for what must come, and for what must not. */
enum { LONG_MS = 10000, SHORT_MS = 300, MOST = 64, REFUSED = 2 };

static wfa_adapter *adapter;

static wfa_result start(wfa_adapter *of) {
  const wfa_api *api = load();
  wfa_error error = empty_error();
  if (!WFA_HAS(api, start) || api->start == NULL) skip("the plugin has no start");
  wfa_result result = api->start(of, &error);
  if (result == WFA_ERR_UNSUPPORTED) skip("start answers WFA_ERR_UNSUPPORTED");
  if (result == WFA_ERR_UNAVAILABLE)
    skip("the source cannot be opened: %s", error.message.ptr == NULL ? "" : error.message.ptr);
  release(&error.message);
  return result;
}

static void needs_source(void) {
  if (!inputs()->raise_outside)
    skip("it needs a plugin that raises events outside of calls: --raise-outside");
}

/* An adapter that is started, and whose every event `recorder` gets. */
static void started_for(struct event_recorder *recorder) {
  needs_source();
  adapter = new_adapter();
  record_events(adapter, NULL, recorder);
  expect(start(adapter), WFA_OK, "start");
}

static void needs_events(struct event_recorder *recorder, int count) {
  REQUIRE(reaches(&recorder->calls, count, LONG_MS),
          "%d events came within %d s of start; expected %d", atomic_load(&recorder->calls),
          LONG_MS / 1000, count);
}

static void start_succeeds(void) {
  adapter = new_adapter();
  expect(start(adapter), WFA_OK, "start");
  expect(start(adapter), WFA_OK, "start, again");
  end_adapter(adapter);
}

static void refuses_dead_handles(void) {
  adapter = new_adapter();
  (void)start(adapter);
  end_adapter(adapter);
  expect(start(adapter), WFA_ERR_STATE, "start after destroy");
  expect(start(NULL), WFA_ERR_INVALID_ARGUMENT, "start(NULL)");
}

static void silent_before_start(void) {
  struct event_recorder recorder = {0};
  needs_source();
  adapter = new_adapter();
  record_events(adapter, NULL, &recorder);
  pause_ms(SHORT_MS);
  REQUIRE(atomic_load(&recorder.calls) == 0, "%d events came before start",
          atomic_load(&recorder.calls));
  end_adapter(adapter);
}

static void raises_events(void) {
  struct event_recorder recorder = {0};
  struct json json;
  started_for(&recorder);
  needs_events(&recorder, 1);
  end_adapter(adapter);
  REQUIRE(!pthread_equal(recorder.thread, pthread_self()),
          "the event came on the host's own thread");
  REQUIRE(is_event(recorder.event), "the event \"%s\" is not in the descriptor", recorder.event);
  REQUIRE(json_read(recorder.json, recorder.json_len, &json) && json_type(json) == JSON_OBJECT,
          "the event's JSON is no object: %.200s", recorder.json);
  REQUIRE(recorder.nul_behind_event && recorder.nul_behind_json,
          "no NUL stands behind the event's name or JSON");
}

/* The events so far: a line for each, with its name and its id. */
static struct text seen;

/* The value of the member that the event's rows mark as its id, as JSON; NULL if there is none. */
static char *identity(const char *event, const char *json) {
  struct json object, value;
  const wfa_field *row = event_id_row(event);
  if (row == NULL || !json_read(json, strlen(json), &object) ||
      !member_at(object, row->name, &value))
    return NULL;
  return strndup(value.at, (size_t)(value.end - value.at));
}

static int doubles, without_row, without_id;

static void see_identity(struct event_recorder *recorder) {
  struct text entry = {0};
  char *id = identity(recorder->event, recorder->json);
  text_add(&entry, "\n%s %s\n", recorder->event, id == NULL ? "" : id);
  doubles += id != NULL && seen.at != NULL && strstr(seen.at, entry.at) != NULL;
  without_row += event_id_row(recorder->event) == NULL;
  without_id += id == NULL;
  text_add_bytes(&seen, entry.at, entry.len);
  free(entry.at);
  free(id);
}

static void ids_are_unique(void) {
  struct event_recorder recorder = {.note = see_identity};
  started_for(&recorder);
  needs_events(&recorder, 3);
  end_adapter(adapter);
  if (without_row > 0) skip("the events have no member that is marked as their id");
  if (without_id > 0) skip("%d events came without their id: see event-has-its-id", without_id);
  REQUIRE(doubles == 0, "%d of %d accepted events had the id of another one", doubles,
          atomic_load(&recorder.calls));
}

/* The first event, and how often the same one came. */
static char *first_event;
static atomic_int same;
static atomic_bool lacks_id;

static void refuse_first(struct event_recorder *recorder) {
  char *id = identity(recorder->event, recorder->json);
  struct text entry = {0};
  text_add(&entry, "%s %s", recorder->event, id == NULL ? recorder->json : id);
  if (id == NULL && event_id_row(recorder->event) != NULL) lacks_id = true;
  if (first_event == NULL) first_event = strdup(entry.at);
  if (strcmp(first_event, entry.at) == 0)
    recorder->answer = atomic_fetch_add(&same, 1) < REFUSED ? WFA_EVENT_RETRY : WFA_EVENT_ACCEPTED;
  else
    recorder->answer = WFA_EVENT_ACCEPTED;
  free(entry.at);
  free(id);
}

static void redelivers(void) {
  struct event_recorder recorder = {.note = refuse_first};
  started_for(&recorder);
  needs_events(&recorder, 1);
  REQUIRE(reaches(&same, REFUSED + 1, LONG_MS),
          "the event that was answered RETRY %d times came %d times: %s", (int)REFUSED,
          atomic_load(&same), first_event);
  pause_ms(SHORT_MS);
  if (atomic_load(&same) > REFUSED + 1 && lacks_id)
    skip("events came without their id, and cannot be told apart: see event-has-its-id");
  REQUIRE(atomic_load(&same) == REFUSED + 1, "an event came again after it was accepted: %s",
          first_event);
  end_adapter(adapter);
}

static void ends_with_destroy(void) {
  static struct event_recorder recorder; /* outlives the check, whatever comes late */
  started_for(&recorder);
  needs_events(&recorder, 1);
  end_adapter(adapter);
  int before = atomic_load(&recorder.calls);
  pause_ms(SHORT_MS);
  REQUIRE(atomic_load(&recorder.calls) == before, "%d events came after destroy had returned",
          atomic_load(&recorder.calls) - before);
  REQUIRE(atomic_load(&recorder.drops) == 1, "drop_user_data was called %d times",
          atomic_load(&recorder.drops));
}

static atomic_int destroyed;

static void *destroy_it(void *unused) {
  wfa_result result = load()->destroy(adapter, 0);
  atomic_store(&destroyed, result == WFA_OK ? 1 : 2);
  return unused;
}

/* The plugin gives `user_data` back once, and only after the callback has returned. */
static void require_one_drop(struct event_recorder *recorder) {
  REQUIRE(atomic_load(&recorder->calls) == atomic_load(&recorder->returned) &&
              atomic_load(&recorder->drops) == 1 &&
              atomic_load(&recorder->drops_while_running) == 0,
          "a callback was given back while it ran, or not once");
}

/* X3. */
static void destroy_waits(void) {
  static struct event_recorder recorder;
  atomic_store(&recorder.hold, 1);
  started_for(&recorder);
  needs_events(&recorder, 1);
  pthread_t thread = start_thread(0, destroy_it, NULL);
  pause_ms(SHORT_MS);
  REQUIRE(atomic_load(&destroyed) == 0, "destroy returned while a callback was still running");
  atomic_store(&recorder.hold, 0);
  REQUIRE(reaches(&destroyed, 1, LONG_MS), "destroy had not returned %d s after the last callback",
          LONG_MS / 1000);
  pthread_join(thread, NULL);
  REQUIRE(atomic_load(&destroyed) == 1, "destroy did not succeed");
  require_one_drop(&recorder);
}

static void *destroy_at_once(void *unused) {
  wfa_result result = load()->destroy(adapter, WFA_NO_WAIT);
  atomic_store(&destroyed, result == WFA_OK ? 1 : 2);
  return unused;
}

/* The callback returns only after destroy has: a destroy that waits for it never returns. */
static void destroy_without_waiting(void) {
  static struct event_recorder recorder;
  atomic_store(&recorder.hold, 1);
  atomic_store(&destroyed, 0);
  started_for(&recorder);
  needs_events(&recorder, 1);
  pthread_t thread = start_thread(0, destroy_at_once, NULL);
  bool returned = reaches(&destroyed, 1, LONG_MS);
  atomic_store(&recorder.hold, 0);
  pthread_join(thread, NULL);
  REQUIRE(returned, "destroy(WFA_NO_WAIT) waited for a callback on a thread of the plugin");
  REQUIRE(atomic_load(&destroyed) == 1, "destroy(WFA_NO_WAIT) did not succeed");
  REQUIRE(reaches(&recorder.drops, 1, LONG_MS), "user_data was not given back");
  require_one_drop(&recorder);
}

static const struct check checks[] = {
    {"start-succeeds", "start succeeds, and does nothing when it is called again", start_succeeds},
    {"start-refuses-dead-handles", "start refuses handles that are destroyed or none",
     refuses_dead_handles},
    {"source-silent-before-start", "no event comes outside of a call before start",
     silent_before_start},
    {"source-raises-events", "after start events of the descriptor come on threads of the plugin",
     raises_events},
    {"source-ids-are-unique", "two events of one name have different ids", ids_are_unique},
    {"source-redelivers-after-retry",
     "an event that is answered RETRY is offered again, once taken "
     "no more",
     redelivers},
    {"source-ends-with-destroy", "the last event comes before destroy returns", ends_with_destroy},
    {"source-destroy-waits", "destroy waits for a callback on a thread of the plugin, and ends",
     destroy_waits},
    {"source-destroy-without-waiting",
     "with WFA_NO_WAIT it returns while a callback on a thread of the plugin still runs",
     destroy_without_waiting},
};
GROUP(sources, "events outside calls");
