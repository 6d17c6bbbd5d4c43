/* unaligned.c: structs and places at odd addresses, as hosts in scripting languages may have them.
 */
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "rows.h"
#include "text.h"

static int32_t accept(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

/* `size` bytes of zeroes at an odd address. */
static void *odd(size_t size) { return (char *)allocate(size + 1) + 1; }

static void *odd_copy(const void *from, size_t size) { return memcpy(odd(size), from, size); }

static wfa_error *odd_error(void) {
  wfa_error error = empty_error();
  return odd_copy(&error, sizeof error);
}

static void release_odd(wfa_buffer *buffer) {
  wfa_buffer aligned;
  memcpy(&aligned, buffer, sizeof aligned);
  if (aligned.release != NULL) aligned.release(buffer);
}

static void may_be_unaligned(void) {
  const wfa_api *api = load();
  wfa_host host = plain_host();
  wfa_adapter **out = odd(sizeof(wfa_adapter *)), *adapter = NULL;
  wfa_error *error = odd_error();
  wfa_result result =
      api->create(odd_copy(&host, sizeof host), properties(), WFA_STRLEN, out, error);
  expect(result, WFA_OK, "create(host, out and error at odd addresses)");
  memcpy(&adapter, out, sizeof adapter);

  wfa_call_options options = {.struct_size = sizeof options, .timeout_ms = 1000};
  wfa_buffer *response = odd(sizeof *response);
  const char *name = command_count() == 0 ? NO_SUCH_NAME : command_at(0)->name;
  result = api->execute_command(adapter, name, WFA_STRLEN, "[]", WFA_STRLEN,
                                odd_copy(&options, sizeof options), response, error);
  REQUIRE(result == WFA_ERR_INVALID_REQUEST || result == WFA_ERR_NOT_FOUND,
          "execute_command(options, response and error at odd addresses) answered %s",
          result_name(result));
  release_odd(response);
  wfa_buffer *message = (void *)((char *)error + offsetof(wfa_error, message));
  release_odd(message);

  uint64_t *registration = odd(sizeof *registration), id;
  result = api->register_event_callback(adapter, NULL, 0, accept, NULL, NULL, registration, error);
  expect(result, WFA_OK, "register_event_callback(registration and error at odd addresses)");
  memcpy(&id, registration, sizeof id);
  expect(api->unregister_event_callback(adapter, id, 0), WFA_OK,
         "unregister_event_callback(the registration that was written at an odd address)");
  end_adapter(adapter);
}

static const struct check manners[] = {
    {"structs-may-be-unaligned", "structs and places may lie at any address", may_be_unaligned},
};
MANNERS(address_manners);
