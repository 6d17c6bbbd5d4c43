/* Who waits for whom: unregister for other threads, and nobody for himself. */

#define _GNU_SOURCE

#include "calls.h"
#include "together.h"

/* ---- F23 and F24: unregister waits for other threads, and never for itself ---- */

struct slow {
  wfa_adapter *adapter;
  uint64_t own;
  uint64_t other;
  sem_t entered;
  sem_t may_leave;
  volatile int running;
  int drops;
  int unregistered;
};

static void drop_slow(void *user_data) {
  struct slow *slow = (struct slow *)user_data;
  CHECK(slow->running == 0);
  __sync_fetch_and_add(&slow->drops, 1);
}

static int32_t run_slowly(void *user_data, const char *event, size_t event_len, const char *json,
                          size_t json_len) {
  struct slow *slow = (struct slow *)user_data;
  (void)event, (void)event_len, (void)json, (void)json_len;
  __sync_fetch_and_add(&slow->running, 1);
  reach(&slow->entered);
  await(&slow->may_leave);
  __sync_fetch_and_sub(&slow->running, 1);
  return WFA_EVENT_ACCEPTED;
}

static void *process_f23(void *user_data) {
  struct slow *slow = (struct slow *)user_data;
  char id[64];
  snprintf(id, sizeof id, "F23-%lx", (unsigned long)pthread_self());
  CHECK_RESULT(WFA_OK, process_message(slow->adapter, id));
  return NULL;
}

static void *unregister_and_look(void *user_data) {
  struct slow *slow = (struct slow *)user_data;
  CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(slow->adapter, slow->own, 0));
  CHECK(slow->running == 0);
  __sync_fetch_and_add(&slow->unregistered, 1);
  return NULL;
}

static void new_slow(struct slow *slow) {
  memset(slow, 0, sizeof *slow);
  new_point(&slow->entered);
  new_point(&slow->may_leave);
  slow->adapter = online();
  slow->own = listen_for(slow->adapter, NULL, run_slowly, slow, drop_slow);
}

struct churn {
  wfa_adapter *adapter;
  int number;
  int *registered;
  int *dropped;
};

static void count_drop(void *counter) { __sync_fetch_and_add((int *)counter, 1); }

/* Registers, lets itself be called and unregisters, until the adapter is gone. */
static void *churn(void *argument) {
  const struct churn *churn = (const struct churn *)argument;
  for (int i = 0;; i++) {
    uint64_t registration = 0;
    char id[64];
    wfa_result result = plugin()->register_event_callback(
        churn->adapter, NULL, 0, accept_event, churn->dropped, count_drop, &registration, NULL);
    if (result == WFA_ERR_STATE) {
      return NULL;
    }
    CHECK_RESULT(WFA_OK, result);
    __sync_fetch_and_add(churn->registered, 1);
    snprintf(id, sizeof id, "F23-%d-%d", churn->number, i);
    process_message(churn->adapter, id);
    if (i % 4) { /* some are left to destroy */
      plugin()->unregister_event_callback(churn->adapter, registration, i % 2 ? WFA_NO_WAIT : 0);
    }
  }
}

/* Whatever happens at once: each registration is dropped once, and none after destroy. */
static void destroy_beside_churn(void) {
  for (int round = 0; round < (under_tool ? 3 : 50); round++) {
    pthread_t threads[4];
    struct churn churns[4];
    int registered = 0;
    int dropped = 0;
    wfa_adapter *adapter = online();
    for (int i = 0; i < 4; i++) {
      struct churn one = {adapter, i, &registered, &dropped};
      churns[i] = one;
      start(&threads[i], churn, &churns[i]);
    }
    pause_ms(round % 5);
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
    int at_destroy = __sync_fetch_and_add(&dropped, 0);
    for (int i = 0; i < 4; i++) {
      finish(threads[i]);
    }
    CHECK(dropped == registered && at_destroy == dropped);
  }
}

static void unregister_waits(void) {
  struct slow slow;
  pthread_t processing[2];
  pthread_t unregistering;
  new_slow(&slow);
  for (int i = 0; i < 2; i++) {
    start(&processing[i], process_f23, &slow);
    await(&slow.entered);
  }
  start(&unregistering, unregister_and_look, &slow);
  pause_ms(50); /* time to return too early, if it does */
  CHECK(slow.unregistered == 0);
  reach(&slow.may_leave);
  pause_ms(50);
  CHECK(slow.unregistered == 0); /* one of two has left */
  reach(&slow.may_leave);
  finish(unregistering);
  finish(processing[0]);
  finish(processing[1]);
  CHECK(slow.drops == 1);
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, process_message(slow.adapter, "F23-after"));

  /* With WFA_NO_WAIT it does not wait, and the drop comes after the last call. */
  struct slow at_once;
  new_slow(&at_once);
  start(&processing[0], process_f23, &at_once);
  await(&at_once.entered);
  CHECK_RESULT(WFA_OK,
               plugin()->unregister_event_callback(at_once.adapter, at_once.own, WFA_NO_WAIT));
  CHECK(at_once.running == 1 && at_once.drops == 0);
  reach(&at_once.may_leave);
  finish(processing[0]);
  CHECK(at_once.drops == 1);
  destroy_beside_churn();
}

