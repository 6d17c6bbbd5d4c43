/* submit.c: commands that are queued, and their completions. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ending.h"
#include "json.h"
#include "memory.h"
#include "probe.h"
#include "rows.h"
#include "text.h"
#include "event_recorder.h"

enum { COMMANDS = 20, SETTLE_MS = 50, RETURN_MS = 1000 };

static wfa_adapter *adapter;

/* Any command, refused before it does anything. */
static const char *any_command(void) {
  if (command_count() == 0) skip("the plugin has no commands");
  adapter = new_adapter();
  return command_at(0)->name;
}

static void completes_once(void) {
  const char *name = any_command();
  struct ending endings[COMMANDS] = {0};
  for (int i = 0; i < COMMANDS; i++) {
    submit_queued(adapter, name, "[]", &endings[i]);
    require_end(&endings[i]);
  }
  end_adapter(adapter);
  pause_ms(SETTLE_MS);
  for (int i = 0; i < COMMANDS; i++)
    REQUIRE(atomic_load(&endings[i].calls) == 1, "a completion was called %d times",
            atomic_load(&endings[i].calls));
}

static atomic_int submit_returned, came_too_early;

static void wait_for_return(struct ending *ending) {
  (void)ending;
  if (!reaches(&submit_returned, 1, RETURN_MS)) atomic_fetch_add(&came_too_early, 1);
}

/* A host that holds a lock while it submits and takes it in the completion must not stand still. */
static void never_inline(void) {
  const char *name = any_command();
  atomic_store(&came_too_early, 0);
  for (int i = 0; i < COMMANDS; i++) {
    struct ending ending = {.inside = wait_for_return};
    atomic_store(&submit_returned, 0);
    submit_queued(adapter, name, "[]", &ending);
    atomic_store(&submit_returned, 1);
    require_end(&ending);
    REQUIRE(atomic_load(&came_too_early) == 0, "submit_command waited for the completion");
    REQUIRE(!pthread_equal(ending.thread, pthread_self()),
            "the completion ran on the thread that submitted");
  }
  end_adapter(adapter);
}

static void operation_comes_first(void) {
  const char *name = any_command();
  uint64_t last[COMMANDS];
  for (int i = 0; i < COMMANDS; i++) {
    struct ending ending = {0};
    submit_queued(adapter, name, "[]", &ending);
    require_end(&ending);
    REQUIRE(ending.given != 0, "an operation got the id 0");
    REQUIRE(ending.operation == ending.given, "the completion got another operation than the host");
    REQUIRE(ending.given_in_time, "the completion was called before operation was written");
    last[i] = ending.given;
    for (int k = 0; k < i; k++) REQUIRE(last[k] != ending.given, "two operations have one id");
  }
  end_adapter(adapter);
}

