/* Every pointer of every function is NULL once: a documented result, and no crash.
 *
 * Usage: contract_pointers <plugin> */

#include "check.h"

#define REQUEST "{\"phoneNumber\":\"1\"}" /* refused before anything is sent */

static int32_t accept(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

static void count_completion(void *user_data, uint64_t operation, wfa_result result,
                             const char *response, size_t len, const wfa_error *error) {
  (void)operation, (void)result, (void)response, (void)len, (void)error;
  if (user_data) {
    ++*(int *)user_data;
  }
}

static void create_with_null(const wfa_api *api) {
  wfa_adapter *adapter = (wfa_adapter *)api; /* anything but NULL */
  wfa_error error = new_error();
  begin("create: properties NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->create(NULL, NULL, 0, &adapter, &error));
  CHECK(adapter == NULL);
  CHECK(error.result == WFA_ERR_INVALID_ARGUMENT && error.message.len > 0);
  CHECK(strlen(error.message.ptr) == error.message.len);
  release(&error.message);
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->create(NULL, NULL, WFA_STRLEN, &adapter, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->create(NULL, NULL, 5, &adapter, NULL));

  begin("create: out NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->create(NULL, PROPERTIES, WFA_STRLEN, NULL, &error));
  CHECK(strstr(error.message.ptr, "out"));
  release(&error.message);

  begin("create: all NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->create(NULL, NULL, 0, NULL, NULL));

  begin("create: host and error NULL");
  CHECK_RESULT(WFA_OK, api->create(NULL, PROPERTIES, WFA_STRLEN, &adapter, NULL));
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));

  begin("create: every pointer in the host NULL");
  wfa_host host;
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.log_level = WFA_LOG_TRACE;
  CHECK_RESULT(WFA_OK, api->create(&host, PROPERTIES, WFA_STRLEN, &adapter, &error));
  CHECK(error.result == WFA_OK && error.message.ptr == NULL);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
}

static void execute_with_null(const wfa_api *api, wfa_adapter *adapter) {
  wfa_buffer response;
  begin("execute: adapter NULL");
  memset(&response, 0xa5, sizeof response);
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->execute_command(NULL, "sendMessageText", WFA_STRLEN, REQUEST, WFA_STRLEN, NULL,
                                    &response, NULL));
  CHECK(response.ptr == NULL && response.len == 0 && response.release == NULL);

  begin("execute: name NULL");
  memset(&response, 0xa5, sizeof response);
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->execute_command(adapter, NULL, 0, REQUEST, WFA_STRLEN, NULL, &response, NULL));
  CHECK(response.ptr == NULL && response.release == NULL);

  begin("execute: json NULL");
  memset(&response, 0xa5, sizeof response);
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->execute_command(adapter, "sendMessageText", WFA_STRLEN, NULL, WFA_STRLEN, NULL,
                                    &response, NULL));
  CHECK(response.ptr == NULL && response.release == NULL);

  begin("execute: response NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->execute_command(adapter, "sendMessageText", WFA_STRLEN, REQUEST, WFA_STRLEN,
                                    NULL, NULL, NULL));

  begin("execute: all NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->execute_command(NULL, NULL, 0, NULL, 0, NULL, NULL, NULL));

  begin("execute: options and error NULL");
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
               api->execute_command(adapter, "sendMessageText", WFA_STRLEN, REQUEST, WFA_STRLEN,
                                    NULL, &response, NULL));
  CHECK(response.len > 0 && strlen(response.ptr) == response.len);
  CHECK(strstr(response.ptr, "\"code\":\"INVALID_REQUEST\""));
  release(&response);

  begin("execute: correlation id NULL with a length");
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.correlation_id_len = 5;
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->execute_command(adapter, "sendMessageText", WFA_STRLEN, REQUEST, WFA_STRLEN,
                                    &options, &response, NULL));
  options.correlation_id_len = WFA_STRLEN; /* NULL is no text */
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
               api->execute_command(adapter, "sendMessageText", WFA_STRLEN, REQUEST, WFA_STRLEN,
                                    &options, &response, NULL));
  release(&response);
}

static void register_with_null(const wfa_api *api, wfa_adapter *adapter) {
  uint64_t registration = 0;
  begin("register: adapter NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->register_event_callback(NULL, NULL, 0, accept, NULL,
                                                                      NULL, &registration, NULL));
  begin("register: event NULL means all");
  CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, NULL, 0, accept, NULL, NULL,
                                                    &registration, NULL));
  CHECK(registration != 0);
  CHECK_RESULT(WFA_OK, api->unregister_event_callback(adapter, registration, 0));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->register_event_callback(adapter, NULL, 5, accept, NULL, NULL, NULL, NULL));

  begin("register: callback NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->register_event_callback(adapter, NULL, 0, NULL, NULL,
                                                                      NULL, &registration, NULL));
  begin("register: all that may be NULL");
  CHECK_RESULT(WFA_OK,
               api->register_event_callback(adapter, NULL, 0, accept, NULL, NULL, NULL, NULL));
  begin("unregister: adapter NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->unregister_event_callback(NULL, 1, 0));
}

