/* update.c: replacing the properties of an adapter that lives. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "rows.h"
#include "text.h"
#include "values.h"
#include "event_recorder.h"

/* Skips the check if the plugin has no such function behind the table's member. */
static void needs_update(wfa_adapter *adapter) {
  struct answer answer = update(adapter, properties());
  if (answer.result == WFA_ERR_UNSUPPORTED) skip("update_properties answers WFA_ERR_UNSUPPORTED");
  expect(answer.result, WFA_OK, "update_properties(the properties it was created with)");
  give_back(&answer);
}

static void takes_properties(void) {
  wfa_adapter *adapter = new_adapter();
  needs_update(adapter);
  struct answer answer = execute(adapter, NO_SUCH_NAME, "{}");
  expect(answer.result, WFA_ERR_NOT_FOUND, "execute_command(no such command) after an update");
  give_back(&answer);
  end_adapter(adapter);
}

/* `what` stands for the JSON in messages: properties may hold secrets. */
static void refused(wfa_adapter *adapter, const char *what, const char *json, wfa_result wanted,
                    const char *name) {
  struct answer answer = update(adapter, json);
  expect(answer.result, wanted, "update_properties(%s%s)", what, name);
  REQUIRE(strstr(message_of(&answer), name) != NULL,
          "update_properties(%s%s): the message is \"%s\"", what, name, message_of(&answer));
  give_back(&answer);
}

static void refuses_as_create(void) {
  wfa_adapter *adapter = new_adapter();
  needs_update(adapter);
  char *unknown = object_with(properties(), NO_SUCH_NAME, "1");
  refused(adapter, "with ", unknown, WFA_ERR_INVALID_REQUEST, NO_SUCH_NAME);
  refused(adapter, "an array", "[]", WFA_ERR_INVALID_REQUEST, "");
  refused(adapter, "no JSON", "{", WFA_ERR_INVALID_ARGUMENT, "");
  refused(adapter, "no UTF-8", "{\"a\":\"\xff\"}", WFA_ERR_INVALID_ARGUMENT, "");
  refused(adapter, "NULL", NULL, WFA_ERR_INVALID_ARGUMENT, "");
  for (size_t i = 0; i < property_count(); i++) {
    if ((property_at(i)->flags & WFA_FIELD_REQUIRED) == 0) continue;
    char *without = object_without(properties(), property_at(i)->name);
    refused(adapter, "without ", without, WFA_ERR_INVALID_REQUEST, property_at(i)->name);
    free(without);
  }
  needs_update(adapter); /* it still works */
  free(unknown);
  end_adapter(adapter);
}

/* The result of the command that raises events; it does not depend on the time. */
static wfa_result outcome_of(wfa_adapter *adapter) {
  struct answer answer = raise_event(adapter);
  wfa_result result = answer.result;
  give_back(&answer);
  return result;
}

/* A value of the property that is allowed, and another one than `properties` has as a rule. */
static char *other_value(const wfa_field *property, int number) {
  struct text value = {0};
  if (strcmp(property->type, "boolean") == 0)
    text_add(&value, "%s", number == 0 ? "false" : "true");
  else if (property->min_value != WFA_UNSET && property->max_value != WFA_UNSET)
    text_add(&value, "%" PRId64, number == 0 ? property->min_value : property->max_value);
  else if (strcmp(property->type, "string") == 0 && property->default_value == NULL)
    return made_up(property, number == 0 ? LETTERS : DIGITS);
  return value.at;
}

/* One member is right and new, another one is wrong: nothing of it may stay. */
static void fails_whole(void) {
  needs_raise();
  wfa_adapter *adapter = new_adapter();
  needs_update(adapter);
  wfa_result before = outcome_of(adapter);
  for (size_t i = 0; i < property_count(); i++) {
    for (int k = 0; k < 2; k++) {
      char *value = other_value(property_at(i), k);
      if (value == NULL) continue;
      char *changed = object_with(properties(), property_at(i)->name, value);
      char *spoiled = object_with(changed, NO_SUCH_NAME, "1");
      refused(adapter, "one wrong member beside ", spoiled, WFA_ERR_INVALID_REQUEST, "");
      expect(outcome_of(adapter), before, "%s after update_properties refused another %s",
             inputs()->raise_command, property_at(i)->name);
      free(value);
      free(changed);
      free(spoiled);
    }
  }
  end_adapter(adapter);
}

static void keeps_registrations(void) {
  wfa_adapter *adapter = new_adapter();
  struct event_recorder recorder = {0};
  record_events(adapter, NULL, &recorder);
  needs_update(adapter);
  REQUIRE(atomic_load(&recorder.drops) == 0, "update_properties gave a registration back");
  expect(load()->unregister_event_callback(adapter, recorder.registration, 0), WFA_OK,
         "unregister_event_callback after an update");
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"update-takes-properties", "update_properties takes what create takes, and the adapter lives",
     takes_properties},
    {"update-refuses-as-create", "update_properties refuses what create refuses, with its words",
     refuses_as_create},
    {"update-fails-whole", "an update that is refused changes nothing", fails_whole},
    {"update-keeps-registrations", "event callbacks stay registered", keeps_registrations},
};
GROUP(update_properties, "update");