static int32_t unregister_each_other(void *user_data, const char *event, size_t event_len,
                                     const char *json, size_t json_len) {
  struct slow *slow = (struct slow *)user_data;
  (void)event, (void)event_len, (void)json, (void)json_len;
  reach(&slow->entered);
  await(&slow->may_leave);
  /* Itself and the other one, which is running on another thread and does the same. */
  wfa_result own = plugin()->unregister_event_callback(slow->adapter, slow->own, 0);
  wfa_result other = plugin()->unregister_event_callback(slow->adapter, slow->other, 0);
  CHECK(own == WFA_OK || own == WFA_ERR_NOT_FOUND);
  CHECK(other == WFA_OK || other == WFA_ERR_NOT_FOUND);
  CHECK(slow->drops == 0);
  __sync_fetch_and_add(&slow->unregistered, (own == WFA_OK) + (other == WFA_OK));
  return WFA_EVENT_ACCEPTED;
}

static void *process_status(void *adapter) {
  char request[1024];
  CHECK_RESULT(WFA_OK, execute((wfa_adapter *)adapter, "processWebhook",
                               status_webhook(request, sizeof request, "F24")));
  return NULL;
}

static void *process_customer(void *adapter) {
  CHECK_RESULT(WFA_OK, process_message((wfa_adapter *)adapter, "F24"));
  return NULL;
}

static void unregister_inside(void) {
  for (int round = 0; round < 20; round++) {
    struct slow sides[2];
    pthread_t threads[2];
    wfa_adapter *adapter = online();
    for (int i = 0; i < 2; i++) {
      memset(&sides[i], 0, sizeof sides[i]);
      new_point(&sides[i].entered);
      new_point(&sides[i].may_leave);
      sides[i].adapter = adapter;
      sides[i].own = listen_for(adapter, i == 0 ? "customer_message" : "status_changed",
                                unregister_each_other, &sides[i], drop_slow);
    }
    sides[0].other = sides[1].own;
    sides[1].other = sides[0].own;
    start(&threads[0], process_customer, adapter);
    start(&threads[1], process_status, adapter);
    await(&sides[0].entered);
    await(&sides[1].entered);
    reach(&sides[0].may_leave);
    reach(&sides[1].may_leave);
    finish(threads[0]);
    finish(threads[1]);
    CHECK(sides[0].unregistered + sides[1].unregistered == 2);
    CHECK(sides[0].drops == 1 && sides[1].drops == 1);
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  }
}

/* ---- F25: a callback that blocks ---- */

static void *work_beside(void *user_data) {
  struct slow *slow = (struct slow *)user_data;
  char request[1024];
  char id[64];
  for (int i = 0; i < 5; i++) {
    snprintf(id, sizeof id, "F25-%lx-%d", (unsigned long)pthread_self(), i);
    CHECK_RESULT(WFA_OK, send_text(slow->adapter));
    CHECK_RESULT(WFA_OK, execute(slow->adapter, "processWebhook",
                                 status_webhook(request, sizeof request, id)));
    uint64_t registration = listen_for(slow->adapter, NULL, accept_event, NULL, NULL);
    CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(slow->adapter, registration, 0));
  }
  return NULL;
}

static void blocked_callback(void) {
  struct slow slow;
  pthread_t blocked;
  pthread_t others[8];
  memset(&slow, 0, sizeof slow);
  new_point(&slow.entered);
  new_point(&slow.may_leave);
  slow.adapter = online();
  listen_for(slow.adapter, "customer_message", run_slowly, &slow, drop_slow);
  listen_for(slow.adapter, "status_changed", accept_event, NULL, NULL);
  start(&blocked, process_f23, &slow);
  await(&slow.entered);
  for (int i = 0; i < 8; i++) {
    start(&others[i], work_beside, &slow);
  }
  for (int i = 0; i < 8; i++) {
    finish(others[i]);
  }
  CHECK(slow.running == 1);
  struct properties properties = properties_for(emulator_url, "");
  CHECK_RESULT(WFA_OK,
               plugin()->update_properties(slow.adapter, properties.json, WFA_STRLEN, NULL));
  wfa_adapter *another = online();
  CHECK_RESULT(WFA_OK, send_text(another));
  CHECK_RESULT(WFA_OK, plugin()->destroy(another, 0));
  reach(&slow.may_leave);
  finish(blocked);
  CHECK_RESULT(WFA_OK, plugin()->destroy(slow.adapter, 0));
  CHECK(slow.drops == 1);
}

static const struct numbered_case CASES[] = {
    {"F23", "unregister returns when no other thread runs the callback; the drop comes once, last",
     unregister_waits},
    {"F24", "callbacks that unregister themselves and each other do not wait for each other",
     unregister_inside},
    {"F25", "a callback that blocks holds up its own thread and nothing else", blocked_callback},
};

MAIN(CASES)
