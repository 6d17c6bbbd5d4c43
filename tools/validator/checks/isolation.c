/* isolation.c: what belongs to one adapter is nothing to another one of the same plugin. */
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "ending.h"
#include "blocked_callback.h"
#include "probe.h"
#include "rows.h"
#include "event_recorder.h"

static void events_of_its_own(void) {
  struct event_recorder mine = {0}, of_other = {0};
  needs_raise();
  wfa_adapter *adapter = new_adapter(), *other = new_adapter();
  record_events(adapter, NULL, &mine);
  record_events(other, NULL, &of_other);
  raise_accepted(adapter);
  if (atomic_load(&mine.calls) == 0 && atomic_load(&of_other.calls) == 0)
    skip("the command raised no event: see event-reaches-callback");
  REQUIRE(atomic_load(&of_other.calls) == 0,
          "an event of one adapter reached another one's callback");
  REQUIRE(atomic_load(&mine.calls) > 0, "an event did not reach the callback of its adapter");
  end_adapter(adapter);
  end_adapter(other);
}

static void registrations_of_its_own(void) {
  struct event_recorder recorder = {0};
  wfa_adapter *adapter = new_adapter(), *other = new_adapter();
  record_events(adapter, NULL, &recorder);
  expect(load()->unregister_event_callback(other, recorder.registration, 0), WFA_ERR_NOT_FOUND,
         "unregister_event_callback(a registration of another adapter)");
  REQUIRE(atomic_load(&recorder.drops) == 0, "an adapter gave back what was lent to another one");
  expect(load()->unregister_event_callback(adapter, recorder.registration, 0), WFA_OK,
         "unregister_event_callback after another adapter was asked");
  end_adapter(adapter);
  end_adapter(other);
}

/* A submitted command that is held in an event callback; skips the check where there is none. */
static wfa_adapter *submit_held(struct event_recorder *recorder, struct ending *ending) {
  needs_raise();
  wfa_adapter *adapter = new_adapter();
  atomic_store(&recorder->hold, 1);
  record_events(adapter, NULL, recorder);
  submit_queued(adapter, inputs()->raise_command, raise_request(), ending);
  if (!reaches(&recorder->calls, 1, EVENT_MS)) {
    atomic_store(&recorder->hold, 0);
    skip("the submitted command raised no event: see event-reaches-callback");
  }
  return adapter;
}

static void operations_of_its_own(void) {
  struct event_recorder recorder = {0};
  struct ending ending = {0};
  wfa_adapter *adapter = submit_held(&recorder, &ending), *other = new_adapter();
  wfa_result result = load()->cancel_command(other, ending.given);
  atomic_store(&recorder.hold, 0);
  require_end(&ending);
  if (result != WFA_ERR_UNSUPPORTED)
    expect(result, WFA_ERR_NOT_FOUND, "cancel_command(an operation of another adapter)");
  end_adapter(adapter);
  end_adapter(other);
}

/* Whatever the command comes to: it runs, so it can be found, and it ends once. */
static void running_is_found(void) {
  struct event_recorder recorder = {0};
  struct ending ending = {0};
  wfa_adapter *adapter = submit_held(&recorder, &ending);
  wfa_result result = load()->cancel_command(adapter, ending.given);
  atomic_store(&recorder.hold, 0);
  require_end(&ending);
  if (result == WFA_ERR_UNSUPPORTED) skip("cancel_command answers WFA_ERR_UNSUPPORTED");
  expect(result, WFA_OK, "cancel_command(a command that runs)");
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"event-of-its-instance", "an adapter's events reach its own callbacks and no other's",
     events_of_its_own},
    {"unregister-of-its-instance", "a registration of another adapter is NOT_FOUND",
     registrations_of_its_own},
    {"cancel-of-its-instance", "an operation of another adapter is NOT_FOUND",
     operations_of_its_own},
    {"cancel-running", "a command that runs can be cancelled, and completes once",
     running_is_found},
};
GROUP(isolation, "handles and destroy");
