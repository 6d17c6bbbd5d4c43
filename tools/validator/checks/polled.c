/* polled.c: completions that wait for a thread of the host, calls cancelled by the host's number, and the
 * names of results. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ending.h"
#include "event_recorder.h"
#include "probe.h"
#include "rows.h"
#include "speed.h"

enum { COMMANDS = 3, SETTLE_MS = 100, POLL_MS = 3000, CALL_ID = 7 };

static wfa_adapter *adapter;

/* Whether the table has this optional function. */
#define HAS(member)                                                            \
  (load()->struct_size >= offsetof(wfa_api, member) + sizeof load()->member && \
   load()->member != NULL)

static void submit_polled(struct ending *ending) {
  wfa_call_options options = {0};
  options.struct_size = sizeof options;
  options.flags = WFA_CALL_POLLED;
  ending->adapter = adapter;
  wfa_result result =
      load()->submit_command(adapter, command_at(0)->name, WFA_STRLEN, "[]", WFA_STRLEN, &options,
                             on_completion, ending, &ending->given, NULL);
  if (result == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
  expect(result, WFA_OK, "submit_command(WFA_CALL_POLLED)");
}

static uint64_t poll_for(uint32_t max, int timeout_ms) {
  uint64_t delivered = 99;
  wfa_result result =
      load()->poll_completions(adapter, max, (uint64_t)timeout_ms, &delivered, NULL);
  if (result == WFA_ERR_UNSUPPORTED) skip("poll_completions answers WFA_ERR_UNSUPPORTED");
  expect(result, WFA_OK, "poll_completions");
  return delivered;
}

static int told(struct ending *endings) {
  int calls = 0;
  for (int i = 0; i < COMMANDS; i++) calls += atomic_load(&endings[i].calls);
  return calls;
}

static void submit_some(struct ending *endings) {
  if (command_count() == 0) skip("the plugin has no commands");
  if (!HAS(poll_completions)) skip("the plugin has no poll_completions");
  adapter = new_adapter();
  for (int i = 0; i < COMMANDS; i++) submit_polled(&endings[i]);
}

static void not_before(void) {
  struct ending endings[COMMANDS] = {0};
  submit_some(endings);
  pause_ms(patience_for(SETTLE_MS, COMMANDS));
  REQUIRE(told(endings) == 0, "%d of %d polled completions were called before they were polled",
          told(endings), (int)COMMANDS);
  end_adapter(adapter);
}

/* Polls until all have ended, at most `max` at once. */
static void poll_all(struct ending *endings, uint32_t max) {
  double until = now_ms() + patience_for(POLL_MS, COMMANDS);
  for (int before = 0; before < COMMANDS && now_ms() < until;) {
    uint64_t delivered = poll_for(max, POLL_MS);
    int after = told(endings);
    REQUIRE(delivered == (uint64_t)(after - before), "poll_completions called %d and says %d",
            after - before, (int)delivered);
    REQUIRE(max == 0 || delivered <= max, "poll_completions called %d where %u were asked for",
            (int)delivered, max);
    before = after;
  }
  for (int i = 0; i < COMMANDS; i++) {
    REQUIRE(atomic_load(&endings[i].calls) == 1, "a polled completion was called %d times",
            atomic_load(&endings[i].calls));
    REQUIRE(pthread_equal(endings[i].thread, pthread_self()),
            "a polled completion ran on another thread than the one that polls");
  }
  REQUIRE(poll_for(0, 0) == 0, "poll_completions called something when nothing had ended");
}

static void on_this_thread(void) {
  struct ending endings[COMMANDS] = {0};
  submit_some(endings);
  poll_all(endings, 0);
  end_adapter(adapter);
}

static void as_many_as_asked(void) {
  struct ending endings[COMMANDS] = {0};
  submit_some(endings);
  pause_ms(patience_for(SETTLE_MS, COMMANDS));
  poll_all(endings, 1);
  end_adapter(adapter);
}

static void in_destroy(void) {
  struct ending endings[COMMANDS] = {0};
  submit_some(endings);
  end_adapter(adapter);
  REQUIRE(told(endings) == COMMANDS,
          "when destroy had returned, %d of %d polled completions were called", told(endings),
          (int)COMMANDS);
  for (int i = 0; i < COMMANDS; i++)
    REQUIRE(pthread_equal(endings[i].thread, pthread_self()),
            "a polled completion ran on another thread than the one that destroys");
}

static wfa_result executed;

static void *execute_numbered(void *unused) {
  (void)unused;
  wfa_call_options options = {0};
  wfa_buffer response = {0};
  char *request = raise_request();
  options.struct_size = sizeof options;
  options.call_id = CALL_ID;
  executed = load()->execute_command(adapter, inputs()->raise_command, WFA_STRLEN, request,
                                     WFA_STRLEN, &options, &response, NULL);
  release(&response);
  free(request);
  return NULL;
}

static void cancels_by_number(void) {
  struct event_recorder recorder = {0};
  if (!HAS(cancel_calls)) skip("the plugin has no cancel_calls");
  needs_raise();
  adapter = new_adapter();
  expect(load()->cancel_calls(adapter, 0), WFA_ERR_INVALID_ARGUMENT, "cancel_calls(0)");
  expect(load()->cancel_calls(adapter, CALL_ID), WFA_ERR_NOT_FOUND,
         "cancel_calls of a number that no call has");
  atomic_store(&recorder.hold, 1);
  record_events(adapter, NULL, &recorder);
  pthread_t side = start_thread(0, execute_numbered, NULL);
  bool runs = reaches(&recorder.calls, 1, patience_for(POLL_MS, 1));
  wfa_result of_another = load()->cancel_calls(adapter, CALL_ID + 1);
  wfa_result of_it = load()->cancel_calls(adapter, CALL_ID);
  atomic_store(&recorder.hold, 0);
  pthread_join(side, NULL);
  if (!runs) skip("the command raised no event: see event-reaches-callback");
  expect(of_another, WFA_ERR_NOT_FOUND, "cancel_calls of another number");
  expect(of_it, WFA_OK, "cancel_calls of a call that runs");
  expect(load()->cancel_calls(adapter, CALL_ID), WFA_ERR_NOT_FOUND,
         "cancel_calls of a call that has returned");
  end_adapter(adapter);
}

static void unknown_flags(void) {
  if (command_count() == 0) skip("the plugin has no commands");
  wfa_call_options options = {0};
  adapter = new_adapter();
  struct answer plain = execute(adapter, command_at(0)->name, "[]");
  wfa_buffer response = {0};
  options.struct_size = sizeof options;
  options.flags = ~(uint32_t)WFA_CALL_POLLED;
  wfa_result result = load()->execute_command(adapter, command_at(0)->name, WFA_STRLEN, "[]",
                                              WFA_STRLEN, &options, &response, NULL);
  release(&response);
  expect(result, plain.result, "a command with flags that nobody knows");
  give_back(&plain);
  end_adapter(adapter);
}

static void names_results(void) {
  if (!HAS(result_name)) skip("the plugin has no result_name");
  for (wfa_result result = WFA_OK; result <= WFA_ERR_NO_MEMORY; result++) {
    const char *name = load()->result_name(result), *again = load()->result_name(result);
    REQUIRE(name != NULL, "result_name(%d) is NULL", result);
    REQUIRE(name == again, "result_name(%d) is another text at each call", result);
    REQUIRE(strcmp(name, result_name(result)) == 0, "result_name(%d) is %s, not %s", result, name,
            result_name(result));
  }
  static const wfa_result unknown[] = {-1, WFA_ERR_NO_MEMORY + 1, INT32_MAX, INT32_MIN};
  /* A newer version of the contract has more of them. */
  for (size_t i = load()->abi_minor > WFA_ABI_MINOR; i < sizeof unknown / sizeof *unknown; i++) {
    const char *name = load()->result_name(unknown[i]);
    REQUIRE(name != NULL, "result_name(%d) is NULL", unknown[i]);
    bool newer = load()->abi_minor > WFA_ABI_MINOR;
    REQUIRE(newer || strcmp(name, "WFA_ERR_INTERNAL") == 0,
            "result_name(%d), which no version has, is %s", unknown[i], name);
  }
}

static const struct check checks[] = {
    {"polled-not-before-it-is-polled", "a polled completion is not called before it is polled",
     not_before},
    {"polled-on-the-polling-thread",
     "poll_completions calls each once, on its thread, and says how many", on_this_thread},
    {"polled-no-more-than-asked", "poll_completions calls no more than it was asked for",
     as_many_as_asked},
    {"polled-ends-in-destroy", "destroy calls what was never polled, on its thread", in_destroy},
    {"cancel-calls-of-a-number", "cancel_calls finds the calls with its number, and no others",
     cancels_by_number},
    {"options-unknown-flags", "flags of a call that nobody knows are ignored", unknown_flags},
    {"result-names", "every result has its name, and an unknown one that of INTERNAL",
     names_results},
};
GROUP(polling, "polling, numbers and names");
