/* response.c: when there is a response, and what is in it. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "event_recorder.h"
#include "json.h"
#include "memory.h"
#include "rows.h"

static wfa_adapter *adapter;

static void require_rule(const char *name, const char *json) {
  struct answer answer = execute(adapter, name, json);
  bool wanted = has_response(answer.result);
  REQUIRE((answer.response.ptr != NULL) == wanted, "%s answered %s, %s a response", name,
          result_name(answer.result), wanted ? "without" : "with");
  REQUIRE(wanted || (answer.response.len == 0 && answer.response.release == NULL),
          "%s answered %s and left a response that is not empty", name, result_name(answer.result));
  give_back(&answer);
}

static void only_where_documented(void) {
  static const char *const requests[] = {"{}", "[]", "", "{\"" NO_SUCH_NAME "\":1}",
                                         "{\"a\":\"\xff\"}"};
  adapter = new_adapter();
  for (size_t i = 0; i < command_count(); i++) {
    char *request = request_for(command_at(i));
    require_rule(command_at(i)->name, request);
    free(request);
    for (size_t k = 0; k < sizeof requests / sizeof *requests; k++)
      require_rule(command_at(i)->name, requests[k]);
  }
  require_rule(NO_SUCH_NAME, "{}");
  require_rule("", "{}");
  end_adapter(adapter);
}

static bool is_of_type(struct json value, const char *type) {
  bool number = json_type(value) == JSON_NUMBER;
  if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0) return number;
  return strstr(json_type_name(value), type) != NULL;
}

static void require_members(const wfa_command *command, const char *json) {
  struct answer answer = execute(adapter, command->name, json);
  struct json response, value;
  REQUIRE(answer.response.ptr != NULL, "%s answered %s without a response", command->name,
          result_name(answer.result));
  REQUIRE(json_read(answer.response.ptr, answer.response.len, &response) &&
              json_type(response) == JSON_OBJECT,
          "%s: the response is no JSON object: %.200s", command->name, answer.response.ptr);
  for (size_t i = 0; i < command->n_response; i++) {
    const wfa_field *member = command->response[i];
    bool there = json_member(response, member->name, &value);
    /* A failure may say less: the contract promises it an object. */
    REQUIRE(there || answer.result != WFA_OK, "%s answered %s: the response has no %s",
            command->name, result_name(answer.result), member->name);
    REQUIRE(!there || is_of_type(value, member->type), "%s answered %s: %s is %s in the response",
            command->name, result_name(answer.result), member->name, json_type_name(value));
  }
  give_back(&answer);
}

/* Made-up requests may all fail, and a failure may say less: so also what the user says succeeds. */
static void require_members_of_raised(void) {
  if (inputs()->raise_command == NULL || inputs()->raise_request == NULL) return;
  for (size_t i = 0; i < command_count(); i++) {
    if (strcmp(command_at(i)->name, inputs()->raise_command) != 0) continue;
    char *request = raise_request();
    require_members(command_at(i), request);
    free(request);
  }
}

static void has_every_member(void) {
  /* Until the adapter is gone: its callback is given back only then. */
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  for (size_t i = 0; i < command_count(); i++) {
    char *request = request_for(command_at(i));
    require_members(command_at(i), request);
    require_members(command_at(i), "[]");
    free(request);
  }
  record_events(adapter, NULL, &recorder);
  require_members_of_raised();
  end_adapter(adapter);
}

/* Whatever stood in the caller's struct is not the plugin's: it is neither read nor released. */
static void overwrites(void) {
  static const char *const texts[] = {"{}", "[]", "{"};
  adapter = new_adapter();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *name = command_count() == 0 ? NO_SUCH_NAME : command_at(0)->name;
    wfa_buffer response;
    paint(&response, sizeof response);
    wfa_result result = load()->execute_command(adapter, name, WFA_STRLEN, texts[i], WFA_STRLEN,
                                                NULL, &response, NULL);
    REQUIRE(!is_painted(&response.ptr, sizeof response.ptr) &&
                !is_painted(&response.release, sizeof response.release),
            "execute_command(%s) answered %s and left the response as it was", texts[i],
            result_name(result));
    release(&response);
  }
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"response-only-where-documented", "there is a response exactly with the results that have one",
     only_where_documented},
    {"response-has-every-member",
     "a response is an object, after success with the descriptor's members", has_every_member},
    {"response-overwrites-what-was-there", "the caller's buffer is written and never released",
     overwrites},
};
GROUP(responses, "response");
