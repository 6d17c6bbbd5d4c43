/* instances.c: handles are looked up, never followed, and never used again. */
#include "plugin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
_Thread_local int in_callback;
_Thread_local bool in_log;

static struct instance *instances;
static uintptr_t last;
static int generation;

/* The first handle of this copy of the library. */
static uintptr_t base(void) {
  return BROKEN(HANDLE_OF_ANOTHER_COPY) ? (uintptr_t)1 << 40 : (uintptr_t)&lock << 20;
}

static void before_fork(void) { pthread_mutex_lock(&lock); }
static void after_fork(void) { pthread_mutex_unlock(&lock); }

static void in_child(void) {
  if (!BROKEN(FORK_IN_EVERY_GENERATION) || generation < 2) generation++;
  pthread_cond_init(&changed, NULL);
  after_fork();
}

static void count_fork(void) { generation++; }

void watch_forks(void) {
  if (BROKEN(FORK_BESIDE_RUNNING_CALLS))
    pthread_atfork(NULL, NULL, count_fork);
  else
    pthread_atfork(before_fork, after_fork, in_child);
}

bool has_live_instance(void) { return instances != NULL; }

struct instance *latest_instance(void) { return instances; }

struct instance *first_instance(void) {
  struct instance *instance = instances;
  while (instance->next != NULL) instance = instance->next;
  return instance;
}

wfa_adapter *publish(struct instance *instance) {
  wfa_adapter *handle;
  pthread_mutex_lock(&lock);
  last++;
  instance->token = BROKEN(HANDLES_ARE_NEVER_REUSED) ? (uintptr_t)instance : base() + last;
  instance->generation = generation;
  instance->next = instances;
  instances = instance;
  memcpy(&handle, &instance->token, sizeof handle);
  pthread_mutex_unlock(&lock);
  if (BROKEN(FORK_MAKES_NEW_ADAPTERS) && generation > 0) instance->closed = true;
  return handle;
}

static struct instance *find(wfa_adapter *handle, wfa_result *refusal) {
  uintptr_t token;
  memcpy(&token, &handle, sizeof token);
  if (BROKEN(HANDLE_NEVER_GIVEN_OUT) && handle != NULL) (void)*(volatile char *)handle;
  for (struct instance *i = instances; i != NULL; i = i->next)
    if (i->token == token && !i->closed &&
        (i->generation == generation || BROKEN(FORK_REFUSES_OLD_ADAPTERS)))
      return i;
  bool given_out = (token > base() && token <= base() + last) || BROKEN(HANDLE_NEVER_GIVEN_OUT);
  *refusal = given_out && !BROKEN(HANDLE_DESTROYED) ? WFA_ERR_STATE : WFA_ERR_INVALID_ARGUMENT;
  return NULL;
}

wfa_result enter(wfa_adapter *handle, struct instance **instance) {
  wfa_result result = WFA_OK;
  if (in_log && !BROKEN(LOG_MAY_CALL_NOTHING)) return WFA_ERR_STATE;
  wait_for_callbacks();
  pthread_mutex_lock(&lock);
  *instance = find(handle, &result);
  if (*instance != NULL) (*instance)->calls++;
  if (BROKEN(FORK_BESIDE_RUNNING_CALLS)) nanosleep(&(struct timespec){0, 1000000}, NULL);
  pthread_mutex_unlock(&lock);
  return result;
}

static void free_instance(struct instance *instance) {
  struct instance **at = &instances;
  drop_registrations(instance);
  while (*at != instance) at = &(*at)->next;
  *at = instance->next;
  if (instance->file >= 0) close(instance->file);
  free(instance->key);
  free(instance);
  pthread_cond_broadcast(&changed);
}

/* The last one out of a closed instance ends it. */
void leave(struct instance *instance) {
  pthread_mutex_lock(&lock);
  instance->calls--;
  pthread_cond_broadcast(&changed);
  if (instance->calls == 0 && instance->closed) free_instance(instance);
  pthread_mutex_unlock(&lock);
}

static bool is_there(const struct instance *instance) {
  for (struct instance *i = instances; i != NULL; i = i->next)
    if (i == instance) return true;
  return false;
}

static void *say_goodbye(void *argument) {
  struct instance *copy = argument;
  nanosleep(&(struct timespec){0, 20000000}, NULL);
  say(copy, WFA_LOG_INFO, "it was destroyed");
  return NULL;
}

static void say_it_later(const struct instance *instance) {
  pthread_t thread;
  struct instance *copy = allocate(sizeof *copy);
  *copy = *instance;
  pthread_create(&thread, NULL, say_goodbye, copy);
  pthread_detach(thread);
}

wfa_result close_instance(wfa_adapter *handle, bool wait) {
  wfa_result result = WFA_OK;
  pthread_mutex_lock(&lock);
  struct instance *instance = find(handle, &result);
  if (instance == NULL) {
    pthread_mutex_unlock(&lock);
    return BROKEN(DESTROY_TWICE) && result == WFA_ERR_STATE ? WFA_OK : result;
  }
  if (BROKEN(THREADS_DESTROY_ONE_ADAPTER)) {
    pthread_mutex_unlock(&lock);
    nanosleep(&(struct timespec){0, 5000000}, NULL);
    pthread_mutex_lock(&lock);
    if (!is_there(instance) || instance->closed) {
      pthread_mutex_unlock(&lock);
      return WFA_OK;
    }
  }
  if (BROKEN(LOG_STOPS_AT_DESTROY)) say_it_later(instance);
  instance->closed = true;
  instance->calls++;
  cancel_jobs(instance);
  pthread_cond_broadcast(&changed);
  wait = (wait || BROKEN(DESTROY_WITHOUT_WAITING) ||
          (BROKEN(SOURCE_DESTROY_WITHOUT_WAITING) && instance->has_source)) &&
         !BROKEN(DESTROY_WAITS_FOR_CALLBACK);
  while (wait && instance->calls > 1) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  end_workers(instance, wait);
  pthread_mutex_lock(&lock);
  if (!BROKEN(POLLED_ENDS_IN_DESTROY)) tell_ends(instance, UINT64_MAX);
  pthread_mutex_unlock(&lock);
  leave(instance);
  return WFA_OK;
}
