/* blocked_callback.c: an adapter with a thread that an event callback blocks. */
#include "blocked_callback.h"

#include "probe.h"
#include "text.h"

static void *raise_on_thread(void *argument) {
  struct blocked_callback *blocked = argument;
  struct answer answer = raise_event(blocked->adapter);
  give_back(&answer);
  return NULL;
}

struct blocked_callback *block_callback(void) {
  needs_raise();
  struct blocked_callback *blocked = allocate(sizeof *blocked);
  blocked->adapter = new_adapter();
  atomic_store(&blocked->recorder.hold, 1);
  record_events(blocked->adapter, NULL, &blocked->recorder);
  blocked->thread = start_thread(0, raise_on_thread, blocked);
  if (!reaches(&blocked->recorder.calls, 1, EVENT_MS)) {
    atomic_store(&blocked->recorder.hold, 0);
    skip("the command raised no event: see event-reaches-callback");
  }
  return blocked;
}

void unblock_callback(struct blocked_callback *blocked) {
  atomic_store(&blocked->recorder.hold, 0);
  pthread_join(blocked->thread, NULL);
}
