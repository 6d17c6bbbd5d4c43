/* unlocked.c: no lock is held while the host's code runs: another thread that calls goes on meanwhile.
 * For event callbacks: callback-blocks-nobody-else. */
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "ending.h"
#include "logbook.h"
#include "probe.h"
#include "rows.h"
#include "speed.h"
#include "event_recorder.h"

enum { SIDE_CALLS = 3, SIDE_MS = 2000 };

static wfa_adapter *adapter;
/* 0: not wanted; 1: the next call of the host's code is held; 2: one is held, or was. */
static atomic_int hold_next, side_calls, let_go;
static bool went_on;

static void *call_beside(void *unused) {
  struct event_recorder recorder = {0};
  wfa_adapter *another = NULL;
  (void)unused;
  struct answer answer = execute(adapter, NO_SUCH_NAME, "{}");
  give_back(&answer);
  atomic_fetch_add(&side_calls, 1);
  if (load()->register_event_callback(adapter, NULL, 0, on_event, &recorder, NULL,
                                      &recorder.registration, NULL) == WFA_OK &&
      load()->unregister_event_callback(adapter, recorder.registration, 0) == WFA_OK)
    atomic_fetch_add(&side_calls, 1);
  if (load()->create(NULL, properties(), WFA_STRLEN, &another, NULL) == WFA_OK &&
      load()->destroy(another, 0) == WFA_OK)
    atomic_fetch_add(&side_calls, 1);
  return NULL;
}

/* In the host's code: stays there until other calls have returned, or it is let go. */
static void stand(void) {
  int wanted = 1;
  if (!atomic_compare_exchange_strong(&hold_next, &wanted, 2)) return;
  while (atomic_load(&let_go) == 0) pause_ms(1);
}

/* Makes the next call of the host's code stand, which `cause` brings about on a thread of its own, and
 * requires that calls on other threads return meanwhile; false if no such call came. */
static bool others_go_on(void *(*cause)(void *), void *argument) {
  int ms = patience_for(SIDE_MS, 2);
  atomic_store(&side_calls, 0);
  atomic_store(&let_go, 0);
  atomic_store(&hold_next, 1);
  pthread_t thread = start_thread(0, cause, argument);
  bool stands = reaches(&hold_next, 2, ms);
  atomic_store(&hold_next, 2); /* one that comes later does not stand */
  pthread_t side = start_thread(0, call_beside, NULL);
  went_on = reaches(&side_calls, SIDE_CALLS, ms);
  atomic_store(&let_go, 1);
  pthread_join(side, NULL);
  pthread_join(thread, NULL);
  return stands;
}

static void stand_in_log(struct logbook *logbook) {
  (void)logbook;
  stand();
}

/* Every command, and the one that raises events: one of them logs. */
static void *run_commands(void *unused) {
  (void)unused;
  for (size_t i = 0; i < command_count(); i++) {
    char *request = request_for(command_at(i));
    struct answer answer = execute(adapter, command_at(i)->name, request);
    give_back(&answer);
  }
  if (inputs()->raise_command != NULL && inputs()->raise_request != NULL) {
    struct answer answer = raise_event(adapter);
    give_back(&answer);
  }
  return NULL;
}

static void while_it_logs(void) {
  struct logbook logbook = {.inside = stand_in_log};
  wfa_host host = logging_host(&logbook, WFA_LOG_TRACE);
  adapter = new_adapter_for(&host);
  if (!others_go_on(run_commands, NULL)) skip("the plugin logs nothing while a command runs");
  REQUIRE(went_on, "a log callback that takes its time stops calls on other threads");
  end_adapter(adapter);
}

static void stand_in_completion(struct ending *ending) {
  (void)ending;
  stand();
}

static wfa_result submitted;

static void *submit_one(void *ending) {
  submitted = submit(adapter, command_at(0)->name, "[]", ending);
  return NULL;
}

