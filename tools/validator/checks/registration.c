/* registration.c: event callbacks come and go, whether or not there are events. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "probe.h"
#include "rows.h"
#include "text.h"
#include "event_recorder.h"

enum { REGISTRATIONS = 100, SETTLE_MS = 20, DROP_MS = 1000 };

static wfa_adapter *adapter;

static wfa_result try_to_register(const char *event, size_t len, wfa_event_callback callback,
                                  struct event_recorder *recorder) {
  wfa_error error = empty_error();
  wfa_result result = load()->register_event_callback(adapter, event, len, callback, recorder,
                                                      on_drop, &recorder->registration, &error);
  release(&error.message);
  return result;
}

static wfa_result unregister(const struct event_recorder *recorder) {
  return load()->unregister_event_callback(adapter, recorder->registration, 0);
}

static void unknown_event(void) {
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  expect(try_to_register(NO_SUCH_NAME, WFA_STRLEN, on_event, &recorder), WFA_ERR_NOT_FOUND,
         "register_event_callback(%s)", NO_SUCH_NAME);
  expect(try_to_register("\xff", 1, on_event, &recorder), WFA_ERR_INVALID_ARGUMENT,
         "register_event_callback(a name that is not UTF-8)");
  end_adapter(adapter);
}

static void nearly(const char *name) {
  struct event_recorder recorder = {0};
  size_t len = strlen(name);
  char *other = allocate(len + 2);
  memcpy(other, name, len);
  other[0] = (char)(islower((unsigned char)name[0]) ? toupper(name[0]) : tolower(name[0]));
  if (!is_event(other))
    expect(try_to_register(other, WFA_STRLEN, on_event, &recorder), WFA_ERR_NOT_FOUND,
           "register_event_callback(%s)", other);
  memcpy(other, name, len);
  other[len] = 'x';
  if (!is_event(other))
    expect(try_to_register(other, WFA_STRLEN, on_event, &recorder), WFA_ERR_NOT_FOUND,
           "register_event_callback(%s)", other);
  other[len - 1] = '\0';
  if (len > 1 && !is_event(other))
    expect(try_to_register(other, WFA_STRLEN, on_event, &recorder), WFA_ERR_NOT_FOUND,
           "register_event_callback(%s)", other);
  free(other);
}

static void name_is_exact(void) {
  adapter = new_adapter();
  for (size_t i = 0; i < event_count(); i++) {
    struct event_recorder recorder = {0};
    nearly(event_at(i)->name);
    expect(try_to_register(event_at(i)->name, strlen(event_at(i)->name), on_event, &recorder),
           WFA_OK, "register_event_callback(%s)", event_at(i)->name);
    expect(unregister(&recorder), WFA_OK, "unregister_event_callback");
  }
  end_adapter(adapter);
  if (event_count() == 0) skip("the plugin has no events");
}

static void null_callback(void) {
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  expect(try_to_register(NULL, 0, NULL, &recorder), WFA_ERR_INVALID_ARGUMENT,
         "register_event_callback(callback NULL)");
  end_adapter(adapter);
}

static void null_of_a_length(void) {
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  expect(try_to_register(NULL, 5, on_event, &recorder), WFA_ERR_INVALID_ARGUMENT,
         "register_event_callback(event NULL, of 5 bytes)");
  expect(try_to_register(NULL, WFA_STRLEN, on_event, &recorder), WFA_OK,
         "register_event_callback(event NULL, WFA_STRLEN)");
  end_adapter(adapter);
}

/* The place for the id held something else before. */
static void failure_clears_id(void) {
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  for (int i = 0; i < 3; i++) {
    recorder.registration = 777;
    wfa_result result = i == 0   ? try_to_register(NO_SUCH_NAME, WFA_STRLEN, on_event, &recorder)
                        : i == 1 ? try_to_register(NULL, 0, NULL, &recorder)
                                 : try_to_register("\xff", 1, on_event, &recorder);
    REQUIRE(recorder.registration == 0, "register_event_callback answered %s and left the id %llu",
            result_name(result), (unsigned long long)recorder.registration);
  }
  end_adapter(adapter);
  recorder.registration = 777;
  try_to_register(NULL, 0, on_event, &recorder);
  REQUIRE(recorder.registration == 0,
          "register_event_callback on a destroyed adapter left the id %llu",
          (unsigned long long)recorder.registration);
}

