/* held.c: an adapter on which a thread is held inside an event callback. */
#include "held.h"

#include "probe.h"
#include "text.h"

static void *raise_on_thread(void *argument) {
  struct held *held = argument;
  struct answer answer = raise_event(held->adapter);
  give_back(&answer);
  return NULL;
}

struct held *hold(void) {
  needs_raise();
  struct held *held = allocate(sizeof *held);
  held->adapter = new_adapter();
  atomic_store(&held->watch.hold, 1);
  watch_events(held->adapter, NULL, &held->watch);
  held->thread = start_thread(0, raise_on_thread, held);
  if (!reaches(&held->watch.calls, 1, HELD_MS)) {
    atomic_store(&held->watch.hold, 0);
    skip("the command raised no event: see event-reaches-callback");
  }
  return held;
}

void let_go(struct held *held) {
  atomic_store(&held->watch.hold, 0);
  pthread_join(held->thread, NULL);
}
