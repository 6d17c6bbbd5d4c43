/* Creating, configuring anew and destroying, beside whatever else is going on. */

#define _GNU_SOURCE

#include <fcntl.h>
#include <netdb.h>

#include "calls.h"
#include "files.h"
#include "together.h"

static void *destroy_once(void *adapter) {
  return (void *)(intptr_t)plugin()->destroy((wfa_adapter *)adapter, 0);
}

static void double_destroy(void) {
  wfa_adapter *adapter = online();
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(adapter, 0));
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(adapter, WFA_NO_WAIT));
  /* From 8 threads at once: one of them did it. */
  for (int round = 0; round < 50; round++) {
    pthread_t threads[8];
    int destroyed = 0;
    adapter = online();
    for (int i = 0; i < 8; i++) {
      start(&threads[i], destroy_once, adapter);
    }
    for (int i = 0; i < 8; i++) {
      wfa_result result = (wfa_result)(intptr_t)finish(threads[i]);
      CHECK(result == WFA_OK || result == WFA_ERR_STATE);
      destroyed += result == WFA_OK;
    }
    CHECK(destroyed == 1);
  }
}

static void count_drop(void *counter) { __sync_fetch_and_add((int *)counter, 1); }

static void use_after_destroy(void) {
  static const uint32_t flags[] = {0, WFA_NO_WAIT, 0xfffffffe};
  for (int i = 0; i < 3; i++) {
    wfa_adapter *adapter = online();
    int dropped = 0;
    uint64_t registration = 0;
    CHECK_RESULT(WFA_OK, plugin()->register_event_callback(adapter, NULL, 0, accept_event, &dropped,
                                                           count_drop, &registration, NULL));
    CHECK_RESULT(WFA_OK, send_text(adapter));
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, flags[i]));
    CHECK(dropped == 1);
    every_call_answers(WFA_ERR_STATE, adapter);
    CHECK_RESULT(WFA_ERR_STATE, plugin()->unregister_event_callback(adapter, registration, 0));
    /* The next adapter is another one. */
    wfa_adapter *next = online();
    CHECK(next != adapter);
    every_call_answers(WFA_ERR_STATE, adapter);
    CHECK_RESULT(WFA_OK, send_text(next));
    CHECK_RESULT(WFA_OK, plugin()->destroy(next, 0));
    CHECK(dropped == 1);
  }
}

static int32_t count_event(void *counter, const char *event, size_t event_len, const char *json,
                           size_t json_len) {
  (void)event, (void)event_len, (void)json, (void)json_len;
  __sync_fetch_and_add((int *)counter, 1);
  return WFA_EVENT_ACCEPTED;
}

struct busy {
  wfa_adapter *adapter;
  volatile int *stop;
  int number;
  int done;
};

static void *send_until_stopped(void *argument) {
  struct busy *busy = (struct busy *)argument;
  while (!*busy->stop || busy->done == 0) {
    char id[64];
    snprintf(id, sizeof id, "F17-%d-%d", busy->number, busy->done);
    CHECK_RESULT(WFA_OK, send_text(busy->adapter));
    CHECK_RESULT(WFA_OK, process_message(busy->adapter, id));
    busy->done++;
  }
  return NULL;
}

