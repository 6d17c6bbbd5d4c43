/* descriptor.c: the tables of the descriptor, row by row. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "json.h"
#include "plugin.h"
#include "rows.h"
#include "text.h"

enum { LARGEST_ELEMENT = 4096, LONGEST_TEXT = 1 << 16 };

#define FIELD_1_0 (offsetof(wfa_field, max_value) + sizeof(int64_t))
#define COMMAND_1_0 (offsetof(wfa_command, n_extension_response) + sizeof(size_t))
#define EVENT_1_0 (offsetof(wfa_event, n_extension_fields) + sizeof(size_t))
#define RELEASE_1_0 (offsetof(wfa_release, date) + sizeof(char *))
#define DESCRIPTOR_1_0 (offsetof(wfa_descriptor, json_len) + sizeof(size_t))

static void require_array(const char *name, const void *array, size_t count) {
  REQUIRE(count < 10000, "%s says it has %zu elements", name, count);
  REQUIRE(count == 0 || array != NULL, "%s is NULL but has %zu elements", name, count);
  for (size_t i = 0; i < count; i++) {
    const void *element;
    memcpy(&element, (const char *)array + i * sizeof element, sizeof element);
    REQUIRE(element != NULL, "%s[%zu] is NULL", name, i);
  }
}

static void command_arrays(const wfa_command *c) {
  require_array("request", c->request, c->n_request);
  require_array("response", c->response, c->n_response);
  require_array("extension_request", c->extension_request, c->n_extension_request);
  require_array("extension_response", c->extension_response, c->n_extension_response);
}

static void arrays_are_there(void) {
  const wfa_descriptor *d = descriptor();
  require_array("properties", d->properties, d->n_properties);
  require_array("commands", d->commands, d->n_commands);
  require_array("events", d->events, d->n_events);
  require_array("extension_properties", d->extension_properties, d->n_extension_properties);
  require_array("extension_commands", d->extension_commands, d->n_extension_commands);
  require_array("extension_events", d->extension_events, d->n_extension_events);
  require_array("releases", d->releases, d->n_releases);
  for (size_t i = 0; i < command_count(); i++) command_arrays(command_at(i));
  for (size_t i = 0; i < event_count(); i++) {
    require_array("fields", event_at(i)->fields, event_at(i)->n_fields);
    require_array("extension_fields", event_at(i)->extension_fields,
                  event_at(i)->n_extension_fields);
  }
}

static void require_size(const char *what, size_t size, size_t smallest) {
  REQUIRE(size >= smallest && size <= LARGEST_ELEMENT && size % sizeof(void *) == 0,
          "struct_size of %s is %zu; version 1.0 has %zu", what, size, smallest);
}

static void field_size(const char *where, const wfa_field *field) {
  require_size(where, field->struct_size, FIELD_1_0);
}

static void element_sizes(void) {
  const wfa_descriptor *d = descriptor();
  require_size("the descriptor", d->struct_size, DESCRIPTOR_1_0);
  for (size_t i = 0; i < command_count(); i++)
    require_size("a command", command_at(i)->struct_size, COMMAND_1_0);
  for (size_t i = 0; i < event_count(); i++)
    require_size("an event", event_at(i)->struct_size, EVENT_1_0);
  for (size_t i = 0; i < d->n_releases; i++)
    require_size("a release", d->releases[i]->struct_size, RELEASE_1_0);
  each_field(field_size);
}

static void require_text(const char *what, const char *text) {
  REQUIRE(text != NULL, "%s is NULL", what);
  size_t len = strnlen(text, LONGEST_TEXT);
  REQUIRE(len < LONGEST_TEXT, "%s has no NUL within %d bytes", what, (int)LONGEST_TEXT);
  REQUIRE(is_utf8(text, len), "%s is not UTF-8", what);
}

/* NULL is no text, as the header allows for all but ids, names and the JSON. */
static void optional_text(const char *what, const char *text) {
  if (text != NULL) require_text(what, text);
}

static const char *shown(const char *text) { return text == NULL ? "" : text; }

