/* What a host can get wrong about pointers, the sizes of structs, and lengths. */

#define _GNU_SOURCE

#include "calls.h"
#include "guard.h"

static void null_pointers(void) {
  const wfa_api *api = plugin();
  wfa_adapter *adapter = online();
  wfa_adapter *none = (wfa_adapter *)(uintptr_t)0x5a;
  struct properties properties = properties_for(emulator_url, "");
  wfa_buffer out;
  memset(&out, 0x5a, sizeof out);
  every_call_answers(WFA_ERR_INVALID_ARGUMENT, NULL);
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->destroy(NULL, 0));

  CHECK(!api->get_extension(NULL));
  static const size_t lengths[] = {0, 1, WFA_STRLEN};
  for (size_t i = 0; i < 3; i++) {
    size_t length = lengths[i];
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->create(NULL, NULL, length, &none, NULL));
    CHECK(!none);
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->update_properties(adapter, NULL, length, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 api->execute_command(adapter, NULL, length, TEXT, WFA_STRLEN, NULL, &out, NULL));
    CHECK(!out.ptr && !out.release && out.len == 0);
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 api->execute_command(adapter, "sendMessageText", WFA_STRLEN, NULL, length, NULL,
                                      &out, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 api->submit_command(adapter, NULL, length, TEXT, WFA_STRLEN, NULL,
                                     ignore_completion, NULL, NULL, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 api->submit_command(adapter, "sendMessageText", WFA_STRLEN, NULL, length, NULL,
                                     ignore_completion, NULL, NULL, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 webhook_extension()->challenge(adapter, NULL, length, "t", 1, &out, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 webhook_extension()->challenge(adapter, "q", 1, NULL, length, &out, NULL));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 webhook_extension()->process(adapter, NULL, length, NULL, 0, &out, NULL));
  }
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->create(NULL, properties.json, WFA_STRLEN, NULL, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, NULL,
                                    NULL, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->register_event_callback(adapter, NULL, 0, NULL, NULL, NULL, NULL, NULL));
  CHECK_RESULT(
      WFA_ERR_INVALID_ARGUMENT,
      api->register_event_callback(adapter, NULL, 1, accept_event, NULL, NULL, NULL, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               api->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, NULL,
                                   NULL, NULL, NULL, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               webhook_extension()->challenge(adapter, "q", 1, "t", 1, NULL, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               webhook_extension()->process(adapter, "{}", 2, NULL, 0, NULL, NULL));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, metrics_extension()->snapshot(adapter, NULL, NULL));

  /* What may be NULL. */
  wfa_host host;
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  host.log_level = WFA_LOG_TRACE;
  wfa_adapter *quiet = NULL;
  CHECK_RESULT(WFA_OK, api->create(&host, properties.json, WFA_STRLEN, &quiet, NULL));
  CHECK_RESULT(WFA_OK,
               api->register_event_callback(quiet, NULL, 0, accept_event, NULL, NULL, NULL, NULL));
  CHECK_RESULT(WFA_OK, process_message(quiet, "null"));
  CHECK_RESULT(WFA_OK, api->submit_command(quiet, "processWebhook", WFA_STRLEN, "{}", WFA_STRLEN,
                                           NULL, ignore_completion, NULL, NULL, NULL));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->unregister_event_callback(quiet, 0, 0));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->cancel_command(quiet, 0));
  CHECK_RESULT(WFA_OK, api->destroy(quiet, 0));
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));

  void (*buffer_release)(wfa_buffer *);
  load(open_library(plugin_path, RTLD_NOW), "wfa_buffer_release", &buffer_release);
  wfa_buffer empty;
  memset(&empty, 0, sizeof empty);
  buffer_release(NULL);
  buffer_release(&empty);
}

/* An error struct of `size` bytes at the end of readable memory: nothing behind it is touched, and
 * what lies within it is filled in. */
static void error_of_size(size_t size) {
  struct guarded room = guard(size < 4 ? 4 : size);
  unsigned char *bytes = (unsigned char *)room.text;
  memset(bytes, 0, room.length);
  uint32_t said = (uint32_t)size;
  memcpy(bytes, &said, sizeof said);
  wfa_adapter *none = NULL;
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               plugin()->create(NULL, "", 0, &none, (wfa_error *)(void *)bytes));
  wfa_error error;
  memset(&error, 0, sizeof error);
  memcpy(&error, bytes, size < sizeof error ? size : sizeof error);
  CHECK(error.struct_size == size || size < 4);
  CHECK(error.result == (size >= 8 ? WFA_ERR_INVALID_ARGUMENT : 0));
  CHECK((error.message.ptr != NULL) == (size >= sizeof error));
  for (size_t i = sizeof error; i < size; i++) {
    CHECK(bytes[i] == 0);
  }
  release(&error.message);
  unguard(&room);
}

