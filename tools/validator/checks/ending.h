/* ending.h: submitted commands, and completions that write down what they got. */
#ifndef VALIDATOR_ENDING_H
#define VALIDATOR_ENDING_H

#include <pthread.h>
#include <stdatomic.h>

#include "adapter.h"

/* The end of one submitted command. Zeroed before it is submitted. */
struct ending {
  atomic_int calls;
  uint64_t given;     /* written by submit_command */
  uint64_t operation; /* what the completion got */
  bool given_in_time; /* `given` was there when the completion was called */
  wfa_result result;
  bool has_response;
  bool nul_behind_response;
  char *response;
  size_t response_len;
  bool has_error;
  bool error_has_release;
  bool error_has_size; /* its struct_size covers what this header has */
  wfa_result error_result;
  pthread_t thread;
  wfa_adapter *adapter;
  void (*inside)(struct ending *ending); /* runs in the completion; may be NULL */
};

void on_completion(void *ending, uint64_t operation, wfa_result result, const char *response,
                   size_t len, const wfa_error *error);

/* Submits; `ending` receives the end. */
wfa_result submit(wfa_adapter *adapter, const char *name, const char *json, struct ending *ending);

/* As above, and fails the check unless it is queued; skips it if the plugin does not offer that. */
void submit_queued(wfa_adapter *adapter, const char *name, const char *json, struct ending *ending);

/* Fails the check unless the completion was called once, at last. */
void require_end(struct ending *ending);

#endif
