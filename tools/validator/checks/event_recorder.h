/* event_recorder.h: a callback that records its calls, and the command that raises events. */
#ifndef VALIDATOR_EVENT_RECORDER_H
#define VALIDATOR_EVENT_RECORDER_H

#include <pthread.h>
#include <stdatomic.h>

#include "adapter.h"
#include "check.h"

/* One registered event callback. Zeroed, it accepts everything. */
struct event_recorder {
  int32_t answer;
  atomic_int calls;
  atomic_int returned; /* how many calls have ended */
  atomic_int drops;
  atomic_int drops_while_running;
  atomic_int hold; /* while 1, a call does not return */
  wfa_adapter *adapter;
  uint64_t registration;
  void (*inside)(struct event_recorder *recorder); /* runs in every call; may be NULL */
  void (*note)(struct event_recorder *recorder);   /* as `inside`, but in one call at a time */
  void *context;
  pthread_t thread; /* of the last call */
  char event[256];
  bool nul_behind_event;
  bool nul_behind_json;
  char *json; /* of the last call, NUL-terminated copy */
  size_t json_len;
};

/* Registers `recorder` for `event`, or for every event if that is NULL, or fails the check. */
void record_events(wfa_adapter *adapter, const char *event, struct event_recorder *recorder);

int32_t on_event(void *recorder, const char *event, size_t event_len, const char *json,
                 size_t json_len);
void on_drop(void *recorder);

/* Skips the check unless the user named a command that raises events, and it does. */
void needs_raise(void);

/* A request of that command, never the same twice; a new text. */
char *raise_request(void);

/* Runs that command. */
struct answer raise_event(wfa_adapter *adapter);

/* Runs that command and fails the check unless it succeeds. */
void raise_accepted(wfa_adapter *adapter);

/* The name of an event that it raises; a new text. */
char *raised_event(wfa_adapter *adapter);

#endif