static void field_texts(const char *where, const wfa_field *field) {
  REQUIRE(field->name != NULL && field->type != NULL, "a member of %s has no name or type", where);
  require_text(where, field->name);
  require_text(field->name, field->type);
  optional_text(field->name, field->display);
  optional_text(field->name, field->description);
  optional_text(field->name, field->default_value);
}

static void texts_are_utf8(void) {
  const wfa_descriptor *d = descriptor();
  const char *const own[] = {d->name,   d->display, d->version, d->spec_version,
                             d->vendor, d->license, d->docs_url};
  require_text("the descriptor's id", d->id);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    optional_text("a text of the descriptor", own[i]);
  for (size_t i = 0; i < command_count(); i++) {
    require_text("a command's name", command_at(i)->name);
    optional_text(command_at(i)->name, command_at(i)->display);
    optional_text(command_at(i)->name, command_at(i)->description);
  }
  for (size_t i = 0; i < event_count(); i++) {
    require_text("an event's name", event_at(i)->name);
    optional_text(event_at(i)->name, event_at(i)->display);
    optional_text(event_at(i)->name, event_at(i)->description);
  }
  for (size_t i = 0; i < d->n_releases; i++) {
    const wfa_release *r = d->releases[i];
    const char *const texts[] = {r->version, r->type, r->description, r->tracking, r->date};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
      optional_text("a text of a release", texts[k]);
  }
  each_field(field_texts);
}

static void field_flags(const char *where, const wfa_field *field) {
  const uint32_t known = WFA_FIELD_REQUIRED | WFA_FIELD_SECRET | WFA_FIELD_EVENT_ID |
                         WFA_FIELD_CORRELATION_ID | WFA_FIELD_SUBJECT | WFA_FIELD_OUTCOME;
  uint32_t unknown = field->flags & ~known;
  REQUIRE(unknown == 0 || load()->abi_minor > WFA_ABI_MINOR, "%s %s has the unknown flags %#x",
          where, field->name, unknown);
}

static void flags_are_known(void) {
  const wfa_descriptor *d = descriptor();
  REQUIRE(d->flags == 0, "the descriptor's flags are %#x; they are reserved", d->flags);
  const uint32_t traits =
      WFA_COMMAND_SENDS | WFA_COMMAND_IDEMPOTENT | WFA_COMMAND_LONG_RUNNING | WFA_COMMAND_WEBHOOK;
  for (size_t i = 0; i < command_count(); i++)
    REQUIRE((command_at(i)->flags & ~traits) == 0 || load()->abi_minor > WFA_ABI_MINOR,
            "command %s has the unknown flags %#x", command_at(i)->name, command_at(i)->flags);
  for (size_t i = 0; i < event_count(); i++)
    REQUIRE(event_at(i)->flags == 0, "event %s has flags %#x; they are reserved", event_at(i)->name,
            event_at(i)->flags);
  for (size_t i = 0; i < d->n_releases; i++)
    REQUIRE(d->releases[i]->flags == 0, "release %s has flags; they are reserved",
            shown(d->releases[i]->version));
  each_field(field_flags);
}

/* The names of one list while it is looked at; a member and its extension share one object. */
static struct text seen_names;

static void see(const char *list, const char *name) {
  struct text entry = {0};
  text_add(&entry, "\n%s/%s\n", list, name);
  REQUIRE(!holds(seen_names.at, seen_names.len, entry.at), "%s has %s twice", list, name);
  text_add_bytes(&seen_names, entry.at, entry.len);
  free(entry.at);
}

static void see_field(const char *where, const wfa_field *field) {
  static const char marker[] = "extension_";
  struct text list = {0};
  const char *found = strstr(where, marker);
  text_add(&list, "%.*s%s", found == NULL ? (int)strlen(where) : (int)(found - where), where,
           found == NULL ? "" : found + strlen(marker));
  see(list.at, field->name);
  free(list.at);
}

static void names_are_unique(void) {
  for (size_t i = 0; i < command_count(); i++) see("the list of commands", command_at(i)->name);
  for (size_t i = 0; i < event_count(); i++) see("the list of events", event_at(i)->name);
  each_field(see_field);
}