static void every_event(void) {
  struct event_recorder watches[3] = {0};
  adapter = new_adapter();
  expect(try_to_register(NULL, 0, on_event, &watches[0]), WFA_OK,
         "register_event_callback(NULL, 0)");
  expect(try_to_register("", WFA_STRLEN, on_event, &watches[1]), WFA_OK,
         "register_event_callback(\"\", WFA_STRLEN)");
  expect(try_to_register("x", 0, on_event, &watches[2]), WFA_OK,
         "register_event_callback(\"x\", 0)");
  if (inputs()->raise_command != NULL && inputs()->raise_request != NULL) {
    struct answer answer = raise_event(adapter);
    give_back(&answer);
    int calls = atomic_load(&watches[0].calls);
    for (int i = 1; i < 3; i++)
      REQUIRE(atomic_load(&watches[i].calls) == calls,
              "NULL and an empty name stand for different events: %d calls and %d", calls,
              atomic_load(&watches[i].calls));
  }
  end_adapter(adapter);
}

static void ids_are_unique(void) {
  struct event_recorder watches[REGISTRATIONS] = {0};
  adapter = new_adapter();
  for (int i = 0; i < REGISTRATIONS; i++) {
    record_events(adapter, NULL, &watches[i]);
    REQUIRE(watches[i].registration != 0, "registration %d got the id 0", i + 1);
    for (int k = 0; k < i; k++)
      REQUIRE(watches[i].registration != watches[k].registration, "two registrations have one id");
    if (i % 2 == 0) expect(unregister(&watches[i]), WFA_OK, "unregister_event_callback");
  }
  expect(load()->register_event_callback(adapter, NULL, 0, on_event, &watches[0], NULL, NULL, NULL),
         WFA_OK, "register_event_callback(drop, registration and error NULL)");
  end_adapter(adapter);
}

static void unregister_unknown(void) {
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  static const uint64_t ids[] = {0, 1, 77, UINT64_MAX};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    expect(load()->unregister_event_callback(adapter, ids[i], 0), WFA_ERR_NOT_FOUND,
           "unregister_event_callback(%llu)", (unsigned long long)ids[i]);
  record_events(adapter, NULL, &recorder);
  expect(unregister(&recorder), WFA_OK, "unregister_event_callback");
  expect(unregister(&recorder), WFA_ERR_NOT_FOUND, "a second unregister_event_callback");
  end_adapter(adapter);
}

static void require_drops(struct event_recorder *recorder, int drops, const char *when) {
  int have = atomic_load(&recorder->drops);
  REQUIRE(have == drops, "the drop callback ran %d times %s; expected %d", have, when, drops);
}

static void drop_on_unregister(void) {
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  record_events(adapter, NULL, &recorder);
  require_drops(&recorder, 0, "before unregister");
  expect(unregister(&recorder), WFA_OK, "unregister_event_callback");
  REQUIRE(reaches(&recorder.drops, 1, DROP_MS), "unregister did not give user_data back");
  end_adapter(adapter);
  require_drops(&recorder, 1, "when destroy had returned");
}

static void drop_on_destroy(void) {
  struct event_recorder watches[3] = {0};
  adapter = new_adapter();
  for (int i = 0; i < 3; i++) record_events(adapter, NULL, &watches[i]);
  end_adapter(adapter);
  pause_ms(SETTLE_MS);
  for (int i = 0; i < 3; i++) require_drops(&watches[i], 1, "when destroy had returned");
}

static void drop_not_after_failure(void) {
  struct event_recorder recorder = {0};
  adapter = new_adapter();
  try_to_register(NO_SUCH_NAME, WFA_STRLEN, on_event, &recorder);
  try_to_register(NULL, 0, NULL, &recorder);
  try_to_register("x", SIZE_MAX - 1, on_event, &recorder);
  end_adapter(adapter);
  try_to_register(NULL, 0, on_event, &recorder);
  pause_ms(SETTLE_MS);
  require_drops(&recorder, 0, "though every registration failed");
}

static const struct check checks[] = {
    {"register-unknown-event", "a name that is no event is NOT_FOUND", unknown_event},
    {"register-name-is-exact", "the descriptor's names are taken, nearly the same are NOT_FOUND",
     name_is_exact},
    {"register-null-callback", "a NULL callback is refused", null_callback},
    {"register-null-of-a-length", "a NULL event with a length is refused", null_of_a_length},
    {"register-failure-clears-id", "a failed call leaves no registration behind, and the id 0",
     failure_clears_id},
    {"register-every-event", "NULL and the empty name stand for every event", every_event},
    {"register-ids-are-unique", "ids are never 0 and never used again", ids_are_unique},
    {"unregister-unknown", "an id that is not registered, or not any more, is NOT_FOUND",
     unregister_unknown},
    {"drop-on-unregister", "unregister gives user_data back, once", drop_on_unregister},
    {"drop-on-destroy", "destroy gives every user_data back, once", drop_on_destroy},
    {"drop-not-after-failure", "user_data stays the host's when registering fails",
     drop_not_after_failure},
};
GROUP(registration, "events");
