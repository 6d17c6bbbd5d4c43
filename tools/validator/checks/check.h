/* check.h: what a check is, and how it says how it went. */
#ifndef VALIDATOR_CHECK_H
#define VALIDATOR_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "workflow_adapter.h"

/* One check. `description` says what holds when it passes. */
struct check {
  const char *id;
  const char *description;
  void (*run)(void);
};

/* The checks of one file. */
struct group {
  const char *name;
  const struct check *checks;
  size_t count;
};

#define GROUP(identifier, title) \
  const struct group identifier = {title, checks, sizeof checks / sizeof *checks}

/* The rows `manners` of a file: what hosts like and the contract does not ask for. The program turns
 * a failure in this group into a warning. */
#define MANNERS(identifier) \
  const struct group identifier = {"good manners", manners, sizeof manners / sizeof *manners}

/* The user's arguments; all but `plugin` may be NULL. */
struct inputs {
  const char *plugin;        /* path of the library */
  const char *properties;    /* one JSON object */
  const char *raise_command; /* a command that raises at least one event */
  const char *raise_request; /* its request, with {{unique}} where a fresh number goes */
  bool raise_outside;        /* whether the plugin raises events outside of calls */
};

const struct inputs *inputs(void);

/* The four ways a check ends. Each ends it at once, so they are for the check's own thread, and
 * never for a callback, which may not be jumped out of. A check that returns has passed. */
_Noreturn void pass(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define REQUIRE(condition, ...)          \
  do {                                   \
    if (!(condition)) fail(__VA_ARGS__); \
  } while (0)

/* Fails unless `got` is `wanted`; the format says which call it was. */
void expect(wfa_result got, wfa_result wanted, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* `WFA_ERR_STATE`, or `result 99`. */
const char *result_name(wfa_result result);

#endif
