/* Handles and buffers: never given out, destroyed, destroyed twice, released twice; and what callbacks
 * may do.
 *
 * Usage: contract_handles <plugin> */

#include "check.h"

#define COMMAND "sendMessageText"
#define REQUEST "{\"phoneNumber\":\"1\"}" /* refused before anything is sent */

static const wfa_api *api;

/* What a callback does and sees. */
struct seen {
  wfa_adapter *adapter;
  uint64_t registration;
  int calls;
  int drops;
  int32_t answer;
  wfa_result destroyed;
  wfa_result executed;
  wfa_result unregistered;
};

static wfa_result execute(wfa_adapter *adapter, const char *name, const char *json) {
  wfa_buffer response;
  wfa_result result =
      api->execute_command(adapter, name, WFA_STRLEN, json, WFA_STRLEN, NULL, &response, NULL);
  release(&response);
  return result;
}

static int32_t on_event(void *user_data, const char *event, size_t event_len, const char *json,
                        size_t json_len) {
  struct seen *seen = user_data;
  seen->calls++;
  CHECK(event[event_len] == 0 && strlen(event) == event_len);
  CHECK(json[json_len] == 0 && json[0] == '{');
  seen->destroyed = api->destroy(seen->adapter, 0);
  CHECK(api->destroy(seen->adapter, WFA_NO_WAIT) == WFA_ERR_STATE);
  seen->executed = execute(seen->adapter, COMMAND, REQUEST);
  if (seen->registration) {
    seen->unregistered = api->unregister_event_callback(seen->adapter, seen->registration, 0);
    CHECK(seen->drops == 0); /* it is still being called */
  }
  return seen->answer;
}

static void on_drop(void *user_data) { ((struct seen *)user_data)->drops++; }

static void use(wfa_adapter *adapter, wfa_result expected) {
  wfa_buffer response;
  wfa_error error = new_error();
  uint64_t registration = 0;
  const wfa_metrics_v1 *metrics = api->get_extension(WFA_METRICS_V1);
  const wfa_webhook_v1 *webhook = api->get_extension(WFA_WEBHOOK_V1);
  struct seen seen;
  memset(&seen, 0, sizeof seen);
  memset(&response, 0xa5, sizeof response);
  CHECK_RESULT(expected, api->execute_command(adapter, COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN,
                                              NULL, &response, &error));
  CHECK(response.ptr == NULL && response.release == NULL);
  CHECK(error.result == expected && error.message.len > 0);
  release(&error.message);
  CHECK_RESULT(expected, api->register_event_callback(adapter, NULL, 0, on_event, &seen, on_drop,
                                                      &registration, NULL));
  CHECK(registration == 0 && seen.drops == 0);
  CHECK_RESULT(expected, api->unregister_event_callback(adapter, 1, 0));
  CHECK_RESULT(expected, api->update_properties(adapter, PROPERTIES, WFA_STRLEN, NULL));
  CHECK_RESULT(expected, api->cancel_command(adapter, 1));
  CHECK_RESULT(expected, metrics->snapshot(adapter, &response, NULL));
  CHECK_RESULT(expected, webhook->process(adapter, "{}", 2, "x", 1, &response, NULL));
  CHECK_RESULT(expected, webhook->challenge(adapter, "", 0, "x", 1, &response, NULL));
  CHECK_RESULT(expected, api->destroy(adapter, 0));
  CHECK_RESULT(expected, api->destroy(adapter, WFA_NO_WAIT));
}

static void handles(void) {
  begin("handles that were never given out");
  wfa_adapter *adapter = create(api);
  uintptr_t real = (uintptr_t)adapter;
  uintptr_t wrong[] = {0,
                       1,
                       8,
                       0xdeadbeef,
                       UINTPTR_MAX,
                       real + 1,
                       real + 1000,
                       real ^ UINTPTR_MAX,
                       real & 0xffffffff,
                       (uintptr_t)&real,
                       (uintptr_t)api};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    use((wfa_adapter *)wrong[i], WFA_ERR_INVALID_ARGUMENT);
  }
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(adapter, COMMAND, REQUEST));

  begin("a destroyed handle, used and destroyed again");
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  use(adapter, WFA_ERR_STATE);

  begin("a handle is never given out again");
  for (int i = 0; i < 1000; i++) {
    wfa_adapter *next = create(api);
    CHECK((uintptr_t)next > real);
    real = (uintptr_t)next;
    CHECK_RESULT(WFA_OK, api->destroy(next, i % 2 ? WFA_NO_WAIT : 0));
    CHECK_RESULT(WFA_ERR_STATE, api->destroy(next, 0));
  }
  use(adapter, WFA_ERR_STATE);
}

