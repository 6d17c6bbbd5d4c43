/* request.c: requests that break the descriptor are refused by name, and nothing is done. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "rows.h"
#include "text.h"
#include "values.h"

enum { HUGE = 1 << 20 };

static wfa_adapter *adapter;
/* A plugin may know more about a value than its descriptor says, and refuse a made-up one before it
 * comes to the member in question. Such answers say nothing. */
static int judged, passed_over;

static void refused(const wfa_command *command, const char *member, const char *raw,
                    const char *what) {
  char *request = request_for(command);
  struct answer plain = execute(adapter, command->name, request);
  char *changed = raw == NULL ? object_without(request, member) : object_with(request, member, raw);
  struct answer answer = execute(adapter, command->name, changed);
  expect(answer.result, WFA_ERR_INVALID_REQUEST, "%s(%s %s)", command->name, member, what);
  bool named = names(&answer, member);
  REQUIRE(named || plain.result == WFA_ERR_INVALID_REQUEST,
          "%s(%s %s): neither the message nor the response names it: %s", command->name, member,
          what, message_of(&answer));
  judged += named;
  passed_over += !named;
  give_back(&plain);
  give_back(&answer);
  free(request);
  free(changed);
}

static void for_members(void (*check)(const wfa_command *, const wfa_field *), const char *none) {
  judged = passed_over = 0;
  adapter = new_adapter();
  for (size_t i = 0; i < command_count(); i++) {
    const wfa_command *c = command_at(i);
    for (size_t k = 0; k < c->n_request; k++) check(c, c->request[k]);
    for (size_t k = 0; k < c->n_extension_request; k++) check(c, c->extension_request[k]);
  }
  end_adapter(adapter);
  if (judged == 0)
    skip("%s", passed_over == 0 ? none : "made-up requests are refused for other reasons");
  pass("%d members", judged);
}

static void drop_member(const wfa_command *command, const wfa_field *member) {
  if ((member->flags & WFA_FIELD_REQUIRED) != 0) refused(command, member->name, NULL, "is missing");
}

static void missing_member(void) { for_members(drop_member, "no request member is required"); }

static void unknown_member(void) {
  adapter = new_adapter();
  judged = passed_over = 0;
  for (size_t i = 0; i < command_count(); i++)
    refused(command_at(i), NO_SUCH_NAME, "\"x\"", "is unknown");
  end_adapter(adapter);
  if (judged == 0)
    skip("%s", passed_over == 0 ? "the plugin has no commands"
                                : "made-up requests are refused for other reasons");
}

static void change_type(const wfa_command *command, const wfa_field *member) {
  refused(command, member->name, wrong_value(member->type), "is of another type");
}

static void wrong_type(void) { for_members(change_type, "no command has request members"); }

static void lengthen(const wfa_command *command, const wfa_field *member) {
  if (member->max_length == WFA_UNSET) return;
  char *raw = long_string('1', (size_t)member->max_length + 1);
  refused(command, member->name, raw, "has a character too many");
  free(raw);
}

static void too_long_member(void) { for_members(lengthen, "no request member has a max_length"); }

static void huge_member(void) {
  int found = 0;
  adapter = new_adapter();
  for (size_t i = 0; i < command_count(); i++) {
    const wfa_command *c = command_at(i);
    for (size_t k = 0; k < c->n_request; k++) {
      char *request = request_for(c), *raw = long_string('1', HUGE);
      char *changed = object_with(request, c->request[k]->name, raw);
      struct answer answer = execute(adapter, c->name, changed);
      REQUIRE(answer.result != WFA_ERR_INTERNAL && answer.result != WFA_ERR_INVALID_ARGUMENT,
              "%s(%s of 1 MiB) answered %s", c->name, c->request[k]->name,
              result_name(answer.result));
      give_back(&answer);
      free(request);
      free(raw);
      free(changed);
      found++;
    }
  }
  end_adapter(adapter);
  if (found == 0) skip("no command has request members");
}

static const struct check checks[] = {
    {"execute-missing-member", "each required member that is missing is refused by name",
     missing_member},
    {"execute-unknown-member", "a member that is not in the descriptor is refused by name",
     unknown_member},
    {"execute-wrong-type-member", "a value of another type is refused by name", wrong_type},
    {"execute-too-long-member", "one character more than max_length is refused by name",
     too_long_member},
    {"execute-huge-member", "a value of 1 MiB is answered, and not with a defect", huge_member},
};
GROUP(execute_request, "execute");
