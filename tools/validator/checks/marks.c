/* marks.c: what a host decides by: marks of event members, traits of commands, the declaration of
 * webhooks, and schemas. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "plugin.h"
#include "rows.h"
#include "text.h"

#define MARKS \
  (uint32_t)(WFA_FIELD_EVENT_ID | WFA_FIELD_CORRELATION_ID | WFA_FIELD_SUBJECT | WFA_FIELD_OUTCOME)
#define DECLARATION_1_0 (offsetof(wfa_webhook_declaration, routing_path) + sizeof(char *))

/* Marks mean something in members of events only. */
static void only_in_events(const char *where, const wfa_field *field) {
  bool of_event = strstr(where, "fields") != NULL;
  REQUIRE(of_event || (field->flags & MARKS) == 0, "%s %s has a mark, and is no member of an event",
          where, field->name);
}

static size_t marked(const wfa_event *event, uint32_t mark) {
  size_t count = 0;
  for (size_t i = 0; i < event->n_fields; i++) count += (event->fields[i]->flags & mark) != 0;
  for (size_t i = 0; i < event->n_extension_fields; i++)
    count += (event->extension_fields[i]->flags & mark) != 0;
  return count;
}

static void marks_make_sense(void) {
  static const uint32_t once[] = {WFA_FIELD_EVENT_ID, WFA_FIELD_CORRELATION_ID, WFA_FIELD_OUTCOME};
  static const char *const names[] = {"event id", "correlation id", "outcome"};
  each_field(only_in_events);
  for (size_t i = 0; i < event_count(); i++) {
    const wfa_event *e = event_at(i);
    for (size_t k = 0; k < sizeof once / sizeof *once; k++)
      REQUIRE(marked(e, once[k]) <= 1, "event %s marks %zu members as %s; one at most", e->name,
              marked(e, once[k]), names[k]);
    REQUIRE(marked(e, WFA_FIELD_OUTCOME) <= marked(e, WFA_FIELD_CORRELATION_ID),
            "event %s marks an outcome and no correlation id", e->name);
  }
}

/* A host compares a mark's value with others as text, and reads an outcome as a word. */
static void mark_fits_type(const char *where, const wfa_field *field) {
  bool is_text = strcmp(field->type, "string") == 0;
  bool is_plain =
      is_text || strcmp(field->type, "integer") == 0 || strcmp(field->type, "number") == 0;
  REQUIRE((field->flags & MARKS) == 0 || is_plain,
          "%s %s has a mark and the type %s; it must be a text or a number", where, field->name,
          field->type);
  REQUIRE((field->flags & WFA_FIELD_OUTCOME) == 0 || is_text,
          "%s %s is marked as outcome and has the type %s; it must be a string", where, field->name,
          field->type);
}

static void marks_fit_types(void) { each_field(mark_fits_type); }

/* A subject may also be the event's id or the call's correlation id. */
static void marks_of_member_agree(const char *where, const wfa_field *field) {
  const uint32_t both = WFA_FIELD_EVENT_ID | WFA_FIELD_CORRELATION_ID;
  REQUIRE((field->flags & both) != both,
          "%s %s is marked as event id, which no two events share, and as correlation id, which "
          "the events of one call share",
          where, field->name);
  REQUIRE((field->flags & WFA_FIELD_OUTCOME) == 0 || (field->flags & MARKS) == WFA_FIELD_OUTCOME,
          "%s %s is marked as outcome, and has a second mark", where, field->name);
}

static void marks_agree(void) { each_field(marks_of_member_agree); }

static void traits_make_sense(void) {
  const uint32_t both = WFA_COMMAND_SENDS | WFA_COMMAND_IDEMPOTENT;
  size_t webhooks = 0;
  for (size_t i = 0; i < command_count(); i++) {
    const wfa_command *c = command_at(i);
    REQUIRE((c->flags & both) != both, "command %s has both traits, sends and idempotent", c->name);
    webhooks += (c->flags & WFA_COMMAND_WEBHOOK) != 0;
  }
  REQUIRE(webhooks <= 1, "%zu commands have the trait webhook; one at most", webhooks);
}

