/* Where things lie: text and structs at any address, handles that are none, and who owns what. */

#define _GNU_SOURCE

#include "calls.h"
#include "guard.h"
#include "together.h"

/* Every text of the contract once, at the very end of readable memory and without a NUL. */
static void guard_pages(void) {
  const wfa_api *api = plugin();
  struct properties properties = properties_for(emulator_url, "");
  struct guarded json = guard_text(properties.json);
  struct guarded name = guard_text("sendMessageText");
  struct guarded text = guard_text(TEXT);
  struct guarded event = guard_text("customer_message");
  struct guarded id = guard_text("order-1");
  struct guarded body = guard_text("{\"object\":\"whatsapp_business_account\"}");
  struct guarded signature = guard_text("sha256=00");
  struct guarded query = guard_text("hub.mode=subscribe&hub.verify_token=t&hub.challenge=1158");
  struct guarded token = guard_text("t");
  wfa_adapter *adapter = NULL;
  CHECK_RESULT(WFA_OK, api->create(NULL, json.text, json.length, &adapter, NULL));
  CHECK_RESULT(WFA_OK, api->update_properties(adapter, json.text, json.length, NULL));
  CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, event.text, event.length, accept_event,
                                                    NULL, NULL, NULL, NULL));
  wfa_call_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.correlation_id = id.text;
  options.correlation_id_len = id.length;
  wfa_buffer out;
  forget_requests();
  CHECK_RESULT(WFA_OK, api->execute_command(adapter, name.text, name.length, text.text, text.length,
                                            &options, &out, NULL));
  CHECK(strlen(out.ptr) == out.len);
  release(&out);
  CHECK_RESULT(WFA_OK, api->submit_command(adapter, name.text, name.length, text.text, text.length,
                                           &options, ignore_completion, NULL, NULL, NULL));
  CHECK_RESULT(WFA_OK, webhook_extension()->challenge(adapter, query.text, query.length, token.text,
                                                      token.length, &out, NULL));
  CHECK(out.len == 4 && strcmp(out.ptr, "1158") == 0);
  release(&out);
  CHECK_RESULT(WFA_ERR_UNAUTHENTIC,
               webhook_extension()->process(adapter, body.text, body.length, signature.text,
                                            signature.length, &out, NULL));
  release(&out);
  struct guarded place = guard(sizeof(wfa_buffer));
  CHECK_RESULT(WFA_OK, api->execute_command(adapter, name.text, name.length, text.text, text.length,
                                            NULL, (wfa_buffer *)(void *)place.text, NULL));
  release((wfa_buffer *)(void *)place.text);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  CHECK(accepted_requests() >= 2);
}

static char misaligned[4096];

/* An address that is aligned for nothing. */
static void *odd(size_t at) { return misaligned + at * 256 + 1; }

static void unaligned_pointers(void) {
  const wfa_api *api = plugin();
  wfa_error error = new_error();
  wfa_host host;
  wfa_call_options options;
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = WFA_ABI_MAJOR;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  memcpy(odd(0), &error, sizeof error);
  memcpy(odd(1), &host, sizeof host);
  memcpy(odd(2), &options, sizeof options);
  wfa_error *odd_error = (wfa_error *)odd(0);
  wfa_buffer *odd_buffer = (wfa_buffer *)odd(3);
  struct properties properties = properties_for(emulator_url, "");
  wfa_adapter *adapter = NULL;
  uint64_t number = 0;
  CHECK_RESULT(WFA_OK, api->create((const wfa_host *)odd(1), properties.json, WFA_STRLEN,
                                   (wfa_adapter **)odd(4), odd_error));
  memcpy(&adapter, odd(4), sizeof adapter);
  CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, NULL, 0, accept_event, NULL, NULL,
                                                    (uint64_t *)odd(5), odd_error));
  memcpy(&number, odd(5), sizeof number);
  CHECK_RESULT(WFA_OK, api->unregister_event_callback(adapter, number, 0));
  CHECK_RESULT(WFA_OK,
               api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                    (const wfa_call_options *)odd(2), odd_buffer, odd_error));
  wfa_buffer response;
  memcpy(&response, odd_buffer, sizeof response);
  CHECK(response.ptr && strlen(response.ptr) == response.len);
  response.release(odd_buffer);
  CHECK_RESULT(WFA_ERR_NOT_FOUND,
               api->execute_command(adapter, "no", WFA_STRLEN, TEXT, WFA_STRLEN,
                                    (const wfa_call_options *)odd(2), odd_buffer, odd_error));
  memcpy(&error, odd_error, sizeof error);
  CHECK(error.result == WFA_ERR_NOT_FOUND && error.message.ptr);
  release(&error.message);
  memcpy(odd_error, &error, sizeof error);
  CHECK_RESULT(WFA_OK, api->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                           (const wfa_call_options *)odd(2), ignore_completion,
                                           NULL, (uint64_t *)odd(6), odd_error));
  memcpy(&number, odd(6), sizeof number);
  CHECK(number != 0);
  CHECK_RESULT(WFA_OK, metrics_extension()->snapshot(adapter, odd_buffer, odd_error));
  memcpy(&response, odd_buffer, sizeof response);
  response.release(odd_buffer);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
}

