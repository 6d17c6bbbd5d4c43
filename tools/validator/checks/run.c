/* run.c: runs one check and keeps what it says. */
#include "run.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "groups.h"
#include "output.h"

static struct inputs given_inputs;
static struct report *current;
static pthread_t check_thread;
static jmp_buf check_end;
static int fork_report = -1;

const struct inputs *inputs(void) { return &given_inputs; }

static const struct check *find(const char *id) {
  for (size_t i = 0; groups[i] != NULL; i++)
    for (size_t k = 0; k < groups[i]->count; k++)
      if (strcmp(groups[i]->checks[k].id, id) == 0) return &groups[i]->checks[k];
  return NULL;
}

bool validator_row(size_t index, struct row *row) {
  for (size_t i = 0; groups[i] != NULL; i++) {
    if (index < groups[i]->count) {
      const struct check *check = &groups[i]->checks[index];
      *row = (struct row){groups[i]->name, check->id, check->description};
      return true;
    }
    index -= groups[i]->count;
  }
  return false;
}

bool validator_run(const char *id, const struct inputs *given, struct report *report) {
  const struct check *check = find(id);
  if (check == NULL) return false;
  /* As a host written in C has it; Rust programs start with SIGPIPE ignored. */
  signal(SIGPIPE, SIG_DFL);
  given_inputs = *given;
  current = report;
  check_thread = pthread_self();
  memset(report, 0, sizeof *report);
  if (setjmp(check_end) == 0) check->run();
  end_capture(); /* in case it ended in between */
  current = NULL;
  return true;
}

void report_through(int fd) {
  fork_report = fd;
  check_thread = pthread_self();
}

static _Noreturn void end(enum outcome outcome, const char *format, va_list arguments) {
  if (!pthread_equal(pthread_self(), check_thread)) {
    fputs("a check ended on a thread that is not its own\n", stderr);
    abort();
  }
  current->outcome = outcome;
  vsnprintf(current->message, sizeof current->message, format, arguments);
  if (fork_report < 0) longjmp(check_end, 1);
  ssize_t written = write(fork_report, current, sizeof *current);
  _exit(written == (ssize_t)sizeof *current ? 0 : 1);
}

void pass(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  end(OUTCOME_PASS, format, arguments);
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  end(OUTCOME_FAIL, format, arguments);
}

void warn(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  end(OUTCOME_WARN, format, arguments);
}

void skip(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  end(OUTCOME_SKIP, format, arguments);
}

void expect(wfa_result got, wfa_result wanted, const char *format, ...) {
  char call[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(call, sizeof call, format, arguments);
  va_end(arguments);
  if (got != wanted)
    fail("%s answered %s; expected %s", call, result_name(got), result_name(wanted));
}

const char *result_name(wfa_result result) {
  static const char *const names[] = {
      "WFA_OK",
      "WFA_ERR_INVALID_ARGUMENT",
      "WFA_ERR_NOT_FOUND",
      "WFA_ERR_INVALID_REQUEST",
      "WFA_ERR_COMMAND_FAILED",
      "WFA_ERR_UNAVAILABLE",
      "WFA_ERR_OUTCOME_UNKNOWN",
      "WFA_ERR_EVENT_NOT_ACCEPTED",
      "WFA_ERR_BUSY",
      "WFA_ERR_CANCELLED",
      "WFA_ERR_TIMEOUT",
      "WFA_ERR_STATE",
      "WFA_ERR_UNSUPPORTED",
      "WFA_ERR_UNAUTHENTIC",
      "WFA_ERR_INTERNAL",
      "WFA_ERR_NO_MEMORY",
  };
  static _Thread_local char unknown[32];
  if (result >= 0 && (size_t)result < sizeof names / sizeof *names) return names[result];
  snprintf(unknown, sizeof unknown, "result %d", (int)result);
  return unknown;
}