static const wfa_field *property(const char *name) {
  for (size_t i = 0; i < property_count(); i++)
    if (strcmp(property_at(i)->name, name) == 0) return property_at(i);
  return NULL;
}

static bool is_given(const char *text) { return text != NULL && *text != '\0'; }

static void require_property(const char *what, const char *name) {
  REQUIRE(!is_given(name) || property(name) != NULL,
          "%s of the webhook declaration is \"%s\", which is no property", what, name);
}

static void webhook_makes_sense(void) {
  const wfa_descriptor *d = descriptor();
  if (!WFA_HAS(d, webhook) || d->webhook == NULL) skip("the plugin declares no webhook");
  const wfa_webhook_declaration *w = d->webhook;
  REQUIRE(w->struct_size >= DECLARATION_1_0, "struct_size of the webhook declaration is %u",
          w->struct_size);
  const char *const texts[] = {w->signature_header, w->signature_scheme, w->secret_property,
                               w->routing_property, w->routing_path};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    REQUIRE(texts[i] == NULL || is_utf8(texts[i], strlen(texts[i])),
            "text %zu of the webhook declaration is not UTF-8", i);
  require_property("secret_property", w->secret_property);
  require_property("routing_property", w->routing_property);
  REQUIRE(!is_given(w->routing_path) || *w->routing_path == '/',
          "routing_path is no JSON Pointer: %s", w->routing_path);
  REQUIRE(is_given(w->routing_property) == is_given(w->routing_path),
          "one of routing_property and routing_path is given without the other");
}

/* ---- Schemas ---- */

/* Rows that one schema is about. */
struct rows_of {
  const wfa_field *const *fields;
  size_t count;
};

/* The first name of a path: `messages` of `messages[0].id`. */
static char *first_name(const char *path) {
  size_t length = strcspn(path, ".[");
  char *name = allocate(length + 1);
  memcpy(name, path, length);
  return name;
}

static bool lists(struct json array, const char *word) {
  struct json ignored, value;
  const char *cursor = NULL;
  while (json_next(array, &cursor, &ignored, &value))
    if (json_is(value, word)) return true;
  return false;
}

/* One row against the schema of its object. `goes_in`: the host writes the object. */
static void fits_row(const char *what, struct json schema, const wfa_field *row, bool goes_in) {
  struct json members, member, type, required;
  char *name = first_name(row->name);
  REQUIRE(json_member(schema, "properties", &members) && json_type(members) == JSON_OBJECT,
          "the schema of %s has no object properties", what);
  REQUIRE(json_member(members, name, &member), "the schema of %s has no property %s", what, name);
  REQUIRE(json_type(member) == JSON_OBJECT || json_type(member) == JSON_BOOLEAN,
          "the schema of %s: %s is no schema", what, name);
  bool is_whole = strcmp(name, row->name) == 0;
  if (is_whole && json_member(member, "type", &type) && json_type(type) == JSON_STRING)
    REQUIRE(json_is(type, row->type), "the schema of %s gives %s another type than %s", what, name,
            row->type);
  bool needed = (row->flags & WFA_FIELD_REQUIRED) != 0;
  bool listed = json_member(schema, "required", &required) && lists(required, name);
  REQUIRE(!goes_in || needed == listed, "the schema of %s and the row %s disagree on required",
          what, name);
  free(name);
}

