/* process_state.c: a plugin that changes the state of its process. Nothing here runs in a whole
 * plugin. */
#include "plugin.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static void *stay(void *unused) {
  for (int i = 0; i < 1000; i++) nanosleep(&(struct timespec){0, 20000000}, NULL);
  return unused;
}

static void start_thread(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, stay, NULL) == 0) pthread_detach(thread);
}

static void ask_for_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0) close(fd);
}

/* When the library is loaded. */
__attribute__((constructor)) static void at_load(void) {
  if (BROKEN(SCAN_IS_FAST)) nanosleep(&(struct timespec){0, 300000000}, NULL);
  if (BROKEN(SCAN_OPENS_NO_SOCKET)) ask_for_socket();
  if (BROKEN(SCAN_STARTS_NO_THREAD)) start_thread();
  if (BROKEN(SCAN_PRINTS_NOTHING)) puts("hello");
  watch_forks();
}

__attribute__((destructor)) static void at_exit(void) {
  if (BROKEN(EXIT_WITH_LIVE_ADAPTER) && has_live_instance()) abort();
}

static void fill_memory(void) {
  char *leaked = malloc(1 << 14);
  if (leaked != NULL) memset(leaked, 1, 1 << 14);
}

static void fill_stack(void) {
  volatile char frame[1 << 18];
  for (size_t i = 0; i < sizeof frame; i += 1024) frame[i] = 1;
}

static void change_limits(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur--;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void block_signal(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* When an adapter is created. */
void spoil_process(void) {
  if (BROKEN(CREATE_OPENS_NO_SOCKET)) ask_for_socket();
  if (BROKEN(RELOAD_WORKS) || BROKEN(THREADS_ARE_JOINED)) start_thread();
  if (BROKEN(CREATE_LEAKS_NOTHING)) fill_memory();
  if (BROKEN(THREADS_SMALL_STACK)) fill_stack();
  if (BROKEN(SIGNAL_HANDLERS_STAY)) signal(SIGUSR1, SIG_IGN);
  if (BROKEN(SIGNAL_MASK_STAYS)) block_signal();
  if (BROKEN(FILES_ARE_CLOSED) && open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) abort();
  if (BROKEN(NO_FILES_LEFT)) {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || close(fd) != 0) abort();
  }
  if (BROKEN(ENVIRONMENT_STAYS)) setenv("ECHO_PLUGIN", "1", 1);
  if (BROKEN(WORKING_DIRECTORY_STAYS) && chdir("/") != 0) abort();
  if (BROKEN(UMASK_STAYS)) umask(077);
  if (BROKEN(LOCALE_STAYS) && setlocale(LC_ALL, "C.UTF-8") == NULL) abort();
  if (BROKEN(RESOURCE_LIMITS_STAY)) change_limits();
  if (BROKEN(CALLS_PRINT_NOTHING)) fputs("created\n", stderr);
  if (BROKEN(STREAMS_STAY)) fwide(stdout, 1);
}
