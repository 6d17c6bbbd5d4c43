/* events.c: who wants which event, who is being called, and who may go. */
#include "plugin.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {"echoed", "muted"};

static bool is_event(const char *name) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i], name) == 0 ||
        (BROKEN(REGISTER_NAME_IS_EXACT) && strcasecmp(names[i], name) == 0))
      return true;
  return BROKEN(REGISTER_UNKNOWN_EVENT);
}

wfa_result add_registration(struct instance *instance, struct registration *wanted) {
  if (wanted->call == NULL && !BROKEN(REGISTER_NULL_CALLBACK)) return WFA_ERR_INVALID_ARGUMENT;
  if (wanted->event != NULL && !is_event(wanted->event)) return WFA_ERR_NOT_FOUND;
  if (in_callback > 0 && BROKEN(CALLBACK_REGISTERS_ANOTHER)) return WFA_ERR_STATE;
  struct registration *added = allocate(sizeof *added);
  *added = *wanted;
  pthread_mutex_lock(&lock);
  struct registration **at = &instance->registrations;
  uint64_t count = 1;
  for (; *at != NULL && !BROKEN(EVENT_IN_ORDER_OF_REGISTRATION); at = &(*at)->next) count++;
  added->id = BROKEN(REGISTER_IDS_ARE_UNIQUE) ? count : ++instance->last_id;
  added->next = *at;
  *at = added;
  wanted->id = added->id;
  pthread_mutex_unlock(&lock);
  return WFA_OK;
}

static void take_off(struct instance *instance, const struct registration *registration) {
  struct registration **at = &instance->registrations;
  while (*at != registration) at = &(*at)->next;
  *at = registration->next;
  pthread_cond_broadcast(&changed);
}

/* Takes a removed registration off the list when nobody calls it, and gives `user_data` back. With
 * the lock held, which is let go meanwhile. */
static void finish(struct instance *instance, struct registration *registration, bool give_back) {
  if (!registration->removed || registration->running > 0 || registration->dropping) return;
  registration->dropping = true;
  if (BROKEN(UNREGISTER_WAITS_FOR_DROP)) take_off(instance, registration);
  if (!BROKEN(DROP_BLOCKS_NOBODY_ELSE)) pthread_mutex_unlock(&lock);
  in_callback++;
  if (registration->drop != NULL && give_back) registration->drop(registration->user_data);
  in_callback--;
  if (!BROKEN(DROP_BLOCKS_NOBODY_ELSE)) pthread_mutex_lock(&lock);
  if (!BROKEN(UNREGISTER_WAITS_FOR_DROP)) take_off(instance, registration);
  free(registration->event);
  free(registration);
  pthread_cond_broadcast(&changed);
}

void drop_registrations(struct instance *instance) {
  while (instance->registrations != NULL) {
    instance->registrations->removed = true;
    finish(instance, instance->registrations, !BROKEN(DROP_ON_DESTROY));
  }
}

static struct registration *find(struct instance *instance, uint64_t id) {
  struct registration *r = instance->registrations;
  while (r != NULL && r->id != id) r = r->next;
  return r;
}

wfa_result remove_registration(struct instance *instance, uint64_t id, bool wait) {
  if (in_callback > 0 && BROKEN(CALLBACK_UNREGISTERS_ANOTHER)) return WFA_ERR_STATE;
  wait = (wait && in_callback == 0) || BROKEN(CALLBACK_UNREGISTERS_ITSELF) ||
         BROKEN(UNREGISTER_WITHOUT_WAITING);
  pthread_mutex_lock(&lock);
  if (BROKEN(UNREGISTER_OF_ITS_INSTANCE)) instance = first_instance();
  struct registration *registration = find(instance, id);
  bool found = registration != NULL && !registration->removed;
  if (found && !BROKEN(EVENT_NONE_AFTER_UNREGISTER)) {
    registration->removed = true;
    finish(instance, registration, !BROKEN(DROP_ON_UNREGISTER));
    while (wait && find(instance, id) != NULL && !BROKEN(UNREGISTER_WAITS))
      pthread_cond_wait(&changed, &lock);
  }
  pthread_mutex_unlock(&lock);
  return found || BROKEN(UNREGISTER_UNKNOWN) ? WFA_OK : WFA_ERR_NOT_FOUND;
}

/* The worse of two answers: retry, then dropped, then accepted. */
static int32_t worse(int32_t a, int32_t b) {
  if (BROKEN(EVENT_WORST_ANSWER_COUNTS)) return b;
  if (a == WFA_EVENT_RETRY || (b != WFA_EVENT_ACCEPTED && b != WFA_EVENT_DROPPED))
    return WFA_EVENT_RETRY;
  return a == WFA_EVENT_DROPPED ? a : b;
}

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int32_t call(struct registration *registration, const char *event, const char *json) {
  if (registration->call == NULL) return WFA_EVENT_ACCEPTED;
  if (BROKEN(CALLBACK_BLOCKS_NOBODY_ELSE)) pthread_mutex_lock(&one_at_a_time);
  in_callback++;
  int32_t answer =
      registration->call(registration->user_data, event, strlen(event), json, strlen(json));
  in_callback--;
  if (BROKEN(CALLBACK_BLOCKS_NOBODY_ELSE)) pthread_mutex_unlock(&one_at_a_time);
  return answer;
}

void wait_for_callbacks(void) {
  if (!BROKEN(CALLBACK_BLOCKS_NOBODY_ELSE)) return;
  pthread_mutex_lock(&one_at_a_time);
  pthread_mutex_unlock(&one_at_a_time);
}

/* The next registration after `id` that wants the event. Ids grow along the list, and what was next
 * may be gone when a callback has returned. */
static struct registration *wants_next(struct instance *instance, uint64_t id, const char *event) {
  for (struct registration *r = instance->registrations; r != NULL; r = r->next)
    if (r->id > id && !r->removed &&
        (r->event == NULL || strcmp(r->event, event) == 0 || BROKEN(EVENT_ONLY_WHERE_WANTED)))
      return r;
  return NULL;
}

int32_t emit(struct instance *instance, const char *event, const char *json) {
  int32_t answer = WFA_EVENT_ACCEPTED;
  struct registration *r;
  uint64_t id = 0;
  if (BROKEN(EVENT_REACHES_CALLBACK)) return answer;
  pthread_mutex_lock(&lock);
  if (BROKEN(EVENT_OF_ITS_INSTANCE)) instance = latest_instance();
  while ((r = wants_next(instance, id, event)) != NULL) {
    id = r->id;
    r->running++;
    pthread_mutex_unlock(&lock);
    answer = worse(answer, call(r, event, json));
    pthread_mutex_lock(&lock);
    r->running--;
    finish(instance, r, true);
  }
  pthread_mutex_unlock(&lock);
  return answer;
}
