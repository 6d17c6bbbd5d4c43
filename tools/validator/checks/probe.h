/* probe.h: parts of a check that need a process or a thread of their own, and waiting. */
#ifndef VALIDATOR_PROBE_H
#define VALIDATOR_PROBE_H

#include <pthread.h>
#include <stdatomic.h>

#include "check.h"
#include "run.h"

/* Runs `probe` in a forked child, and ends the check with what ended the child, if it did not pass.
 * Answers what the child passed with. `forbid_sockets` kills it when it asks for a socket. */
struct report in_child(void (*probe)(void), bool forbid_sockets);

/* Runs `work` on `count` threads that start together, and waits for all of them. */
void on_threads(int count, void *(*work)(void *), void *argument);

/* Starts one thread; `stack` bytes of stack, or the system's own size if 0. */
pthread_t start_thread(size_t stack, void *(*work)(void *), void *argument);

/* Waits until `*value` is at least `wanted`; false if it is not within `ms`. */
bool reaches(atomic_int *value, int wanted, int ms);

void pause_ms(int ms);
double now_ms(void);

#endif
