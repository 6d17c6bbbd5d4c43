/* logging.c: what the plugin tells the host's log. */
#include <stdlib.h>

#include "check.h"
#include "logbook.h"
#include "probe.h"
#include "rows.h"
#include "lifecycle.h"
#include "event_recorder.h"

enum { SETTLE_MS = 50 };

static struct logbook *log_a_tour(int32_t level) {
  struct logbook *logbook = allocate(sizeof *logbook);
  wfa_host host = logging_host(logbook, level);
  run_lifecycle(&host, NULL);
  return logbook;
}

static void needs_records(struct logbook *logbook) {
  if (atomic_load(&logbook->records) == 0)
    skip("the plugin logs nothing, or nothing that this program does to it");
}

static void well_formed(void) {
  struct logbook *logbook = log_a_tour(WFA_LOG_TRACE);
  needs_records(logbook);
  REQUIRE(logbook->defect == NULL, "a log record is wrong: %s", logbook->defect);
  pass("%d records", atomic_load(&logbook->records));
}

static void level_is_kept(void) {
  needs_records(log_a_tour(WFA_LOG_TRACE));
  for (int32_t level = WFA_LOG_OFF; level <= WFA_LOG_DEBUG; level++) {
    struct logbook *logbook = log_a_tour(level);
    REQUIRE(logbook->most_detailed <= level, "a record of level %d came though log_level was %d",
            (int)logbook->most_detailed, (int)level);
  }
}

static void may_be_null(void) {
  wfa_host host = plain_host();
  host.log_level = WFA_LOG_TRACE;
  run_lifecycle(&host, NULL);
}

static wfa_adapter *adapter;
static wfa_result executed = -1, created = -1, destroyed = -1;

static void call_back(struct logbook *logbook) {
  wfa_buffer response = {0};
  wfa_adapter *other = NULL;
  (void)logbook;
  if (adapter == NULL || executed != -1) return;
  executed = load()->execute_command(adapter, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN, NULL,
                                     &response, NULL);
  created = load()->create(NULL, "{}", WFA_STRLEN, &other, NULL);
  destroyed = load()->destroy(adapter, 0);
}

/* Every command with a request of its own, and the one that raises events: one of them logs. */
static void run_commands(wfa_adapter *on) {
  for (size_t i = 0; i < command_count(); i++) {
    char *request = request_for(command_at(i));
    struct answer answer = execute(on, command_at(i)->name, request);
    give_back(&answer);
    free(request);
  }
  if (inputs()->raise_command != NULL && inputs()->raise_request != NULL) {
    struct answer answer = raise_event(on);
    give_back(&answer);
  }
}

static void may_call_nothing(void) {
  struct logbook logbook = {.inside = call_back};
  wfa_host host = logging_host(&logbook, WFA_LOG_TRACE);
  executed = created = destroyed = -1;
  adapter = new_adapter_for(&host);
  run_commands(adapter);
  if (executed == -1) skip("the plugin logs nothing while a command runs");
  wfa_adapter *ended = adapter;
  adapter = NULL;
  expect(executed, WFA_ERR_STATE, "execute_command inside the log callback");
  expect(created, WFA_ERR_STATE, "create inside the log callback");
  expect(destroyed, WFA_ERR_STATE, "destroy inside the log callback");
  end_adapter(ended);
}

static void stops_at_destroy(void) {
  struct logbook *logbook = log_a_tour(WFA_LOG_TRACE);
  needs_records(logbook);
  int records = atomic_load(&logbook->records);
  pause_ms(SETTLE_MS);
  REQUIRE(atomic_load(&logbook->records) == records, "a record came after destroy had returned");
}

static const struct check checks[] = {
    {"log-is-well-formed", "records have a level, a target, a message and an object of fields",
     well_formed},
    {"log-level-is-kept", "no record is more detailed than log_level", level_is_kept},
    {"log-may-be-null", "a host without a log is taken, whatever its log_level", may_be_null},
    {"log-may-call-nothing", "calls from inside the log callback are STATE", may_call_nothing},
    {"log-stops-at-destroy", "no record comes after destroy has returned", stops_at_destroy},
};
GROUP(logging, "log");
