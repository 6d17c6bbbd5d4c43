/* What the programs of this folder share: numbered cases, each run in a process of its own, so that
 * one that crashes, hangs or changes the process neither harms nor hides the others.
 *
 * Usage: <program> <plugin> <URL of the emulator> [--without F01,F02] [--only F03]
 *                  [--stack-kib 128] [--tls <URL> <CA file>] [--tool]
 *
 * `ok <number> <sentence>` for each case that held; exit code 1 if one did not, or hung. `--tool`
 * says that a memory checker is at work: fewer rounds, and no figures of memory are asserted. */

#ifndef CASE_H
#define CASE_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../check.h"

struct numbered_case {
  const char *number;
  const char *what;
  void (*run)(void);
};

/* What the command line said. */
static const char *plugin_path;
static const char *emulator_url;
static const char *tls_url;
static const char *tls_ca_file;
static size_t stack_bytes = 128 * 1024;
static int under_tool;

/* A case that takes longer than this hangs. */
static inline int case_limit_s(void) { return under_tool ? 300 : 100; }

/* A remark for whoever reads the output: a figure that was measured. */
static inline void note(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("note %s ", check_case);
  vprintf(format, arguments);
  putchar('\n');
  va_end(arguments);
  fflush(stdout);
}

static inline void pause_ms(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

static inline int64_t now_us(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline int64_t now_ms(void) { return now_us(CLOCK_MONOTONIC) / 1000; }

/* The plugin's table; the first call in a process loads it. */
static inline const wfa_api *plugin(void) {
  static const wfa_api *api;
  if (!api) {
    api = entry_of(open_library(plugin_path, RTLD_NOW | RTLD_LOCAL));
  }
  return api;
}

/* Waits for `child` and answers its wait status; kills it and its group when the time is up. */
static inline int wait_for(pid_t child, int limit_s) {
  int64_t until = now_ms() + (int64_t)limit_s * 1000;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (now_ms() > until) {
      fprintf(stderr, "%s: hangs\n", check_case);
      kill(-child, SIGKILL);
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return status;
    }
    pause_ms(2);
  }
  return status;
}

/* Runs `run` in a child of this process and answers its wait status. The child ends at once: what
 * it inherited is not its own to give back. */
static inline int in_child(void (*run)(void *), void *argument) {
  fflush(NULL);
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    run(argument);
    fflush(NULL);
    _exit(0);
  }
  return wait_for(child, case_limit_s() / 2);
}

#define CHECK_CHILD(run, argument)                                    \
  do {                                                                \
    int check_status = in_child(run, argument);                       \
    CHECK(WIFEXITED(check_status) && WEXITSTATUS(check_status) == 0); \
  } while (0)

static inline int listed(const char *list, const char *number) {
  size_t length = strlen(number);
  const char *at = list;
  while (at && *at) {
    if (strncmp(at, number, length) == 0 && (at[length] == ',' || at[length] == '\0')) {
      return 1;
    }
    at = strchr(at, ',');
    at = at ? at + 1 : NULL;
  }
  return 0;
}

static inline int holds(const struct numbered_case *tried) {
  check_case = tried->number;
  fflush(NULL);
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    setpgid(0, 0);
    tried->run();
    exit(0);
  }
  int status = wait_for(child, case_limit_s());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    printf("ok %s %s\n", tried->number, tried->what);
    fflush(stdout);
    return 1;
  }
  fprintf(stderr, "not ok %s %s (%s %d)\n", tried->number, tried->what,
          WIFSIGNALED(status) ? "signal" : "exit code",
          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  return 0;
}

static inline int run_cases(int count, char **arguments, const struct numbered_case *cases,
                            size_t n_cases) {
  const char *without = "";
  const char *only = NULL;
  if (count < 3) {
    fprintf(stderr, "usage: %s <plugin> <emulator's URL> [options]\n", arguments[0]);
    return 2;
  }
  plugin_path = arguments[1];
  emulator_url = arguments[2];
  for (int i = 3; i < count; i++) {
    const char *option = arguments[i];
    if (strcmp(option, "--tool") == 0) {
      under_tool = 1;
    } else if (strcmp(option, "--without") == 0 && i + 1 < count) {
      without = arguments[++i];
    } else if (strcmp(option, "--only") == 0 && i + 1 < count) {
      only = arguments[++i];
    } else if (strcmp(option, "--stack-kib") == 0 && i + 1 < count) {
      stack_bytes = strtoul(arguments[++i], NULL, 10) * 1024;
    } else if (strcmp(option, "--tls") == 0 && i + 2 < count) {
      tls_url = arguments[++i];
      tls_ca_file = arguments[++i];
    } else {
      fprintf(stderr, "unknown option %s\n", option);
      return 2;
    }
  }
  int failed = 0;
  for (size_t i = 0; i < n_cases; i++) {
    if (listed(without, cases[i].number)) {
      printf("skipped %s\n", cases[i].number);
    } else if (!only || listed(only, cases[i].number)) {
      failed += !holds(&cases[i]);
    }
  }
  return failed ? 1 : 0;
}

/* Ends the list of cases and the program with it. */
#define MAIN(cases)                                                          \
  int main(int count, char **arguments) {                                    \
    return run_cases(count, arguments, cases, sizeof cases / sizeof *cases); \
  }

#endif /* CASE_H */
