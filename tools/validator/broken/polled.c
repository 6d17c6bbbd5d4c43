/* polled.c: ends that wait for a thread of the host, calls cancelled by the host's number, and names. */
#include "plugin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* With the lock held. */
void keep_end(struct instance *instance, const struct job *job, wfa_result result,
              const char *response, const char *message) {
  struct end *end = allocate(sizeof *end);
  struct end **last = &instance->ends;
  *end = (struct end){.job = *job, .result = result};
  end->response = response == NULL ? NULL : strdup(response);
  end->message = message == NULL ? NULL : strdup(message);
  while (*last != NULL) last = &(*last)->next;
  *last = end;
  pthread_cond_broadcast(&changed);
}

/* With the lock held, but not while an end is told. */
uint64_t tell_ends(struct instance *instance, uint64_t most) {
  uint64_t told = 0;
  while (instance->ends != NULL && told < most) {
    struct end *end = instance->ends;
    instance->ends = end->next;
    pthread_mutex_unlock(&lock);
    complete(&end->job, end->result, end->response, end->message);
    free(end->response);
    free(end->message);
    free(end);
    told++;
    pthread_mutex_lock(&lock);
  }
  return told;
}

static void wait_for_end(struct instance *instance, uint64_t timeout_ms) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += (time_t)(timeout_ms / 1000);
  while (instance->ends == NULL && timeout_ms > 0 && in_callback == 0 && !instance->closed)
    if (pthread_cond_timedwait(&changed, &lock, &until) != 0) return;
}

EXPORTED wfa_result wfa_poll_completions(wfa_adapter *handle, uint32_t max, uint64_t timeout_ms,
                                         uint64_t *delivered, wfa_error *error) {
  struct instance *instance;
  uint64_t told = 0;
  wfa_result result = enter(handle, &instance);
  if (result == WFA_OK) {
    pthread_mutex_lock(&lock);
    wait_for_end(instance, timeout_ms);
    bool all = max == 0 || BROKEN(POLLED_NO_MORE_THAN_ASKED);
    told = tell_ends(instance, all ? UINT64_MAX : max);
    pthread_mutex_unlock(&lock);
    leave(instance);
  }
  if (BROKEN(POLLED_ON_THE_POLLING_THREAD)) told = 0;
  if (delivered != NULL) memcpy(delivered, &told, sizeof told);
  return ends(error, result, "the adapter is not there");
}

/* With the lock held. */
static bool cancel_of(struct job *list, uint64_t call_id) {
  bool found = false;
  for (; list != NULL; list = list->next)
    if (list->call_id == call_id) found = list->cancelled = true;
  return found;
}

EXPORTED wfa_result wfa_cancel_calls(wfa_adapter *handle, uint64_t call_id) {
  struct instance *instance;
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return result;
  pthread_mutex_lock(&lock);
  bool waits = cancel_of(instance->jobs, call_id);
  bool runs = cancel_of(instance->started, call_id);
  bool found = (waits || runs) && !BROKEN(CANCEL_CALLS_OF_A_NUMBER);
  pthread_mutex_unlock(&lock);
  leave(instance);
  if (call_id == 0) return WFA_ERR_INVALID_ARGUMENT;
  return found ? WFA_OK : WFA_ERR_NOT_FOUND;
}

EXPORTED const char *wfa_result_name(wfa_result result) {
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
  bool known = result >= 0 && (size_t)result < sizeof names / sizeof *names;
  if (!known && BROKEN(RESULT_NAMES)) return NULL;
  return known ? names[result] : "WFA_ERR_INTERNAL";
}
