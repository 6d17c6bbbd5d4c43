/* boundary.h: what an adapter written in C gives to boundary.c, which speaks the contract for it. */
#ifndef TEMPLATE_BOUNDARY_H
#define TEMPLATE_BOUNDARY_H

#include <stdbool.h>

#include "text.h"
#include "workflow_adapter.h"

/* One command that runs. */
struct call {
  void *state;         /* what `open` answered */
  const char *command; /* a name of the descriptor */
  const char *request; /* UTF-8, NUL-terminated; not looked at yet */
  struct text response;
  struct text message; /* why it fails */
  struct instance *instance;
};

/* One adapter of the host's, as boundary.c keeps it. */
struct instance;

/* The functions of an adapter. Each may be called on any thread, concurrently with the others. */
struct adapter {
  /* Takes the properties. Answers the state of a new instance, or NULL: then `result` and `message`
   * say what is wrong with them. */
  void *(*open)(const char *properties, wfa_result *result, struct text *message);
  void (*close)(void *state);
  /* Runs one command; fills `response` wherever the contract has one. */
  wfa_result (*run)(struct call *call);
  /* Raises events that no call brings; NULL if there are none. It runs on a thread of its own from the
   * host's `start` on, and returns as soon as offer_event or pause_for answers false: `destroy` waits
   * for that. `close` comes afterwards. */
  void (*source)(void *state, struct instance *instance);
};

/* Both defined by the adapter. */
extern const struct adapter adapter;
extern const wfa_descriptor adapter_descriptor;

/* Hands an event to those who want it, before it returns. Answers the worst of their answers. */
int32_t raise_event(struct call *call, const char *event, const char *json);

/* For `source`: hands an event to those who want it, again and again until none of them answers
 * WFA_EVENT_RETRY, with pauses from a tenth of a second to a minute. The events of one thread keep their
 * order. False: the instance is being destroyed, and the event was not taken. */
bool offer_event(struct instance *instance, const char *event, const char *json);

/* For `source`: waits for so many milliseconds. False: the instance is being destroyed. */
bool pause_for(struct instance *instance, unsigned ms);

/* The name that the host gave to the instance; may be empty. */
const char *instance_name(const struct instance *instance);

#endif