/* A host struct of `size` bytes at the end of readable memory. */
static wfa_result host_of_size(size_t size, uint16_t major, uint16_t minor) {
  struct guarded room = guard(size < 4 ? 4 : size);
  wfa_host host;
  memset(&host, 0, sizeof host);
  host.struct_size = (uint32_t)size;
  host.abi_major = major;
  host.abi_minor = minor;
  memset(room.text, 0x5a, room.length);
  memcpy(room.text, &host, room.length < sizeof host ? room.length : sizeof host);
  struct properties properties = properties_for(emulator_url, "");
  wfa_adapter *adapter = NULL;
  wfa_result result = plugin()->create((const wfa_host *)(const void *)room.text, properties.json,
                                       WFA_STRLEN, &adapter, NULL);
  CHECK((adapter != NULL) == (result == WFA_OK));
  if (adapter) {
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  }
  unguard(&room);
  return result;
}

static wfa_result options_of_size(wfa_adapter *adapter, size_t size) {
  struct guarded room = guard(size < 4 ? 4 : size);
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = (uint32_t)size;
  memset(room.text, 0x5a, room.length);
  memcpy(room.text, &options, room.length < sizeof options ? room.length : sizeof options);
  wfa_buffer response;
  memset(&response, 0, sizeof response);
  wfa_result result =
      plugin()->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                (const wfa_call_options *)(const void *)room.text, &response, NULL);
  release(&response);
  unguard(&room);
  return result;
}

static void struct_sizes(void) {
  for (size_t size = 0; size <= sizeof(wfa_error) + 64; size++) {
    error_of_size(size);
  }
  for (size_t size = 0; size <= sizeof(wfa_host) + 64; size++) {
    /* Without its version a host cannot be talked to; every later member may be absent. */
    wfa_result expected = size < 8 ? WFA_ERR_INVALID_ARGUMENT : WFA_OK;
    CHECK_RESULT(expected, host_of_size(size, WFA_ABI_MAJOR, WFA_ABI_MINOR));
  }
  CHECK_RESULT(WFA_OK, host_of_size(sizeof(wfa_host), WFA_ABI_MAJOR, UINT16_MAX));
  CHECK_RESULT(WFA_ERR_UNSUPPORTED, host_of_size(sizeof(wfa_host), 0, 0));
  CHECK_RESULT(WFA_ERR_UNSUPPORTED, host_of_size(sizeof(wfa_host), WFA_ABI_MAJOR + 1, 0));
  wfa_adapter *adapter = online();
  for (size_t size = 0; size <= sizeof(wfa_call_options) + 64; size++) {
    wfa_result expected = size < 8 ? WFA_ERR_INVALID_ARGUMENT : WFA_OK;
    CHECK_RESULT(expected, options_of_size(adapter, size));
  }

  /* After success an error struct is empty, whatever was in it. */
  wfa_error error;
  memset(&error, 0x5a, sizeof error);
  error.struct_size = sizeof error;
  struct properties properties = properties_for(emulator_url, "");
  CHECK_RESULT(WFA_OK, plugin()->update_properties(adapter, properties.json, WFA_STRLEN, &error));
  wfa_error empty = new_error();
  CHECK(memcmp(&error, &empty, sizeof error) == 0);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static void absurd_lengths(void) {
  const wfa_api *api = plugin();
  wfa_adapter *adapter = online();
  static const size_t lengths[] = {SIZE_MAX - 1, SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 2,
                                   (size_t)(int64_t)-2, (size_t)(int64_t)INT64_MIN};
  wfa_buffer out;
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    size_t length = lengths[i];
    wfa_call_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.correlation_id = "id";
    options.correlation_id_len = length;
    wfa_adapter *none = NULL;
#define INVALID(call) CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, call)
    INVALID(api->create(NULL, "{}", length, &none, NULL));
    INVALID(api->update_properties(adapter, "{}", length, NULL));
    INVALID(api->execute_command(adapter, "a", length, "{}", 2, NULL, &out, NULL));
    INVALID(api->execute_command(adapter, "a", 1, "{}", length, NULL, &out, NULL));
    INVALID(api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, &options,
                                 &out, NULL));
    INVALID(api->submit_command(adapter, "a", length, "{}", 2, NULL, ignore_completion, NULL, NULL,
                                NULL));
    INVALID(api->submit_command(adapter, "a", 1, "{}", length, NULL, ignore_completion, NULL, NULL,
                                NULL));
    INVALID(
        api->register_event_callback(adapter, "e", length, accept_event, NULL, NULL, NULL, NULL));
    INVALID(webhook_extension()->challenge(adapter, "q", length, "t", 1, &out, NULL));
    INVALID(webhook_extension()->challenge(adapter, "q", 1, "t", length, &out, NULL));
    INVALID(webhook_extension()->process(adapter, "b", length, NULL, 0, &out, NULL));
    INVALID(webhook_extension()->process(adapter, "b", 1, "s", length, &out, NULL));
#undef INVALID
  }
  /* Nothing at all, and NUL-terminated text. */
  CHECK_RESULT(
      WFA_ERR_INVALID_ARGUMENT,
      api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, 0, NULL, &out, NULL));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->execute_command(adapter, "sendMessageText", 0, TEXT,
                                                       WFA_STRLEN, NULL, &out, NULL));
  CHECK_RESULT(WFA_OK,
               api->register_event_callback(adapter, "x", 0, accept_event, NULL, NULL, NULL, NULL));
  CHECK_RESULT(WFA_OK, api->execute_command(adapter, "sendMessageText", (size_t)-1, TEXT,
                                            (size_t)-1, NULL, &out, NULL));
  release(&out);
  static const uint64_t timeouts[] = {0, 60000, INT64_MAX, UINT64_MAX / 1000, UINT64_MAX};
  for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
    wfa_call_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.timeout_ms = timeouts[i];
    CHECK_RESULT(WFA_OK, api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                              WFA_STRLEN, &options, &out, NULL));
    release(&out);
  }
  static const size_t id_lengths[] = {0, 1, 512, 513};
  char id[513];
  memset(id, 'i', sizeof id);
  for (size_t i = 0; i < 4; i++) {
    wfa_call_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.correlation_id = id;
    options.correlation_id_len = id_lengths[i];
    int fits = i == 1 || i == 2;
    CHECK_RESULT(fits ? WFA_OK : WFA_ERR_INVALID_ARGUMENT,
                 api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                      &options, &out, NULL));
    release(&out);
  }
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
}