static void never_given_out(wfa_adapter *adapter) {
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, plugin()->destroy(adapter, 0));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, plugin()->destroy(adapter, WFA_NO_WAIT));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, plugin()->cancel_command(adapter, 1));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, plugin()->unregister_event_callback(adapter, 1, 0));
}

static void foreign_handles(void) {
  const wfa_api *api = plugin();
  wfa_adapter *adapter = online();
  wfa_error error = new_error();
  int (*function)(const char *) = puts;
  void *address = NULL;
  memcpy(&address, &function, sizeof address);
  void *others[] = {&error,
                    &adapter,
                    address,
                    (void *)(uintptr_t)api,
                    (void *)odd(0),
                    stdout,
                    (void *)-1,
                    (void *)(uintptr_t)1,
                    misaligned,
                    environ,
                    (void *)(uintptr_t)api->descriptor};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    never_given_out((wfa_adapter *)others[i]);
    every_call_answers(WFA_ERR_INVALID_ARGUMENT, (wfa_adapter *)others[i]);
  }
  /* The neighbours of a real one, and 10,000 that somebody made up. */
  for (int bit = 0; bit < 64; bit++) {
    never_given_out((wfa_adapter *)((uintptr_t)adapter ^ (uintptr_t)1 << bit));
  }
  uint64_t random = 0x9e3779b97f4a7c15u;
  for (int i = 0; i < 10000; i++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    never_given_out((wfa_adapter *)(uintptr_t)(random ^ random >> 32));
  }
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  every_call_answers(WFA_ERR_STATE, adapter);
  CHECK_RESULT(WFA_ERR_STATE, api->destroy(adapter, 0));
}

static void *release_elsewhere(void *buffer) {
  release((wfa_buffer *)buffer);
  return NULL;
}

static void buffers(void) {
  const wfa_api *api = plugin();
  wfa_adapter *adapter = online();
  wfa_buffer kept[3];
  wfa_error error = new_error();
  for (int i = 0; i < 3; i++) {
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
                 api->execute_command(adapter, "sendMessageText", WFA_STRLEN, "{}", 2, NULL,
                                      &kept[i], &error));
    CHECK(kept[i].ptr && kept[i].ptr[kept[i].len] == '\0' && kept[i].release);
    CHECK(error.message.ptr[error.message.len] == '\0');
    release(&error.message);
    /* A second release of the same struct does nothing. */
    CHECK(!error.message.ptr && !error.message.release && error.message.len == 0);
    release(&error.message);
  }
  void (*released)(wfa_buffer *) = kept[0].release;
  released(&kept[0]);
  wfa_buffer empty;
  memset(&empty, 0, sizeof empty);
  CHECK(memcmp(&kept[0], &empty, sizeof empty) == 0);
  released(&kept[0]);
  released(NULL);
  /* On another thread; then after the adapter is gone. */
  pthread_t thread;
  start(&thread, release_elsewhere, &kept[1]);
  finish(thread);
  CHECK(!kept[1].ptr);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  CHECK(strstr(kept[2].ptr, "FAILED"));
  void (*flat)(wfa_buffer *);
  load(open_library(plugin_path, RTLD_NOW), "wfa_buffer_release", &flat);
  flat(&kept[2]);
  CHECK(memcmp(&kept[2], &empty, sizeof empty) == 0);
  flat(&kept[2]);
}

static const struct numbered_case CASES[] = {
    {"F06", "text that ends where memory ends, without a NUL, is read to its end and no further",
     guard_pages},
    {"F07", "structs and places for results may lie at any address", unaligned_pointers},
    {"F08", "a handle that this library never gave out is refused and never followed",
     foreign_handles},
    {"F10", "a buffer is released once, on any thread, also after destroy; again does nothing",
     buffers},
};

MAIN(CASES)
