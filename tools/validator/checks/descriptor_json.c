/* descriptor_json.c: the descriptor's JSON says what its tables say. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "plugin.h"
#include "rows.h"

/* How the rows of a list look in JSON. */
enum form { PROPERTY, REQUEST, RESPONSE, EVENT_MEMBER };

static struct json whole(void) {
  const wfa_descriptor *d = descriptor();
  struct json value;
  REQUIRE(d->json != NULL, "json is NULL");
  REQUIRE(strnlen(d->json, d->json_len + 1) == d->json_len, "no NUL stands at json[%zu]",
          d->json_len);
  REQUIRE(json_read(d->json, d->json_len, &value), "the text is not JSON");
  REQUIRE(json_type(value) == JSON_OBJECT, "the text is %s", json_type_name(value));
  return value;
}

static void is_an_object(void) { (void)whole(); }

static void same_text(struct json row, const char *row_name, const char *name, const char *text) {
  struct json value;
  if (row_name == NULL) row_name = "a row without a name";
  bool found = json_member(row, name, &value);
  if (text == NULL)
    REQUIRE(!found, "%s: %s is in the JSON and not in the table", row_name, name);
  else
    REQUIRE(found ? json_is(value, text) : *text == '\0',
            "%s: %s is \"%s\" in the table and not in the JSON", row_name, name, text);
}

static void same_limit(struct json row, const char *row_name, const char *name, int64_t limit) {
  struct json value;
  bool found = json_member(row, name, &value);
  REQUIRE(found == (limit != WFA_UNSET), "%s: %s is set in one of table and JSON", row_name, name);
  REQUIRE(!found || strtoll(value.at, NULL, 10) == limit,
          "%s: %s is %" PRId64 " in the table and another in the JSON", row_name, name, limit);
}

static void same_flag(struct json row, const char *row_name, const char *name, bool set) {
  struct json value;
  bool in_json = json_member(row, name, &value) && *value.at == 't';
  REQUIRE(in_json == set, "%s: %s is %s in the table and not in the JSON", row_name, name,
          set ? "true" : "false");
}

/* The names of flags in JSON. */
struct word {
  const char *name;
  uint32_t flag;
};
static const struct word marks[] = {{"eventId", WFA_FIELD_EVENT_ID},
                                    {"correlationId", WFA_FIELD_CORRELATION_ID},
                                    {"subject", WFA_FIELD_SUBJECT},
                                    {"outcome", WFA_FIELD_OUTCOME}};
static const struct word traits[] = {{"sends", WFA_COMMAND_SENDS},
                                     {"idempotent", WFA_COMMAND_IDEMPOTENT},
                                     {"longRunning", WFA_COMMAND_LONG_RUNNING},
                                     {"webhook", WFA_COMMAND_WEBHOOK}};
enum { WORDS = 4 };

static bool has_word(struct json row, const char *list, const char *word) {
  struct json words, ignored, value;
  const char *cursor = NULL;
  if (!json_member(row, list, &words) || json_type(words) != JSON_ARRAY) return false;
  while (json_next(words, &cursor, &ignored, &value))
    if (json_is(value, word)) return true;
  return false;
}

static void same_words(struct json row, const char *row_name, const char *list,
                       const struct word *words, uint32_t flags) {
  for (size_t i = 0; i < WORDS; i++) {
    bool set = (flags & words[i].flag) != 0;
    REQUIRE(has_word(row, list, words[i].name) == set,
            "%s: the JSON's %s and the table's flags disagree on %s", row_name, list,
            words[i].name);
  }
}

static void same_webhook(struct json object) {
  const wfa_descriptor *d = descriptor();
  const wfa_webhook_declaration *w = WFA_HAS(d, webhook) ? d->webhook : NULL;
  struct json webhook;
  bool found = json_member(object, "webhook", &webhook);
  REQUIRE(found == (w != NULL), "a webhook is declared in one of table and JSON");
  if (w == NULL) return;
  same_text(webhook, "webhook", "signatureHeader", w->signature_header);
  same_text(webhook, "webhook", "signatureScheme", w->signature_scheme);
  same_text(webhook, "webhook", "secretProperty", w->secret_property);
  same_text(webhook, "webhook", "routingProperty", w->routing_property);
  same_text(webhook, "webhook", "routingPath", w->routing_path);
}

static void same_field(struct json row, const wfa_field *field, enum form form) {
  same_text(row, field->name, "name", field->name);
  same_text(row, field->name, form == PROPERTY ? "comments" : "description", field->description);
  same_text(row, field->name, "type", field->type);
  if (form == RESPONSE) return;
  same_text(row, field->name, "display", field->display);
  if (form == EVENT_MEMBER) {
    same_words(row, field->name, "marks", marks, field->flags);
    return;
  }
  same_text(row, field->name, "default", field->default_value);
  same_flag(row, field->name, "required", (field->flags & WFA_FIELD_REQUIRED) != 0);
  same_limit(row, field->name, "minLength", field->min_length);
  same_limit(row, field->name, "maxLength", field->max_length);
  same_limit(row, field->name, "minValue", field->min_value);
  same_limit(row, field->name, "maxValue", field->max_value);
  if (form == PROPERTY)
    same_flag(row, field->name, "secret", (field->flags & WFA_FIELD_SECRET) != 0);
}

