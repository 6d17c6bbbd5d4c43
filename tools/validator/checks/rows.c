/* rows.c: the descriptor's rows as one list. */
#include "rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plugin.h"

size_t property_count(void) {
  return descriptor()->n_properties + descriptor()->n_extension_properties;
}

const wfa_field *property_at(size_t index) {
  const wfa_descriptor *d = descriptor();
  return index < d->n_properties ? d->properties[index]
                                 : d->extension_properties[index - d->n_properties];
}

size_t command_count(void) { return descriptor()->n_commands + descriptor()->n_extension_commands; }

const wfa_command *command_at(size_t index) {
  const wfa_descriptor *d = descriptor();
  return index < d->n_commands ? d->commands[index] : d->extension_commands[index - d->n_commands];
}

size_t event_count(void) { return descriptor()->n_events + descriptor()->n_extension_events; }

const wfa_event *event_at(size_t index) {
  const wfa_descriptor *d = descriptor();
  return index < d->n_events ? d->events[index] : d->extension_events[index - d->n_events];
}

const wfa_event *event_named(const char *name) {
  for (size_t i = 0; i < event_count(); i++)
    if (strcmp(event_at(i)->name, name) == 0) return event_at(i);
  return NULL;
}

size_t event_row_count(const wfa_event *event) {
  return event->n_fields + event->n_extension_fields;
}

const wfa_field *event_row(const wfa_event *event, size_t index) {
  return index < event->n_fields ? event->fields[index]
                                 : event->extension_fields[index - event->n_fields];
}

const wfa_field *event_id_row(const char *name) {
  const wfa_event *event = event_named(name);
  for (size_t i = 0; event != NULL && i < event_row_count(event); i++)
    if ((event_row(event, i)->flags & WFA_FIELD_EVENT_ID) != 0) return event_row(event, i);
  return NULL;
}

/* The one step of a path at `*path`, which moves behind it: a name, or `[0]`. */
static bool step(struct json from, const char **path, struct json *to) {
  char name[256];
  struct json ignored;
  const char *cursor = NULL;
  if (strncmp(*path, "[0]", 3) == 0) {
    *path += 3;
    return json_type(from) == JSON_ARRAY && json_next(from, &cursor, &ignored, to);
  }
  *path += **path == '.';
  size_t len = strcspn(*path, ".[");
  if (len == 0 || len >= sizeof name) return false;
  memcpy(name, *path, len);
  name[len] = '\0';
  *path += len;
  return json_type(from) == JSON_OBJECT && json_member(from, name, to);
}

bool member_at(struct json object, const char *path, struct json *value) {
  *value = object;
  while (*path != '\0') {
    struct json from = *value;
    if (!step(from, &path, value)) return false;
  }
  return true;
}

bool is_event(const char *name) { return event_named(name) != NULL; }

bool is_command(const char *name) {
  for (size_t i = 0; i < command_count(); i++)
    if (strcmp(command_at(i)->name, name) == 0) return true;
  return false;
}

typedef void (*visitor)(const char *where, const wfa_field *field);

static void each_of(visitor visit, const char *where, const char *list,
                    const wfa_field *const *fields, size_t count) {
  char place[256];
  snprintf(place, sizeof place, "%s%s%s", where, *where == '\0' ? "" : ".", list);
  for (size_t i = 0; i < count; i++) visit(place, fields[i]);
}

void each_field(visitor visit) {
  const wfa_descriptor *d = descriptor();
  each_of(visit, "", "properties", d->properties, d->n_properties);
  each_of(visit, "", "extension_properties", d->extension_properties, d->n_extension_properties);
  for (size_t i = 0; i < command_count(); i++) {
    const wfa_command *c = command_at(i);
    each_of(visit, c->name, "request", c->request, c->n_request);
    each_of(visit, c->name, "response", c->response, c->n_response);
    each_of(visit, c->name, "extension_request", c->extension_request, c->n_extension_request);
    each_of(visit, c->name, "extension_response", c->extension_response, c->n_extension_response);
  }
  for (size_t i = 0; i < event_count(); i++) {
    const wfa_event *e = event_at(i);
    each_of(visit, e->name, "fields", e->fields, e->n_fields);
    each_of(visit, e->name, "extension_fields", e->extension_fields, e->n_extension_fields);
  }
}

static struct text dump;

static const char *shown(const char *text) { return text == NULL ? "" : text; }

static void add_row(const char *name, const char *display, const char *description) {
  text_add(&dump, "%s|%s|%s\n", shown(name), shown(display), shown(description));
}

static void add_field(const char *where, const wfa_field *f) {
  add_row(f->name, f->display, f->description);
  text_add(&dump, "%s %s %s %u %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", where, f->type,
           shown(f->default_value), f->flags, f->min_length, f->max_length, f->min_value,
           f->max_value);
}

struct text everything(void) {
  const wfa_descriptor *d = descriptor();
  dump = (struct text){0};
  add_row(d->id, d->name, d->display);
  add_row(d->version, d->spec_version, d->vendor);
  add_row(d->license, d->docs_url, "");
  for (size_t i = 0; i < command_count(); i++)
    add_row(command_at(i)->name, command_at(i)->display, command_at(i)->description);
  for (size_t i = 0; i < command_count(); i++) text_add(&dump, "%u\n", command_at(i)->flags);
  for (size_t i = 0; i < event_count(); i++)
    add_row(event_at(i)->name, event_at(i)->display, event_at(i)->description);
  if (WFA_HAS(d, webhook) && d->webhook != NULL) {
    add_row(d->webhook->signature_header, d->webhook->signature_scheme,
            d->webhook->secret_property);
    add_row(d->webhook->routing_property, d->webhook->routing_path, "");
  }
  for (size_t i = 0; i < d->n_releases; i++) {
    add_row(d->releases[i]->version, d->releases[i]->type, d->releases[i]->description);
    add_row(d->releases[i]->tracking, d->releases[i]->date, "");
  }
  each_field(add_field);
  text_add_bytes(&dump, d->json, d->json_len);
  return dump;
}
