/* settings.c: the properties of an adapter, and what its host says of itself. */
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wfa_result refuse(wfa_error *error, const char *name, const char *what) {
  bool anonymous = BROKEN(CREATE_MISSING_PROPERTY) && strcmp(what, "is missing") == 0;
  return ends(error, WFA_ERR_INVALID_REQUEST, "property %s %s", anonymous ? "" : name, what);
}

static size_t scalars(const char *text) {
  size_t count = 0;
  for (; *text != '\0'; text++) count += (*text & 0xc0) != 0x80;
  return count;
}

static wfa_result read_key(struct json value, struct settings *settings, wfa_error *error) {
  char *text = json_text(value);
  if (text == NULL) {
    if (!BROKEN(CREATE_WRONG_TYPE_PROPERTY)) return refuse(error, "key", "must be a string");
    text = repeated('1', 8);
  }
  settings->key = text;
  size_t length = scalars(text);
  const char *shown = BROKEN(SECRET_NOT_IN_ERRORS) ? text : "its value";
  if (length < 8 && !BROKEN(CREATE_TOO_SHORT_PROPERTY))
    return ends(error, WFA_ERR_INVALID_REQUEST, "property key needs 8 characters, not %s", shown);
  if (length > 64 && !BROKEN(CREATE_TOO_LONG_PROPERTY))
    return ends(error, WFA_ERR_INVALID_REQUEST, "property key needs at most 64 characters, not %s",
                shown);
  return WFA_OK;
}

static wfa_result read_number(const char *name, struct json value, int most, int *number,
                              wfa_error *error) {
  if (json_type(value) != JSON_NUMBER && !BROKEN(CREATE_WRONG_TYPE_PROPERTY))
    return refuse(error, name, "must be a number");
  char *end;
  double given = strtod(value.at, &end);
  bool in_range = given >= 1 && given <= most && given == (double)(int)given;
  if (!in_range && !BROKEN(CREATE_NUMBER_OUT_OF_RANGE) && !BROKEN(CREATE_WRONG_TYPE_PROPERTY))
    return refuse(error, name, "is out of its range");
  *number = in_range ? (int)given : 1;
  return WFA_OK;
}

static wfa_result read_member(struct json name, struct json value, struct settings *settings,
                              wfa_error *error) {
  if (json_is(name, "key")) return read_key(value, settings, error);
  if (json_is(name, "workers"))
    return read_number("workers", value, MOST_THREADS, &settings->workers, error);
  if (json_is(name, "queue")) return read_number("queue", value, 1000, &settings->queue, error);
  if (json_is(name, "longest"))
    return read_number("longest", value, LONGEST_TEXT, &settings->longest, error);
  if (BROKEN(CREATE_UNKNOWN_PROPERTY)) return WFA_OK;
  char *unknown = json_text(name);
  wfa_result result = ends(error, WFA_ERR_INVALID_REQUEST, "unknown property %s", unknown);
  free(unknown);
  return result;
}

wfa_result read_settings(const char *json, struct settings *settings, wfa_error *error) {
  struct json object, name, value;
  const char *cursor = NULL;
  *settings = (struct settings){NULL, 2, 4, LONGEST_TEXT};
  if (!json_read(json, strlen(json), &object))
    return ends(error, BROKEN(CREATE_NOT_JSON) ? WFA_ERR_INVALID_REQUEST : WFA_ERR_INVALID_ARGUMENT,
                "the properties are not JSON");
  if (json_type(object) != JSON_OBJECT)
    return ends(error,
                BROKEN(CREATE_NOT_AN_OBJECT) ? WFA_ERR_INVALID_ARGUMENT : WFA_ERR_INVALID_REQUEST,
                "the properties are no object");
  while (json_next(object, &cursor, &name, &value)) {
    wfa_result result = read_member(name, value, settings, error);
    if (result != WFA_OK) {
      free(settings->key);
      settings->key = NULL;
      return result;
    }
  }
  return settings->key == NULL ? refuse(error, "key", "is missing") : WFA_OK;
}

/* The host's clock, if it has one that is large enough. */
static void ask_for_clock(const wfa_host *host) {
  void *user_data = BROKEN(HOST_EXTENSION_IS_ASKED_FOR) ? NULL : host->user_data;
  const wfa_clock_v1 *clock =
      host->get_extension == NULL ? NULL : host->get_extension(user_data, WFA_CLOCK_V1);
  if (clock == NULL) return;
  if (clock->struct_size >= sizeof *clock || BROKEN(HOST_EXTENSION_OLDER))
    clock->unix_ms(BROKEN(HOST_CLOCK_GETS_USER_DATA) ? NULL : host->user_data);
}

wfa_result read_host(const wfa_host *host, struct instance *instance, wfa_error *error) {
  wfa_host known = {0};
  uint32_t size;
  instance->name = "";
  if (host == NULL)
    return BROKEN(CREATE_WITHOUT_HOST) ? ends(error, WFA_ERR_INVALID_ARGUMENT, "no host") : WFA_OK;
  memcpy(&size, host, sizeof size);
  if (size > sizeof known && BROKEN(CREATE_NEWER_HOST))
    return ends(error, WFA_ERR_INVALID_ARGUMENT, "wfa_host has %u bytes", size);
  size = size > sizeof known || BROKEN(CREATE_OLDER_HOST) ? sizeof known : size;
  memcpy(&known, host, size);
  if (known.abi_major != WFA_ABI_MAJOR && !BROKEN(CREATE_OTHER_MAJOR))
    return ends(error, WFA_ERR_UNSUPPORTED, "the host speaks version %d", known.abi_major);
  if (known.instance_name != NULL)
    instance->name =
        BROKEN(CREATE_KEEPS_NO_LOAN) ? known.instance_name : strdup(known.instance_name);
  instance->log_level = known.log_level;
  instance->log = known.log;
  instance->log_user_data = known.user_data;
  ask_for_clock(&known);
  return WFA_OK;
}

void say(struct instance *instance, int32_t level, const char *message) {
  const char *fields = BROKEN(LOG_IS_WELL_FORMED) ? "none" : "{}";
  if (instance->log == NULL && !(BROKEN(LOG_MAY_BE_NULL) && instance->log_level > 0)) return;
  if (level > instance->log_level && !BROKEN(LOG_LEVEL_IS_KEPT)) return;
  in_log = true;
  if (BROKEN(LOG_BLOCKS_NOBODY_ELSE)) pthread_mutex_lock(&lock);
  instance->log(instance->log_user_data, level, "echo", message, strlen(message), fields,
                strlen(fields));
  if (BROKEN(LOG_BLOCKS_NOBODY_ELSE)) pthread_mutex_unlock(&lock);
  in_log = false;
}
