/* A host that was built with the first published header, of version 1.0, and meets today's plugin.
 *
 * tests/c/frozen/workflow_adapter_1_0.h never changes. It has the guard of today's header, which
 * therefore is not included by anything that follows. */

#define _GNU_SOURCE

#include "../frozen/workflow_adapter_1_0.h"

#include "calls.h"

#if WFA_ABI_MAJOR != 1 || WFA_ABI_MINOR != 0
#error "this is not the header of version 1.0"
#endif

struct seen {
  int records;
  int events;
  int drops;
  int completions;
};

static void count_record(void *user_data, int32_t level, const char *target, const char *message,
                         size_t len, const char *fields, size_t fields_len) {
  CHECK(level >= WFA_LOG_ERROR && target && message && len > 0 && fields && fields_len > 0);
  __sync_fetch_and_add(&((struct seen *)user_data)->records, 1);
}

static int32_t count_event(void *user_data, const char *event, size_t event_len, const char *json,
                           size_t json_len) {
  CHECK(strlen(event) == event_len && strlen(json) == json_len);
  ((struct seen *)user_data)->events++;
  return WFA_EVENT_ACCEPTED;
}

static void count_drop(void *user_data) { ((struct seen *)user_data)->drops++; }

static void count_completion(void *user_data, uint64_t operation, wfa_result result,
                             const char *response, size_t len, const wfa_error *error) {
  CHECK(operation != 0 && result == WFA_OK && strlen(response) == len);
  CHECK(error->struct_size >= sizeof *error && error->result == WFA_OK);
  ((struct seen *)user_data)->completions++;
}

/* What the host reads lies within what the plugin filled in. */
static void is_described(const wfa_api *api) {
  const wfa_descriptor *descriptor = api->descriptor;
  CHECK(api->struct_size >= sizeof *api && api->abi_major == 1);
  CHECK(descriptor->struct_size >= sizeof *descriptor && descriptor->n_commands == 4);
  CHECK(descriptor->n_properties == 3 && descriptor->n_events == 2);
  for (size_t i = 0; i < descriptor->n_properties; i++) {
    CHECK(descriptor->properties[i]->struct_size >= sizeof(wfa_field));
    CHECK(descriptor->properties[i]->flags & WFA_FIELD_REQUIRED);
  }
  for (size_t i = 0; i < descriptor->n_commands; i++) {
    CHECK(descriptor->commands[i]->struct_size >= sizeof(wfa_command));
    CHECK(descriptor->commands[i]->n_request > 0);
  }
  for (size_t i = 0; i < descriptor->n_events; i++) {
    CHECK(descriptor->events[i]->struct_size >= sizeof(wfa_event));
  }
  for (size_t i = 0; i < descriptor->n_releases; i++) {
    CHECK(descriptor->releases[i]->struct_size >= sizeof(wfa_release));
  }
  CHECK(webhook_extension()->struct_size >= sizeof(wfa_webhook_v1));
  CHECK(metrics_extension()->struct_size >= sizeof(wfa_metrics_v1));
}

static void old_host(void) {
  const wfa_api *api = plugin();
  struct seen seen;
  wfa_host host;
  wfa_call_options options;
  wfa_error error = new_error();
  wfa_adapter *adapter = NULL;
  wfa_buffer response;
  uint64_t registration = 0;
  uint64_t operation = 0;
  memset(&seen, 0, sizeof seen);
  memset(&host, 0, sizeof host);
  memset(&options, 0, sizeof options);
  is_described(api);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.abi_minor = WFA_ABI_MINOR;
  host.name = "old host";
  host.version = "1.0";
  host.instance_name = "old";
  host.user_data = &seen;
  host.log_level = WFA_LOG_TRACE;
  host.log = count_record;
  options.struct_size = sizeof options;
  options.timeout_ms = 10000;
  options.correlation_id = "F63";
  options.correlation_id_len = WFA_STRLEN;
  struct properties properties = properties_for(emulator_url, "");
  CHECK_RESULT(WFA_OK, api->create(&host, properties.json, WFA_STRLEN, &adapter, &error));
  CHECK_RESULT(WFA_OK,
               api->register_event_callback(adapter, "customer_message", WFA_STRLEN, count_event,
                                            &seen, count_drop, &registration, &error));
  CHECK_RESULT(WFA_OK, api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                            WFA_STRLEN, &options, &response, &error));
  CHECK(strstr(response.ptr, "SUCCESS"));
  release(&response);
  CHECK_RESULT(WFA_OK, process_message(adapter, "F63"));
  CHECK_RESULT(WFA_OK, api->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                           &options, count_completion, &seen, &operation, &error));
  while (*(volatile int *)&seen.completions == 0) {
    pause_ms(1);
  }
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->cancel_command(adapter, operation));
  CHECK_RESULT(WFA_OK, api->unregister_event_callback(adapter, registration, 0));
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  CHECK(seen.records > 0 && seen.events == 1 && seen.drops == 1 && seen.completions == 1);
}

static const struct numbered_case CASES[] = {
    {"F63", "a host built with the header of version 1.0 works with this plugin", old_host},
};

MAIN(CASES)
