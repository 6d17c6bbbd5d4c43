/* Structs that the host fills in: older and newer sizes, and addresses that no compiler would choose.
 *
 * Usage: contract_structs <plugin> */

#include "check.h"

#define COMMAND "sendMessageText"
#define REQUEST "{\"phoneNumber\":\"1\"}" /* refused before anything is sent */
#define CANARY 0xa5

static const wfa_api *api;

static int all(const unsigned char *bytes, size_t count, unsigned char value) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] != value) {
      return 0;
    }
  }
  return 1;
}

/* Passes the first `size` bytes of an error as one; the others must stay as they are. */
static void error_of_size(uint32_t size) {
  unsigned char bytes[sizeof(wfa_error) + 64];
  memset(bytes, CANARY, sizeof bytes);
  memcpy(bytes, &size, sizeof size);
  wfa_adapter *adapter = NULL;
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->create(NULL, "x", WFA_STRLEN, &adapter, (wfa_error *)(void *)bytes));
  wfa_error error;
  memcpy(&error, bytes, sizeof error);
  CHECK(error.struct_size == size);
  CHECK(all(bytes + size, sizeof bytes - size, CANARY));
  if (size >= offsetof(wfa_error, result) + sizeof error.result) {
    CHECK(error.result == WFA_ERR_INVALID_ARGUMENT);
  }
  if (size >= sizeof error) {
    CHECK(error.message.len > 0);
    release(&error.message);
  }
}

static void errors(void) {
  begin("an error of any older size");
  for (uint32_t size = 4; size <= sizeof(wfa_error); size++) {
    error_of_size(size);
  }
  begin("an error of a newer size");
  for (uint32_t more = 1; more <= 64; more++) {
    error_of_size((uint32_t)sizeof(wfa_error) + more);
  }

  begin("an error is zero after success");
  wfa_error error;
  memset(&error, CANARY, sizeof error);
  error.struct_size = sizeof error;
  wfa_adapter *adapter = NULL;
  CHECK_RESULT(WFA_OK, api->create(NULL, PROPERTIES, WFA_STRLEN, &adapter, &error));
  CHECK(error.struct_size == sizeof error);
  CHECK(error.result == WFA_OK && error.flags == 0 && error.http_status == 0);
  CHECK(error.remote_code == 0 && error.retry_after_ms == 0);
  CHECK(error.message.ptr == NULL && error.message.len == 0 && error.message.release == NULL);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
}

/* A host of which only the first `size` bytes are true; the others are addresses of nothing. */
static wfa_result host_of_size(uint32_t size) {
  unsigned char bytes[sizeof(wfa_host) + 64];
  wfa_host host;
  memset(&host, 0, sizeof host);
  host.struct_size = size;
  host.abi_major = WFA_ABI_MAJOR;
  host.name = "test";
  host.version = "1";
  host.instance_name = "desk";
  memset(bytes, CANARY, sizeof bytes);
  memcpy(bytes, &host, size < sizeof host ? size : sizeof host);
  wfa_adapter *adapter = NULL;
  wfa_result result =
      api->create((const wfa_host *)(const void *)bytes, PROPERTIES, WFA_STRLEN, &adapter, NULL);
  if (result == WFA_OK) {
    /* Makes the adapter log, if it believes that it has somewhere to. */
    wfa_buffer response;
    CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED,
                 api->execute_command(adapter, "processWebhook", WFA_STRLEN, NOTIFICATION,
                                      WFA_STRLEN, NULL, &response, NULL));
    release(&response);
    CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  }
  return result;
}

static void hosts(void) {
  begin("a host of any older size");
  for (uint32_t size = offsetof(wfa_host, name); size <= sizeof(wfa_host); size++) {
    CHECK_RESULT(WFA_OK, host_of_size(size));
  }
  begin("a host of a newer size");
  CHECK_RESULT(WFA_OK, host_of_size((uint32_t)sizeof(wfa_host) + 8));
  CHECK_RESULT(WFA_OK, host_of_size((uint32_t)sizeof(wfa_host) + 64));
  begin("a host too small to say its version");
  for (uint32_t size = 4; size < offsetof(wfa_host, name); size++) {
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, host_of_size(size));
  }

  begin("a host of another major version");
  uint16_t others[] = {0, WFA_ABI_MAJOR + 1, UINT16_MAX};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    wfa_host host;
    memset(&host, 0, sizeof host);
    host.struct_size = sizeof host;
    host.abi_major = others[i];
    wfa_adapter *adapter = NULL;
    CHECK_RESULT(WFA_ERR_UNSUPPORTED, api->create(&host, PROPERTIES, WFA_STRLEN, &adapter, NULL));
    CHECK(adapter == NULL);
  }
  begin("a host of another minor version, and of odd log levels");
  int32_t levels[] = {INT32_MIN, -1, WFA_LOG_OFF, WFA_LOG_TRACE, 6, INT32_MAX};
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
    wfa_host host;
    memset(&host, 0, sizeof host);
    host.struct_size = sizeof host;
    host.abi_major = WFA_ABI_MAJOR;
    host.abi_minor = UINT16_MAX;
    host.log_level = levels[i];
    wfa_adapter *adapter = NULL;
    CHECK_RESULT(WFA_OK, api->create(&host, PROPERTIES, WFA_STRLEN, &adapter, NULL));
    CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  }
}

