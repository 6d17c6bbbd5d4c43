/* secrets.c: the value of a secret property never comes back. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "webhook.h"
#include "logbook.h"
#include "plugin.h"
#include "rows.h"
#include "lifecycle.h"
#include "values.h"
#include "event_recorder.h"

/* A shorter value may stand anywhere by chance. */
enum { SHORTEST = 8, MOST = 16 };

static char *values[MOST];
static const char *of_property[MOST];
static size_t count;

/* Finds what must not come back; skips the check if there is nothing. */
static void needs_secrets(void) {
  struct json object, value;
  count = 0;
  REQUIRE(json_read(properties(), strlen(properties()), &object), "the properties are no JSON");
  for (size_t i = 0; i < property_count() && count < MOST; i++) {
    const wfa_field *property = property_at(i);
    if ((property->flags & WFA_FIELD_SECRET) == 0 || !json_member(object, property->name, &value))
      continue;
    char *text = json_text(value);
    if (text == NULL || strlen(text) < SHORTEST) continue;
    of_property[count] = property->name;
    values[count++] = text;
  }
  if (count == 0)
    skip("no property with a value of %d characters or more is a secret", (int)SHORTEST);
}

static void require_none(const char *where, const char *text, size_t len) {
  for (size_t i = 0; i < count; i++)
    REQUIRE(!holds(text, len, values[i]), "the value of %s stands in %s", of_property[i], where);
}

static void look_at_message(const char *call, const struct answer *answer) {
  (void)call;
  require_none("an error's message", answer->error.message.ptr, answer->error.message.len);
}

/* Gives properties to the plugin, and looks at what it says. */
typedef void attempt(const char *json);

static void try_to_create(const char *json) {
  wfa_adapter *adapter = NULL;
  struct answer answer = create(NULL, json, &adapter);
  look_at_message("create", &answer);
  if (answer.result == WFA_OK) end_adapter(adapter);
  give_back(&answer);
}

static wfa_adapter *updated;

static void try_to_update(const char *json) {
  struct answer answer = update(updated, json);
  look_at_message("update_properties", &answer);
  give_back(&answer);
}

/* Sets the secret property number `i` to JSON made of its value, in ways that are refused. */
static void spoil(size_t i, attempt *attempt) {
  static const char *const forms[] = {"\"%s\\n\"", "[\"%s\"]", "{\"a\":\"%s\"}", "\"%s\xc3\xa4\"",
                                      "\"%s"};
  for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
    struct text raw = {0};
    const char *hole = strstr(forms[k], "%s");
    text_add_bytes(&raw, forms[k], (size_t)(hole - forms[k]));
    text_add(&raw, "%s%s", values[i], hole + 2);
    char *json = object_with(properties(), of_property[i], raw.at);
    attempt(json);
    free(json);
    free(raw.at);
  }
  struct text longest = {0};
  text_add(&longest, "\"");
  while (longest.len < 5000) text_add(&longest, "%s", values[i]);
  text_add(&longest, "\"");
  char *json = object_with(properties(), of_property[i], longest.at);
  attempt(json);
  free(json);
}

/* Properties that are refused: for their secrets, and with their secrets unchanged. */
static void refused_properties(attempt *attempt) {
  for (size_t i = 0; i < count; i++) spoil(i, attempt);
  for (size_t i = 0; i < property_count(); i++) {
    const wfa_field *property = property_at(i);
    char *wrong = object_with(properties(), property->name, wrong_value(property->type));
    attempt(wrong);
    free(wrong);
  }
  char *unknown = object_with(properties(), NO_SUCH_NAME, "1");
  attempt(unknown);
  free(unknown);
  char *cut = strndup(properties(), strlen(properties()) - 1);
  attempt(cut);
  free(cut);
}

static void not_in_errors(void) {
  needs_secrets();
  refused_properties(try_to_create);
  wfa_host host = plain_host();
  run_lifecycle(&host, look_at_message);
}

static void not_in_update_errors(void) {
  needs_secrets();
  updated = new_adapter();
  struct answer answer = update(updated, properties());
  if (answer.result == WFA_ERR_UNSUPPORTED) skip("update_properties answers WFA_ERR_UNSUPPORTED");
  give_back(&answer);
  refused_properties(try_to_update);
  end_adapter(updated);
}

static void not_in_start_errors(void) {
  const wfa_api *api = load();
  struct answer answer = {.error = empty_error()};
  needs_secrets();
  if (!WFA_HAS(api, start) || api->start == NULL) skip("the plugin has no start");
  wfa_adapter *adapter = new_adapter();
  answer.result = api->start(adapter, &answer.error);
  look_at_message("start", &answer);
  give_back(&answer);
  end_adapter(adapter);
}