static void *update_many_times(void *argument) {
  struct busy *busy = (struct busy *)argument;
  for (int i = 0; i < (under_tool ? 20 : 200); i++) {
    const char *more = i % 2 ? ",\"timeoutMs\":20000" : ",\"unhandledEvents\":\"drop\"";
    struct properties properties = properties_for(emulator_url, more);
    CHECK_RESULT(WFA_OK,
                 plugin()->update_properties(busy->adapter, properties.json, WFA_STRLEN, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
                 plugin()->update_properties(busy->adapter, "{}", WFA_STRLEN, NULL));
    busy->done++;
  }
  return NULL;
}

static void updates_during_commands(void) {
  wfa_adapter *adapter = online();
  pthread_t senders[8];
  pthread_t updaters[8];
  struct busy sending[8];
  struct busy updating[8];
  volatile int stop = 0;
  int events = 0;
  listen_for(adapter, NULL, count_event, &events, NULL);
  CHECK_RESULT(WFA_OK, process_message(adapter, "F17-before"));
  forget_requests();
  for (int i = 0; i < 8; i++) {
    struct busy busy = {adapter, &stop, i, 0};
    sending[i] = updating[i] = busy;
    start(&senders[i], send_until_stopped, &sending[i]);
    start(&updaters[i], update_many_times, &updating[i]);
  }
  int sent = 0;
  for (int i = 0; i < 8; i++) {
    finish(updaters[i]);
  }
  stop = 1;
  for (int i = 0; i < 8; i++) {
    finish(senders[i]);
    sent += sending[i].done;
  }
  CHECK(accepted_requests() == sent);
  /* Registrations and what the adapter remembers stayed: this message is a repeated one. */
  CHECK_RESULT(WFA_OK, process_message(adapter, "F17-before"));
  CHECK(events == sent + 1);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static void before_configuring(void) {
  /* There is no such moment: what `create` refused has no handle, what it made is configured. */
  wfa_adapter *adapter = (wfa_adapter *)(uintptr_t)0x5a;
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, plugin()->create(NULL, "{}", 2, &adapter, NULL));
  CHECK(!adapter);
  every_call_answers(WFA_ERR_INVALID_ARGUMENT, adapter);
  adapter = online();
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

/* ---- F19: 64 calls, at every place where a command can wait ---- */

enum { ANSWER, SUBMITTED, HANDSHAKE, CONNECTION, LOOK_UP, KINDS };

static const struct {
  const char *name;
  int count;
  wfa_result result;
} KIND[KINDS] = {
    {"waiting for an answer", 16, WFA_ERR_OUTCOME_UNKNOWN},
    {"waiting for an answer, submitted", 16, WFA_ERR_OUTCOME_UNKNOWN},
    {"in the TLS handshake", 12, WFA_ERR_CANCELLED},
    {"connecting", 10, WFA_ERR_CANCELLED},
    {"looking up a name", 10, WFA_ERR_CANCELLED},
};

static int looking_up;
static sem_t look_up_may_end;

/* In the place of the C library's, for the plugin as well: link with -rdynamic. Nobody answers. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
  (void)name, (void)service, (void)hints, (void)found;
  __sync_fetch_and_add(&looking_up, 1);
  await(&look_up_may_end);
  __sync_fetch_and_sub(&looking_up, 1);
  return EAI_AGAIN;
}

struct call {
  wfa_adapter *adapter;
  wfa_result result;
  uint32_t flags;
  int had_response;
  int ended;
};

static void *run_call(void *argument) {
  struct call *call = (struct call *)argument;
  wfa_buffer response;
  wfa_error error = new_error();
  memset(&response, 0, sizeof response);
  call->result = plugin()->execute_command(call->adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                           WFA_STRLEN, NULL, &response, &error);
  call->flags = error.flags;
  call->had_response = response.ptr && strstr(response.ptr, "\"status\":\"FAILED\"") != NULL;
  release(&response);
  release(&error.message);
  __sync_fetch_and_add(&call->ended, 1);
  return NULL;
}

static void complete_call(void *user_data, uint64_t operation, wfa_result result,
                          const char *response, size_t len, const wfa_error *error) {
  struct call *call = (struct call *)user_data;
  CHECK(operation != 0 && error && error->result == result && !error->message.release);
  call->result = result;
  call->flags = error->flags;
  call->had_response = response && strlen(response) == len;
  __sync_fetch_and_add(&call->ended, 1);
}

/* Connections that the system has begun and the server has not taken. */
static int connecting_to(int port) {
  char line[512];
  char wanted[16];
  int count = 0;
  FILE *table = fopen("/proc/self/net/tcp", "re");
  CHECK(table);
  snprintf(wanted, sizeof wanted, ":%04X", (unsigned)port);
  while (fgets(line, sizeof line, table)) {
    char remote[64];
    char state[8];
    if (sscanf(line, " %*s %*s %63s %7s", remote, state) == 2 && strcmp(state, "02") == 0) {
      count += strcmp(remote + strlen(remote) - 5, wanted) == 0;
    }
  }
  fclose(table);
  return count;
}

/* A listener whose queue is full: whoever connects now waits. */
static struct server full_listener(int *fillers, int n_fillers) {
  struct server server = listen_on_loopback("http", 0);
  for (int i = 0; i < n_fillers; i++) {
    struct sockaddr_in address;
    fillers[i] = loopback_socket("127.0.0.1", server.port, &address);
    CHECK(fcntl(fillers[i], F_SETFL, O_NONBLOCK) == 0);
    connect(fillers[i], (struct sockaddr *)&address, sizeof address);
  }
  return server;
}

static void lead_to(wfa_adapter *adapter, const struct server *server) {
  struct properties properties = properties_for(server->url, "");
  CHECK_RESULT(WFA_OK, plugin()->update_properties(adapter, properties.json, WFA_STRLEN, NULL));
}

/* Starts `KIND[kind].count` calls, and waits until they have come where they stay. */
static void start_calls(wfa_adapter *adapter, int kind, struct call *calls, pthread_t *threads) {
  static const char *const scheme[KINDS] = {"http", "http", "https", "http", "https"};
  int fillers[4];
  char byte;
  struct server server = kind == CONNECTION ? full_listener(fillers, 4)
                                            : listen_on_loopback(scheme[kind], KIND[kind].count);
  int begun = connecting_to(server.port);
  lead_to(adapter, &server);
  for (int i = 0; i < KIND[kind].count; i++) {
    calls[i].adapter = adapter;
    if (kind == LOOK_UP) {
      /* Calls that wait for one name share its look-up. */
      snprintf(server.url, sizeof server.url, "https://graph-%d.facebook.invalid", i);
      lead_to(adapter, &server);
    }
    if (kind == SUBMITTED) {
      CHECK_RESULT(WFA_OK, submit_text(adapter, complete_call, &calls[i]));
    } else {
      start(&threads[i], run_call, &calls[i]);
    }
    while (kind == LOOK_UP && __sync_fetch_and_add(&looking_up, 0) <= i) {
      pause_ms(5);
    }
  }
  for (int i = 0; i < KIND[kind].count && kind <= HANDSHAKE; i++) {
    if (kind == HANDSHAKE) {
      CHECK(recv(accept_one(&server), &byte, 1, 0) == 1);
    } else {
      accept_request(&server);
    }
  }
  while (kind == CONNECTION && connecting_to(server.port) < begun + KIND[kind].count) {
    pause_ms(5);
  }
}

static void ended_as_it_should(int kind, const struct call *call) {
  uint32_t flags = KIND[kind].result == WFA_ERR_OUTCOME_UNKNOWN ? WFA_ERROR_MAYBE_SENT : 0;
  if (call->ended != 1 || !call->had_response || call->result != KIND[kind].result ||
      (call->flags & WFA_ERROR_MAYBE_SENT) != flags) {
    fprintf(stderr, "%s: ended %d times, response %d, result %d, flags %u\n", KIND[kind].name,
            call->ended, call->had_response, (int)call->result, (unsigned)call->flags);
    CHECK(!"the call ended once, with its outcome");
  }
}

/* Whoever does not wait is told the same, a little later. */
static void wait_for_ends(struct call calls[KINDS][16], const int *dropped) {
  for (int kind = 0; kind < KINDS; kind++) {
    for (int i = 0; i < KIND[kind].count; i++) {
      while (*(volatile int *)&calls[kind][i].ended == 0) {
        pause_ms(1);
      }
    }
  }
  while (*(volatile const int *)dropped == 0) {
    pause_ms(1);
  }
}

static void destroy_64(uint32_t flags) {
  static struct call calls[KINDS][16];
  static pthread_t threads[KINDS][16];
  int dropped = 0;
  memset(calls, 0, sizeof calls);
  wfa_adapter *adapter = online();
  listen_for(adapter, NULL, accept_event, &dropped, count_drop);
  for (int kind = 0; kind < KINDS; kind++) {
    start_calls(adapter, kind, calls[kind], threads[kind]);
  }
  int64_t start_us = now_us(CLOCK_MONOTONIC);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, flags));
  int64_t took_us = now_us(CLOCK_MONOTONIC) - start_us;
  CHECK_RESULT(WFA_ERR_STATE, send_text(adapter));
  note("destroy with 64 calls in flight took %d.%d ms%s", (int)(took_us / 1000),
       (int)(took_us % 1000 / 100), flags & WFA_NO_WAIT ? ", without waiting" : "");
  CHECK(under_tool || took_us <= 1000000);
  if (flags & WFA_NO_WAIT) {
    wait_for_ends(calls, &dropped);
  }
  CHECK(dropped == 1);
  for (int i = 0; i < KIND[SUBMITTED].count; i++) {
    CHECK(calls[SUBMITTED][i].ended == 1); /* nothing comes after destroy */
  }
  for (int kind = 0; kind < KINDS; kind++) {
    for (int i = 0; i < KIND[kind].count; i++) {
      if (kind != SUBMITTED) {
        finish(threads[kind][i]);
      }
      ended_as_it_should(kind, &calls[kind][i]);
    }
  }
  /* A look-up cannot be ended from outside; it ends later, and finds nobody who asks. */
  for (int i = 0; i < KIND[LOOK_UP].count; i++) {
    reach(&look_up_may_end);
  }
  CHECK(threads_settled_at(1) == 1);
}

static void destroy_beside_64_calls(void) {
  new_point(&look_up_may_end);
  destroy_64(0);
  destroy_64(WFA_NO_WAIT);
}

static const struct numbered_case CASES[] = {
    {"F09", "of several destroys of one handle, one after another or at once, one succeeds",
     double_destroy},
    {"F11", "after destroy every call is refused, and the next handle is another one",
     use_after_destroy},
    {"F17", "properties are replaced from 8 threads while commands run, and none of them fails",
     updates_during_commands},
    {"F18", "there is no adapter without properties: a refused create leaves no handle",
     before_configuring},
    {"F19", "destroy beside 64 running commands returns within a second, each with its outcome",
     destroy_beside_64_calls},
};

MAIN(CASES)