static void buffers(void) {
  begin("a buffer released twice, and after its adapter");
  wfa_adapter *adapter = create(api);
  wfa_buffer response;
  wfa_error error = new_error();
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, api->execute_command(adapter, COMMAND, WFA_STRLEN, REQUEST,
                                                             WFA_STRLEN, NULL, &response, &error));
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  CHECK(response.ptr[response.len] == 0 && response.ptr[0] == '{');
  void (*release_again)(wfa_buffer *) = response.release;
  response.release(&response);
  CHECK(response.ptr == NULL && response.len == 0);
  CHECK(response.release == NULL && response.private_data == NULL);
  release_again(&response);
  release_again(&error.message);
  release_again(&error.message);
  release_again(NULL);

  begin("a buffer whose text and length the host has changed");
  adapter = create(api);
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, api->execute_command(adapter, COMMAND, WFA_STRLEN, REQUEST,
                                                             WFA_STRLEN, NULL, &response, NULL));
  response.ptr = "mine";
  response.len = 1000000;
  response.release(&response);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
}

static void callbacks(void) {
  struct seen seen;
  wfa_adapter *adapter = create(api);
  memset(&seen, 0, sizeof seen);
  seen.adapter = adapter;

  begin("destroy inside a callback is refused, everything else is allowed");
  CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, "customer_message", WFA_STRLEN,
                                                    on_event, &seen, on_drop, NULL, NULL));
  CHECK_RESULT(WFA_OK, execute(adapter, "processWebhook", NOTIFICATION));
  CHECK(seen.calls == 1 && seen.drops == 0);
  CHECK(seen.destroyed == WFA_ERR_STATE);
  CHECK(seen.executed == WFA_ERR_INVALID_REQUEST);

  begin("the drop callback runs once, when the adapter goes");
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  CHECK(seen.drops == 1);
  CHECK_RESULT(WFA_ERR_STATE, api->destroy(adapter, 0));
  CHECK(seen.drops == 1);

  begin("a callback that unregisters itself is dropped after it has returned");
  adapter = create(api);
  memset(&seen, 0, sizeof seen);
  seen.adapter = adapter;
  CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, NULL, 0, on_event, &seen, on_drop,
                                                    &seen.registration, NULL));
  CHECK_RESULT(WFA_OK, execute(adapter, "processWebhook", NOTIFICATION));
  CHECK(seen.calls == 1 && seen.drops == 1 && seen.unregistered == WFA_OK);
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->unregister_event_callback(adapter, seen.registration, 0));
  CHECK(seen.drops == 1);

  begin("a registration that is refused stays the host's");
  memset(&seen, 0, sizeof seen);
  CHECK_RESULT(WFA_ERR_NOT_FOUND,
               api->register_event_callback(adapter, "no_such_event", WFA_STRLEN, on_event, &seen,
                                            on_drop, &seen.registration, NULL));
  CHECK(seen.drops == 0 && seen.registration == 0);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  CHECK(seen.drops == 0);
}

static void verdicts(void) {
  begin("every answer of a callback but two means: again");
  int32_t answers[] = {WFA_EVENT_ACCEPTED, WFA_EVENT_RETRY, WFA_EVENT_DROPPED, 3, -1,
                       INT32_MAX,          INT32_MIN};
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    struct seen seen;
    wfa_adapter *adapter = create(api);
    memset(&seen, 0, sizeof seen);
    seen.adapter = adapter;
    seen.answer = answers[i];
    CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, NULL, 0, on_event, &seen, on_drop,
                                                      NULL, NULL));
    int settled = answers[i] == WFA_EVENT_ACCEPTED || answers[i] == WFA_EVENT_DROPPED;
    CHECK_RESULT(settled ? WFA_OK : WFA_ERR_EVENT_NOT_ACCEPTED,
                 execute(adapter, "processWebhook", NOTIFICATION));
    CHECK(seen.calls == 1);
    CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
    CHECK(seen.drops == 1);
  }
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  api = entry_of(open_library(arguments[1], RTLD_NOW | RTLD_LOCAL));
  handles();
  buffers();
  callbacks();
  verdicts();
  begin(NULL);
  return 0;
}