/* Options of which only the first `size` bytes are true; the others are an address of nothing. */
static wfa_result options_of_size(wfa_adapter *adapter, uint32_t size) {
  unsigned char bytes[sizeof(wfa_call_options) + 64];
  wfa_call_options options;
  wfa_buffer response;
  memset(&options, 0, sizeof options);
  options.struct_size = size;
  options.timeout_ms = UINT64_MAX;
  options.correlation_id = "id";
  options.correlation_id_len = 2;
  memset(bytes, CANARY, sizeof bytes);
  memcpy(bytes, &options, size < sizeof options ? size : sizeof options);
  memcpy(bytes, &size, sizeof size);
  wfa_result result =
      api->execute_command(adapter, COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN,
                           (const wfa_call_options *)(const void *)bytes, &response, NULL);
  CHECK((response.ptr != NULL) == (result == WFA_ERR_INVALID_REQUEST));
  release(&response);
  return result;
}

static void options(wfa_adapter *adapter) {
  begin("options of any older size");
  for (uint32_t size = offsetof(wfa_call_options, timeout_ms); size <= sizeof(wfa_call_options);
       size++) {
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST, options_of_size(adapter, size));
  }
  begin("options of a newer size");
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
               options_of_size(adapter, (uint32_t)sizeof(wfa_call_options) + 1));
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
               options_of_size(adapter, (uint32_t)sizeof(wfa_call_options) + 64));
  begin("options too small to hold anything");
  for (uint32_t size = 0; size < offsetof(wfa_call_options, timeout_ms); size++) {
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, options_of_size(adapter, size));
  }
}

static int32_t accept(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

static void unaligned(void) {
  unsigned char places[8][sizeof(wfa_error) + 8];
  begin("every struct at an odd address");
  for (size_t by = 1; by < 8; by++) {
    void *at[8];
    for (size_t i = 0; i < 8; i++) {
      memset(places[i], 0, sizeof places[i]);
      at[i] = places[i] + by;
    }
    wfa_host host;
    wfa_call_options options;
    wfa_error error = new_error();
    memset(&host, 0, sizeof host);
    host.struct_size = sizeof host;
    host.abi_major = WFA_ABI_MAJOR;
    host.instance_name = "desk";
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.correlation_id = "id";
    options.correlation_id_len = 2;
    memcpy(at[0], &host, sizeof host);
    memcpy(at[1], &error, sizeof error);
    memcpy(at[2], &options, sizeof options);
    CHECK_RESULT(WFA_OK, api->create(at[0], PROPERTIES, WFA_STRLEN, at[3], at[1]));
    wfa_adapter *adapter;
    memcpy(&adapter, at[3], sizeof adapter);
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
                 api->execute_command(adapter, COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN, at[2],
                                      at[4], at[1]));
    wfa_buffer response;
    memcpy(&response, at[4], sizeof response);
    CHECK(response.len > 0 && strlen(response.ptr) == response.len);
    response.release(at[4]);
    memcpy(&response, at[4], sizeof response);
    CHECK(response.ptr == NULL && response.release == NULL);
    memcpy(&error, at[1], sizeof error);
    CHECK(error.result == WFA_ERR_INVALID_REQUEST && error.message.len > 0);
    error.message.release((wfa_buffer *)((char *)at[1] + offsetof(wfa_error, message)));
    CHECK_RESULT(WFA_OK,
                 api->register_event_callback(adapter, NULL, 0, accept, NULL, NULL, at[5], at[1]));
    uint64_t registration;
    memcpy(&registration, at[5], sizeof registration);
    CHECK_RESULT(WFA_OK, api->unregister_event_callback(adapter, registration, 0));
    CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  }
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  api = entry_of(open_library(arguments[1], RTLD_NOW | RTLD_LOCAL));
  errors();
  hosts();
  wfa_adapter *adapter = create(api);
  options(adapter);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  unaligned();
  begin(NULL);
  return 0;
}
