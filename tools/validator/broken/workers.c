/* workers.c: submitted commands: a queue, and the threads that run what is in it. */
#include "plugin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void nap(void) { nanosleep(&(struct timespec){0, 20000000}, NULL); }

void complete(const struct job *job, wfa_result result, const char *response, const char *message) {
  wfa_error error = {0};
  error.struct_size = BROKEN(COMPLETION_ERROR_IS_WHOLE) ? 0 : sizeof error;
  error.result = result;
  error.message.ptr = message;
  error.message.len = message == NULL ? 0 : strlen(message);
  if (job->completion == NULL) return;
  in_callback += !BROKEN(COMPLETION_MAY_NOT_DESTROY);
  if (BROKEN(COMPLETION_BLOCKS_NOBODY_ELSE)) pthread_mutex_lock(&lock);
  for (int i = 0; i <= BROKEN(SUBMIT_COMPLETES_ONCE); i++)
    job->completion(job->user_data, job->id, result, response,
                    response == NULL ? 0 : strlen(response), &error);
  if (BROKEN(COMPLETION_BLOCKS_NOBODY_ELSE)) pthread_mutex_unlock(&lock);
  in_callback -= !BROKEN(COMPLETION_MAY_NOT_DESTROY);
}

static void run_job(struct instance *instance, struct job *job) {
  struct text response = {0}, message = {0};
  wfa_result result;
  if (BROKEN(SUBMIT_COPIES_ITS_ARGUMENTS)) nap();
  if (!is_echo(job->name)) {
    result = WFA_ERR_NOT_FOUND;
  } else if (job->cancelled) {
    result = WFA_ERR_CANCELLED;
    text_add(&message, "it was cancelled");
    text_add(&response, "{\"status\":\"FAILED\",\"text\":\"\",\"error\":\"it was cancelled\"}");
  } else {
    result = run_echo(instance, job->name, job->json, &response, &message);
  }
  if (BROKEN(SUBMIT_ENDS_AS_EXECUTED)) result = WFA_OK;
  if (job->polled && !BROKEN(POLLED_NOT_BEFORE_IT_IS_POLLED)) {
    pthread_mutex_lock(&lock);
    keep_end(instance, job, result, response.at, message.at);
    pthread_mutex_unlock(&lock);
  } else if (!BROKEN(CANCEL_QUEUED) || !job->cancelled) {
    complete(job, result, response.at, message.at);
  }
  free(response.at);
  free(message.at);
}

static void free_job(struct job *job) {
  if (!BROKEN(SUBMIT_COPIES_ITS_ARGUMENTS)) {
    free((char *)job->name);
    free((char *)job->json);
  }
  free(job);
}

static void take_off(struct job **list, struct job *job) {
  while (*list != job) list = &(*list)->next;
  *list = job->next;
}

void start_job(struct instance *instance, struct job *job) {
  pthread_mutex_lock(&lock);
  job->id = ++instance->last_id;
  job->next = instance->started;
  instance->started = job;
  pthread_mutex_unlock(&lock);
}

void stop_job(struct instance *instance, struct job *job) {
  pthread_mutex_lock(&lock);
  take_off(&instance->started, job);
  pthread_mutex_unlock(&lock);
}

/* One thread of an instance: until it is closed and nothing waits. It counts as a call inside. */
static void *work(void *argument) {
  struct instance *instance = argument;
  pthread_mutex_lock(&lock);
  for (;;) {
    struct job *job = instance->jobs;
    if (job != NULL) {
      instance->jobs = job->next;
      instance->waiting--;
      job->next = instance->started;
      instance->started = job;
      pthread_mutex_unlock(&lock);
      run_job(instance, job);
      pthread_mutex_lock(&lock);
      take_off(&instance->started, job);
      free_job(job);
    } else if (instance->closed) {
      break;
    } else {
      instance->idle++;
      pthread_cond_wait(&changed, &lock);
      instance->idle--;
    }
  }
  pthread_mutex_unlock(&lock);
  leave(instance);
  return NULL;
}

static bool start_worker(struct instance *instance) {
  if (instance->waiting < instance->idle || instance->thread_count >= instance->workers)
    return true;
  pthread_t *thread = &instance->threads[instance->thread_count];
  instance->calls++;
  if (pthread_create(thread, NULL, work, instance) == 0) {
    instance->thread_count++;
    return true;
  }
  instance->calls--;
  return instance->thread_count > 0;
}

/* With the lock held. */
static wfa_result enqueue(struct instance *instance, struct job *job) {
  struct job **last = &instance->jobs;
  bool room = instance->waiting < instance->queue + instance->idle ||
              instance->thread_count < instance->workers;
  if (!room || !start_worker(instance))
    return BROKEN(SUBMIT_QUEUE_IS_BOUNDED) ? WFA_ERR_UNAVAILABLE : WFA_ERR_BUSY;
  while (*last != NULL) last = &(*last)->next;
  job->id = ++instance->last_id;
  job->next = NULL;
  *last = job;
  instance->waiting++;
  return WFA_OK;
}

wfa_result queue_job(struct instance *instance, struct job *job, uint64_t *operation) {
  if (in_callback > 0 && BROKEN(COMPLETION_MAY_SUBMIT)) return WFA_ERR_STATE;
  struct job *queued = allocate(sizeof *queued);
  *queued = *job;
  if (BROKEN(SUBMIT_IS_NEVER_INLINE)) {
    run_job(instance, queued);
    return WFA_OK;
  }
  pthread_mutex_lock(&lock);
  wfa_result result = instance->closed ? WFA_ERR_STATE : enqueue(instance, queued);
  if (result == WFA_OK && operation != NULL && !BROKEN(SUBMIT_OPERATION_COMES_FIRST))
    memcpy(operation, &queued->id, sizeof queued->id);
  uint64_t id = queued->id;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  if (BROKEN(SUBMIT_OPERATION_COMES_FIRST)) {
    nap();
    memcpy(operation, &id, sizeof id);
  }
  if (result != WFA_OK) free_job(queued);
  return result;
}

static bool cancel_in(struct job *list, uint64_t operation) {
  for (; list != NULL; list = list->next)
    if (list->id == operation) {
      list->cancelled = true;
      return true;
    }
  return false;
}

wfa_result cancel_job(struct instance *instance, uint64_t operation) {
  pthread_mutex_lock(&lock);
  struct instance *owner = BROKEN(CANCEL_OF_ITS_INSTANCE) ? first_instance() : instance;
  bool found = cancel_in(instance->jobs, operation) || cancel_in(owner->started, operation);
  if (BROKEN(CANCEL_RUNNING)) found = cancel_in(instance->jobs, operation);
  pthread_mutex_unlock(&lock);
  return found || BROKEN(CANCEL_UNKNOWN) ? WFA_OK : WFA_ERR_NOT_FOUND;
}

void cancel_jobs(struct instance *instance) {
  for (struct job *job = instance->jobs; job != NULL; job = job->next) job->cancelled = true;
  if (BROKEN(DESTROY_COMPLETES_EVERYTHING)) instance->jobs = NULL;
}

void end_workers(struct instance *instance, bool wait) {
  for (int i = 0; i < instance->thread_count; i++) {
    if (wait)
      pthread_join(instance->threads[i], NULL);
    else
      pthread_detach(instance->threads[i]);
  }
}