static void not_in_webhook_errors(void) {
  needs_secrets();
  const wfa_webhook_v1 *hook = webhooks();
  wfa_adapter *adapter = new_adapter();
  struct answer answers[] = {process(adapter, "{}", NULL), process(adapter, "{}", "sha256=00"),
                             process(adapter, "{", "00")};
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    look_at_message("process", &answers[i]);
    require_none("a webhook's response", answers[i].response.ptr, answers[i].response.len);
    give_back(&answers[i]);
  }
  struct answer refused = {.error = empty_error()};
  refused.result = hook->challenge(adapter, "a=b", WFA_STRLEN, "token", WFA_STRLEN,
                                   &refused.response, &refused.error);
  look_at_message("challenge", &refused);
  give_back(&refused);
  end_adapter(adapter);
}

/* Only a body that is signed gets further than its signature. */
static void not_in_webhook_responses(void) {
  char *event = inputs()->raise_request == NULL ? NULL : raise_request();
  const char *const bodies[] = {"{}", "not JSON", event};
  needs_secrets();
  webhooks();
  wfa_adapter *adapter = new_adapter();
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies && bodies[i] != NULL; i++) {
    char *header = signature_of(bodies[i]);
    struct answer answer = process(adapter, bodies[i], header);
    look_at_message("process", &answer);
    require_none("a webhook's response", answer.response.ptr, answer.response.len);
    give_back(&answer);
    free(header);
  }
  end_adapter(adapter);
  free(event);
}

static void not_in_logs(void) {
  struct logbook *logbook = allocate(sizeof *logbook);
  wfa_host host = logging_host(logbook, WFA_LOG_TRACE);
  needs_secrets();
  run_lifecycle(&host, NULL);
  if (atomic_load(&logbook->records) == 0)
    skip("the plugin logs nothing, or nothing that this program does to it");
  require_none("a log record", logbook->all.at, logbook->all.len);
}

static void look_at_response(const char *call, const struct answer *answer) {
  if (strcmp(call, WFA_METRICS_V1) != 0)
    require_none("a response", answer->response.ptr, answer->response.len);
}

static void not_in_responses(void) {
  wfa_host host = plain_host();
  needs_secrets();
  run_lifecycle(&host, look_at_response);
}

static void look_at_descriptor(const char *call, const struct answer *answer) {
  (void)call, (void)answer;
  struct text all = everything();
  require_none("the descriptor", all.at, all.len);
  free(all.at);
}

static void not_in_descriptor(void) {
  wfa_host host = plain_host();
  needs_secrets();
  run_lifecycle(&host, look_at_descriptor);
}

static void look_at_metrics(const char *call, const struct answer *answer) {
  if (strcmp(call, WFA_METRICS_V1) == 0)
    require_none("the metrics", answer->response.ptr, answer->response.len);
}

static void not_in_metrics(void) {
  wfa_host host = plain_host();
  needs_secrets();
  if (metrics() == NULL) skip("the plugin has no " WFA_METRICS_V1);
  run_lifecycle(&host, look_at_metrics);
}

static void not_in_events(void) {
  struct event_recorder recorder = {0};
  needs_raise();
  needs_secrets();
  wfa_adapter *adapter = new_adapter();
  record_events(adapter, NULL, &recorder);
  raise_accepted(adapter);
  if (recorder.json != NULL) require_none("an event", recorder.json, recorder.json_len);
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"secret-not-in-errors", "no error of create or a command holds the value of a secret property",
     not_in_errors},
    {"secret-not-in-update-errors", "no error of update_properties does", not_in_update_errors},
    {"secret-not-in-start-errors", "no error of start does", not_in_start_errors},
    {"secret-not-in-webhook-errors", "no refusal of a webhook does", not_in_webhook_errors},
    {"secret-not-in-webhook-responses", "nothing that a signed webhook is answered does",
     not_in_webhook_responses},
    {"secret-not-in-logs", "no log record does, at the most detailed level", not_in_logs},
    {"secret-not-in-responses", "no response does", not_in_responses},
    {"secret-not-in-descriptor", "the descriptor does not, also when an adapter lives",
     not_in_descriptor},
    {"secret-not-in-metrics", "the metrics do not", not_in_metrics},
    {"secret-not-in-events", "no event does", not_in_events},
};
GROUP(secrets, "secrets");