/* ---- F77 ---- */

static void unknown_flags(void) {
  const wfa_api *api = plugin();
  wfa_adapter *adapter = online();
  wfa_call_options options;
  wfa_buffer out;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.flags = UINT32_MAX; /* known ones too: an executed command has nothing to poll */
  CHECK_RESULT(WFA_OK, api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                            WFA_STRLEN, &options, &out, NULL));
  release(&out);
  options.flags = ~(uint32_t)WFA_CALL_POLLED;
  sem_t done;
  new_point(&done);
  CHECK_RESULT(WFA_OK, api->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                           &options, end_wait, &done, NULL, NULL));
  await(&done);
  uint64_t registration = listen_for(adapter, NULL, accept_event, NULL, NULL);
  CHECK_RESULT(WFA_OK,
               api->unregister_event_callback(adapter, registration, ~(uint32_t)WFA_NO_WAIT));
  /* NULL with a length: the host has lost a text. */
  static const size_t lengths[] = {1, 5, 4096};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    size_t length = lengths[i];
#define INVALID(call) CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, call)
    INVALID(
        api->register_event_callback(adapter, NULL, length, accept_event, NULL, NULL, NULL, NULL));
    INVALID(webhook_extension()->process(adapter, "{}", 2, NULL, length, &out, NULL));
    INVALID(webhook_extension()->process(adapter, NULL, length, NULL, 0, &out, NULL));
    INVALID(webhook_extension()->challenge(adapter, NULL, length, "t", 1, &out, NULL));
    options.correlation_id_len = length;
    INVALID(api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, &options,
                                 &out, NULL));
#undef INVALID
  }
  /* NULL of no length is no text. */
  CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, NULL, WFA_STRLEN, accept_event, NULL,
                                                    NULL, NULL, NULL));
  CHECK_RESULT(WFA_ERR_UNAUTHENTIC,
               webhook_extension()->process(adapter, "{}", 2, NULL, WFA_STRLEN, &out, NULL));
  release(&out);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, ~(uint32_t)WFA_NO_WAIT));
}

static const struct numbered_case CASES[] = {
    {"F01", "NULL for any pointer is refused, or means what the header says", null_pointers},
    {"F02", "a struct may be smaller or larger than the plugin's, and nothing beyond it is touched",
     struct_sizes},
    {"F03", "lengths of 0, of no possible text and of NUL-terminated text, and any timeout",
     absurd_lengths},
    {"F77", "unknown bits of flags are ignored, and NULL with a length is refused", unknown_flags},
};

MAIN(CASES)
