/* tour.h: a whole life of an adapter, in which every function is called. */
#ifndef VALIDATOR_TOUR_H
#define VALIDATOR_TOUR_H

#include "adapter.h"

/* Creates, runs everything that the descriptor offers, rightly and wrongly, and destroys. `look`
 * sees each answer while the adapter lives; it may be NULL. */
void tour(const wfa_host *host, void (*look)(const char *call, const struct answer *answer));

/* `wfa.metrics/1` of the plugin; NULL if it has none. */
const wfa_metrics_v1 *metrics(void);

#endif