static void fits_rows(const char *what, struct json schema, const struct rows_of *rows,
                      bool goes_in) {
  struct json type, dialect, required, ignored, value;
  const char *cursor = NULL;
  REQUIRE(json_type(schema) == JSON_OBJECT, "the schema of %s is %s", what, json_type_name(schema));
  REQUIRE(!json_member(schema, "$schema", &dialect) ||
              json_is(dialect, "https://json-schema.org/draft/2020-12/schema"),
          "the schema of %s is of another dialect than 2020-12", what);
  REQUIRE(!json_member(schema, "type", &type) || json_is(type, "object"),
          "the schema of %s is of no object", what);
  bool has_required = json_member(schema, "required", &required);
  REQUIRE(!has_required || json_type(required) == JSON_ARRAY,
          "the schema of %s: required is no array", what);
  while (has_required && json_next(required, &cursor, &ignored, &value))
    REQUIRE(json_type(value) == JSON_STRING, "the schema of %s: required has no names", what);
  for (size_t k = 0; k < 2; k++)
    for (size_t i = 0; i < rows[k].count; i++) fits_row(what, schema, rows[k].fields[i], goes_in);
}

/* The element of `list` whose name is `name`. */
static bool row_named(struct json object, const char *list, const char *name, struct json *row) {
  struct json rows, ignored, found;
  const char *cursor = NULL;
  if (!json_member(object, list, &rows)) return false;
  while (json_next(rows, &cursor, &ignored, row))
    if (json_member(*row, "name", &found) && json_is(found, name)) return true;
  return false;
}

static bool schema_of(struct json whole, const char *list, const char *name, struct json *schema) {
  struct json row, extensions;
  bool found =
      row_named(whole, list, name, &row) ||
      (json_member(whole, "extensions", &extensions) && row_named(extensions, list, name, &row));
  return found && json_member(row, "schema", schema);
}

static void schemas_fit_rows(void) {
  const wfa_descriptor *d = descriptor();
  struct json whole, schema, part;
  int found = 0;
  REQUIRE(d->json != NULL && json_read(d->json, d->json_len, &whole), "the text is not JSON");
  if (json_member(whole, "schema", &schema)) {
    const struct rows_of rows[] = {{d->properties, d->n_properties},
                                   {d->extension_properties, d->n_extension_properties}};
    REQUIRE(json_member(schema, "properties", &part), "the schema of the properties is missing");
    fits_rows("the properties", part, rows, true);
    found++;
  }
  for (size_t i = 0; i < command_count(); i++) {
    const wfa_command *c = command_at(i);
    const struct rows_of request[] = {{c->request, c->n_request},
                                      {c->extension_request, c->n_extension_request}};
    const struct rows_of response[] = {{c->response, c->n_response},
                                       {c->extension_response, c->n_extension_response}};
    if (!schema_of(whole, "commands", c->name, &schema)) continue;
    REQUIRE(json_member(schema, "request", &part), "%s has no schema of its request", c->name);
    fits_rows(c->name, part, request, true);
    REQUIRE(json_member(schema, "response", &part), "%s has no schema of its response", c->name);
    fits_rows(c->name, part, response, false);
    found++;
  }
  for (size_t i = 0; i < event_count(); i++) {
    const wfa_event *e = event_at(i);
    const struct rows_of rows[] = {{e->fields, e->n_fields},
                                   {e->extension_fields, e->n_extension_fields}};
    if (!schema_of(whole, "events", e->name, &schema)) continue;
    fits_rows(e->name, schema, rows, false);
    found++;
  }
  if (found == 0) skip("the descriptor has no schemas");
}

static const struct check checks[] = {
    {"descriptor-marks-make-sense", "an event has one id, correlation id and outcome at most",
     marks_make_sense},
    {"descriptor-marks-fit-types", "marked members are texts or numbers, an outcome is a text",
     marks_fit_types},
    {"descriptor-marks-agree", "no member has two marks that contradict each other", marks_agree},
    {"descriptor-traits-make-sense", "no command both sends and is idempotent; one takes webhooks",
     traits_make_sense},
    {"descriptor-webhook-makes-sense", "the webhook declaration names properties that there are",
     webhook_makes_sense},
    {"descriptor-schemas-fit-rows",
     "each schema is a JSON Schema 2020-12 that agrees with its rows", schemas_fit_rows},
};
GROUP(descriptor_marks, "descriptor");
