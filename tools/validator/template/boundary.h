/* boundary.h: what an adapter written in C gives to boundary.c, which speaks the contract for it. */
#ifndef TEMPLATE_BOUNDARY_H
#define TEMPLATE_BOUNDARY_H

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

/* What an adapter consists of. All functions may be called on any thread, and beside each other. */
struct adapter {
  /* Takes the properties. Answers the state of a new instance, or NULL: then `result` and `message`
   * say what is wrong with them. */
  void *(*open)(const char *properties, wfa_result *result, struct text *message);
  void (*close)(void *state);
  /* Runs one command; fills `response` wherever the contract has one. */
  wfa_result (*run)(struct call *call);
};

/* Both defined by the adapter. */
extern const struct adapter adapter;
extern const wfa_descriptor adapter_descriptor;

/* Hands an event to those who want it, before it returns. Answers the worst of their answers. */
int32_t raise_event(struct call *call, const char *event, const char *json);

/* The name that the host gave to the instance; may be empty. */
const char *instance_name(const struct call *call);

#endif
