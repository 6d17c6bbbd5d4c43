/* update.c: replacing the properties of an adapter that lives. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "rows.h"
#include "values.h"
#include "watch.h"

/* Skips the check if the plugin has no such function behind the table's member. */
static void needs_update(wfa_adapter *adapter) {
  struct answer answer = update(adapter, properties());
  if (answer.result == WFA_ERR_UNSUPPORTED)
    skip("update_properties answers WFA_ERR_UNSUPPORTED");
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
    if ((property_at(i)->flags & WFA_FIELD_REQUIRED) == 0)
      continue;
    char *without = object_without(properties(), property_at(i)->name);
    refused(adapter, "without ", without, WFA_ERR_INVALID_REQUEST, property_at(i)->name);
    free(without);
  }
  needs_update(adapter); /* it still works */
  free(unknown);
  end_adapter(adapter);
}

static void keeps_registrations(void) {
  wfa_adapter *adapter = new_adapter();
  struct watch watch = {0};
  watch_events(adapter, NULL, &watch);
  needs_update(adapter);
  REQUIRE(atomic_load(&watch.drops) == 0, "update_properties gave a registration back");
  expect(load()->unregister_event_callback(adapter, watch.registration, 0), WFA_OK,
         "unregister_event_callback after an update");
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"update-takes-properties", "update_properties takes what create takes, and the adapter lives",
     takes_properties},
    {"update-refuses-as-create", "update_properties refuses what create refuses, with its words",
     refuses_as_create},
    {"update-keeps-registrations", "event callbacks stay registered", keeps_registrations},
};
GROUP(update_properties, "update");
