/* What a callback finds on a thread of the plugin: which signals are open there, and how much stack. */

#define _GNU_SOURCE

#include <setjmp.h>
#include <sys/resource.h>

#include "calls.h"
#include "together.h"

/* ---- F68 ---- */

static const int FAULTS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
enum { N_FAULTS = sizeof FAULTS / sizeof *FAULTS };

static __thread sigjmp_buf after_fault;
static int handled;

/* As a runtime's handler does that answers a fault of its own code. */
static void handle_fault(int number) {
  (void)number;
  __sync_fetch_and_add(&handled, 1);
  siglongjmp(after_fault, 1);
}

static void all_but_faults_are_blocked(void) {
  sigset_t mask;
  CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);
  for (int number = 1; number < NSIG; number++) {
    int is_fault = 0;
    for (int i = 0; i < N_FAULTS; i++) {
      is_fault |= FAULTS[i] == number;
    }
    /* The first real-time signals are the C library's own, and nobody can block these two. */
    if (number != SIGKILL && number != SIGSTOP && (number < 32 || number >= SIGRTMIN)) {
      CHECK(sigismember(&mask, number) == !is_fault);
    }
  }
}

static void fault_in_every_way(void) {
  for (int i = 0; i < N_FAULTS; i++) {
    int before = __sync_fetch_and_add(&handled, 0);
    if (sigsetjmp(after_fault, 1) == 0) {
      /* Blocked, it would stay pending: the handler would not run before this returns. */
      CHECK(pthread_kill(pthread_self(), FAULTS[i]) == 0);
    }
    CHECK(__sync_fetch_and_add(&handled, 0) == before + 1);
  }
  /* And a real one: blocked, the kernel would end the process. */
  if (sigsetjmp(after_fault, 1) == 0) {
    *(volatile int *)(uintptr_t)8 = 1;
    CHECK(!"there is nothing at that address");
  }
}

struct faulting {
  sem_t done;
  pthread_t host;
  int events;
};

static int32_t fault_in_event(void *user_data, const char *event, size_t event_len,
                              const char *json, size_t json_len) {
  struct faulting *in = (struct faulting *)user_data;
  (void)event, (void)event_len, (void)json, (void)json_len;
  CHECK(!pthread_equal(pthread_self(), in->host));
  all_but_faults_are_blocked();
  fault_in_every_way();
  in->events++;
  return WFA_EVENT_ACCEPTED;
}

static void fault_in_completion(void *user_data, uint64_t operation, wfa_result result,
                                const char *response, size_t len, const wfa_error *error) {
  struct faulting *in = (struct faulting *)user_data;
  (void)operation, (void)response, (void)len, (void)error;
  CHECK(result == WFA_OK && !pthread_equal(pthread_self(), in->host));
  all_but_faults_are_blocked();
  fault_in_every_way();
  reach(&in->done);
}

static void submit_message(wfa_adapter *adapter, const char *id, wfa_completion_callback completion,
                           void *user_data) {
  char request[1024];
  CHECK_RESULT(WFA_OK,
               plugin()->submit_command(adapter, "processWebhook", WFA_STRLEN,
                                        message_webhook(request, sizeof request, id), WFA_STRLEN,
                                        NULL, completion, user_data, NULL, NULL));
}

static void handlers_of_faults(void) {
  struct sigaction action;
  struct faulting in;
  memset(&action, 0, sizeof action);
  memset(&in, 0, sizeof in);
  action.sa_handler = handle_fault;
  for (int i = 0; i < N_FAULTS; i++) {
    CHECK(sigaction(FAULTS[i], &action, NULL) == 0);
  }
  new_point(&in.done);
  in.host = pthread_self();
  wfa_adapter *adapter = online();
  listen_for(adapter, NULL, fault_in_event, &in, NULL);
  /* What the host's thread blocks itself makes no difference. */
  sigset_t all;
  sigfillset(&all);
  CHECK(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
  submit_message(adapter, "F68", fault_in_completion, &in);
  await(&in.done);
  CHECK(in.events == 1);
  sigset_t mask;
  CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0 && sigismember(&mask, SIGSEGV));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

/* ---- F69 ---- */

/* A memory checker makes every frame larger, the plugin's own ones too. */
static size_t promised(void) { return (under_tool ? 64 : 256) * 1024; }

struct deep {
  sem_t done;
  int callbacks;
};

static void use_what_is_promised(struct deep *deep) {
  size_t size = promised() - 4096; /* this function's callers are the host's as well */
  volatile char stack[size];
  for (size_t i = 0; i < size; i += 1024) {
    stack[i] = (char)i;
  }
  stack[size - 1] = stack[0];
  deep->callbacks++;
}

static int32_t deep_event(void *user_data, const char *event, size_t event_len, const char *json,
                          size_t json_len) {
  (void)event, (void)event_len, (void)json, (void)json_len;
  use_what_is_promised((struct deep *)user_data);
  return WFA_EVENT_ACCEPTED;
}

static void deep_completion(void *user_data, uint64_t operation, wfa_result result,
                            const char *response, size_t len, const wfa_error *error) {
  (void)operation, (void)response, (void)len, (void)error;
  CHECK(result == WFA_OK);
  use_what_is_promised((struct deep *)user_data);
  reach(&((struct deep *)user_data)->done);
}

static void deep_drop(void *user_data) { use_what_is_promised((struct deep *)user_data); }

static void stack_of_callbacks(void) {
  struct deep deep;
  memset(&deep, 0, sizeof deep);
  new_point(&deep.done);
  wfa_adapter *adapter = online();
  listen_for(adapter, NULL, deep_event, &deep, deep_drop);
  submit_message(adapter, "F69", deep_completion, &deep);
  await(&deep.done);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  CHECK(deep.callbacks == 3);
}

static const struct numbered_case CASES[] = {
    {"F68", "a fault of the host's own code on a thread of the plugin has the host's handler",
     handlers_of_faults},
    {"F69", "a callback on a thread of the plugin finds 256 KiB of stack", stack_of_callbacks},
};

MAIN(CASES)