static void require_plain(const char *what, const char *name) {
  REQUIRE(*name != '\0', "%s has an empty name", what);
  for (const char *c = name; *c != '\0'; c++)
    REQUIRE(isgraph((unsigned char)*c), "the name \"%s\" of %s has a space or a control character",
            name, what);
}

static void plain_field(const char *where, const wfa_field *field) {
  require_plain(where, field->name);
}

static void names_are_plain(void) {
  require_plain("the descriptor (id)", descriptor()->id);
  for (size_t i = 0; i < command_count(); i++) require_plain("a command", command_at(i)->name);
  for (size_t i = 0; i < event_count(); i++) require_plain("an event", event_at(i)->name);
  each_field(plain_field);
}

static void field_type(const char *where, const wfa_field *field) {
  static const char known[] = "/string/integer/number/boolean/array/object/";
  struct text type = {0};
  text_add(&type, "/%s/", field->type);
  REQUIRE(strstr(known, type.at) != NULL, "%s %s has the type \"%s\"", where, field->name,
          field->type);
  free(type.at);
}

static void types_are_known(void) { each_field(field_type); }

static bool is_number(const wfa_field *field) {
  return strcmp(field->type, "integer") == 0 || strcmp(field->type, "number") == 0;
}

static void field_limits(const char *where, const wfa_field *f) {
  bool has_length = f->min_length != WFA_UNSET || f->max_length != WFA_UNSET;
  bool has_value = f->min_value != WFA_UNSET || f->max_value != WFA_UNSET;
  REQUIRE(!has_length || strcmp(f->type, "string") == 0, "%s %s is no string but has a length",
          where, f->name);
  REQUIRE(!has_value || is_number(f), "%s %s is no number but has a range", where, f->name);
  REQUIRE(f->min_length == WFA_UNSET || f->min_length >= 0, "%s %s has min_length %" PRId64, where,
          f->name, f->min_length);
  REQUIRE(f->max_length == WFA_UNSET || f->max_length >= 1, "%s %s has max_length %" PRId64, where,
          f->name, f->max_length);
  REQUIRE(f->max_length == WFA_UNSET || f->min_length <= f->max_length,
          "%s %s needs %" PRId64 " to %" PRId64 " characters", where, f->name, f->min_length,
          f->max_length);
  REQUIRE(f->max_value == WFA_UNSET || f->min_value <= f->max_value,
          "%s %s needs %" PRId64 " to %" PRId64, where, f->name, f->min_value, f->max_value);
}

static void limits_make_sense(void) { each_field(field_limits); }

static size_t scalars(const char *text) {
  size_t count = 0;
  for (; *text != '\0'; text++) count += (*text & 0xc0) != 0x80;
  return count;
}

static void field_default(const char *where, const wfa_field *f) {
  struct json value;
  if (f->default_value == NULL) return;
  REQUIRE((f->flags & WFA_FIELD_REQUIRED) == 0, "%s %s is required but has a default", where,
          f->name);
  REQUIRE((f->flags & WFA_FIELD_SECRET) == 0, "%s %s is a secret but has a default", where,
          f->name);
  if (strcmp(f->type, "string") == 0) {
    int64_t length = (int64_t)scalars(f->default_value);
    REQUIRE((f->min_length == WFA_UNSET || length >= f->min_length) &&
                (f->max_length == WFA_UNSET || length <= f->max_length),
            "the default of %s %s has %" PRId64 " characters", where, f->name, length);
    return;
  }
  REQUIRE(json_read(f->default_value, strlen(f->default_value), &value) &&
              strstr(json_type_name(value), is_number(f) ? "number" : f->type) != NULL,
          "the default of %s %s is no %s: %s", where, f->name, f->type, f->default_value);
  int64_t number = strtoll(f->default_value, NULL, 10);
  REQUIRE(!is_number(f) || ((f->min_value == WFA_UNSET || number >= f->min_value) &&
                            (f->max_value == WFA_UNSET || number <= f->max_value)),
          "the default of %s %s is out of its range: %s", where, f->name, f->default_value);
}