static void while_it_completes(void) {
  struct ending ending = {.inside = stand_in_completion};
  if (command_count() == 0) skip("the plugin has no commands");
  adapter = new_adapter();
  bool stood = others_go_on(submit_one, &ending);
  if (submitted == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
  expect(submitted, WFA_OK, "submit_command");
  REQUIRE(stood, "a submitted command has no end");
  require_end(&ending);
  REQUIRE(went_on, "a completion that takes its time stops calls on other threads");
  end_adapter(adapter);
}

static void stand_in_drop(void *unused) {
  (void)unused;
  stand();
}

static int32_t accept(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

static void *unregister(void *registration) {
  load()->unregister_event_callback(adapter, *(uint64_t *)registration, 0);
  return NULL;
}

static void while_it_drops(void) {
  uint64_t registration = 0;
  adapter = new_adapter();
  expect(load()->register_event_callback(adapter, NULL, 0, accept, NULL, stand_in_drop,
                                         &registration, NULL),
         WFA_OK, "register_event_callback");
  REQUIRE(others_go_on(unregister, &registration), "unregister did not give user_data back");
  REQUIRE(went_on, "a drop callback that takes its time stops calls on other threads");
  end_adapter(adapter);
}

static atomic_int drop_returned, seen_at_return, unregister_returned;

static void drop_slowly(void *unused) {
  (void)unused;
  stand();
  atomic_store(&drop_returned, 1);
}

static void *unregister_and_look(void *registration) {
  load()->unregister_event_callback(adapter, *(uint64_t *)registration, 0);
  atomic_store(&seen_at_return, atomic_load(&drop_returned));
  atomic_store(&unregister_returned, 1);
  return NULL;
}

static struct event_recorder running;

static void *raise_once(void *unused) {
  (void)unused;
  struct answer answer = raise_event(adapter);
  give_back(&answer);
  return NULL;
}

/* The callback runs on one thread while another one unregisters it: the drop callback then runs on the
 * first, and the second waits for it as well. */
static void waits_for_drop(void) {
  uint64_t registration = 0;
  needs_raise();
  adapter = new_adapter();
  running = (struct event_recorder){0};
  atomic_store(&running.hold, 1);
  atomic_store(&drop_returned, 0);
  atomic_store(&let_go, 0);
  expect(load()->register_event_callback(adapter, NULL, 0, on_event, &running, drop_slowly,
                                         &registration, NULL),
         WFA_OK, "register_event_callback");
  pthread_t raising = start_thread(0, raise_once, NULL);
  if (!reaches(&running.calls, 1, patience_for(SIDE_MS, 2))) {
    atomic_store(&running.hold, 0);
    skip("the command raised no event: see event-reaches-callback");
  }
  atomic_store(&hold_next, 1);
  atomic_store(&unregister_returned, 0);
  pthread_t side = start_thread(0, unregister_and_look, &registration);
  pause_ms(50); /* it is to wait for the callback by now; if it is not, the check only sees less */
  atomic_store(&running.hold, 0);
  bool stands = reaches(&hold_next, 2, patience_for(SIDE_MS, 2));
  bool early = stands && reaches(&unregister_returned, 1, 100);
  atomic_store(&let_go, 1);
  pthread_join(side, NULL);
  pthread_join(raising, NULL);
  REQUIRE(stands, "unregister did not give user_data back");
  REQUIRE(!early && atomic_load(&seen_at_return) == 1,
          "unregister returned while the drop callback was running");
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"log-blocks-nobody-else", "while the log callback runs, other threads go on", while_it_logs},
    {"completion-blocks-nobody-else", "while a completion runs, other threads go on",
     while_it_completes},
    {"drop-blocks-nobody-else", "while a drop callback runs, other threads go on", while_it_drops},
    {"unregister-waits-for-drop", "unregister returns when the drop callback has returned",
     waits_for_drop},
};
GROUP(unlocked, "host's code");
