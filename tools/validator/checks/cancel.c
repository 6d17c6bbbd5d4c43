/* cancel.c: full queues, cancelled commands, and adapters destroyed under them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ending.h"
#include "probe.h"
#include "rows.h"
#include "speed.h"
#include "text.h"
#include "values.h"
#include "event_recorder.h"

enum { MOST = 2000, SETTLE_MS = 50, START_MS = 2000, END_MS = 3000 };

static wfa_adapter *adapter;
static struct event_recorder recorder;
static struct ending *endings;
static int queued;

/* Submits until the plugin refuses; answers what it then says, or WFA_OK if it never does. */
static wfa_result submit_many(void) {
  for (; queued < MOST; queued++) {
    char *request = raise_request();
    wfa_result result = submit(adapter, inputs()->raise_command, request, &endings[queued]);
    free(request);
    if (result == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
    if (result != WFA_OK) return result;
  }
  return WFA_OK;
}

/* Fills the queue with commands whose callbacks are held, until nothing moves: every thread of the
 * plugin stands in a callback, and no command that is taken starts. */
static wfa_result fill_queue_of(wfa_adapter *filled) {
  adapter = filled;
  recorder = (struct event_recorder){0};
  atomic_store(&recorder.hold, 1);
  record_events(adapter, NULL, &recorder);
  endings = allocate((MOST + 1) * sizeof *endings);
  queued = 0;
  wfa_result result = submit_many();
  if (!reaches(&recorder.calls, 1, START_MS)) {
    atomic_store(&recorder.hold, 0);
    skip("a submitted command raised no event: see event-reaches-callback");
  }
  for (int before = -1; result != WFA_OK && before != queued;) {
    before = queued;
    pause_ms(patience_for(SETTLE_MS, 2));
    result = submit_many();
  }
  return result;
}

static wfa_result fill_queue(void) {
  needs_raise();
  return fill_queue_of(new_adapter());
}

static void let_all_go(void) { atomic_store(&recorder.hold, 0); }

static int completed(void) {
  int count = 0;
  for (int i = 0; i < queued; i++) count += atomic_load(&endings[i].calls);
  return count;
}

static void wait_for_all(void) {
  double until = now_ms() + patience_for(END_MS, queued);
  while (completed() < queued && now_ms() < until) pause_ms(1);
  pause_ms(SETTLE_MS);
  for (int i = 0; i < queued; i++)
    REQUIRE(atomic_load(&endings[i].calls) == 1, "command %d of %d completed %d times", i + 1,
            queued, atomic_load(&endings[i].calls));
}

static void queue_is_bounded(void) {
  wfa_result result = fill_queue();
  pause_ms(SETTLE_MS);
  int refused = atomic_load(&endings[queued].calls);
  let_all_go();
  if (result == WFA_OK) {
    load()->destroy(adapter, 0);
    skip("%d commands were queued and it was not full; set its size in the properties", (int)MOST);
  }
  expect(result, WFA_ERR_BUSY, "submit_command when nothing moves");
  REQUIRE(refused == 0, "submit_command answered WFA_ERR_BUSY and called the completion");
  wait_for_all();
  struct ending again = {0};
  submit_queued(adapter, command_at(0)->name, "[]", &again);
  require_end(&again);
  end_adapter(adapter);
  pass("%d commands queued", queued);
}

/* How many commands a new adapter takes when nothing moves, after `spoil` was tried on it. */
static int capacity_after(const char *spoil) {
  needs_raise();
  adapter = new_adapter();
  if (spoil != NULL) {
    struct answer answer = update(adapter, spoil);
    if (answer.result == WFA_ERR_UNSUPPORTED) skip("update_properties answers WFA_ERR_UNSUPPORTED");
    expect(answer.result, WFA_ERR_INVALID_REQUEST, "update_properties(one wrong member)");
    give_back(&answer);
  }
  wfa_result result = fill_queue_of(adapter);
  let_all_go();
  if (result != WFA_ERR_BUSY) {
    load()->destroy(adapter, 0);
    skip("no queue could be filled; set its size in the properties");
  }
  wait_for_all();
  end_adapter(adapter);
  free(endings);
  return queued;
}

/* A queue that a refused update has made smaller or larger. */
static void refused_update_keeps_queue(void) {
  int before = capacity_after(NULL);
  for (size_t i = 0; i < property_count(); i++) {
    const wfa_field *p = property_at(i);
    if (p->min_value == WFA_UNSET || p->max_value == WFA_UNSET) continue;
    for (int k = 0; k < 2; k++) {
      struct text value = {0};
      text_add(&value, "%" PRId64, k == 0 ? p->min_value : p->max_value);
      char *changed = object_with(properties(), p->name, value.at);
      char *spoiled = object_with(changed, NO_SUCH_NAME, "1");
      int after = capacity_after(spoiled);
      REQUIRE(after == before,
              "after update_properties refused %s=%s, %d commands fitted instead of %d", p->name,
              value.at, after, before);
      free(value.at);
      free(changed);
      free(spoiled);
    }
  }
}

static void unknown(void) {
  struct ending ending = {0};
  adapter = new_adapter();
  static const uint64_t operations[] = {0, 1, 77, UINT64_MAX};
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    wfa_result result = load()->cancel_command(adapter, operations[i]);
    if (result == WFA_ERR_UNSUPPORTED) skip("cancel_command answers WFA_ERR_UNSUPPORTED");
    expect(result, WFA_ERR_NOT_FOUND, "cancel_command(%llu)", (unsigned long long)operations[i]);
  }
  if (command_count() > 0) {
    submit_queued(adapter, command_at(0)->name, "[]", &ending);
    require_end(&ending);
    expect(load()->cancel_command(adapter, ending.given), WFA_ERR_NOT_FOUND,
           "cancel_command(an operation that has ended)");
  }
  end_adapter(adapter);
}

