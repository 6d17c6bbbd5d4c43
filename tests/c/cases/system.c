/* The system around the plugin plays tricks: signals, peers that go away, a clock that jumps, an
 * environment that changes. Some of the C library's functions are this program's own, which the
 * dynamic linker prefers to the library's for every object: link with -rdynamic. */

#define _GNU_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "calls.h"
#include "together.h"

/* ---- Functions in the place of the C library's ---- */

static int wait_for_hang_up;
static sem_t about_to_write;
static int writes_behind_the_end;
static int64_t clock_offset_s;
static int environment_watched;
static int environment_reads;

/* Lets the peer of a connection close and reset it before the write: SIGPIPE for the careless. */
static void until_hang_up(int fd) {
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  if (!__sync_add_and_fetch(&wait_for_hang_up, 0) ||
      getsockname(fd, (struct sockaddr *)&peer, &length) != 0) {
    return;
  }
  reach(&about_to_write);
  struct pollfd polled = {fd, 0, 0};
  while (!(polled.revents & POLLHUP)) {
    poll(&polled, 1, -1);
  }
  __sync_fetch_and_add(&writes_behind_the_end, 1);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  until_hang_up(fd);
  return (ssize_t)syscall(SYS_sendto, fd, bytes, length, flags, NULL, 0);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  until_hang_up(fd);
  return (ssize_t)syscall(SYS_write, fd, bytes, length);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  until_hang_up(fd);
  return (ssize_t)syscall(SYS_writev, fd, parts, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  until_hang_up(fd);
  return (ssize_t)syscall(SYS_sendmsg, fd, message, flags);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_REALTIME) {
    now->tv_sec += (time_t)__sync_add_and_fetch(&clock_offset_s, 0);
  }
  return result;
}

char *getenv(const char *name) {
  size_t length = strlen(name);
  if (__sync_add_and_fetch(&environment_watched, 0)) {
    __sync_fetch_and_add(&environment_reads, 1);
  }
  for (char **entry = environ; entry && *entry; entry++) {
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') {
      return *entry + length + 1;
    }
  }
  return NULL;
}

/* ---- F39 ---- */

static volatile sig_atomic_t signals_taken;
static volatile sig_atomic_t signals_elsewhere;
static pthread_t main_thread;

static void take_signal(int number) {
  (void)number;
  signals_taken++;
  if (!pthread_equal(pthread_self(), main_thread)) {
    signals_elsewhere++;
  }
}

static void interrupted_calls(void) {
  static char signal_stack[64 * 1024];
  stack_t stack = {signal_stack, 0, sizeof signal_stack};
  struct sigaction action;
  sem_t done;
  main_thread = pthread_self();
  new_point(&done);
  CHECK(sigaltstack(&stack, NULL) == 0);
  memset(&action, 0, sizeof action);
  action.sa_handler = take_signal;
  action.sa_flags = SA_ONSTACK; /* no SA_RESTART: calls are interrupted */
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  wfa_adapter *adapter = online();
  struct properties properties = properties_for(emulator_url, "");
  char *host = strstr(properties.json, "127.0.0.1");
  CHECK(host);
  memcpy(host, "localhost", 9); /* the same length: a name to look up */
  wfa_adapter *named = NULL;
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &named, NULL));
  int slow = under_tool ? 3 : 20;
  char fault[128];
  snprintf(fault, sizeof fault,
           "[{\"fault\":\"delay\",\"ms\":20,\"times\":%d},"
           "{\"fault\":\"byte_by_byte\",\"times\":%d}]",
           slow, slow);
  inject(fault);
  long period_us = under_tool ? 20000 : 500;
  struct itimerval timer = {{0, period_us}, {0, period_us}};
  CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
  for (int i = 0; i < 2 * slow; i++) {
    CHECK_RESULT(WFA_OK, send_text(i % 2 ? adapter : named));
  }
  for (int i = 0; i < 8; i++) {
    CHECK_RESULT(WFA_OK, submit_text(adapter, end_wait, &done));
  }
  for (int i = 0; i < 8; i++) {
    await(&done);
  }
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  CHECK_RESULT(WFA_OK, plugin()->destroy(named, 0));
  memset(&timer, 0, sizeof timer);
  CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
  note("%d signals", (int)signals_taken);
  CHECK(signals_taken > slow);
  CHECK(signals_elsewhere == 0); /* the plugin's threads take none */
}

