/* hygiene.c: a plugin leaves the process it lives in as it found it. */
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "check.h"
#include "output.h"
#include "probe.h"
#include "text.h"
#include "lifecycle.h"

extern char **environ;

enum { LARGEST_FD = 4096, END_MS = 2000, INTERRUPT_US = 500, TOURS = 5 };

/* Loads the plugin and plays a whole life of an adapter. */
static void use_plugin(void) {
  wfa_host host = plain_host();
  run_lifecycle(&host, NULL);
}

static void signal_handlers(struct sigaction *handlers) {
  memset(handlers, 0, (size_t)SIGRTMAX * sizeof *handlers);
  for (int number = 1; number < SIGRTMAX; number++) sigaction(number, NULL, &handlers[number]);
}

static void signal_handlers_stay(void) {
  struct sigaction before[128], after[128];
  needs_fresh_process();
  signal_handlers(before);
  use_plugin();
  signal_handlers(after);
  for (int number = 1; number < SIGRTMAX; number++)
    REQUIRE(before[number].sa_handler == after[number].sa_handler &&
                before[number].sa_flags == after[number].sa_flags,
            "the handler of signal %d (%s) was changed", number, strsignal(number));
}

static void signal_mask_stays(void) {
  sigset_t before, after;
  needs_fresh_process();
  pthread_sigmask(SIG_SETMASK, NULL, &before);
  use_plugin();
  pthread_sigmask(SIG_SETMASK, NULL, &after);
  for (int number = 1; number < SIGRTMAX; number++)
    REQUIRE(sigismember(&before, number) == sigismember(&after, number),
            "signal %d (%s) is blocked in one of before and after", number, strsignal(number));
}

static void open_files(bool *open) {
  for (int fd = 0; fd < LARGEST_FD; fd++) open[fd] = fcntl(fd, F_GETFD) >= 0;
}

static void name_of(int fd, char *name, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  ssize_t len = readlink(path, name, size - 1);
  name[len < 0 ? 0 : len] = '\0';
}

static void files_are_closed(void) {
  static bool before[LARGEST_FD], after[LARGEST_FD];
  char name[256];
  needs_fresh_process();
  open_files(before);
  use_plugin();
  open_files(after);
  for (int fd = 0; fd < LARGEST_FD; fd++) {
    name_of(fd, name, sizeof name);
    REQUIRE(before[fd] == after[fd], "file descriptor %d is open in one of before and after: %s",
            fd, name);
  }
}

static bool open_at_start[LARGEST_FD];
static int leaking_fd;

static void look_for_leaking(const char *call, const struct answer *answer) {
  (void)call, (void)answer;
  for (int fd = 0; fd < LARGEST_FD; fd++) {
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0 && !open_at_start[fd] && (flags & FD_CLOEXEC) == 0) leaking_fd = fd;
  }
}

static void files_close_on_exec(void) {
  wfa_host host = plain_host();
  needs_fresh_process();
  leaking_fd = -1;
  open_files(open_at_start);
  run_lifecycle(&host, look_for_leaking);
  REQUIRE(leaking_fd < 0, "file descriptor %d was open without FD_CLOEXEC", leaking_fd);
}

static struct text environment(void) {
  struct text text = {0};
  text_add(&text, "\n");
  for (char **entry = environ; *entry != NULL; entry++) text_add(&text, "%s\n", *entry);
  return text;
}

static void environment_stays(void) {
  needs_fresh_process();
  struct text before = environment();
  use_plugin();
  struct text after = environment();
  REQUIRE(strcmp(before.at, after.at) == 0, "the environment was changed");
}

static void folder_stays(void) {
  char before[4096] = "", after[4096] = "";
  needs_fresh_process();
  REQUIRE(getcwd(before, sizeof before) != NULL, "this process has no working directory");
  use_plugin();
  REQUIRE(getcwd(after, sizeof after) != NULL && strcmp(before, after) == 0,
          "the working directory was changed from %.200s to %.200s", before, after);
}

static mode_t mask(void) {
  mode_t now = umask(0);
  umask(now);
  return now;
}

static void umask_stays(void) {
  needs_fresh_process();
  mode_t before = mask();
  use_plugin();
  REQUIRE(mask() == before, "the umask was changed from %03o to %03o", before, mask());
}

static void locale_stays(void) {
  needs_fresh_process();
  char *before = strdup(setlocale(LC_ALL, NULL));
  use_plugin();
  REQUIRE(strcmp(before, setlocale(LC_ALL, NULL)) == 0, "the locale was changed from %s to %s",
          before, setlocale(LC_ALL, NULL));
}

static void limits_stay(void) {
  enum { LIMITS = RLIM_NLIMITS };
  struct rlimit before[LIMITS], after[LIMITS];
  needs_fresh_process();
  for (int i = 0; i < LIMITS; i++) getrlimit(i, &before[i]);
  use_plugin();
  for (int i = 0; i < LIMITS; i++) {
    getrlimit(i, &after[i]);
    REQUIRE(before[i].rlim_cur == after[i].rlim_cur && before[i].rlim_max == after[i].rlim_max,
            "resource limit %d was changed", i);
  }
}