/* The last one queued cannot have started: every thread before it is held. */
static void cancel_queued(void) {
  fill_queue();
  struct ending *last = &endings[queued - 1];
  if (queued == MOST || atomic_load(&recorder.calls) >= queued) {
    let_all_go();
    load()->destroy(adapter, 0);
    skip("no command could be made to wait; set the queue's size in the properties");
  }
  wfa_result result = load()->cancel_command(adapter, last->given);
  let_all_go();
  expect(result, WFA_OK, "cancel_command(a queued command)");
  wait_for_all();
  expect(last->result, WFA_ERR_CANCELLED, "the completion of a command cancelled in the queue");
  REQUIRE(last->has_response, "it completed with WFA_ERR_CANCELLED and no response");
  end_adapter(adapter);
}

static atomic_int destroyed;
static wfa_result destroy_result;
static int completed_at_destroy, running_at_destroy;

static void *destroy_beside(void *unused) {
  (void)unused;
  destroy_result = load()->destroy(adapter, 0);
  completed_at_destroy = completed();
  running_at_destroy = atomic_load(&recorder.calls) - atomic_load(&recorder.returned);
  atomic_fetch_add(&destroyed, 1);
  return NULL;
}

static void destroy_completes_everything(void) {
  fill_queue();
  atomic_store(&destroyed, 0);
  pthread_t side = start_thread(0, destroy_beside, NULL);
  bool early = reaches(&destroyed, 1, 100);
  let_all_go();
  pthread_join(side, NULL);
  expect(destroy_result, WFA_OK, "destroy with %d commands submitted", queued);
  REQUIRE(!early && running_at_destroy == 0, "destroy returned while callbacks were running");
  REQUIRE(completed_at_destroy == queued, "when destroy had returned, %d of %d commands had ended",
          completed_at_destroy, queued);
  wait_for_all();
  for (int i = 0; i < queued; i++)
    REQUIRE(endings[i].has_response == has_response(endings[i].result),
            "a command ended by destroy has %s and %s response", result_name(endings[i].result),
            endings[i].has_response ? "a" : "no");
  REQUIRE(atomic_load(&recorder.drops) == 1, "user_data was given back %d times",
          atomic_load(&recorder.drops));
}

static wfa_result seen = -1;

static void destroy_me(struct ending *ending) { seen = load()->destroy(ending->adapter, 0); }

static void may_not_destroy(void) {
  struct ending ending = {.inside = destroy_me};
  if (command_count() == 0) skip("the plugin has no commands");
  adapter = new_adapter();
  submit_queued(adapter, command_at(0)->name, "[]", &ending);
  require_end(&ending);
  expect(seen, WFA_ERR_STATE, "destroy inside a completion");
  end_adapter(adapter);
}

static struct ending second;

static void submit_another(struct ending *ending) {
  seen = submit(ending->adapter, command_at(0)->name, "[]", &second);
}

static void may_submit(void) {
  struct ending ending = {.inside = submit_another};
  if (command_count() == 0) skip("the plugin has no commands");
  adapter = new_adapter();
  memset(&second, 0, sizeof second);
  submit_queued(adapter, command_at(0)->name, "[]", &ending);
  require_end(&ending);
  expect(seen, WFA_OK, "submit_command inside a completion");
  require_end(&second);
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"submit-queue-is-bounded", "a full queue is BUSY, without a completion, and then goes on",
     queue_is_bounded},
    {"cancel-unknown", "an operation that is none, or has ended, is NOT_FOUND", unknown},
    {"cancel-queued", "a command cancelled in the queue completes once, as CANCELLED",
     cancel_queued},
    {"update-refused-keeps-queue", "an update that is refused leaves the queue as it was",
     refused_update_keeps_queue},
    {"completion-may-not-destroy", "destroy inside a completion is STATE", may_not_destroy},
    {"completion-may-submit", "a completion may submit another command", may_submit},
    {"destroy-completes-everything", "when destroy returns, every submitted command has completed",
     destroy_completes_everything},
};
GROUP(cancellation, "submit and cancel");
