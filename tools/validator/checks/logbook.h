/* logbook.h: a host that writes down the plugin's log records. */
#ifndef VALIDATOR_LOGBOOK_H
#define VALIDATOR_LOGBOOK_H

#include <stdatomic.h>

#include "adapter.h"
#include "text.h"

struct logbook {
  atomic_int records;
  int32_t most_detailed;                   /* level seen */
  const char *defect;                      /* what is wrong with a record; NULL if nothing is */
  struct text all;                         /* every target, message and field */
  void (*inside)(struct logbook *logbook); /* runs in the log callback; may be NULL */
};

/* A host that logs into `logbook` up to `level`. */
wfa_host logging_host(struct logbook *logbook, int32_t level);

#endif