/* ---- F40 ---- */

/* Accepts, waits for the client to be about to write, and closes so that the write finds the
 * connection reset after its end: EPIPE. */
static void *close_one(void *server) {
  int fd = accept_one((const struct server *)server);
  await(&about_to_write);
  CHECK(shutdown(fd, SHUT_WR) == 0);
  struct linger reset = {1, 0};
  CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
  close(fd);
  return NULL;
}

/* As `close_one`, after an answer that is no TLS: the client writes an alert. */
static void *close_tls(void *server) {
  char bytes[4096];
  struct server accepted = *(const struct server *)server;
  int fd = accept_one(&accepted);
  CHECK(recv(fd, bytes, sizeof bytes, 0) > 0);
  __sync_fetch_and_add(&wait_for_hang_up, 1);
  const char *answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
  CHECK(syscall(SYS_sendto, fd, answer, strlen(answer), MSG_NOSIGNAL, NULL, 0) > 0);
  await(&about_to_write);
  CHECK(shutdown(fd, SHUT_WR) == 0);
  struct linger reset = {1, 0};
  CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
  close(fd);
  return NULL;
}

/* That the peer above does what it should: whoever writes without a care is killed. */
static void write_without_care(void *argument) {
  struct server *server = (struct server *)argument;
  struct sockaddr_in address;
  pthread_t closing;
  int fd = loopback_socket("127.0.0.1", server->port, &address);
  CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
  start(&closing, close_one, server);
  wait_for_hang_up = 1;
  CHECK(write(fd, "x", 1) == -1);
}

static void closing_peer(void) {
  struct sigaction action;
  CHECK(sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
  new_point(&about_to_write);
  struct server server = listen_on_loopback("http", 4);
  int status = in_child(write_without_care, &server);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);

  pthread_t closing;
  wfa_adapter *adapter = create_for(server.url);
  wait_for_hang_up = 1;
  for (int i = 0; i < 10; i++) {
    start(&closing, close_one, &server);
    CHECK_RESULT(WFA_ERR_OUTCOME_UNKNOWN, send_text(adapter));
    finish(closing);
  }
  CHECK(writes_behind_the_end == 10);
  wait_for_hang_up = 0;
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));

  struct server tls = listen_on_loopback("https", 4);
  writes_behind_the_end = 0;
  adapter = create_for(tls.url);
  start(&closing, close_tls, &tls);
  CHECK_RESULT(WFA_ERR_UNAVAILABLE, send_text(adapter));
  finish(closing);
  CHECK(writes_behind_the_end >= 1);
  wait_for_hang_up = 0;
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

/* ---- F57 ---- */

static int32_t count_event(void *counter, const char *event, size_t event_len, const char *json,
                           size_t json_len) {
  (void)event, (void)event_len, (void)json, (void)json_len;
  ++*(int *)counter;
  return WFA_EVENT_ACCEPTED;
}

static void jumping_clock(void) {
  static const int64_t day = 86400;
  static const int64_t jumps[] = {1, -1, 10, -10, 365, -365};
  int events = 0;
  struct server silent = listen_on_loopback("http", 64);
  wfa_adapter *adapter = create_for(silent.url);
  listen_for(adapter, NULL, count_event, &events, NULL);
  CHECK_RESULT(WFA_OK, process_message(adapter, "F57"));
  for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
    clock_offset_s = jumps[i] * day;
    /* What was accepted stays known: neither forgotten nor revived. */
    CHECK_RESULT(WFA_OK, process_message(adapter, "F57"));
    CHECK(events == 1);
    /* A call takes as long as it may, measured by the clock that does not jump. */
    wfa_call_options options;
    wfa_buffer response;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.timeout_ms = under_tool ? 2000 : 100;
    int64_t before = now_ms();
    CHECK_RESULT(WFA_ERR_OUTCOME_UNKNOWN,
                 plugin()->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                           &options, &response, NULL));
    release(&response);
    CHECK(now_ms() - before >= (int64_t)options.timeout_ms - 1);
  }
  clock_offset_s = 0;
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static int64_t host_clock_ms;

