/* logbook.c: a host that writes down the plugin's log records. */
#include "logbook.h"

#include <pthread.h>
#include <string.h>

#include "json.h"

static const char *defect_of(int32_t level, const char *target, const char *message, size_t len,
                             const char *fields, size_t fields_len) {
  struct json json;
  if (level < WFA_LOG_ERROR || level > WFA_LOG_TRACE)
    return "its level is none of the contract's five";
  if (target == NULL || *target == '\0' || !is_utf8(target, strlen(target)))
    return "its target is NULL, empty or not UTF-8";
  if (message == NULL || len == 0 || !is_utf8(message, len))
    return "its message is NULL, empty or not UTF-8";
  if (!json_read(fields, fields_len, &json) || json_type(json) != JSON_OBJECT)
    return "its fields are no JSON object";
  return NULL;
}

static void write_down(void *user_data, int32_t level, const char *target, const char *message,
                       size_t len, const char *fields, size_t fields_len) {
  static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
  struct logbook *logbook = user_data;
  pthread_mutex_lock(&one_at_a_time);
  const char *defect = defect_of(level, target, message, len, fields, fields_len);
  if (defect != NULL) {
    logbook->defect = defect;
  } else {
    text_add(&logbook->all, "%s ", target);
    text_add_bytes(&logbook->all, message, len);
    text_add_bytes(&logbook->all, fields, fields_len);
    text_add(&logbook->all, "\n");
  }
  if (level > logbook->most_detailed) logbook->most_detailed = level;
  pthread_mutex_unlock(&one_at_a_time);
  atomic_fetch_add(&logbook->records, 1);
  if (logbook->inside != NULL) logbook->inside(logbook);
}

wfa_host logging_host(struct logbook *logbook, int32_t level) {
  wfa_host host = plain_host();
  host.user_data = logbook;
  host.log_level = level;
  host.log = write_down;
  return host;
}
