/* create_properties.c: properties that break the descriptor are refused by name. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "rows.h"
#include "text.h"
#include "values.h"

/* `create` with the property `name` set to `raw`: INVALID_REQUEST, and the message names it. */
static void refused(const char *name, const char *raw, const char *what) {
  wfa_adapter *adapter = NULL;
  char *json =
      raw == NULL ? object_without(properties(), name) : object_with(properties(), name, raw);
  struct answer answer = create(NULL, json, &adapter);
  expect(answer.result, WFA_ERR_INVALID_REQUEST, "create(%s %s)", name, what);
  REQUIRE(strstr(message_of(&answer), name) != NULL, "create(%s %s): the message is \"%s\"", name,
          what, message_of(&answer));
  give_back(&answer);
  free(json);
}

static void unknown_property(void) { refused(NO_SUCH_NAME, "\"x\"", "is unknown"); }

static void missing_property(void) {
  int found = 0;
  for (size_t i = 0; i < property_count(); i++) {
    if ((property_at(i)->flags & WFA_FIELD_REQUIRED) == 0) continue;
    refused(property_at(i)->name, NULL, "is missing");
    found++;
  }
  if (found == 0) skip("no property is required");
}

static void too_long_property(void) {
  int found = 0;
  for (size_t i = 0; i < property_count(); i++) {
    const wfa_field *p = property_at(i);
    if (p->max_length == WFA_UNSET) continue;
    char *raw = long_string('1', (size_t)p->max_length + 1);
    refused(p->name, raw, "has a character too many");
    free(raw);
    found++;
  }
  if (found == 0) skip("no property has a max_length");
}

/* Optional properties may take the empty text for absent, so only what is shorter but not empty. */
static void too_short_property(void) {
  int found = 0;
  for (size_t i = 0; i < property_count(); i++) {
    const wfa_field *p = property_at(i);
    if (p->min_length == WFA_UNSET || p->min_length < 2) continue;
    char *raw = long_string('1', (size_t)p->min_length - 1);
    refused(p->name, raw, "has a character too few");
    free(raw);
    found++;
  }
  if (found == 0) skip("no property has a min_length of 2 or more");
}

static void refuse_number(const wfa_field *property, int64_t value) {
  struct text raw = {0};
  text_add(&raw, "%" PRId64, value);
  refused(property->name, raw.at, "is out of its range");
  free(raw.at);
}

static void number_out_of_range(void) {
  int found = 0;
  for (size_t i = 0; i < property_count(); i++) {
    const wfa_field *p = property_at(i);
    if (p->min_value != WFA_UNSET && p->min_value > INT64_MIN + 1)
      refuse_number(p, p->min_value - 1);
    if (p->max_value != WFA_UNSET && p->max_value < INT64_MAX) refuse_number(p, p->max_value + 1);
    found += p->min_value != WFA_UNSET || p->max_value != WFA_UNSET;
  }
  if (found == 0) skip("no property has a range");
}

static void wrong_type(void) {
  for (size_t i = 0; i < property_count(); i++)
    refused(property_at(i)->name, wrong_value(property_at(i)->type), "is of another type");
  if (property_count() == 0) skip("the plugin has no properties");
}

static const struct check checks[] = {
    {"create-unknown-property", "a property that is not in the descriptor is refused by name",
     unknown_property},
    {"create-missing-property", "each required property that is missing is refused by name",
     missing_property},
    {"create-too-long-property", "one character more than max_length is refused by name",
     too_long_property},
    {"create-too-short-property", "one character less than min_length is refused by name",
     too_short_property},
    {"create-number-out-of-range", "a number beyond min_value or max_value is refused by name",
     number_out_of_range},
    {"create-wrong-type-property", "a value of another type is refused by name", wrong_type},
};
GROUP(create_properties, "create");
