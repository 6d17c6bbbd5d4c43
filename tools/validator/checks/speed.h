/* speed.h: how long the plugin's commands take, so that a slow plugin fails no check for that. */
#ifndef VALIDATOR_SPEED_H
#define VALIDATOR_SPEED_H

/* `wanted` rounds, or as many as `each` commands a round leave time for; at least two. */
int rounds_of(int wanted, int each);

/* `ms`, and the time that `commands` commands take one after the other. */
int patience_for(int ms, int commands);

#endif