static void require_as_executed(const char *name, const char *json) {
  struct ending ending = {0};
  struct answer answer = execute(adapter, name, json);
  wfa_result result = submit(adapter, name, json, &ending);
  if (result == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
  if (result == WFA_OK) {
    require_end(&ending);
    result = ending.result;
    REQUIRE(ending.has_response == has_response(result), "%s completed with %s, %s a response",
            name, result_name(result), ending.has_response ? "with" : "without");
    REQUIRE(!ending.has_response || ending.nul_behind_response,
            "no NUL stands behind a completion's response");
    REQUIRE(ending.has_error, "a completion got NULL as error");
    REQUIRE(!ending.error_has_release, "a completion's error has a message with a release");
    expect(ending.error_result, result, "%s: the completion's error", name);
  }
  expect(result, answer.result, "%s, submitted,", name);
  give_back(&answer);
}

static void ends_as_executed(void) {
  static const char *const requests[] = {"{}", "[]", "{", "{\"" NO_SUCH_NAME "\":1}"};
  any_command();
  for (size_t i = 0; i < command_count(); i++)
    for (size_t k = 0; k < sizeof requests / sizeof *requests; k++)
      require_as_executed(command_at(i)->name, requests[k]);
  end_adapter(adapter);
}

/* Also where there is nothing to say: a host may look at it without asking. */
static void error_is_whole(void) {
  needs_raise();
  any_command();
  for (int i = 0; i < 2; i++) {
    struct ending ending = {0};
    char *request = i == 0 ? raise_request() : strdup("[]");
    submit_queued(adapter, inputs()->raise_command, request, &ending);
    require_end(&ending);
    const char *how = result_name(ending.result);
    REQUIRE(ending.has_error, "a completion with %s got NULL as error", how);
    REQUIRE(ending.error_has_size,
            "a completion with %s got an error whose struct_size is too small", how);
    expect(ending.error_result, ending.result, "a completion with %s: its error", how);
    free(request);
  }
  end_adapter(adapter);
}

static wfa_result submit_with(const char *id, size_t len, struct ending *ending) {
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.correlation_id = id;
  options.correlation_id_len = len;
  return load()->submit_command(adapter, command_at(0)->name, WFA_STRLEN, "[]", WFA_STRLEN,
                                &options, on_completion, ending, &ending->given, NULL);
}

static void correlation_id_limits(void) {
  static const struct {
    const char *what, *id;
    size_t len;
  } bad[] = {{"NULL, of 5 bytes", NULL, 5},
             {"not UTF-8", "\xff", 1},
             {"empty", "", 0},
             {"of an impossible length", "x", SIZE_MAX - 1}};
  struct ending ending = {0};
  any_command();
  char *longest = repeated('c', 513);
  wfa_result result = submit_with(longest, 512, &ending);
  if (result == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
  expect(result, WFA_OK, "submit_command(correlation_id of 512 bytes)");
  require_end(&ending);
  ending = (struct ending){0};
  expect(submit_with(longest, WFA_STRLEN, &ending), WFA_ERR_INVALID_ARGUMENT,
         "submit_command(correlation_id of 513 bytes)");
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    expect(submit_with(bad[i].id, bad[i].len, &ending), WFA_ERR_INVALID_ARGUMENT,
           "submit_command(correlation_id that is %s)", bad[i].what);
  pause_ms(SETTLE_MS);
  REQUIRE(atomic_load(&ending.calls) == 0, "submit_command failed and called the completion");
  free(longest);
  end_adapter(adapter);
}

/* The texts become unreadable as soon as submit_command has returned. */
static void copies_its_arguments(void) {
  const char *name = any_command();
  struct ending endings[COMMANDS] = {0};
  for (int i = 0; i < COMMANDS; i++) {
    wfa_call_options *options = lend(sizeof *options);
    options->struct_size = sizeof *options;
    options->correlation_id = lend_text("a correlation id");
    options->correlation_id_len = WFA_STRLEN;
    wfa_result result =
        load()->submit_command(adapter, lend_text(name), WFA_STRLEN, lend_text("[]"), WFA_STRLEN,
                               options, on_completion, &endings[i], &endings[i].given, NULL);
    take_back();
    if (result == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
    expect(result, WFA_OK, "submit_command");
    require_end(&endings[i]);
    expect(endings[i].result, WFA_ERR_INVALID_REQUEST, "the completion");
  }
  end_adapter(adapter);
}

static void refuses(const char *what, const char *name, size_t name_len, const char *json,
                    wfa_completion_callback completion, wfa_result wanted) {
  struct ending ending = {.given = 777};
  wfa_result result = load()->submit_command(adapter, name, name_len, json, WFA_STRLEN, NULL,
                                             completion, &ending, &ending.given, NULL);
  if (result == WFA_ERR_UNSUPPORTED) skip("submit_command answers WFA_ERR_UNSUPPORTED");
  expect(result, wanted, "submit_command(%s)", what);
  REQUIRE(ending.given == 0, "submit_command(%s) failed and left the operation %llu", what,
          (unsigned long long)ending.given);
  pause_ms(SETTLE_MS);
  REQUIRE(atomic_load(&ending.calls) == 0, "submit_command(%s) failed and called the completion",
          what);
}

static void unknown_command(void) {
  adapter = new_adapter();
  refuses(NO_SUCH_NAME, NO_SUCH_NAME, WFA_STRLEN, "{}", on_completion, WFA_ERR_NOT_FOUND);
  refuses("an empty name", "", 0, "{}", on_completion, WFA_ERR_NOT_FOUND);
  end_adapter(adapter);
}

static void null_arguments(void) {
  const char *name = any_command();
  refuses("name NULL", NULL, WFA_STRLEN, "{}", on_completion, WFA_ERR_INVALID_ARGUMENT);
  refuses("json NULL", name, WFA_STRLEN, NULL, on_completion, WFA_ERR_INVALID_ARGUMENT);
  refuses("completion NULL", name, WFA_STRLEN, "[]", NULL, WFA_ERR_INVALID_ARGUMENT);
  refuses("an impossible length", name, SIZE_MAX - 1, "[]", on_completion,
          WFA_ERR_INVALID_ARGUMENT);
  expect(load()->submit_command(adapter, name, WFA_STRLEN, "[]", WFA_STRLEN, NULL, on_completion,
                                &(struct ending){0}, NULL, NULL),
         WFA_OK, "submit_command(options, operation and error NULL)");
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"submit-completes-once", "every submitted command has one completion", completes_once},
    {"submit-is-never-inline", "a completion never runs inside submit_command", never_inline},
    {"submit-operation-comes-first", "ids are unique, and there before the completion is called",
     operation_comes_first},
    {"submit-ends-as-executed", "a completion gets what execute_command would have answered",
     ends_as_executed},
    {"completion-error-is-whole", "a completion gets an error of its size, also after success",
     error_is_whole},
    {"submit-correlation-id-limits", "a correlation id has 1 to 512 bytes of UTF-8",
     correlation_id_limits},
    {"submit-copies-its-arguments", "nothing lent to submit_command is read after it has returned",
     copies_its_arguments},
    {"submit-unknown-command", "a name that is no command is NOT_FOUND, without a completion",
     unknown_command},
    {"submit-null-arguments", "NULL is refused where a text or a function is needed",
     null_arguments},
};
GROUP(submission, "submit and cancel");