static void calls_print_nothing(void) {
  begin_capture();
  use_plugin();
  const char *printed = end_capture();
  REQUIRE(*printed == '\0', "it printed: %.200s", printed);
}

/* The three streams belong to the host: open, of no orientation, at their places. */
static void streams_stay(void) {
  FILE *const streams[] = {stdin, stdout, stderr};
  needs_fresh_process();
  use_plugin();
  for (int i = 0; i < 3; i++) {
    REQUIRE(fileno(streams[i]) == i, "standard stream %d was closed or replaced", i);
    REQUIRE(fwide(streams[i], 0) == 0 || i == 2, "standard stream %d was given an orientation", i);
  }
}

static int count_threads(void) {
  int count = -2; /* . and .. */
  DIR *folder = opendir("/proc/self/task");
  while (folder != NULL && readdir(folder) != NULL) count++;
  if (folder != NULL) closedir(folder);
  return count;
}

/* A thread that was joined may still be on the system's list for a moment. */
static void threads_are_joined(void) {
  needs_fresh_process();
  int before = count_threads();
  use_plugin();
  double until = now_ms() + END_MS;
  while (count_threads() != before && now_ms() < until) pause_ms(1);
  REQUIRE(count_threads() == before, "%d threads before, %d after", before, count_threads());
}

static void no_defect(const char *call, const struct answer *answer) {
  REQUIRE(answer->result != WFA_ERR_INTERNAL, "%s answered %s: %s", call,
          result_name(answer->result), message_of(answer));
}

static void use_without_files(void) {
  wfa_host host = plain_host();
  struct rlimit none = {0, 0};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0, "setrlimit failed");
  run_lifecycle(&host, no_defect);
}

static void few_files(void) {
  load();
  in_child(use_without_files, false);
}

static atomic_int interrupts;

static void count_interrupt(int number) {
  (void)number;
  atomic_fetch_add(&interrupts, 1);
}

static void use_interrupted(void) {
  wfa_host host = plain_host();
  struct sigaction handler = {.sa_handler = count_interrupt}; /* no SA_RESTART */
  struct itimerval often = {{0, INTERRUPT_US}, {0, INTERRUPT_US}}, never = {0};
  sigaction(SIGALRM, &handler, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
  for (int i = 0; i < TOURS; i++) run_lifecycle(&host, no_defect);
  setitimer(ITIMER_REAL, &never, NULL);
  pass("%d signals", atomic_load(&interrupts));
}

static void signals_interrupt_nothing(void) {
  load();
  struct report report = in_child(use_interrupted, false);
  pass("%s", report.message);
}

static void exit_alive(void) {
  struct answer answer = execute(new_adapter(), NO_SUCH_NAME, "{}");
  give_back(&answer);
  fflush(NULL);
  exit(7);
}

static _Noreturn void run_exit(void) {
  alarm(10);
  report_through(open("/dev/null", O_WRONLY | O_CLOEXEC)); /* the exit code says it all */
  begin_capture();
  exit_alive();
  _exit(1);
}

static void exit_with_live_adapter(void) {
  int status = 0;
  end_adapter(new_adapter()); /* a plugin that cannot make one is not the subject here */
  fflush(NULL);
  pid_t child = fork();
  REQUIRE(child >= 0, "fork failed");
  if (child == 0) run_exit();
  waitpid(child, &status, 0);
  REQUIRE(!WIFSIGNALED(status), "exit() with a live adapter ended with signal %d (%s)",
          WTERMSIG(status), strsignal(WTERMSIG(status)));
  REQUIRE(WEXITSTATUS(status) == 7, "exit(7) with a live adapter ended with code %d",
          WEXITSTATUS(status));
}

static const struct check checks[] = {
    {"signal-handlers-stay", "no signal gets another handler", signal_handlers_stay},
    {"signal-mask-stays", "no signal gets blocked or let through on the host's threads",
     signal_mask_stays},
    {"files-are-closed", "the same file descriptors are open before and after", files_are_closed},
    {"files-close-on-exec", "file descriptors of the plugin are not inherited",
     files_close_on_exec},
    {"environment-stays", "no environment variable is changed", environment_stays},
    {"working-directory-stays", "the working directory stays", folder_stays},
    {"umask-stays", "the umask stays", umask_stays},
    {"locale-stays", "the locale stays", locale_stays},
    {"resource-limits-stay", "the resource limits stay", limits_stay},
    {"streams-stay", "the standard streams stay open and without orientation", streams_stay},
    {"threads-are-joined", "after destroy there are as many threads as before", threads_are_joined},
    {"no-files-left", "with no file descriptor to be had, nothing ends as a defect", few_files},
    {"signals-interrupt-nothing", "signals of the host during calls change nothing",
     signals_interrupt_nothing},
    {"exit-with-live-adapter", "a process may exit with a live adapter", exit_with_live_adapter},
};
GROUP(hygiene, "process hygiene");

static const struct check manners[] = {
    {"calls-print-nothing", "nothing is written to standard output or standard error",
     calls_print_nothing},
};
MANNERS(output_manners);
