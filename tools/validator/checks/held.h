/* held.h: an adapter on which a thread is held inside an event callback. */
#ifndef VALIDATOR_HELD_H
#define VALIDATOR_HELD_H

#include "speed.h"
#include "watch.h"

/* How long a command may take to raise its event. */
#define HELD_MS patience_for(2000, 2)

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