/* The array `name` of `object`, which has `count` elements; it may be absent if that is none. */
static struct json list(struct json object, const char *name, size_t count) {
  static const char empty[] = "[]";
  struct json value;
  if (!json_member(object, name, &value)) {
    REQUIRE(count == 0, "the JSON has no member %s", name);
    return (struct json){empty, empty + 2};
  }
  REQUIRE(json_type(value) == JSON_ARRAY, "%s is %s in the JSON", name, json_type_name(value));
  REQUIRE(json_count(value) == count, "%s has %zu rows in the table and %zu in the JSON", name,
          count, json_count(value));
  return value;
}

static void same_fields(struct json object, const char *name, const wfa_field *const *fields,
                        size_t count, enum form form) {
  struct json rows = list(object, name, count), ignored, row;
  const char *cursor = NULL;
  for (size_t i = 0; i < count && json_next(rows, &cursor, &ignored, &row); i++)
    same_field(row, fields[i], form);
}

static void same_commands(struct json object, const wfa_command *const *commands, size_t count) {
  struct json rows = list(object, "commands", count), ignored, row;
  const char *cursor = NULL;
  for (size_t i = 0; i < count && json_next(rows, &cursor, &ignored, &row); i++) {
    const wfa_command *c = commands[i];
    same_text(row, c->name, "name", c->name);
    same_text(row, c->name, "display", c->display);
    same_text(row, c->name, "description", c->description);
    same_words(row, c->name, "traits", traits, c->flags);
    same_fields(row, "request", c->request, c->n_request, REQUEST);
    same_fields(row, "response", c->response, c->n_response, RESPONSE);
  }
}

static void same_events(struct json object, const wfa_event *const *events, size_t count) {
  struct json rows = list(object, "events", count), ignored, row;
  const char *cursor = NULL;
  for (size_t i = 0; i < count && json_next(rows, &cursor, &ignored, &row); i++) {
    const wfa_event *e = events[i];
    same_text(row, e->name, "name", e->name);
    same_text(row, e->name, "display", e->display);
    same_text(row, e->name, "description", e->description);
    same_fields(row, "properties", e->fields, e->n_fields, EVENT_MEMBER);
  }
}

static void same_releases(struct json object) {
  const wfa_descriptor *d = descriptor();
  struct json rows = list(object, "releaseHistory", d->n_releases), ignored, row;
  const char *cursor = NULL;
  for (size_t i = 0; i < d->n_releases && json_next(rows, &cursor, &ignored, &row); i++) {
    const wfa_release *r = d->releases[i];
    same_text(row, r->version, "version", r->version);
    same_text(row, r->version, "type", r->type);
    same_text(row, r->version, "description", r->description);
    same_text(row, r->version, "tracking", r->tracking);
    same_text(row, r->version, "date", r->date);
  }
}

/* `extensions.members`: what the specification's commands and events have beyond it. */
static void same_members(struct json extensions) {
  static const char none[] = "{}";
  const wfa_descriptor *d = descriptor();
  struct json members = {none, none + 2}, of_row;
  (void)json_member(extensions, "members", &members);
  for (size_t i = 0; i < d->n_commands; i++) {
    const wfa_command *c = d->commands[i];
    if (!json_member(members, c->name, &of_row)) of_row = (struct json){none, none + 2};
    same_fields(of_row, "request", c->extension_request, c->n_extension_request, REQUEST);
    same_fields(of_row, "response", c->extension_response, c->n_extension_response, RESPONSE);
  }
  for (size_t i = 0; i < d->n_events; i++) {
    const wfa_event *e = d->events[i];
    if (!json_member(members, e->name, &of_row)) of_row = (struct json){none, none + 2};
    same_fields(of_row, "properties", e->extension_fields, e->n_extension_fields, EVENT_MEMBER);
  }
}

static void same_version(struct json object) {
  struct json abi, major, minor;
  REQUIRE(json_member(object, "abi", &abi) && json_member(abi, "major", &major) &&
              json_member(abi, "minor", &minor),
          "the JSON has no abi.major or abi.minor");
  REQUIRE(strtol(major.at, NULL, 10) == load()->abi_major &&
              strtol(minor.at, NULL, 10) == load()->abi_minor,
          "the JSON has another abi version than the table");
}

static void equals_tables(void) {
  static const char none[] = "{}";
  const wfa_descriptor *d = descriptor();
  struct json object = whole(), extensions = {none, none + 2};
  const char *const names[] = {"id",          "name",   "display", "version",
                               "specVersion", "vendor", "license", "docsUrl"};
  const char *const texts[] = {d->id,           d->name,   d->display, d->version,
                               d->spec_version, d->vendor, d->license, d->docs_url};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    same_text(object, "the descriptor", names[i], texts[i]);
  same_version(object);
  same_fields(object, "properties", d->properties, d->n_properties, PROPERTY);
  same_commands(object, d->commands, d->n_commands);
  same_events(object, d->events, d->n_events);
  same_releases(object);
  same_webhook(object);
  (void)json_member(object, "extensions", &extensions);
  same_fields(extensions, "properties", d->extension_properties, d->n_extension_properties,
              PROPERTY);
  same_commands(extensions, d->extension_commands, d->n_extension_commands);
  same_events(extensions, d->extension_events, d->n_extension_events);
  same_members(extensions);
}

static const struct check checks[] = {
    {"descriptor-json-is-an-object",
     "json is one JSON object of json_len bytes with a NUL behind it", is_an_object},
    {"descriptor-json-equals-tables", "every row of the tables stands in the JSON, and no other",
     equals_tables},
};
GROUP(descriptor_json, "descriptor");
