/* Hosts with one thread, and calls that are to end early: completions by polling, calls by number. */

#define _GNU_SOURCE

#include "calls.h"
#include "together.h"

static wfa_call_options new_options(void) {
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  return options;
}

/* ---- F73 ---- */

struct ends {
  pthread_t host;
  int total;
  int elsewhere;
  int sent;
  sem_t told;
};

static void count_end(void *user_data, uint64_t operation, wfa_result result, const char *response,
                      size_t len, const wfa_error *error) {
  struct ends *ends = (struct ends *)user_data;
  CHECK(operation != 0 && (!response || strlen(response) == len) && error->result == result);
  __sync_fetch_and_add(&ends->total, 1);
  __sync_fetch_and_add(&ends->sent, result == WFA_OK);
  __sync_fetch_and_add(&ends->elsewhere, !pthread_equal(pthread_self(), ends->host));
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy((wfa_adapter *)(uintptr_t)8, 0));
  reach(&ends->told);
}

static wfa_result submit_polled(wfa_adapter *adapter, struct ends *ends, uint64_t *operation) {
  wfa_call_options options = new_options();
  options.flags = WFA_CALL_POLLED;
  return plugin()->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                  &options, count_end, ends, operation, NULL);
}

static uint64_t poll_ends(wfa_adapter *adapter, uint32_t max, uint64_t timeout_ms) {
  uint64_t delivered = 99;
  CHECK_RESULT(WFA_OK, plugin()->poll_completions(adapter, max, timeout_ms, &delivered, NULL));
  return delivered;
}

/* Polls without waiting: nothing has ended, and whatever it is told, it must return. */
static int32_t poll_in_event(void *user_data, const char *event, size_t event_len, const char *json,
                             size_t json_len) {
  (void)event, (void)event_len, (void)json, (void)json_len;
  CHECK(poll_ends((wfa_adapter *)user_data, 0, UINT64_MAX) == 0);
  return WFA_EVENT_ACCEPTED;
}

/* Refused because the queue is full, not because too much is unpolled: there is no operation either. */
static void refused_has_no_operation(const struct server *silent) {
  wfa_adapter *full = NULL;
  struct properties properties = properties_for(silent->url, ",\"workers\":1,\"queue\":1");
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &full, NULL));
  for (int i = 0; i < 3; i++) {
    uint64_t operation = 9;
    wfa_result result =
        plugin()->submit_command(full, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, NULL,
                                 ignore_completion, NULL, &operation, NULL);
    CHECK_RESULT(i < 2 ? WFA_OK : WFA_ERR_BUSY, result);
    CHECK((operation != 0) == (i < 2));
    if (i == 0) {
      accept_request(silent);
    }
  }
  CHECK_RESULT(WFA_OK, plugin()->destroy(full, 0));
}

static void polled(void) {
  struct ends ends;
  memset(&ends, 0, sizeof ends);
  new_point(&ends.told);
  ends.host = pthread_self();
  wfa_adapter *adapter = online();
  CHECK(poll_ends(adapter, 0, 0) == 0);
  enum { COMMANDS = 8 };
  for (int i = 0; i < COMMANDS; i++) {
    CHECK_RESULT(WFA_OK, submit_polled(adapter, &ends, NULL));
  }
  CHECK(ends.total == 0); /* not before somebody polls, however fast they end */
  CHECK(poll_ends(adapter, 1, 60000) == 1 && ends.total == 1);
  for (uint64_t all = 1; all < COMMANDS;) {
    all += poll_ends(adapter, 0, 60000);
  }
  CHECK(ends.total == COMMANDS && ends.sent == COMMANDS && ends.elsewhere == 0);
  uint64_t registration = listen_for(adapter, NULL, poll_in_event, adapter, NULL);
  CHECK_RESULT(WFA_OK, process_message(adapter, "F73"));
  CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(adapter, registration, 0));

  /* Nobody polls any more: destroy tells the rest, on its own thread. */
  struct server silent = listen_on_loopback("http", 4);
  wfa_adapter *stuck = create_for(silent.url);
  memset(&ends, 0, sizeof ends);
  ends.host = pthread_self();
  CHECK_RESULT(WFA_OK, submit_polled(adapter, &ends, NULL));
  CHECK_RESULT(WFA_OK, submit_polled(stuck, &ends, NULL));
  accept_request(&silent);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  CHECK(ends.total == 1 && ends.elsewhere == 0);
  CHECK_RESULT(WFA_OK, plugin()->destroy(stuck, 0));
  CHECK(ends.total == 2 && ends.elsewhere == 0);
  CHECK_RESULT(WFA_ERR_STATE, plugin()->poll_completions(stuck, 0, 0, NULL, NULL));

  /* Without waiting, what runs still ends once, wherever. */
  stuck = create_for(silent.url);
  memset(&ends, 0, sizeof ends);
  new_point(&ends.told);
  CHECK_RESULT(WFA_OK, submit_polled(stuck, &ends, NULL));
  accept_request(&silent);
  CHECK_RESULT(WFA_OK, plugin()->destroy(stuck, WFA_NO_WAIT));
  await(&ends.told);

  refused_has_no_operation(&silent);

  /* A host that never polls fills no memory, and a cancelled one is polled as well. */
  wfa_adapter *bounded = NULL;
  struct properties properties = properties_for(silent.url, ",\"workers\":1,\"queue\":2");
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &bounded, NULL));
  memset(&ends, 0, sizeof ends);
  ends.host = pthread_self();
  uint64_t operations[3];
  for (int i = 0; i < 3; i++) {
    CHECK_RESULT(WFA_OK, submit_polled(bounded, &ends, &operations[i]));
    if (i == 0) {
      accept_request(&silent);
    }
  }
  CHECK_RESULT(WFA_OK, plugin()->cancel_command(bounded, operations[2]));
  uint64_t none = 9;
  CHECK_RESULT(WFA_ERR_BUSY, submit_polled(bounded, &ends, &none));
  CHECK(none == 0);
  CHECK(poll_ends(bounded, 0, 60000) == 1 && ends.total == 1);
  CHECK_RESULT(WFA_OK, submit_polled(bounded, &ends, NULL));
  CHECK_RESULT(WFA_OK, plugin()->destroy(bounded, 0));
  CHECK(ends.total == 4 && ends.elsewhere == 0);
}

