/* execute.c: what `execute_command` makes of its arguments, whatever the commands do. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "json.h"
#include "memory.h"
#include "rows.h"
#include "speed.h"
#include "text.h"

enum { LONG_NAME = 1 << 20, LEVELS = 100000, ROUNDS = 2000, WARM_UP = 500, GROWTH_BYTES = 2 << 20 };

static wfa_adapter *adapter;

/* The first command and a request for it; most checks need no particular one. */
static const wfa_command *any_command(void) {
  if (command_count() == 0) skip("the plugin has no commands");
  adapter = new_adapter();
  return command_at(0);
}

static void answers(const char *what, const char *name, size_t name_len, const char *json,
                    size_t json_len, wfa_result wanted) {
  struct answer answer = execute_bytes(adapter, name, name_len, json, json_len);
  expect(answer.result, wanted, "execute_command(%s)", what);
  give_back(&answer);
}

/* The request itself says what is wrong with it. */
static void answers_to(const char *name, const char *json, wfa_result wanted) {
  char *quoted = json_quoted(json);
  answers(quoted, name, WFA_STRLEN, json, WFA_STRLEN, wanted);
  free(quoted);
}

static void unknown_command(void) {
  adapter = new_adapter();
  answers(NO_SUCH_NAME, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN, WFA_ERR_NOT_FOUND);
  end_adapter(adapter);
}

static void empty_name(void) {
  adapter = new_adapter();
  answers("an empty name, WFA_STRLEN", "", WFA_STRLEN, "{}", WFA_STRLEN, WFA_ERR_NOT_FOUND);
  answers("a name of 0 bytes", "x", 0, "{}", WFA_STRLEN, WFA_ERR_NOT_FOUND);
  end_adapter(adapter);
}

static void not_found(const char *name, size_t len) {
  answers(name, name, len, "{}", WFA_STRLEN, WFA_ERR_NOT_FOUND);
}

/* Spellings that are nearly `name`. */
static void nearly(const char *name) {
  size_t len = strlen(name);
  char *other = allocate(len + 3);
  memcpy(other, name, len);
  other[0] = (char)(islower((unsigned char)name[0]) ? toupper(name[0]) : tolower(name[0]));
  if (!is_command(other)) not_found(other, WFA_STRLEN);
  static const char *const tails[] = {" ", "x", "\n", "/1", "%"};
  for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
    memcpy(other, name, len);
    strcpy(other + len, tails[i]);
    if (!is_command(other)) not_found(other, WFA_STRLEN);
  }
  memcpy(other, name, len);
  strcpy(other + len, "");
  not_found(other, len + 1); /* its NUL counted in */
  other[len - 1] = '\0';
  if (!is_command(other)) not_found(other, WFA_STRLEN);
  free(other);
}

static void name_is_exact(void) {
  any_command();
  for (size_t i = 0; i < command_count(); i++) nearly(command_at(i)->name);
  end_adapter(adapter);
}

static void long_name(void) {
  adapter = new_adapter();
  char *name = repeated('n', LONG_NAME);
  answers("a name of 1 MiB", name, WFA_STRLEN, "{}", WFA_STRLEN, WFA_ERR_NOT_FOUND);
  free(name);
  end_adapter(adapter);
}

static void null_arguments(void) {
  const char *name = any_command()->name;
  wfa_buffer response = {0};
  answers("name NULL", NULL, WFA_STRLEN, "{}", WFA_STRLEN, WFA_ERR_INVALID_ARGUMENT);
  answers("name NULL, 4 bytes", NULL, 4, "{}", WFA_STRLEN, WFA_ERR_INVALID_ARGUMENT);
  answers("json NULL", name, WFA_STRLEN, NULL, WFA_STRLEN, WFA_ERR_INVALID_ARGUMENT);
  answers("json NULL, 4 bytes", name, WFA_STRLEN, NULL, 4, WFA_ERR_INVALID_ARGUMENT);
  expect(load()->execute_command(adapter, name, WFA_STRLEN, "{}", WFA_STRLEN, NULL, NULL, NULL),
         WFA_ERR_INVALID_ARGUMENT, "execute_command(response NULL)");
  expect(load()->execute_command(adapter, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN, NULL,
                                 &response, NULL),
         WFA_ERR_NOT_FOUND, "execute_command(options NULL, error NULL)");
  end_adapter(adapter);
}

