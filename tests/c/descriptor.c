/* Prints the C tables of a plugin's descriptor, one cell a line, and checks what only C can see:
 * the addresses stay the same, and the flat exports are the table's functions.
 *
 * Usage: descriptor <plugin> */

#include "check.h"

static void print_text(const char *text) {
  if (!text) {
    printf("null");
    return;
  }
  putchar('"');
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') {
      putchar('\\');
    }
    putchar(*text);
  }
  putchar('"');
}

static void cell(const char *place, const char *name, const char *text) {
  printf("%s%s=", place, name);
  print_text(text);
  putchar('\n');
}

static void limit(const char *place, const char *name, int64_t value) {
  if (value != WFA_UNSET) {
    printf("%s%s=%lld\n", place, name, (long long)value);
  }
}

static void fields(const char *place, const wfa_field *const *rows, size_t count) {
  CHECK(rows);
  for (size_t i = 0; i < count; i++) {
    const wfa_field *row = rows[i];
    char at[256];
    snprintf(at, sizeof at, "%s[%zu].", place, i);
    CHECK(row->struct_size == sizeof *row);
    cell(at, "name", row->name);
    cell(at, "display", row->display);
    cell(at, "description", row->description);
    cell(at, "type", row->type);
    printf("%sflags=%u\n", at, (unsigned)row->flags);
    if (row->default_value) {
      cell(at, "default", row->default_value);
    }
    limit(at, "minLength", row->min_length);
    limit(at, "maxLength", row->max_length);
    limit(at, "minValue", row->min_value);
    limit(at, "maxValue", row->max_value);
  }
}

static void fields_in(const char *place, const char *list, const wfa_field *const *rows,
                      size_t count) {
  char at[128];
  snprintf(at, sizeof at, "%s%s", place, list);
  fields(at, rows, count);
}

static void commands(const char *place, const wfa_command *const *rows, size_t count) {
  CHECK(rows);
  for (size_t i = 0; i < count; i++) {
    const wfa_command *row = rows[i];
    char at[128];
    snprintf(at, sizeof at, "%s[%zu].", place, i);
    CHECK(row->struct_size == sizeof *row);
    printf("%sflags=%u\n", at, (unsigned)row->flags);
    cell(at, "name", row->name);
    cell(at, "display", row->display);
    cell(at, "description", row->description);
    fields_in(at, "request", row->request, row->n_request);
    fields_in(at, "response", row->response, row->n_response);
    fields_in(at, "extension_request", row->extension_request, row->n_extension_request);
    fields_in(at, "extension_response", row->extension_response, row->n_extension_response);
  }
}

static void events(const char *place, const wfa_event *const *rows, size_t count) {
  CHECK(rows);
  for (size_t i = 0; i < count; i++) {
    const wfa_event *row = rows[i];
    char at[128];
    snprintf(at, sizeof at, "%s[%zu].", place, i);
    CHECK(row->struct_size == sizeof *row);
    CHECK(row->flags == 0);
    cell(at, "name", row->name);
    cell(at, "display", row->display);
    cell(at, "description", row->description);
    fields_in(at, "properties", row->fields, row->n_fields);
    fields_in(at, "extension_properties", row->extension_fields, row->n_extension_fields);
  }
}

static void releases(const wfa_release *const *rows, size_t count) {
  CHECK(rows);
  for (size_t i = 0; i < count; i++) {
    const wfa_release *row = rows[i];
    char at[128];
    snprintf(at, sizeof at, "releaseHistory[%zu].", i);
    CHECK(row->struct_size == sizeof *row);
    CHECK(row->flags == 0);
    cell(at, "version", row->version);
    cell(at, "type", row->type);
    cell(at, "description", row->description);
    cell(at, "tracking", row->tracking);
    cell(at, "date", row->date);
  }
}

