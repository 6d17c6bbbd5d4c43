/* ticking.c: an adapter that raises events outside of calls: a clock, which ticks from a thread of its
 * own between the host's `start` and `destroy`. What a source is made of: `source`, offer_event,
 * pause_for, and an event whose members are marked. Build it as minimal.c.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "boundary.h"
#include "json.h"

#define MEMBER(name, display, description, type, flags)                        \
  {sizeof(wfa_field), flags,     name,      display,  description, type, NULL, \
   WFA_UNSET,         WFA_UNSET, WFA_UNSET, WFA_UNSET}

static const wfa_field count = MEMBER("count", "", "Ticks so far.", "integer", 0);
static const wfa_field event_id =
    MEMBER("eventId", "Event ID", "One tick.", "string", WFA_FIELD_EVENT_ID);
static const wfa_field clock_member =
    MEMBER("clock", "Clock", "Which clock ticks.", "string", WFA_FIELD_SUBJECT);
static const wfa_field adapter_member =
    MEMBER("adapter", "Adapter", "The instance's name.", "string", 0);

static const wfa_field *const response[] = {&count};
static const wfa_field *const fields[] = {&event_id, &clock_member, &adapter_member};
static const wfa_command ticks = {.struct_size = sizeof ticks,
                                  .flags = WFA_COMMAND_IDEMPOTENT,
                                  .name = "ticks",
                                  .display = "Ticks",
                                  .description = "Says how often the clock has ticked.",
                                  .response = response,
                                  .n_response = 1};
static const wfa_event tick = {.struct_size = sizeof tick,
                               .name = "tick",
                               .display = "Tick",
                               .description = "The clock ticks.",
                               .fields = fields,
                               .n_fields = 3};
static const wfa_command *const commands[] = {&ticks};
static const wfa_event *const events[] = {&tick};

static const char json[] =
    "{\"id\":\"ticking\",\"name\":\"Ticking\",\"display\":\"Adapter - Ticking\","
    "\"version\":\"1.0.0\",\"specVersion\":\"1.0\",\"vendor\":\"You\",\"license\":\"MIT\","
    "\"docsUrl\":\"https://example.com\",\"abi\":{\"major\":1,\"minor\":0},"
    "\"properties\":[],\"commands\":[{\"name\":\"ticks\",\"display\":\"Ticks\","
    "\"description\":\"Says how often the clock has ticked.\",\"traits\":[\"idempotent\"],"
    "\"request\":[],\"response\":[{\"name\":\"count\",\"description\":\"Ticks so far.\","
    "\"type\":\"integer\"}]}],"
    "\"events\":[{\"name\":\"tick\",\"display\":\"Tick\",\"description\":\"The clock ticks.\","
    "\"properties\":[{\"name\":\"eventId\",\"display\":\"Event ID\","
    "\"description\":\"One tick.\",\"type\":\"string\",\"marks\":[\"eventId\"]},"
    "{\"name\":\"clock\",\"display\":\"Clock\",\"description\":\"Which clock ticks.\","
    "\"type\":\"string\",\"marks\":[\"subject\"]},"
    "{\"name\":\"adapter\",\"display\":\"Adapter\","
    "\"description\":\"The instance's name.\",\"type\":\"string\"}]}]}";

const wfa_descriptor adapter_descriptor = {.struct_size = sizeof adapter_descriptor,
                                           .id = "ticking",
                                           .name = "Ticking",
                                           .display = "Adapter - Ticking",
                                           .version = "1.0.0",
                                           .spec_version = "1.0",
                                           .vendor = "You",
                                           .license = "MIT",
                                           .docs_url = "https://example.com",
                                           .commands = commands,
                                           .n_commands = 1,
                                           .events = events,
                                           .n_events = 1,
                                           .json = json,
                                           .json_len = sizeof json - 1};

enum { PERIOD_MS = 50 };

/* One clock. */
struct state {
  time_t began; /* part of each id: a process that starts again counts from 1 again */
  int count;
};

/* Whether `from` is an object without members. */
static bool is_empty(const char *from, wfa_result *result, struct text *message) {
  struct json object, name, value;
  const char *cursor = NULL;
  bool fits = json_read(from, strlen(from), &object);
  *result = fits ? WFA_ERR_INVALID_REQUEST : WFA_ERR_INVALID_ARGUMENT;
  text_add(message, "one JSON object without members is needed");
  fits = fits && json_type(object) == JSON_OBJECT;
  while (fits && json_next(object, &cursor, &name, &value)) {
    text_add(message, "; unknown: %.*s", (int)(name.end - name.at), name.at);
    fits = false;
  }
  if (fits) *result = WFA_OK;
  return fits;
}

static void *open(const char *properties, wfa_result *result, struct text *message) {
  if (!is_empty(properties, result, message)) return NULL;
  struct state *state = allocate(sizeof *state);
  state->began = time(NULL);
  return state;
}

static wfa_result run(struct call *call) {
  struct state *state = call->state;
  wfa_result result;
  int so_far = is_empty(call->request, &result, &call->message)
                   ? __atomic_load_n(&state->count, __ATOMIC_SEQ_CST)
                   : 0;
  if (result != WFA_ERR_INVALID_ARGUMENT) text_add(&call->response, "{\"count\":%d}", so_far);
  return result;
}

static void source(void *given, struct instance *instance) {
  struct state *state = given;
  char *name = json_quoted(instance_name(instance));
  bool open = true;
  while (open) {
    int number = __atomic_add_fetch(&state->count, 1, __ATOMIC_SEQ_CST);
    struct text event = {0};
    text_add(&event, "{\"eventId\":\"%lld-%d\",\"clock\":\"wall\",\"adapter\":%s}",
             (long long)state->began, number, name);
    open = offer_event(instance, tick.name, event.at) && pause_for(instance, PERIOD_MS);
    free(event.at);
  }
  free(name);
}

const struct adapter adapter = {open, free, run, source};
