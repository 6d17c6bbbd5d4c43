/* adapter.c: adapters of the plugin under test, and commands run on them. */
#include "adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "text.h"
#include "values.h"

enum { COMMAND_MS = 5000 };

static char *in_use;

wfa_error empty_error(void) {
  wfa_error error;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  return error;
}

void release(wfa_buffer *buffer) {
  if (buffer->release != NULL) buffer->release(buffer);
}

wfa_host plain_host(void) {
  wfa_host host;
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.abi_minor = WFA_ABI_MINOR;
  host.name = "adapter-validator";
  host.version = "1";
  host.instance_name = INSTANCE_NAME;
  return host;
}

struct answer create(const wfa_host *host, const char *json, wfa_adapter **out) {
  struct answer answer = {.error = empty_error()};
  answer.result = load()->create(host, json, WFA_STRLEN, out, &answer.error);
  return answer;
}

struct answer update(wfa_adapter *adapter, const char *json) {
  struct answer answer = {.error = empty_error()};
  answer.result = load()->update_properties(adapter, json, WFA_STRLEN, &answer.error);
  return answer;
}

struct answer execute_bytes(wfa_adapter *adapter, const char *name, size_t name_len,
                            const char *json, size_t json_len) {
  struct answer answer = {.error = empty_error()};
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.timeout_ms = COMMAND_MS;
  answer.result = load()->execute_command(adapter, name, name_len, json, json_len, &options,
                                          &answer.response, &answer.error);
  return answer;
}

struct answer execute(wfa_adapter *adapter, const char *name, const char *json) {
  return execute_bytes(adapter, name, WFA_STRLEN, json, WFA_STRLEN);
}

void give_back(struct answer *answer) {
  release(&answer->response);
  release(&answer->error.message);
}

const char *message_of(const struct answer *answer) {
  return answer->error.message.ptr == NULL ? "" : answer->error.message.ptr;
}

/* Whether a string at any depth of `value` has `name` in it. */
static bool says(struct json value, const char *name) {
  struct json ignored, part;
  const char *cursor = NULL;
  if (json_type(value) == JSON_STRING) return holds(value.at, (size_t)(value.end - value.at), name);
  if (json_type(value) != JSON_ARRAY && json_type(value) != JSON_OBJECT) return false;
  while (json_next(value, &cursor, &ignored, &part))
    if (says(part, name)) return true;
  return false;
}

bool names(const struct answer *answer, const char *name) {
  struct json response;
  bool found = holds(answer->error.message.ptr, answer->error.message.len, name);
  if (found || answer->response.ptr == NULL ||
      !json_read(answer->response.ptr, answer->response.len, &response))
    return found;
  return says(response, name);
}

bool has_response(wfa_result result) {
  switch (result) {
    case WFA_ERR_INVALID_ARGUMENT:
    case WFA_ERR_NOT_FOUND:
    case WFA_ERR_STATE:
    case WFA_ERR_BUSY:
    case WFA_ERR_UNSUPPORTED:
    case WFA_ERR_INTERNAL: return false;
    default: return true;
  }
}

char *request_for(const wfa_command *command) {
  return object_of(command->request, command->n_request, DIGITS);
}

/* Whether `create` takes `json`; its words are added to `refusals` if not. */
static bool is_taken(const char *json, struct text *refusals) {
  wfa_host host = plain_host();
  wfa_adapter *adapter = NULL;
  struct answer answer = create(&host, json, &adapter);
  bool taken = answer.result == WFA_OK;
  if (adapter != NULL) load()->destroy(adapter, 0);
  if (!taken) text_add(refusals, " [%s: %s]", result_name(answer.result), message_of(&answer));
  give_back(&answer);
  return taken;
}

const char *properties(void) {
  const wfa_descriptor *d = descriptor();
  struct text refusals = {0};
  if (in_use != NULL) return in_use;
  if (inputs()->properties != NULL) {
    in_use = strdup(inputs()->properties);
    return in_use;
  }
  for (int style = DIGITS; style <= LETTERS; style++) {
    char *made = object_of(d->properties, d->n_properties, (enum style)style);
    if (is_taken(made, &refusals)) {
      in_use = made;
      return in_use;
    }
    free(made);
  }
  skip("create refuses made-up properties, give it some with --properties:%s", refusals.at);
}

wfa_adapter *new_adapter_for(const wfa_host *host) {
  wfa_adapter *adapter = NULL;
  struct answer answer = create(host, properties(), &adapter);
  if (answer.result != WFA_OK)
    skip("create refuses the properties (%s): %s", result_name(answer.result), message_of(&answer));
  if (adapter == NULL) skip("create gave no adapter: see create-makes-adapters");
  return adapter;
}

wfa_adapter *new_adapter(void) {
  wfa_host host = plain_host();
  return new_adapter_for(&host);
}

void end_adapter(wfa_adapter *adapter) {
  expect(load()->destroy(adapter, 0), WFA_OK, "destroy(adapter, 0)");
}
