/* minimal.c: a whole adapter with one property, one command and one event. Copy it, and put your
 * service into it; boundary.c beside it stays as it is. JSON is read by the validator's own small
 * reader: take your library instead. In the repository's root:
 *
 *   cc -shared -fPIC -fvisibility=hidden -Iinclude -Itools/validator/checks -o libecho.so \
 *     tools/validator/template/minimal.c tools/validator/template/boundary.c \
 *     tools/validator/checks/json.c tools/validator/checks/text.c -lpthread
 *   cargo run -p adapter-validator -- libecho.so
 */
#include <stdlib.h>
#include <string.h>

#include "boundary.h"
#include "json.h"

/* ---- What the adapter offers: as tables, and the same as JSON ---- */

#define STRING(name, display, description, flags, shortest, longest)             \
  {sizeof(wfa_field), flags,   name,      display,  description, "string", NULL, \
   shortest,          longest, WFA_UNSET, WFA_UNSET}

static const wfa_field key =
    STRING("key", "Key", "Opens the service.", WFA_FIELD_REQUIRED | WFA_FIELD_SECRET, 8, 64);
static const wfa_field text =
    STRING("text", "Text", "What to answer.", WFA_FIELD_REQUIRED, WFA_UNSET, 1000);
static const wfa_field status = STRING("status", "", "OK or FAILED.", 0, WFA_UNSET, WFA_UNSET);
static const wfa_field same = STRING("text", "Text", "The same text.", 0, WFA_UNSET, WFA_UNSET);

static const wfa_field who =
    STRING("adapter", "Adapter", "The instance's name.", 0, WFA_UNSET, WFA_UNSET);

static const wfa_field *const properties[] = {&key};
static const wfa_field *const request[] = {&text};
static const wfa_field *const response[] = {&status, &same};
static const wfa_field *const fields[] = {&same, &who};
static const wfa_command echo = {.struct_size = sizeof echo,
                                 .name = "echo",
                                 .display = "Echo",
                                 .description = "Answers what it is told.",
                                 .request = request,
                                 .n_request = 1,
                                 .response = response,
                                 .n_response = 2};
static const wfa_event echoed = {.struct_size = sizeof echoed,
                                 .name = "echoed",
                                 .display = "Echoed",
                                 .description = "A text was answered.",
                                 .fields = fields,
                                 .n_fields = 2};
static const wfa_command *const commands[] = {&echo};
static const wfa_event *const events[] = {&echoed};

static const char json[] =
    "{\"id\":\"echo\",\"name\":\"Echo\",\"display\":\"Adapter - Echo\",\"version\":\"1.0.0\","
    "\"specVersion\":\"1.0\",\"vendor\":\"You\",\"license\":\"MIT\","
    "\"docsUrl\":\"https://example.com\",\"abi\":{\"major\":1,\"minor\":0},"
    "\"properties\":[{\"name\":\"key\",\"display\":\"Key\",\"comments\":\"Opens the service.\","
    "\"required\":true,\"type\":\"string\",\"minLength\":8,\"maxLength\":64,\"secret\":true}],"
    "\"commands\":[{\"name\":\"echo\",\"display\":\"Echo\","
    "\"description\":\"Answers what it is told.\","
    "\"request\":[{\"name\":\"text\",\"display\":\"Text\",\"description\":\"What to answer.\","
    "\"required\":true,\"type\":\"string\",\"maxLength\":1000}],"
    "\"response\":[{\"name\":\"status\",\"description\":\"OK or FAILED.\",\"type\":\"string\"},"
    "{\"name\":\"text\",\"description\":\"The same text.\",\"type\":\"string\"}]}],"
    "\"events\":[{\"name\":\"echoed\",\"display\":\"Echoed\","
    "\"description\":\"A text was answered.\",\"properties\":[{\"name\":\"text\","
    "\"display\":\"Text\",\"description\":\"The same text.\",\"type\":\"string\"},"
    "{\"name\":\"adapter\",\"display\":\"Adapter\","
    "\"description\":\"The instance's name.\",\"type\":\"string\"}]}]}";

const wfa_descriptor adapter_descriptor = {.struct_size = sizeof adapter_descriptor,
                                           .id = "echo",
                                           .name = "Echo",
                                           .display = "Adapter - Echo",
                                           .version = "1.0.0",
                                           .spec_version = "1.0",
                                           .vendor = "You",
                                           .license = "MIT",
                                           .docs_url = "https://example.com",
                                           .properties = properties,
                                           .n_properties = 1,
                                           .commands = commands,
                                           .n_commands = 1,
                                           .events = events,
                                           .n_events = 1,
                                           .json = json,
                                           .json_len = sizeof json - 1};

/* ---- What it does ---- */

/* The value of the one member that an object may have, as a new text; NULL if that is not what
 * `from` is. Messages name members, never values: those may be secrets. */
static char *only_member(const char *from, const wfa_field *field, wfa_result *result,
                         struct text *message) {
  struct json object, name, value;
  const char *cursor = NULL;
  char *found = NULL;
  bool fits = json_read(from, strlen(from), &object);
  *result = fits ? WFA_ERR_INVALID_REQUEST : WFA_ERR_INVALID_ARGUMENT;
  text_add(message, "one JSON object with the string %s is needed", field->name);
  fits = fits && json_type(object) == JSON_OBJECT;
  while (fits && json_next(object, &cursor, &name, &value)) {
    fits = found == NULL && json_is(name, field->name);
    if (fits)
      found = json_text(value);
    else
      text_add(message, "; unknown or twice: %.*s", (int)(name.end - name.at), name.at);
  }
  int64_t length = found == NULL ? 0 : (int64_t)strlen(found); /* in bytes: good enough for ASCII */
  if (fits && found != NULL && length >= field->min_length && length <= field->max_length) {
    *result = WFA_OK;
    return found;
  }
  free(found);
  return NULL;
}

static void *open(const char *properties_json, wfa_result *result, struct text *message) {
  return only_member(properties_json, &key, result, message);
}

static wfa_result run(struct call *call) {
  wfa_result result;
  char *told = only_member(call->request, &text, &result, &call->message);
  char *quoted = json_quoted(told == NULL ? "" : told),
       *name = json_quoted(instance_name(call->instance));
  struct text event = {0};
  text_add(&event, "{\"text\":%s,\"adapter\":%s}", quoted, name);
  if (result == WFA_OK && raise_event(call, echoed.name, event.at) == WFA_EVENT_RETRY)
    result = WFA_ERR_EVENT_NOT_ACCEPTED;
  if (result != WFA_ERR_INVALID_ARGUMENT)
    text_add(&call->response, "{\"status\":\"%s\",\"text\":%s}", result == WFA_OK ? "OK" : "FAILED",
             quoted);
  free(told);
  free(quoted);
  free(name);
  free(event.at);
  return result;
}

const struct adapter adapter = {open, free, run, NULL};
