/* errors.c: what is written into a wfa_error, and what is not. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "lifecycle.h"
#include "memory.h"
#include "rows.h"
#include "text.h"

enum { ROOM = 512 };

/* An older host's struct: `size` bytes, then memory that must stay as it is. */
static void older_struct_of(wfa_adapter *adapter, size_t size) {
  char room[ROOM];
  uint32_t struct_size = (uint32_t)size;
  wfa_buffer response = {0};
  paint(room, sizeof room);
  memset(room, 0, size);
  memcpy(room, &struct_size, sizeof struct_size);
  wfa_error *error = (void *)room;
  wfa_result result = load()->execute_command(adapter, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN,
                                              NULL, &response, error);
  expect(result, WFA_ERR_NOT_FOUND, "execute_command(wfa_error of %zu bytes)", size);
  REQUIRE(is_painted(room + size, sizeof room - size),
          "a wfa_error of %zu bytes was written beyond them", size);
  memcpy(&struct_size, room, sizeof struct_size);
  REQUIRE(struct_size == size, "struct_size was changed from %zu to %u", size, struct_size);
  if (size >= offsetof(wfa_error, result) + sizeof error->result)
    expect(error->result, WFA_ERR_NOT_FOUND, "in a wfa_error of %zu bytes, result", size);
}

static void older_struct(void) {
  static const size_t sizes[] = {
      sizeof(uint32_t),
      offsetof(wfa_error, flags),
      offsetof(wfa_error, http_status),
      offsetof(wfa_error, remote_code),
      offsetof(wfa_error, retry_after_ms),
      offsetof(wfa_error, message),
      offsetof(wfa_error, message) + sizeof(void *),
  };
  wfa_adapter *adapter = new_adapter();
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) older_struct_of(adapter, sizes[i]);
  end_adapter(adapter);
}

static void newer_struct(void) {
  struct {
    wfa_error known;
    char unknown[128];
  } error;
  wfa_buffer response = {0};
  wfa_adapter *adapter = new_adapter();
  if (load()->abi_minor > WFA_ABI_MINOR)
    skip("the plugin's version is newer than this validator's");
  paint(&error, sizeof error);
  error.known = empty_error();
  error.known.struct_size = sizeof error;
  wfa_result result = load()->execute_command(adapter, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN,
                                              NULL, &response, &error.known);
  expect(result, WFA_ERR_NOT_FOUND, "execute_command(a larger wfa_error)");
  REQUIRE(is_painted(error.unknown, sizeof error.unknown),
          "members of a later version were written");
  release(&error.known.message);
  end_adapter(adapter);
}

/* As a host passes it that uses one struct for many calls: only the message is released. */
static wfa_error used_error(void) {
  wfa_error error = empty_error();
  error.result = WFA_ERR_STATE;
  error.flags = WFA_ERROR_RETRYABLE | WFA_ERROR_MAYBE_SENT;
  error.http_status = 500;
  error.remote_code = -1;
  error.retry_after_ms = 1000;
  return error;
}

static void require_zeroes(const char *call, const wfa_error *error) {
  wfa_error zero = empty_error();
  REQUIRE(memcmp(error, &zero, sizeof zero) == 0, "after WFA_OK of %s the error is not all zero",
          call);
}

