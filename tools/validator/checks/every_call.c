/* every_call.c: every function that takes a handle, called with one. */
#include "every_call.h"

#include "adapter.h"
#include "event_recorder.h"

static void never_completes(void *user_data, uint64_t operation, wfa_result result,
                            const char *response, size_t len, const wfa_error *error) {
  (void)user_data, (void)operation, (void)result, (void)response, (void)len, (void)error;
}

void every_call(const wfa_api *api, wfa_adapter *handle, wfa_result wanted, const char *what) {
  wfa_buffer response = {0};
  uint64_t id = 0;
  const char *name = NO_SUCH_NAME;
  expect(api->execute_command(handle, name, WFA_STRLEN, "{}", WFA_STRLEN, NULL, &response, NULL),
         wanted, "execute_command(%s)", what);
  expect(api->register_event_callback(handle, NULL, 0, on_event, NULL, NULL, &id, NULL), wanted,
         "register_event_callback(%s)", what);
  expect(api->unregister_event_callback(handle, 1, 0), wanted, "unregister_event_callback(%s)",
         what);
  wfa_result result = api->update_properties(handle, properties(), WFA_STRLEN, NULL);
  if (result != WFA_ERR_UNSUPPORTED) expect(result, wanted, "update_properties(%s)", what);
  result = api->submit_command(handle, name, WFA_STRLEN, "{}", WFA_STRLEN, NULL, never_completes,
                               NULL, &id, NULL);
  if (result != WFA_ERR_UNSUPPORTED) expect(result, wanted, "submit_command(%s)", what);
  result = api->cancel_command(handle, 1);
  if (result != WFA_ERR_UNSUPPORTED) expect(result, wanted, "cancel_command(%s)", what);
  if (WFA_HAS(api, start) && api->start != NULL) {
    result = api->start(handle, NULL);
    if (result != WFA_ERR_UNSUPPORTED) expect(result, wanted, "start(%s)", what);
  }
  expect(api->destroy(handle, 0), wanted, "destroy(%s)", what);
  expect(api->destroy(handle, WFA_NO_WAIT), wanted, "destroy(%s, WFA_NO_WAIT)", what);
}
