/* forks.c: adapters stay with the process that created them. */
#include <stdlib.h>
#include <unistd.h>

#include "adapter.h"
#include "check.h"
#include "every_call.h"
#include "ending.h"
#include "probe.h"
#include "rows.h"
#include "lifecycle.h"

enum { GENERATIONS = 8, FORKS = 10, USERS = 2, CHILD_SECONDS = 5 };

static wfa_adapter *before_fork;

static void use_old_adapter(void) {
  every_call(load(), before_fork, WFA_ERR_STATE, "an adapter of the parent process");
}

static void refuses_old_adapters(void) {
  before_fork = new_adapter();
  in_child(use_old_adapter, false);
  struct answer answer = execute(before_fork, NO_SUCH_NAME, "{}");
  expect(answer.result, WFA_ERR_NOT_FOUND, "execute_command in the parent, after a fork");
  give_back(&answer);
  end_adapter(before_fork);
}

static void use_new_adapter(void) {
  wfa_host host = plain_host();
  alarm(CHILD_SECONDS);
  run_lifecycle(&host, NULL);
}

static void makes_new_adapters(void) {
  before_fork = new_adapter();
  in_child(use_new_adapter, false);
  end_adapter(before_fork);
}

static atomic_int stop;

static void *use_meanwhile(void *unused) {
  (void)unused;
  while (atomic_load(&stop) == 0) {
    wfa_adapter *adapter = NULL;
    load()->create(NULL, properties(), WFA_STRLEN, &adapter, NULL);
    struct answer answer = execute(before_fork, NO_SUCH_NAME, "{}");
    give_back(&answer);
    load()->destroy(adapter, 0);
  }
  return NULL;
}

static void use_little(void) {
  alarm(CHILD_SECONDS); /* a lock that a thread of the parent held is never released */
  wfa_adapter *adapter = new_adapter();
  struct answer answer = execute(adapter, NO_SUCH_NAME, "{}");
  expect(answer.result, WFA_ERR_NOT_FOUND, "execute_command in a child");
  give_back(&answer);
  end_adapter(adapter);
}

/* One thread can fork while others are anywhere in the plugin. */
static void beside_running_calls(void) {
  pthread_t users[USERS];
  before_fork = new_adapter();
  atomic_store(&stop, 0);
  for (int i = 0; i < USERS; i++) users[i] = start_thread(0, use_meanwhile, NULL);
  for (int i = 0; i < FORKS; i++) in_child(use_little, false);
  atomic_store(&stop, 1);
  for (int i = 0; i < USERS; i++) pthread_join(users[i], NULL);
  end_adapter(before_fork);
}

static int generation;

/* Servers fork masters that fork workers: a child of a child of a child. */
static void use_and_fork(void) {
  use_old_adapter();
  before_fork = new_adapter();
  if (++generation < GENERATIONS) in_child(use_and_fork, false);
  end_adapter(before_fork);
}

static void in_every_generation(void) {
  generation = 0;
  before_fork = new_adapter();
  in_child(use_and_fork, false);
  end_adapter(before_fork);
}

static const struct check checks[] = {
    {"fork-refuses-old-adapters", "in a child every call on an adapter of the parent is STATE",
     refuses_old_adapters},
    {"fork-makes-new-adapters", "a child can make adapters and use them", makes_new_adapters},
    {"fork-beside-running-calls",
     "a child can do so though other threads were in calls at the fork", beside_running_calls},
    {"fork-in-every-generation", "the same holds for a child's children, eight generations deep",
     in_every_generation},
};
GROUP(forks, "fork");
