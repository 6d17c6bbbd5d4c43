/* Every call that takes a handle, with everything else about it in order. */

#ifndef CALLS_H
#define CALLS_H

#include "network.h"
#include "together.h"

static inline int32_t accept_event(void *user_data, const char *event, size_t event_len,
                                   const char *json, size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

static inline void ignore_completion(void *user_data, uint64_t operation, wfa_result result,
                                     const char *response, size_t len, const wfa_error *error) {
  (void)user_data, (void)operation, (void)result, (void)response, (void)len, (void)error;
}

static inline const wfa_webhook_v1 *webhook_extension(void) {
  return (const wfa_webhook_v1 *)plugin()->get_extension(WFA_WEBHOOK_V1);
}

static inline const wfa_metrics_v1 *metrics_extension(void) {
  return (const wfa_metrics_v1 *)plugin()->get_extension(WFA_METRICS_V1);
}

/* `create` with these properties; answers what the error says, until the next call. */
static inline const char *refused_properties(wfa_result expected, const char *json, size_t length) {
  static char message[1024];
  wfa_error error = new_error();
  wfa_adapter *adapter = NULL;
  CHECK_RESULT(expected, plugin()->create(NULL, json, length, &adapter, &error));
  CHECK(!adapter && error.message.ptr && error.message.len < 1000);
  snprintf(message, sizeof message, "%s", error.message.ptr);
  CHECK(!strstr(message, TOKEN));
  release(&error.message);
  return message;
}

/* Every call but `destroy` answers `expected`, says so in its error, and leaves no response. */
static inline void every_call_answers(wfa_result expected, wfa_adapter *adapter) {
  const wfa_api *api = plugin();
  wfa_buffer out;
  wfa_error error = new_error();
#define REFUSED(call)                                  \
  do {                                                 \
    memset(&out, 0x5a, sizeof out);                    \
    CHECK_RESULT(expected, call);                      \
    CHECK(error.result == expected);                   \
    CHECK(error.message.ptr && error.message.len > 0); \
    release(&error.message);                           \
  } while (0)
#define EMPTY() CHECK(!out.ptr && out.len == 0 && !out.release)
  REFUSED(api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, NULL, &out,
                               &error));
  EMPTY();
  REFUSED(api->register_event_callback(adapter, NULL, 0, accept_event, NULL, NULL, NULL, &error));
  struct properties properties = properties_for(emulator_url, "");
  REFUSED(api->update_properties(adapter, properties.json, WFA_STRLEN, &error));
  REFUSED(api->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, NULL,
                              ignore_completion, NULL, NULL, &error));
  REFUSED(metrics_extension()->snapshot(adapter, &out, &error));
  EMPTY();
  REFUSED(webhook_extension()->challenge(adapter, "hub.mode=subscribe", WFA_STRLEN, "token",
                                         WFA_STRLEN, &out, &error));
  EMPTY();
  REFUSED(webhook_extension()->process(adapter, "{}", 2, NULL, 0, &out, &error));
  EMPTY();
#undef REFUSED
#undef EMPTY
  CHECK_RESULT(expected, api->unregister_event_callback(adapter, 1, 0));
  CHECK_RESULT(expected, api->cancel_command(adapter, 1));
}

/* Registers for `event`, or for every event if it is NULL. */
static inline uint64_t listen_for(wfa_adapter *adapter, const char *event,
                                  wfa_event_callback callback, void *user_data,
                                  wfa_drop_callback drop) {
  uint64_t registration = 0;
  CHECK_RESULT(WFA_OK,
               plugin()->register_event_callback(adapter, event, event ? WFA_STRLEN : 0, callback,
                                                 user_data, drop, &registration, NULL));
  CHECK(registration != 0);
  return registration;
}

static inline void end_wait(void *point, uint64_t operation, wfa_result result,
                            const char *response, size_t len, const wfa_error *error) {
  (void)operation, (void)response, (void)len, (void)error;
  CHECK_RESULT(WFA_OK, result);
  reach((sem_t *)point);
}

/* A bit of everything: commands that succeed and fail, with an answer and without, and webhooks. */
static inline void work_with(wfa_adapter *adapter, const char *id) {
  wfa_buffer out;
  listen_for(adapter, NULL, accept_event, NULL, NULL);
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_OK, process_message(adapter, id));
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(adapter, "sendMessageText", "{}"));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, execute(adapter, "no", "{}"));
  CHECK_RESULT(WFA_OK, metrics_extension()->snapshot(adapter, &out, NULL));
  release(&out);
  sem_t done;
  new_point(&done);
  CHECK_RESULT(WFA_OK, submit_text(adapter, end_wait, &done));
  await(&done);
  wfa_adapter *nowhere = create_for("http://localhost:1");
  CHECK_RESULT(WFA_ERR_UNAVAILABLE, send_text(nowhere));
  CHECK_RESULT(WFA_OK, plugin()->destroy(nowhere, 0));
}

#endif /* CALLS_H */
