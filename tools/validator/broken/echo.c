/* echo.c: the command: it answers the text that it is told, and raises an event about it. */
#include "plugin.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { LONGEST_NOTE = 50, HUGE_JSON = 1 << 16 };

bool is_echo(const char *name) {
  return strcmp(name, "echo") == 0 ||
         (BROKEN(EXECUTE_NAME_IS_EXACT) && strncasecmp(name, "echo", 4) == 0);
}

/* One request as it was read, or the reason for refusing it. */
struct request {
  size_t longest;
  char *text;
  struct text *message;
};

static size_t scalars(const char *text) {
  size_t count = 0;
  for (; *text != '\0'; text++) count += (*text & 0xc0) != 0x80;
  return count;
}

static bool read_member(struct json name, struct json value, struct request *request) {
  bool is_text = json_is(name, "text");
  if (!is_text && !json_is(name, NOTE)) {
    if (BROKEN(EXECUTE_UNKNOWN_MEMBER)) return true;
    char *unknown = json_text(name);
    text_add(request->message, "unknown member %s", unknown);
    free(unknown);
    return false;
  }
  char *text = json_text(value);
  if (text == NULL && !BROKEN(EXECUTE_WRONG_TYPE_MEMBER)) {
    text_add(request->message, "member %s must be a string", is_text ? "text" : NOTE);
    return false;
  }
  text = text == NULL ? strdup("") : text;
  if (scalars(text) > (is_text ? request->longest : LONGEST_NOTE) &&
      !BROKEN(EXECUTE_TOO_LONG_MEMBER)) {
    text_add(request->message, "member %s is too long", is_text ? "text" : NOTE);
    free(text);
    return false;
  }
  if (is_text)
    request->text = text;
  else
    free(text);
  return true;
}

static bool read_request(struct json object, struct request *request) {
  struct json name, value;
  const char *cursor = NULL;
  while (json_next(object, &cursor, &name, &value))
    if (!read_member(name, value, request)) return false;
  if (request->text == NULL)
    text_add(request->message,
             BROKEN(EXECUTE_MISSING_MEMBER) ? "incomplete" : "member text is missing");
  return request->text != NULL;
}

static void add_member(struct text *json, const char *name, const char *value) {
  char *quoted = json_quoted(value);
  text_add(json, "%s\"%s\":%s", json->len == 1 ? "" : ",", name, quoted);
  free(quoted);
}

static void respond(struct text *response, const struct instance *instance, const char *text,
                    const char *error) {
  text_add(response, "{");
  add_member(response, "status", *error == '\0' ? "SUCCESS" : "FAILED");
  /* Longer than what the validator makes up: broken only where the user says what succeeds. */
  bool is_left_out = BROKEN(RESPONSE_HAS_EVERY_MEMBER) && *error == '\0' && strlen(text) > 8;
  if (!is_left_out) add_member(response, "text", text);
  add_member(response, "error", error);
  if (BROKEN(SECRET_NOT_IN_RESPONSES)) add_member(response, "key", instance->key);
  text_add(response, "}");
}

struct delivery {
  struct instance *instance;
  const char *json;
  int32_t answer;
};

static void *deliver(void *argument) {
  struct delivery *delivery = argument;
  const char *event = BROKEN(EVENT_IS_IN_DESCRIPTOR) ? "echoing" : "echoed";
  delivery->answer = emit(delivery->instance, event, delivery->json);
  return NULL;
}

static int32_t tell(struct instance *instance, const char *text) {
  static atomic_int count;
  struct text json = {0};
  char id[32];
  pthread_t thread;
  snprintf(id, sizeof id, "call-%d", atomic_fetch_add(&count, 1));
  text_add(&json, "{");
  add_member(&json, "text", text);
  if (!BROKEN(EVENT_NAMES_THE_INSTANCE)) add_member(&json, "adapter", instance->name);
  if (!BROKEN(EVENT_HAS_ITS_ID)) add_member(&json, "eventId", id);
  if (BROKEN(EVENT_MEMBERS_HAVE_ROWS)) add_member(&json, "nte", "");
  if (BROKEN(SECRET_NOT_IN_EVENTS)) add_member(&json, "key", instance->key);
  text_add(&json, "%s", BROKEN(EVENT_JSON_IS_AN_OBJECT) ? "" : "}");
  struct delivery delivery = {instance, json.at, WFA_EVENT_ACCEPTED};
  if (BROKEN(EVENT_ON_CALLING_THREAD) && pthread_create(&thread, NULL, deliver, &delivery) == 0)
    pthread_join(thread, NULL);
  else
    deliver(&delivery);
  free(json.at);
  return delivery.answer;
}

/* How deep the JSON goes, found out by going there. */
static int depth(const char *json) {
  volatile char frame[256] = {0};
  if (*json == '\0') return frame[0];
  return depth(json + 1) + (*json == '[') + frame[1];
}

wfa_result run_echo(struct instance *instance, const char *name, const char *json,
                    struct text *response, struct text *message) {
  struct request request = {(size_t)instance->longest, NULL, message};
  struct json object;
  (void)name;
#ifdef SLOW_COMMANDS_MS
  nanosleep(&(struct timespec){0, SLOW_COMMANDS_MS * 1000000L}, NULL);
#endif
  if (BROKEN(EXECUTE_DEEP_JSON)) depth(json);
  say(instance, WFA_LOG_DEBUG, "echo runs");
  if (BROKEN(SIGNALS_INTERRUPT_NOTHING) && nanosleep(&(struct timespec){0, 5000000}, NULL) != 0)
    return WFA_ERR_INTERNAL;
  if (BROKEN(EXECUTE_HUGE_MEMBER) && strlen(json) > HUGE_JSON) return WFA_ERR_INTERNAL;
  if (!json_read(json, strlen(json), &object)) {
    text_add(message, "the request is not JSON");
    return BROKEN(EXECUTE_NOT_JSON) ? WFA_ERR_INVALID_REQUEST : WFA_ERR_INVALID_ARGUMENT;
  }
  wfa_result result = WFA_OK;
  if (json_type(object) != JSON_OBJECT) {
    text_add(message, "the request is no object");
    result = WFA_ERR_INVALID_REQUEST;
    if (BROKEN(EXECUTE_NOT_AN_OBJECT)) return WFA_ERR_INVALID_ARGUMENT;
  } else if (!read_request(object, &request)) {
    result = WFA_ERR_INVALID_REQUEST;
  } else if (tell(instance, request.text) == WFA_EVENT_RETRY) {
    text_add(message, "an event was not accepted");
    result = WFA_ERR_EVENT_NOT_ACCEPTED;
  }
  respond(response, instance, request.text == NULL ? "" : request.text,
          message->at == NULL ? "" : message->at);
  free(request.text);
  return result;
}
