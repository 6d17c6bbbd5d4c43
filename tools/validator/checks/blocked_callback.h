/* blocked_callback.h: an adapter with a thread that an event callback blocks. */
#ifndef VALIDATOR_BLOCKED_CALLBACK_H
#define VALIDATOR_BLOCKED_CALLBACK_H

#include "speed.h"
#include "event_recorder.h"

/* How long a command may take to raise its event. */
#define EVENT_MS patience_for(2000, 2)

struct blocked_callback {
  wfa_adapter *adapter;
  struct event_recorder recorder;
  pthread_t thread;
};

/* Skips the check if no event callback is called. */
struct blocked_callback *block_callback(void);

/* Lets the callback return, and waits for its thread. */
void unblock_callback(struct blocked_callback *blocked);

#endif
