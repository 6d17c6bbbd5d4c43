/* instance.h: what boundary.c keeps of one adapter; everything in it is guarded by its lock. */
#ifndef TEMPLATE_INSTANCE_H
#define TEMPLATE_INSTANCE_H

#include <pthread.h>
#include <stdbool.h>

#include "workflow_adapter.h"

/* One registered callback. */
struct callback {
  uint64_t id;
  char *event; /* NULL: every event */
  wfa_event_callback call;
  void *user_data;
  wfa_drop_callback drop;
  int running;
  bool removed;
  bool dropping;
  struct callback *next; /* in the order of their ids */
};

/* One adapter; a handle is its token. */
struct instance {
  uintptr_t token;
  int forks; /* how many there had been when it was created */
  int calls; /* inside; a source counts as one as long as it runs */
  bool closed;
  bool started; /* `source` is a thread */
  pthread_t source;
  void *state;
  char *name;
  struct callback *callbacks;
  struct instance *next;
};

#endif
