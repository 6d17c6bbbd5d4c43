/* ending.c: submitted commands, and completions that write down what they got. */
#include "ending.h"

#include <string.h>

#include "probe.h"
#include "speed.h"
#include "text.h"

enum { COMMAND_MS = 5000, END_MS = 3000, TWICE_MS = 10 };

void on_completion(void *user_data, uint64_t operation, wfa_result result, const char *response,
                   size_t len, const wfa_error *error) {
  struct ending *ending = user_data;
  ending->operation = operation;
  ending->given_in_time = __atomic_load_n(&ending->given, __ATOMIC_ACQUIRE) == operation;
  ending->result = result;
  ending->has_response = response != NULL;
  if (response != NULL) {
    ending->response = allocate(len + 1);
    memcpy(ending->response, response, len);
    ending->response_len = len;
    ending->nul_behind_response = response[len] == '\0';
  }
  ending->has_error = error != NULL;
  if (error != NULL) {
    ending->error_result = error->result;
    ending->error_has_size = error->struct_size >= sizeof *error;
    ending->error_has_release = error->message.release != NULL;
  }
  ending->thread = pthread_self();
  if (ending->inside != NULL) ending->inside(ending);
  atomic_fetch_add(&ending->calls, 1);
}

wfa_result submit(wfa_adapter *adapter, const char *name, const char *json, struct ending *ending) {
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.timeout_ms = COMMAND_MS;
  ending->adapter = adapter;
  return load()->submit_command(adapter, name, WFA_STRLEN, json, WFA_STRLEN, &options,
                                on_completion, ending, &ending->given, NULL);
}

void submit_queued(wfa_adapter *adapter, const char *name, const char *json,
                   struct ending *ending) {
  wfa_result result = submit(adapter, name, json, ending);
  if (result == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
  expect(result, WFA_OK, "submit_command(%s)", name);
}

void require_end(struct ending *ending) {
  REQUIRE(reaches(&ending->calls, 1, patience_for(END_MS, 2)), "a submitted command has no end");
  pause_ms(TWICE_MS);
  REQUIRE(atomic_load(&ending->calls) == 1, "a completion was called %d times",
          atomic_load(&ending->calls));
}