static void defaults_fit(void) { each_field(field_default); }

static void field_optional(const char *where, const wfa_field *field) {
  bool extension = strncmp(where, "extension_", 10) == 0 || strstr(where, ".extension_") != NULL;
  REQUIRE(!extension || (field->flags & WFA_FIELD_REQUIRED) == 0,
          "%s %s is required: a host that knows only the specification cannot give it", where,
          field->name);
}

static void extensions_are_optional(void) { each_field(field_optional); }

static void field_secret(const char *where, const wfa_field *field) {
  bool secret = (field->flags & WFA_FIELD_SECRET) != 0;
  bool goes_in = strstr(where, "properties") != NULL || strstr(where, "request") != NULL;
  REQUIRE(!secret || goes_in, "%s %s is a secret that the plugin gives out", where, field->name);
  REQUIRE(!secret || strcmp(field->type, "string") == 0, "%s %s is a secret but no string", where,
          field->name);
}

static void secrets_go_in(void) { each_field(field_secret); }

static bool is_version(const char *text) {
  int parts = 0;
  for (const char *at = text; isdigit((unsigned char)*at);) {
    while (isdigit((unsigned char)*at)) at++;
    parts++;
    if (parts == 3) return *at == '\0' || *at == '-' || *at == '+';
    if (*at != '.') return false;
    at++;
  }
  return false;
}

static void says_who(void) {
  const wfa_descriptor *d = descriptor();
  REQUIRE(*shown(d->name) != '\0' && *shown(d->display) != '\0',
          "the descriptor has no name or display");
  REQUIRE(is_version(shown(d->version)), "the version \"%s\" is not x.y.z", shown(d->version));
  REQUIRE(*shown(d->vendor) != '\0' && *shown(d->license) != '\0' && *shown(d->docs_url) != '\0',
          "the vendor, the license or the docs_url is empty");
}

static bool is_date(const char *text) {
  static const char form[] = "dddd-dd-dd";
  if (strlen(text) != strlen(form)) return false;
  for (size_t i = 0; form[i] != '\0'; i++)
    if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i]) return false;
  return true;
}

static void release_history(void) {
  const wfa_descriptor *d = descriptor();
  for (size_t i = 0; i < d->n_releases; i++) {
    const wfa_release *r = d->releases[i];
    REQUIRE(*shown(r->version) != '\0', "release %zu has no version", i);
    REQUIRE(*shown(r->date) == '\0' || is_date(r->date), "release %s has the date \"%s\"",
            r->version, r->date);
  }
}

static const struct check checks[] = {
    {"descriptor-arrays-are-there", "every list is as long as it says and holds no NULL",
     arrays_are_there},
    {"descriptor-element-sizes", "every element's struct_size is that of its version",
     element_sizes},
    {"descriptor-texts-are-utf8", "ids and names are there; every text is NUL-terminated and UTF-8",
     texts_are_utf8},
    {"descriptor-names-are-unique", "no name stands twice in one list, extensions counted in",
     names_are_unique},
    {"descriptor-types-are-known", "every member has one of the contract's six types",
     types_are_known},
    {"descriptor-limits-make-sense", "limits fit their type, and no minimum is above its maximum",
     limits_make_sense},
    {"descriptor-defaults-fit", "a default is optional, of its type and within its limits",
     defaults_fit},
    {"descriptor-extensions-are-optional", "nothing beyond the specification is required",
     extensions_are_optional},
    {"descriptor-secrets-go-in", "only strings that the host hands over are marked secret",
     secrets_go_in},
};
GROUP(descriptor_tables, "descriptor");

static const struct check manners[] = {
    {"descriptor-flags-are-known",
     "reserved flags are 0; members and commands have known flags only", flags_are_known},
    {"descriptor-names-are-plain", "names are not empty and have neither spaces nor controls",
     names_are_plain},
    {"descriptor-says-who", "name, version and origin of the plugin are there", says_who},
    {"descriptor-release-history", "every release has a version, and its date is a date",
     release_history},
};
MANNERS(descriptor_manners);
