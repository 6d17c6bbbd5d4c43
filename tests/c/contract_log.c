/* The log callback: what it is told, and that it may not call the plugin.
 *
 * Usage: contract_log <plugin> */

#include "check.h"

#define COMMAND "sendMessageText"
#define REQUEST "{\"phoneNumber\":\"1\"}" /* refused before anything is sent */

static const wfa_api *api;

/* What the log callback saw. */
struct seen {
  wfa_adapter *adapter;
  int logs;
  int emptied;
  wfa_result executed;
  wfa_result destroyed;
};

/* It does what it must not: it calls the plugin. */
static void on_log(void *user_data, int32_t level, const char *target, const char *message,
                   size_t len, const char *fields, size_t fields_len) {
  struct seen *seen = user_data;
  wfa_buffer response;
  wfa_adapter *created = (wfa_adapter *)seen;
  (void)message, (void)fields;
  seen->logs++;
  CHECK(level >= WFA_LOG_ERROR && level <= WFA_LOG_TRACE);
  CHECK(target && strlen(target) > 0 && len > 0 && fields_len >= 2);
  CHECK(fields[0] == '{' && fields[fields_len - 1] == '}');
  memset(&response, 0xa5, sizeof response);
  seen->executed = api->execute_command(seen->adapter, COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN,
                                        NULL, &response, NULL);
  seen->destroyed = api->destroy(seen->adapter, 0);
  CHECK(api->create(NULL, PROPERTIES, WFA_STRLEN, &created, NULL) == WFA_ERR_STATE);
  seen->emptied = response.ptr == NULL && response.release == NULL && created == NULL;
}

static void logging(void) {
  struct seen seen;
  wfa_host host;
  wfa_buffer response;
  memset(&seen, 0, sizeof seen);
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.user_data = &seen;
  host.log_level = WFA_LOG_TRACE;
  host.log = on_log;
  begin("a log callback may not call the plugin");
  CHECK_RESULT(WFA_OK, api->create(&host, PROPERTIES, WFA_STRLEN, &seen.adapter, NULL));
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED,
               api->execute_command(seen.adapter, "processWebhook", WFA_STRLEN, NOTIFICATION,
                                    WFA_STRLEN, NULL, &response, NULL));
  release(&response);
  CHECK(seen.logs > 0);
  CHECK(seen.executed == WFA_ERR_STATE && seen.destroyed == WFA_ERR_STATE);
  begin("a call that is refused inside the log leaves its outputs empty");
  CHECK(seen.emptied);
  CHECK_RESULT(WFA_OK, api->destroy(seen.adapter, 0));
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  api = entry_of(open_library(arguments[1], RTLD_NOW | RTLD_LOCAL));
  logging();
  begin(NULL);
  return 0;
}
