/* fake.c: a small adapter that has nothing to do with WhatsApp, for the tests of a host: it ignores timeouts
   and cancels, has neither submit_command nor update_properties, and raises events from its own thread.

   FAKE_ID and FAKE_VERSION are given by the compiler's command line. */
#define _GNU_SOURCE
#include "workflow_adapter.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A defect, if the compiler's command line says so. */
#ifndef N_FLAGS
#define N_FLAGS 0
#endif
#ifndef SECRET_FLAGS
#define SECRET_FLAGS WFA_FIELD_SECRET
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(name, type, flags) \
  {sizeof(wfa_field), flags, name, "", "", type, NULL, WFA_UNSET, WFA_UNSET, WFA_UNSET, WFA_UNSET}

static const wfa_field LABEL = FIELD("label", "string", 0), TICKS = FIELD("ticks", "integer", 0),
                       NOTES = FIELD("notesFile", "string", 0),
                       GATE = FIELD("gateFile", "string", 0),
                       SECRET = FIELD("secret", "string", SECRET_FLAGS),
                       DESK = FIELD("desk", "string", 0), MS = FIELD("ms", "integer", 0),
                       TO = FIELD("to", "string", 0), BODY = FIELD("body", "string", 0),
                       STATUS = FIELD("status", "string", 0),
                       MAIL_ID = FIELD("mailId", "string", 0),
                       EVENT_ID = FIELD("eventId", "string", WFA_FIELD_EVENT_ID),
                       CORRELATION = FIELD("correlationId", "string", WFA_FIELD_CORRELATION_ID),
                       FROM = FIELD("from", "string", WFA_FIELD_SUBJECT),
                       OUTCOME = FIELD("outcome", "string", WFA_FIELD_OUTCOME),
                       N = FIELD("n", "integer", N_FLAGS);
static const wfa_field *const PROPERTIES[] = {&LABEL, &TICKS, &NOTES, &GATE, &SECRET, &DESK};
static const wfa_field *const MS_TO[] = {&MS, &TO}, *const OF_BODY[] = {&BODY};
static const wfa_field *const RESPONSE[] = {&STATUS, &MAIL_ID};
static const wfa_field *const TICK_FIELDS[] = {&EVENT_ID, &N};
static const wfa_field *const BOUNCED_FIELDS[] = {&CORRELATION, &STATUS};
static const wfa_field *const SETTLED_FIELDS[] = {&CORRELATION, &OUTCOME, &FROM};

#define COMMAND(name, flags, request)                                             \
  {sizeof(wfa_command), flags, name, "",   "", request, COUNT(request), RESPONSE, \
   COUNT(RESPONSE),     NULL,  0,    NULL, 0}
static const wfa_command NAP = COMMAND("nap", WFA_COMMAND_IDEMPOTENT, MS_TO),
                         SEND = COMMAND("sendMail", WFA_COMMAND_SENDS, MS_TO),
                         LOSE = COMMAND("loseMail", WFA_COMMAND_SENDS, MS_TO),
                         FAIL = COMMAND("fail", 0, MS_TO),
                         RECEIVE = COMMAND("receive", WFA_COMMAND_WEBHOOK, OF_BODY);
static const wfa_command *const COMMANDS[] = {&NAP, &SEND, &LOSE, &FAIL, &RECEIVE};

#define EVENT(name, fields) {sizeof(wfa_event), 0, name, "", "", fields, COUNT(fields), NULL, 0}
static const wfa_event TICK = EVENT("tick", TICK_FIELDS),
                       BOUNCED = EVENT("bounced", BOUNCED_FIELDS),
                       SETTLED = EVENT("settled", SETTLED_FIELDS);
static const wfa_event *const EVENTS[] = {&TICK, &BOUNCED, &SETTLED};

static const wfa_webhook_declaration WEBHOOK = {sizeof(wfa_webhook_declaration),
                                                0,
                                                "X-Fake-Signature",
                                                "hmac-sha256-base64",
                                                "secret",
                                                "desk",
                                                "/to/*"};

static const wfa_descriptor DESCRIPTOR = {.struct_size = sizeof(wfa_descriptor),
                                          .id = FAKE_ID,
                                          .name = FAKE_ID,
                                          .display = "A fake",
                                          .version = FAKE_VERSION,
                                          .spec_version = "1.0.0",
                                          .vendor = "",
                                          .license = "",
                                          .docs_url = "",
                                          .properties = PROPERTIES,
                                          .n_properties = COUNT(PROPERTIES),
                                          .commands = COMMANDS,
                                          .n_commands = COUNT(COMMANDS),
                                          .events = EVENTS,
                                          .n_events = COUNT(EVENTS),
                                          .json = "{}",
                                          .json_len = 2,
                                          .webhook = &WEBHOOK};