static int64_t unix_ms(void *user_data) {
  CHECK(user_data == &host_clock_ms);
  return host_clock_ms;
}

static const void *clock_of_host(void *user_data, const char *id) {
  static const wfa_clock_v1 host_clock = {sizeof host_clock, unix_ms};
  CHECK(user_data == &host_clock_ms);
  return strcmp(id, WFA_CLOCK_V1) == 0 ? &host_clock : NULL;
}

/* The host's own clock may jump as well: a step of more than a day is believed once a second reading, two
 * seconds later by its own account, confirms it. */
static void jumping_clock_of_the_host(void) {
  static const int64_t day_ms = 86400000;
  int events = 0;
  wfa_host host;
  wfa_adapter *adapter = NULL;
  struct properties properties = properties_for(emulator_url, "");
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.user_data = &host_clock_ms;
  host.get_extension = clock_of_host;
  host_clock_ms = 1700000000000;
  CHECK_RESULT(WFA_OK, plugin()->create(&host, properties.json, WFA_STRLEN, &adapter, NULL));
  listen_for(adapter, NULL, count_event, &events, NULL);
  static const struct {
    int64_t days, seconds;
    int events;
  } steps[] = {{0, 0, 1}, {1, 0, 1}, {-1, 0, 1}, {7, 0, 1},  {-365, 0, 1}, {9, 0, 1},
               {9, 2, 2}, {0, 0, 2}, {16, 0, 2}, {16, 2, 2}, {18, 0, 2},   {18, 2, 3}};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    host_clock_ms = 1700000000000 + steps[i].days * day_ms + steps[i].seconds * 1000;
    CHECK_RESULT(WFA_OK, process_message(adapter, "F57-host"));
    CHECK(events == steps[i].events);
  }
  host_clock_ms = INT64_MIN;
  CHECK_RESULT(WFA_OK, process_message(adapter, "F57-other"));
  host_clock_ms = INT64_MAX;
  CHECK_RESULT(WFA_OK, process_message(adapter, "F57-another"));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static void jumping_clocks(void) {
  jumping_clock();
  jumping_clock_of_the_host();
}

/* ---- F58 ---- */

static void *change_environment(void *stop) {
  for (int i = 0; !*(volatile int *)stop; i++) {
    char name[32];
    snprintf(name, sizeof name, "F58_%d", i % 512);
    CHECK(i % 1024 < 512 ? setenv(name, "a value", 1) == 0 : unsetenv(name) == 0);
  }
  return NULL;
}

static void *work(void *argument) {
  wfa_adapter *adapter = (wfa_adapter *)argument;
  for (int i = 0; i < 20; i++) {
    char id[64];
    snprintf(id, sizeof id, "F58-%lx-%d", (unsigned long)pthread_self(), i);
    CHECK_RESULT(WFA_OK, send_text(adapter));
    CHECK_RESULT(WFA_OK, process_message(adapter, id));
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(adapter, "sendMessageText", "{}"));
  }
  return NULL;
}

static void changing_environment(void) {
  volatile int stop = 0;
  sem_t done;
  pthread_t changing;
  pthread_t working[8];
  new_point(&done);
  CHECK(getenv("PATH"));
  wfa_adapter *adapter = online();
  listen_for(adapter, NULL, accept_event, NULL, NULL);
  environment_watched = 1;
  start(&changing, change_environment, (void *)(uintptr_t)&stop);
  for (int i = 0; i < 8; i++) {
    start(&working[i], work, adapter);
  }
  for (int i = 0; i < 8; i++) {
    finish(working[i]);
  }
  CHECK_RESULT(WFA_OK, submit_text(adapter, end_wait, &done));
  await(&done);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  stop = 1;
  finish(changing);
  note("the environment was read %d times outside of create", environment_reads);
  CHECK(environment_reads == 0);
}

static const struct numbered_case CASES[] = {
    {"F39", "signals that interrupt system calls end no command, and reach no thread of the plugin",
     interrupted_calls},
    {"F40", "a peer that closes the connection does not raise SIGPIPE, with TLS or without",
     closing_peer},
    {"F57", "a wall clock that jumps by days changes neither timeouts nor what is remembered",
     jumping_clocks},
    {"F58", "the environment is not read outside of create, so that the host may change it",
     changing_environment},
};

MAIN(CASES)