static void same_address_at_every_call(void *library, const wfa_descriptor *descriptor) {
  const wfa_api *(*entry)(uint16_t, uint16_t);
  const wfa_descriptor *(*get_descriptor)(void);
  const char *(*get_json)(void);
  load(library, "wfa_entry", &entry);
  load(library, "wfa_get_descriptor", &get_descriptor);
  load(library, "wfa_get_descriptor_json", &get_json);
  const wfa_api *api = entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  for (int i = 0; i < 3; i++) {
    CHECK(entry(WFA_ABI_MAJOR, WFA_ABI_MINOR) == api);
    CHECK(entry(WFA_ABI_MAJOR, 0) == api);
    CHECK(entry(WFA_ABI_MAJOR, UINT16_MAX) == api);
    CHECK(get_descriptor() == descriptor);
    CHECK(get_json() == descriptor->json);
  }
  CHECK(api->descriptor == descriptor);
  CHECK(entry(0, 0) == NULL);
  CHECK(entry(WFA_ABI_MAJOR + 1, 0) == NULL);
  CHECK(entry(UINT16_MAX, UINT16_MAX) == NULL);
  CHECK(api->abi_major == WFA_ABI_MAJOR);
  CHECK(api->abi_minor == WFA_ABI_MINOR);
  CHECK(api->struct_size == sizeof *api);
}

/* Both entry points lead to the same function: an export has the address that the table holds. */
static void the_flat_exports_are_the_tables(void *library, const wfa_api *api) {
  wfa_api flat;
  memset(&flat, 0, sizeof flat);
#define SAME(member)                                     \
  do {                                                   \
    load(library, "wfa_" #member, (void *)&flat.member); \
    CHECK(flat.member == api->member);                   \
  } while (0)
  SAME(get_extension);
  SAME(create);
  SAME(destroy);
  SAME(execute_command);
  SAME(register_event_callback);
  SAME(unregister_event_callback);
  SAME(update_properties);
  SAME(submit_command);
  SAME(cancel_command);
  SAME(result_name);
  SAME(cancel_calls);
  SAME(poll_completions);
  SAME(start);
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  void *library = open_library(arguments[1], RTLD_NOW | RTLD_LOCAL);
  const wfa_api *api = entry_of(library);
  const wfa_descriptor *descriptor = api->descriptor;
  CHECK(descriptor);
  same_address_at_every_call(library, descriptor);
  the_flat_exports_are_the_tables(library, api);

  CHECK(descriptor->struct_size == sizeof *descriptor);
  CHECK(descriptor->flags == 0);
  CHECK(strlen(descriptor->json) == descriptor->json_len);
  cell("", "id", descriptor->id);
  cell("", "name", descriptor->name);
  cell("", "display", descriptor->display);
  cell("", "version", descriptor->version);
  cell("", "specVersion", descriptor->spec_version);
  cell("", "vendor", descriptor->vendor);
  cell("", "license", descriptor->license);
  cell("", "docsUrl", descriptor->docs_url);
  fields("properties", descriptor->properties, descriptor->n_properties);
  commands("commands", descriptor->commands, descriptor->n_commands);
  events("events", descriptor->events, descriptor->n_events);
  fields("extensions.properties", descriptor->extension_properties,
         descriptor->n_extension_properties);
  commands("extensions.commands", descriptor->extension_commands, descriptor->n_extension_commands);
  events("extensions.events", descriptor->extension_events, descriptor->n_extension_events);
  releases(descriptor->releases, descriptor->n_releases);
  const wfa_webhook_declaration *webhook = descriptor->webhook;
  CHECK(webhook && webhook->struct_size == sizeof *webhook && webhook->flags == 0);
  cell("webhook.", "signatureHeader", webhook->signature_header);
  cell("webhook.", "signatureScheme", webhook->signature_scheme);
  cell("webhook.", "secretProperty", webhook->secret_property);
  cell("webhook.", "routingProperty", webhook->routing_property);
  cell("webhook.", "routingPath", webhook->routing_path);
  return 0;
}