struct wfa_adapter {
  char label[64], notes[512], correlation[512];
  long ticks;
  wfa_event_callback callback;
  void *user_data;
  wfa_drop_callback drop;
  pthread_t source;
  bool has_source;
  volatile bool ends;
  volatile int running;
};

/* The text of a member: enough of JSON for what the tests give. */
static void text_of(const char *json, const char *name, char *to, size_t room) {
  char key[64];
  snprintf(key, sizeof key, "\"%s\":\"", name);
  const char *at = strstr(json, key);
  to[0] = '\0';
  if (at == NULL) return;
  at += strlen(key);
  size_t len = strcspn(at, "\"");
  snprintf(to, room, "%.*s", (int)(len < room ? len : room - 1), at);
}

/* The word behind this one in a text of JSON, if it is there. */
static void word_after(const char *json, const char *word, char *to, size_t room) {
  const char *at = strstr(json, word);
  if (at == NULL) return;
  at += strlen(word);
  size_t len = strcspn(at, " \"");
  snprintf(to, room, "%.*s", (int)(len < room ? len : room - 1), at);
}

static long number_of(const char *json, const char *name) {
  char key[64];
  snprintf(key, sizeof key, "\"%s\":", name);
  const char *at = strstr(json, key);
  return at == NULL ? 0 : strtol(at + strlen(key), NULL, 10);
}

static void note(const struct wfa_adapter *adapter, const char *what) {
  FILE *file = adapter->notes[0] == '\0' ? NULL : fopen(adapter->notes, "a");
  if (file == NULL) return;
  fprintf(file, "%s %s\n", what, adapter->label);
  fclose(file);
}

static void release(wfa_buffer *buffer) {
  free(buffer->private_data);
  memset(buffer, 0, sizeof *buffer);
}

static void fill(wfa_buffer *buffer, const char *text) {
  char *copy = strdup(text);
  wfa_buffer filled = {copy, strlen(copy), release, copy};
  *buffer = filled;
}

static wfa_result ends(wfa_error *error, wfa_result result, uint32_t flags, const char *why) {
  if (error != NULL && result != WFA_OK) {
    error->result = result;
    error->flags = flags;
    fill(&error->message, why);
  }
  return result;
}

static const void *get_extension(const char *id) {
  (void)id;
  return NULL;
}

static wfa_result create(const wfa_host *host, const char *json, size_t len, wfa_adapter **out,
                         wfa_error *error) {
  (void)host, (void)len, (void)error;
  struct wfa_adapter *adapter = calloc(1, sizeof *adapter);
  text_of(json, "label", adapter->label, sizeof adapter->label);
  text_of(json, "notesFile", adapter->notes, sizeof adapter->notes);
  adapter->ticks = number_of(json, "ticks");
  note(adapter, "create");
  char gate[512];
  text_of(json, "gateFile", gate, sizeof gate);
  while (gate[0] != '\0' && access(gate, F_OK) != 0) usleep(1000);
  *out = adapter;
  return WFA_OK;
}

static wfa_result destroy(wfa_adapter *adapter, uint32_t flags) {
  (void)flags;
  adapter->ends = true;
  if (adapter->has_source) pthread_join(adapter->source, NULL);
  while (__atomic_load_n(&adapter->running, __ATOMIC_SEQ_CST) > 0) usleep(1000);
  if (adapter->drop != NULL) adapter->drop(adapter->user_data);
  note(adapter, "destroy");
  free(adapter);
  return WFA_OK;
}

static int32_t raise_event(wfa_adapter *adapter, const char *event, const char *json) {
  if (adapter->callback == NULL) return WFA_EVENT_RETRY;
  return adapter->callback(adapter->user_data, event, strlen(event), json, strlen(json));
}

