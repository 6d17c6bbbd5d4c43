/* lifecycle.h: an adapter from create to destroy, with every function called. */
#ifndef VALIDATOR_LIFECYCLE_H
#define VALIDATOR_LIFECYCLE_H

#include "adapter.h"

/* Creates, runs everything that the descriptor offers, rightly and wrongly, and destroys. `observe`
 * sees each answer while the adapter lives; it may be NULL. */
void run_lifecycle(const wfa_host *host,
                   void (*observe)(const char *call, const struct answer *answer));

/* `wfa.metrics/1` of the plugin; NULL if it has none. */
const wfa_metrics_v1 *metrics(void);

#endif
