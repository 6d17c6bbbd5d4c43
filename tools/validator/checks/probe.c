/* probe.c: parts of a check that need a process or a thread of their own, and waiting. */
#include "probe.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_SECONDS = 60 };

/* From here on, asking for a socket kills the process with SIGSYS. */
static void install_socket_filter(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
    skip("this system has no seccomp filters (%s)", strerror(errno));
}

static _Noreturn void run_child(void (*probe)(void), bool forbid_sockets, int fd) {
  alarm(CHILD_SECONDS); /* a child that hangs must not outlive the check */
  report_through(fd);
  if (forbid_sockets) install_socket_filter();
  probe();
  pass("%s", "");
}

struct report in_child(void (*probe)(void), bool forbid_sockets) {
  struct report report = {0};
  int ends[2], status = 0;
  if (pipe(ends) != 0) fail("pipe: %s", strerror(errno));
  fflush(NULL);
  pid_t child = fork();
  if (child < 0) fail("fork: %s", strerror(errno));
  if (child == 0) {
    close(ends[0]);
    run_child(probe, forbid_sockets, ends[1]);
  }
  close(ends[1]);
  bool reported = read(ends[0], &report, sizeof report) == (ssize_t)sizeof report;
  close(ends[0]);
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) fail("it asked for a socket");
  REQUIRE(!WIFSIGNALED(status) || WTERMSIG(status) != SIGALRM, "a child process stood still");
  if (WIFSIGNALED(status))
    fail("a child process was killed by signal %d (%s)", WTERMSIG(status),
         strsignal(WTERMSIG(status)));
  REQUIRE(reported, "a child process ended early, with exit code %d", WEXITSTATUS(status));
  if (report.outcome == OUTCOME_FAIL) fail("in a child process: %s", report.message);
  if (report.outcome == OUTCOME_SKIP) skip("%s", report.message);
  return report;
}

pthread_t start_thread(size_t stack, void *(*work)(void *), void *argument) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (stack > 0) pthread_attr_setstacksize(&attributes, stack);
  int error = pthread_create(&thread, &attributes, work, argument);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    fprintf(stderr, "pthread_create: %s\n", strerror(error));
    abort();
  }
  return thread;
}

struct start {
  pthread_barrier_t together;
  void *(*work)(void *);
  void *argument;
};

static void *start_together(void *argument) {
  struct start *start = argument;
  pthread_barrier_wait(&start->together);
  return start->work(start->argument);
}

void on_threads(int count, void *(*work)(void *), void *argument) {
  struct start start = {.work = work, .argument = argument};
  pthread_t threads[64];
  pthread_barrier_init(&start.together, NULL, (unsigned)count);
  for (int i = 0; i < count; i++) threads[i] = start_thread(0, start_together, &start);
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&start.together);
}

bool reaches(atomic_int *value, int wanted, int ms) {
  double until = now_ms() + ms;
  while (atomic_load(value) < wanted) {
    if (now_ms() > until) return false;
    pause_ms(1);
  }
  return true;
}

void pause_ms(int ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}