static wfa_result run(wfa_adapter *adapter, const char *name, const char *json,
                      const wfa_call_options *options, wfa_buffer *response, wfa_error *error) {
  usleep((useconds_t)number_of(json, "ms") * 1000);
  if (strcmp(name, "fail") == 0) {
    fill(response, "{\"status\":\"FAILED\"}");
    return ends(error, WFA_ERR_COMMAND_FAILED, 0, "the mailbox is full");
  }
  if (strcmp(name, "loseMail") == 0) {
    snprintf(adapter->correlation, sizeof adapter->correlation, "%.*s",
             (int)options->correlation_id_len, options->correlation_id);
    fill(response, "{\"status\":\"FAILED\"}");
    return ends(error, WFA_ERR_OUTCOME_UNKNOWN, WFA_ERROR_MAYBE_SENT, "no answer came");
  }
  if (strcmp(name, "receive") == 0) {
    /* The body says which event comes, whom it is from, and about which command: the one that was lost last
       unless the body says so. */
    bool bounced = strstr(json, "bounced") != NULL;
    char event[2048], about[512], from[64] = "";
    memcpy(about, adapter->correlation, sizeof about);
    word_after(json, "about ", about, sizeof about);
    word_after(json, "from ", from, sizeof from);
    snprintf(event, sizeof event, "{\"correlationId\":\"%s\",\"from\":\"%s\",%s}", about, from,
             bounced ? "\"status\":\"bounced\"" : "\"outcome\":\"accepted\"");
    if (raise_event(adapter, bounced ? "bounced" : "settled", event) == WFA_EVENT_RETRY) {
      fill(response, "{\"status\":\"FAILED\"}");
      return ends(error, WFA_ERR_EVENT_NOT_ACCEPTED, WFA_ERROR_RETRYABLE, "refused");
    }
  }
  fill(response, "{\"status\":\"SUCCESS\",\"mailId\":\"m-1\"}");
  return WFA_OK;
}

static wfa_result execute(wfa_adapter *adapter, const char *name, size_t name_len, const char *json,
                          size_t json_len, const wfa_call_options *options, wfa_buffer *response,
                          wfa_error *error) {
  (void)name_len, (void)json_len;
  char copy[64], *text = strndup(json, json_len);
  snprintf(copy, sizeof copy, "%.*s", (int)name_len, name);
  __atomic_add_fetch(&adapter->running, 1, __ATOMIC_SEQ_CST);
  wfa_result result = run(adapter, copy, text, options, response, error);
  __atomic_sub_fetch(&adapter->running, 1, __ATOMIC_SEQ_CST);
  free(text);
  return result;
}

static wfa_result on_event(wfa_adapter *adapter, const char *event, size_t len,
                           wfa_event_callback callback, void *user_data, wfa_drop_callback drop,
                           uint64_t *registration, wfa_error *error) {
  (void)event, (void)len, (void)error;
  adapter->callback = callback;
  adapter->user_data = user_data;
  adapter->drop = drop;
  *registration = 1;
  return WFA_OK;
}

static wfa_result off_event(wfa_adapter *adapter, uint64_t registration, uint32_t flags) {
  (void)adapter, (void)registration, (void)flags;
  return WFA_OK;
}

/* Each tick is offered until the host takes it. */
static void *tick(void *of) {
  struct wfa_adapter *adapter = of;
  for (long n = 1; n <= adapter->ticks && !adapter->ends; n++) {
    char json[128];
    snprintf(json, sizeof json, "{\"eventId\":\"%ld\",\"n\":%ld}", n, n);
    while (!adapter->ends && raise_event(adapter, "tick", json) == WFA_EVENT_RETRY) usleep(20000);
  }
  return NULL;
}

static wfa_result start(wfa_adapter *adapter, wfa_error *error) {
  if (adapter->has_source) return WFA_OK;
  adapter->has_source = pthread_create(&adapter->source, NULL, tick, adapter) == 0;
  if (!adapter->has_source)
    return ends(error, WFA_ERR_UNAVAILABLE, WFA_ERROR_RETRYABLE, "no thread");
  return WFA_OK;
}

static const wfa_api API = {.struct_size = sizeof(wfa_api),
                            .abi_major = WFA_ABI_MAJOR,
                            .abi_minor = WFA_ABI_MINOR,
                            .descriptor = &DESCRIPTOR,
                            .get_extension = get_extension,
                            .create = create,
                            .destroy = destroy,
                            .execute_command = execute,
                            .register_event_callback = on_event,
                            .unregister_event_callback = off_event,
                            .start = start};

const wfa_api *wfa_entry(uint16_t host_major, uint16_t host_minor) {
  (void)host_minor;
  return host_major == WFA_ABI_MAJOR ? &API : NULL;
}