static void submit_with_null(const wfa_api *api, wfa_adapter *adapter) {
  int calls = 0;
  begin("submit: each pointer NULL");
#define SUBMIT(adapter, name, json, completion)                                                    \
  api->submit_command(adapter, name, WFA_STRLEN, json, WFA_STRLEN, NULL, completion, &calls, NULL, \
                      NULL)
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               SUBMIT(NULL, "sendMessageText", REQUEST, count_completion));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, SUBMIT(adapter, NULL, REQUEST, count_completion));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               SUBMIT(adapter, "sendMessageText", NULL, count_completion));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, SUBMIT(adapter, "sendMessageText", REQUEST, NULL));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, SUBMIT(adapter, "sendMessages", REQUEST, count_completion));
  CHECK_RESULT(WFA_OK, api->submit_command(adapter, "sendMessageText", WFA_STRLEN, REQUEST,
                                           WFA_STRLEN, NULL, count_completion, NULL, NULL, NULL));

  begin("submit: a completion comes once, and not if the call failed");
  CHECK_RESULT(WFA_OK, SUBMIT(adapter, "sendMessageText", REQUEST, count_completion));
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  CHECK(calls == 1);
}

static void others_with_null(const wfa_api *api, wfa_adapter *adapter) {
  wfa_error error = new_error();
  begin("update_properties: each pointer NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->update_properties(NULL, PROPERTIES, WFA_STRLEN, &error));
  release(&error.message);
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->update_properties(adapter, NULL, 0, NULL));
  CHECK_RESULT(WFA_OK, api->update_properties(adapter, PROPERTIES, WFA_STRLEN, NULL));
  begin("cancel: adapter NULL, operation 0");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->cancel_command(NULL, 1));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->cancel_command(adapter, 0));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->cancel_command(adapter, UINT64_MAX));
  begin("destroy: NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->destroy(NULL, 0));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->destroy(NULL, WFA_NO_WAIT));
}

static void extensions_with_null(const wfa_api *api, wfa_adapter *adapter) {
  begin("get_extension: NULL, unknown, and trailing garbage");
  const char *none[] = {"",
                        "wfa.webhook",
                        "wfa.webhook/",
                        "wfa.webhook/1 ",
                        "wfa.webhook/11",
                        "wfa.webhook/2",
                        "WFA.WEBHOOK/1",
                        "wfa.metrics/1\n",
                        "\xff\xfe",
                        NULL};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    CHECK(api->get_extension(none[i]) == NULL);
  }
  const wfa_metrics_v1 *metrics = api->get_extension(WFA_METRICS_V1);
  const wfa_webhook_v1 *webhook = api->get_extension(WFA_WEBHOOK_V1);
  CHECK(metrics && metrics->struct_size == sizeof *metrics);
  CHECK(webhook && webhook->struct_size == sizeof *webhook);
  CHECK(metrics == api->get_extension(WFA_METRICS_V1));

  begin("metrics: each pointer NULL");
  wfa_buffer text;
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, metrics->snapshot(NULL, &text, NULL));
  CHECK(text.ptr == NULL && text.release == NULL);
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, metrics->snapshot(adapter, NULL, NULL));
  CHECK_RESULT(WFA_OK, metrics->snapshot(adapter, &text, NULL));
  CHECK(text.len > 0);
  release(&text);

  begin("webhook: each pointer NULL");
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               webhook->challenge(NULL, "", 0, "token", WFA_STRLEN, &text, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               webhook->challenge(adapter, NULL, 0, "token", WFA_STRLEN, &text, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, webhook->challenge(adapter, "", 0, NULL, 0, &text, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               webhook->challenge(adapter, "", 0, "token", WFA_STRLEN, NULL, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, webhook->process(NULL, "{}", 2, "", 0, &text, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, webhook->process(adapter, NULL, 2, "", 0, &text, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, webhook->process(adapter, "{}", 2, "", 0, NULL, NULL));

  begin("webhook: no signature, or no secret to check it with");
  CHECK_RESULT(WFA_ERR_UNAUTHENTIC, webhook->process(adapter, "{}", 2, NULL, 0, &text, NULL));
  release(&text);
}

static void buffers_with_null(void *library) {
  void (*buffer_release)(wfa_buffer *);
  load(library, "wfa_buffer_release", &buffer_release);
  begin("buffer_release: NULL and an empty buffer");
  wfa_buffer empty = {NULL, 0, NULL, NULL};
  buffer_release(NULL);
  buffer_release(&empty);
  CHECK(empty.ptr == NULL && empty.release == NULL);
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  void *library = open_library(arguments[1], RTLD_NOW | RTLD_LOCAL);
  const wfa_api *api = entry_of(library);
  create_with_null(api);
  wfa_adapter *adapter = create(api);
  execute_with_null(api, adapter);
  register_with_null(api, adapter);
  others_with_null(api, adapter);
  extensions_with_null(api, adapter);
  buffers_with_null(library);
  submit_with_null(api, adapter);
  begin(NULL);
  return 0;
}