static void length_out_of_range(void) {
  const char *name = any_command()->name;
  static const size_t lengths[] = {SIZE_MAX - 1, SIZE_MAX / 2 + 1};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    answers("name_len", name, lengths[i], "{}", WFA_STRLEN, WFA_ERR_INVALID_ARGUMENT);
    answers("json_len", name, WFA_STRLEN, "{}", lengths[i], WFA_ERR_INVALID_ARGUMENT);
  }
  end_adapter(adapter);
}

/* Behind the texts lie pages that cannot be read. */
static void text_without_nul(void) {
  const wfa_command *command = any_command();
  char *request = request_for(command);
  struct answer with = execute(adapter, command->name, request);
  struct answer without = execute_bytes(adapter, guarded_text(command->name), strlen(command->name),
                                        guarded_text(request), strlen(request));
  expect(without.result, with.result, "execute_command(texts without a NUL, and their lengths)");
  give_back(&with);
  give_back(&without);
  free(request);
  end_adapter(adapter);
}

static void not_json(void) {
  const char *name = any_command()->name;
  static const char *const texts[] = {"",         " ",       "{",          "{}x",
                                      "{\"a\":}", "{'a':1}", "{\"a\":1,}", "nul"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    answers_to(name, texts[i], WFA_ERR_INVALID_ARGUMENT);
  end_adapter(adapter);
}

static void not_an_object(void) {
  const char *name = any_command()->name;
  static const char *const texts[] = {"[]", "null", "true", "1", "\"x\""};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    answers_to(name, texts[i], WFA_ERR_INVALID_REQUEST);
  end_adapter(adapter);
}

static void not_utf8(void) {
  const char *name = any_command()->name;
  static const char *const texts[] = {"{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}",
                                      "{\"a\":\"\xed\xa0\x80\"}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    answers("json that is not UTF-8", name, WFA_STRLEN, texts[i], WFA_STRLEN,
            WFA_ERR_INVALID_ARGUMENT);
  answers("a name that is not UTF-8", "\xff\xfe", WFA_STRLEN, "{}", WFA_STRLEN,
          WFA_ERR_INVALID_ARGUMENT);
  end_adapter(adapter);
}

/* Deeper than any stack; whether it is refused as no JSON or as no request is the plugin's choice.
 */
static void deep_json(void) {
  const char *name = any_command()->name;
  struct text text = {0};
  text_add(&text, "{\"a\":");
  for (int i = 0; i < LEVELS; i++) text_add_bytes(&text, "[", 1);
  for (int i = 0; i < LEVELS; i++) text_add_bytes(&text, "]", 1);
  text_add(&text, "}");
  struct answer answer = execute(adapter, name, text.at);
  REQUIRE(answer.result == WFA_ERR_INVALID_ARGUMENT || answer.result == WFA_ERR_INVALID_REQUEST,
          "execute_command(%d levels of arrays) answered %s", (int)LEVELS,
          result_name(answer.result));
  give_back(&answer);
  end_adapter(adapter);
}

static void newer_options(void) {
  const wfa_command *command = any_command();
  struct {
    wfa_call_options known;
    char unknown[128];
  } options;
  paint(&options, sizeof options);
  memset(&options.known, 0, sizeof options.known);
  options.known.struct_size = sizeof options;
  wfa_buffer response = {0};
  wfa_result result = load()->execute_command(adapter, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN,
                                              &options.known, &response, NULL);
  expect(result, WFA_ERR_NOT_FOUND, "execute_command(larger wfa_call_options)");
  result = load()->execute_command(adapter, command->name, WFA_STRLEN, "[]", WFA_STRLEN,
                                   &options.known, &response, NULL);
  expect(result, WFA_ERR_INVALID_REQUEST, "execute_command(larger wfa_call_options)");
  release(&response);
  end_adapter(adapter);
}

/* The struct of an older host ends where memory ends. */
static void older_options(void) {
  static const uint32_t sizes[] = {
      offsetof(wfa_call_options, timeout_ms),
      offsetof(wfa_call_options, correlation_id),
      offsetof(wfa_call_options, correlation_id_len),
  };
  const wfa_command *command = any_command();
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char *options = guarded(sizes[i]);
    wfa_buffer response = {0};
    memcpy(options, &sizes[i], sizeof sizes[i]);
    wfa_result result = load()->execute_command(adapter, command->name, WFA_STRLEN, "[]",
                                                WFA_STRLEN, (const void *)options, &response, NULL);
    expect(result, WFA_ERR_INVALID_REQUEST, "execute_command(wfa_call_options of %u bytes)",
           sizes[i]);
    release(&response);
  }
  end_adapter(adapter);
}

