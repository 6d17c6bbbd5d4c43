/* Threads that must start and end, and the points at which they meet. */

#ifndef TOGETHER_H
#define TOGETHER_H

#include <pthread.h>
#include <semaphore.h>

#include "case.h"

static inline void start(pthread_t *thread, void *(*run)(void *), void *argument) {
  CHECK(pthread_create(thread, NULL, run, argument) == 0);
}

static inline void *finish(pthread_t thread) {
  void *result = NULL;
  CHECK(pthread_join(thread, &result) == 0);
  return result;
}

/* A point that one side reaches and others wait for. */
static inline void new_point(sem_t *point) { CHECK(sem_init(point, 0, 0) == 0); }

static inline void reach(sem_t *point) { CHECK(sem_post(point) == 0); }

static inline void await(sem_t *point) {
  while (sem_wait(point) != 0) {
    CHECK(errno == EINTR);
  }
}

#endif /* TOGETHER_H */
