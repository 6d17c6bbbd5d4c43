/* held.h: an adapter on which a thread is held inside an event callback. */
#ifndef VALIDATOR_HELD_H
#define VALIDATOR_HELD_H

#include "watch.h"

struct held {
  wfa_adapter *adapter;
  struct watch watch;
  pthread_t thread;
};

/* Skips the check if nothing can be held. */
struct held *hold(void);

/* Lets the callback return, and waits for its thread. */
void let_go(struct held *held);

#endif