static void any_timeout(void) {
  const char *name = any_command()->name;
  static const uint64_t timeouts[] = {0, 1, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
  for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
    wfa_call_options options = {.struct_size = sizeof options, .timeout_ms = timeouts[i]};
    wfa_buffer response = {0};
    wfa_result result = load()->execute_command(adapter, name, WFA_STRLEN, "[]", WFA_STRLEN,
                                                &options, &response, NULL);
    REQUIRE(result == WFA_ERR_INVALID_REQUEST || (timeouts[i] == 1 && result == WFA_ERR_TIMEOUT),
            "execute_command(an array, timeout_ms %llu) answered %s",
            (unsigned long long)timeouts[i], result_name(result));
    release(&response);
  }
  end_adapter(adapter);
}

static wfa_result with_correlation(const char *name, const char *id, size_t len) {
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.correlation_id = id;
  options.correlation_id_len = len;
  wfa_buffer response = {0};
  wfa_result result = load()->execute_command(adapter, name, WFA_STRLEN, "[]", WFA_STRLEN, &options,
                                              &response, NULL);
  release(&response);
  return result;
}

static void correlation_id_limits(void) {
  const char *name = any_command()->name;
  char *longest = repeated('c', 513);
  expect(with_correlation(name, longest, 512), WFA_ERR_INVALID_REQUEST,
         "execute_command(an array, correlation_id of 512 bytes)");
  expect(with_correlation(name, "x", WFA_STRLEN), WFA_ERR_INVALID_REQUEST,
         "execute_command(an array, correlation_id of 1 byte)");
  expect(with_correlation(name, longest, WFA_STRLEN), WFA_ERR_INVALID_ARGUMENT,
         "execute_command(correlation_id of 513 bytes)");
  expect(with_correlation(name, NULL, 5), WFA_ERR_INVALID_ARGUMENT,
         "execute_command(correlation_id NULL, of 5 bytes)");
  expect(with_correlation(name, NULL, WFA_STRLEN), WFA_ERR_INVALID_REQUEST,
         "execute_command(an array, correlation_id NULL, WFA_STRLEN)");
  expect(with_correlation(name, "\xff", 1), WFA_ERR_INVALID_ARGUMENT,
         "execute_command(correlation_id that is not UTF-8)");
  free(longest);
  end_adapter(adapter);
}

static void run_often(const char *name, int rounds) {
  for (int i = 0; i < rounds; i++) {
    answers("{}", NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN, WFA_ERR_NOT_FOUND);
    answers("[]", name, WFA_STRLEN, "[]", WFA_STRLEN, WFA_ERR_INVALID_REQUEST);
  }
}

static void leaks_nothing(void) {
  const char *name = any_command()->name;
  int rounds = rounds_of(ROUNDS, 1);
  run_often(name, rounds_of(WARM_UP, 1));
  size_t before = resident_bytes();
  run_often(name, rounds);
  size_t after = resident_bytes();
  REQUIRE(after < before + GROWTH_BYTES, "%d calls left %zu KiB behind", 2 * rounds,
          (after - before) / 1024);
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"execute-unknown-command", "a name that is no command is NOT_FOUND", unknown_command},
    {"execute-empty-name", "the empty name is NOT_FOUND", empty_name},
    {"execute-name-is-exact", "another case, a tail or a cut make it another name", name_is_exact},
    {"execute-long-name", "a name of 1 MiB is NOT_FOUND", long_name},
    {"execute-null-arguments", "NULL is refused where a text or a place is needed", null_arguments},
    {"execute-length-out-of-range", "impossible lengths are INVALID_ARGUMENT", length_out_of_range},
    {"execute-text-without-nul", "no byte behind the given lengths is read", text_without_nul},
    {"execute-not-json", "text that is not JSON is INVALID_ARGUMENT", not_json},
    {"execute-not-an-object", "JSON that is no object is INVALID_REQUEST", not_an_object},
    {"execute-not-utf8", "text that is not UTF-8 is INVALID_ARGUMENT", not_utf8},
    {"execute-deep-json", "a hundred thousand levels of JSON are refused and do no harm",
     deep_json},
    {"execute-newer-options", "a later minor version's larger wfa_call_options are taken",
     newer_options},
    {"execute-older-options", "no byte behind an older host's struct_size is read", older_options},
    {"execute-any-timeout", "every timeout_ms is taken, also the largest", any_timeout},
    {"execute-correlation-id-limits", "a correlation id has 1 to 512 bytes of UTF-8",
     correlation_id_limits},
    {"execute-leaks-nothing", "calls leave no memory behind", leaks_nothing},
};
GROUP(execute_arguments, "execute");