static int32_t accept(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

static void zeroed_after_success(void) {
  wfa_error error = used_error();
  wfa_adapter *adapter = NULL;
  wfa_result result = load()->create(NULL, properties(), WFA_STRLEN, &adapter, &error);
  expect(result, WFA_OK, "create");
  require_zeroes("create", &error);
  error = used_error();
  result = load()->register_event_callback(adapter, NULL, 0, accept, NULL, NULL, NULL, &error);
  expect(result, WFA_OK, "register_event_callback");
  require_zeroes("register_event_callback", &error);
  end_adapter(adapter);
}

static void may_be_null(void) {
  wfa_buffer response = {0};
  wfa_adapter *out = NULL, *adapter = new_adapter();
  const wfa_api *api = load();
  expect(api->create(NULL, "{", WFA_STRLEN, &out, NULL), WFA_ERR_INVALID_ARGUMENT,
         "create(error NULL)");
  expect(api->execute_command(adapter, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN, NULL, &response,
                              NULL),
         WFA_ERR_NOT_FOUND, "execute_command(error NULL)");
  expect(api->register_event_callback(adapter, NO_SUCH_NAME, WFA_STRLEN, accept, NULL, NULL, NULL,
                                      NULL),
         WFA_ERR_NOT_FOUND, "register_event_callback(error NULL)");
  wfa_result result = api->update_properties(adapter, "{", WFA_STRLEN, NULL);
  if (result != WFA_ERR_UNSUPPORTED)
    expect(result, WFA_ERR_INVALID_ARGUMENT, "update_properties(error NULL)");
  end_adapter(adapter);
}

/* Calls that fail in every way that needs nobody else. */
static void failing_calls(void (*observe)(const char *call, const struct answer *answer)) {
  static const char *const requests[] = {"{}", "[]", "{", "{\"" NO_SUCH_NAME "\":1}"};
  wfa_adapter *adapter = new_adapter(), *out = NULL;
  struct answer answer;
  for (size_t i = 0; i < command_count(); i++) {
    for (size_t k = 0; k < sizeof requests / sizeof *requests; k++) {
      answer = execute(adapter, command_at(i)->name, requests[k]);
      observe(command_at(i)->name, &answer);
      give_back(&answer);
    }
  }
  answer = execute(adapter, NO_SUCH_NAME, "{}");
  observe("an unknown command", &answer);
  give_back(&answer);
  for (size_t k = 1; k < sizeof requests / sizeof *requests; k++) {
    answer = create(NULL, requests[k], &out);
    observe("create", &answer);
    give_back(&answer);
  }
  end_adapter(adapter);
}

static void same_result(const char *call, const struct answer *answer) {
  uint32_t known = WFA_ERROR_RETRYABLE | WFA_ERROR_PANIC | WFA_ERROR_MAYBE_SENT;
  REQUIRE(answer->error.result == answer->result, "%s returned %s and the error says %s", call,
          result_name(answer->result), result_name(answer->error.result));
  REQUIRE((answer->error.flags & ~known) == 0, "%s: the error has the unknown flags %#x", call,
          answer->error.flags & ~known);
  REQUIRE((answer->error.flags & WFA_ERROR_PANIC) == 0, "%s: the plugin caught a defect: %s", call,
          message_of(answer));
}

static void is_the_answer(void) { failing_calls(same_result); }

static void has_message(const char *call, const struct answer *answer) {
  if (answer->result == WFA_OK) return;
  REQUIRE(answer->error.message.ptr != NULL && answer->error.message.len > 0,
          "%s answered %s without a message", call, result_name(answer->result));
}

static void says_what(void) { failing_calls(has_message); }

/* A host repeats what is retryable, and nothing that may have been sent. */
static void flags_of_answer_agree(const char *call, const struct answer *answer) {
  const uint32_t both = WFA_ERROR_RETRYABLE | WFA_ERROR_MAYBE_SENT;
  REQUIRE((answer->error.flags & both) != both,
          "%s answered %s with both flags, RETRYABLE and MAYBE_SENT", call,
          result_name(answer->result));
}

static void flags_agree(void) {
  wfa_host host = plain_host();
  failing_calls(flags_of_answer_agree);
  run_lifecycle(&host, flags_of_answer_agree);
}

static const struct check checks[] = {
    {"error-older-struct", "no byte of a wfa_error beyond its struct_size is written",
     older_struct},
    {"error-newer-struct", "members that a later version appended stay as they are", newer_struct},
    {"error-zeroed-after-success", "after WFA_OK all but struct_size is zero",
     zeroed_after_success},
    {"error-may-be-null", "every call takes a NULL error", may_be_null},
    {"error-is-the-answer", "the error's result is what the call returned, its flags are known",
     is_the_answer},
    {"error-flags-agree", "no failure is retryable that may have been sent", flags_agree},
    {"error-says-what", "every failure has a message", says_what},
};
GROUP(errors, "buffers and errors");
