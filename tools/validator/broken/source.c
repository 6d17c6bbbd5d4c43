/* source.c: events outside of calls: one after another, between start and destroy. */
#include "plugin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PERIOD_MS = 10, PAUSE_MS = 50, LATE_MS = 50 };

static void nap(long ms) { nanosleep(&(struct timespec){0, ms * 1000000}, NULL); }

static bool is_closed(struct instance *instance) {
  pthread_mutex_lock(&lock);
  bool closed = instance->closed;
  pthread_mutex_unlock(&lock);
  return closed;
}

static int32_t raise_tick(struct instance *instance, int number) {
  struct text json = {0};
  char *name = json_quoted(instance->name);
  text_add(&json, "{\"text\":\"tick\",\"adapter\":%s", name);
  if (!BROKEN(EVENT_HAS_ITS_ID))
    text_add(&json, ",\"eventId\":\"%d\"", BROKEN(SOURCE_IDS_ARE_UNIQUE) ? 1 : number);
  text_add(&json, "%s}", BROKEN(EVENT_MEMBERS_HAVE_ROWS) ? ",\"nte\":\"\"" : "");
  int32_t answer = emit(instance, "echoed", json.at);
  free(json.at);
  free(name);
  return answer;
}

/* Calls a callback that was given back already. */
static void raise_too_late(wfa_event_callback call, void *user_data) {
  static const char json[] = "{}";
  nap(LATE_MS);
  if (call != NULL) call(user_data, "echoed", strlen("echoed"), json, strlen(json));
}

static void *tick(void *argument) {
  struct instance *instance = argument;
  wfa_event_callback call = NULL;
  void *user_data = NULL;
  for (int number = 1; !is_closed(instance); number++) {
    if (BROKEN(SOURCE_ENDS_WITH_DESTROY) && instance->registrations != NULL) {
      call = instance->registrations->call;
      user_data = instance->registrations->user_data;
    }
    for (int tries = 1; raise_tick(instance, number) == WFA_EVENT_RETRY && !is_closed(instance);
         tries++) {
      if (BROKEN(SOURCE_REDELIVERS_AFTER_RETRY) && tries == 2) break;
      nap(PAUSE_MS);
    }
    nap(PERIOD_MS);
  }
  if (!BROKEN(SOURCE_DESTROY_WAITS)) leave(instance);
  if (BROKEN(SOURCE_ENDS_WITH_DESTROY)) raise_too_late(call, user_data);
  return NULL;
}

wfa_result start_source(struct instance *instance) {
  pthread_t thread;
  pthread_mutex_lock(&lock);
  bool first = !instance->has_source;
  instance->has_source = true;
  if (first && !BROKEN(SOURCE_DESTROY_WAITS)) instance->calls++; /* the source's, until it ends */
  pthread_mutex_unlock(&lock);
  if (!first) return BROKEN(START_SUCCEEDS) ? WFA_ERR_STATE : WFA_OK;
  if (pthread_create(&thread, NULL, tick, instance) != 0) abort();
  pthread_detach(thread);
  return WFA_OK;
}