/* ---- F74 ---- */

struct numbered {
  wfa_adapter *adapter;
  uint64_t call_id;
  wfa_result result;
};

static void *execute_numbered(void *argument) {
  struct numbered *call = (struct numbered *)argument;
  wfa_call_options options = new_options();
  wfa_error error = new_error();
  wfa_buffer response;
  options.call_id = call->call_id;
  call->result = plugin()->execute_command(call->adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                           WFA_STRLEN, &options, &response, &error);
  CHECK(response.ptr && error.result == call->result);
  release(&response);
  release(&error.message);
  return NULL;
}

static void end_unknown(void *user_data, uint64_t operation, wfa_result result,
                        const char *response, size_t len, const wfa_error *error) {
  (void)operation, (void)response, (void)len, (void)error;
  CHECK_RESULT(WFA_ERR_CANCELLED, result);
  reach((sem_t *)user_data);
}

static void cancelled_by_number(void) {
  struct server silent = listen_on_loopback("http", 8);
  wfa_adapter *adapter = NULL;
  struct properties properties = properties_for(silent.url, ",\"workers\":1,\"timeoutMs\":600000");
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &adapter, NULL));
  struct numbered calls[3] = {{adapter, 7, -1}, {adapter, 7, -1}, {adapter, 8, -1}};
  pthread_t threads[3];
  sem_t done;
  new_point(&done);
  for (int i = 0; i < 3; i++) {
    start(&threads[i], execute_numbered, &calls[i]);
    accept_request(&silent); /* it has left */
  }
  /* One that is queued behind another of no number. */
  wfa_call_options options = new_options();
  CHECK_RESULT(WFA_OK,
               plugin()->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                        NULL, ignore_completion, NULL, NULL, NULL));
  accept_request(&silent);
  options.call_id = 7;
  CHECK_RESULT(WFA_OK,
               plugin()->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                        &options, end_unknown, &done, NULL, NULL));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, plugin()->cancel_calls(adapter, 9));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, plugin()->cancel_calls(adapter, 0));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, plugin()->cancel_calls(NULL, 7));
  CHECK_RESULT(WFA_OK, plugin()->cancel_calls(adapter, 7));
  finish(threads[0]);
  finish(threads[1]);
  await(&done);
  CHECK_RESULT(WFA_ERR_OUTCOME_UNKNOWN, calls[0].result);
  CHECK_RESULT(WFA_ERR_OUTCOME_UNKNOWN, calls[1].result);
  CHECK_RESULT(WFA_ERR_NOT_FOUND, plugin()->cancel_calls(adapter, 7)); /* all have ended */
  CHECK_RESULT(WFA_OK, plugin()->cancel_calls(adapter, 8));            /* that one still runs */
  finish(threads[2]);
  CHECK_RESULT(WFA_ERR_OUTCOME_UNKNOWN, calls[2].result);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  CHECK_RESULT(WFA_ERR_STATE, plugin()->cancel_calls(adapter, 7));
}

/* ---- F75 ---- */

static void names_of_results(void) {
  const char *(*name_of)(wfa_result) = NULL;
  load(open_library(plugin_path, RTLD_NOW | RTLD_LOCAL), "wfa_result_name", &name_of);
#define NAMED(result)                           \
  CHECK(strcmp(name_of(result), #result) == 0); \
  CHECK(strcmp(plugin()->result_name(result), #result) == 0)
  NAMED(WFA_OK);
  NAMED(WFA_ERR_INVALID_ARGUMENT);
  NAMED(WFA_ERR_NOT_FOUND);
  NAMED(WFA_ERR_INVALID_REQUEST);
  NAMED(WFA_ERR_COMMAND_FAILED);
  NAMED(WFA_ERR_UNAVAILABLE);
  NAMED(WFA_ERR_OUTCOME_UNKNOWN);
  NAMED(WFA_ERR_EVENT_NOT_ACCEPTED);
  NAMED(WFA_ERR_BUSY);
  NAMED(WFA_ERR_CANCELLED);
  NAMED(WFA_ERR_TIMEOUT);
  NAMED(WFA_ERR_STATE);
  NAMED(WFA_ERR_UNSUPPORTED);
  NAMED(WFA_ERR_UNAUTHENTIC);
  NAMED(WFA_ERR_INTERNAL);
  NAMED(WFA_ERR_NO_MEMORY);
#undef NAMED
  static const wfa_result unknown[] = {-1, 99, 255, INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    CHECK(strcmp(name_of(unknown[i]), "WFA_ERR_INTERNAL") == 0);
  }
}

static const struct numbered_case CASES[] = {
    {"F73", "a host of one thread polls its completions, and hears each of them on that thread",
     polled},
    {"F74", "commands end early by the host's number, executed ones too, and no other does",
     cancelled_by_number},
    {"F75", "every result has its name, and what is none is WFA_ERR_INTERNAL", names_of_results},
};

MAIN(CASES)
