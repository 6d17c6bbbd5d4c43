/* What a host can get wrong inside a text: its encoding, its JSON, names, and length. */

#define _GNU_SOURCE

#include <sys/mman.h>

#include "calls.h"

/* Runs a command that must not reach the network; with a response if and only if `expected` has
 * one. Answers what the error says, until the next call. */
static const char *refused(wfa_result expected, wfa_adapter *adapter, const char *name,
                           const char *json, size_t length) {
  static char message[1024];
  wfa_buffer response;
  wfa_error error = new_error();
  memset(&response, 0x5a, sizeof response);
  CHECK_RESULT(expected, plugin()->execute_command(adapter, name, WFA_STRLEN, json, length, NULL,
                                                   &response, &error));
  CHECK((response.ptr != NULL) == (expected == WFA_ERR_INVALID_REQUEST));
  CHECK(!response.ptr || strstr(response.ptr, "\"status\":\"FAILED\""));
  CHECK(error.result == expected && error.message.ptr && error.message.len < 1000);
  CHECK(!response.ptr || response.len < 3000);
  snprintf(message, sizeof message, "%s", error.message.ptr);
  release(&response);
  release(&error.message);
  return message;
}

static void invalid_utf8(void) {
  const wfa_api *api = plugin();
  static const char *const bad[] = {
      "\xff",     "\xc3",     "\x80",         "\xc0\xaf",         "\xe0\x80\xaf",    "\xed\xa0\x80",
      "\xed\xbf", "\xe2\x82", "\xf0\x80\x80", "\xf5\x80\x80\x80", "\xf4\x90\x80\x80"};
  wfa_adapter *adapter = online();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char text[512];
    wfa_buffer out;
    wfa_adapter *none = NULL;
#define INVALID(call) CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, call)
    snprintf(text, sizeof text, "sendMessage%sText", bad[i]);
    INVALID(api->execute_command(adapter, text, WFA_STRLEN, TEXT, WFA_STRLEN, NULL, &out, NULL));
    INVALID(api->submit_command(adapter, text, WFA_STRLEN, TEXT, WFA_STRLEN, NULL,
                                ignore_completion, NULL, NULL, NULL));
    INVALID(api->register_event_callback(adapter, text, WFA_STRLEN, accept_event, NULL, NULL, NULL,
                                         NULL));
    snprintf(text, sizeof text, "{\"phoneNumber\":\"1\",\"message\":\"%s\"}", bad[i]);
    INVALID(api->execute_command(adapter, "sendMessageText", WFA_STRLEN, text, WFA_STRLEN, NULL,
                                 &out, NULL));
    INVALID(api->submit_command(adapter, "sendMessageText", WFA_STRLEN, text, WFA_STRLEN, NULL,
                                ignore_completion, NULL, NULL, NULL));
    snprintf(text, sizeof text, "{\"authenticationToken\":\"" TOKEN "%s\"}", bad[i]);
    INVALID(api->create(NULL, text, WFA_STRLEN, &none, NULL));
    INVALID(api->update_properties(adapter, text, WFA_STRLEN, NULL));
    INVALID(webhook_extension()->challenge(adapter, bad[i], WFA_STRLEN, "t", 1, &out, NULL));
    INVALID(webhook_extension()->challenge(adapter, "q", 1, bad[i], WFA_STRLEN, &out, NULL));
    wfa_call_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.correlation_id = bad[i];
    options.correlation_id_len = WFA_STRLEN;
    INVALID(api->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, &options,
                                 &out, NULL));
    wfa_host host;
    memset(&host, 0, sizeof host);
    host.struct_size = sizeof host;
    host.abi_major = WFA_ABI_MAJOR;
    host.instance_name = bad[i];
    struct properties properties = properties_for(emulator_url, "");
    INVALID(api->create(&host, properties.json, WFA_STRLEN, &none, NULL));
    CHECK(!api->get_extension(bad[i]));
#undef INVALID
  }
  CHECK_RESULT(WFA_OK, send_text(adapter));
}

static void interior_nul(void) {
  const wfa_api *api = plugin();
  wfa_adapter *adapter = online();
  wfa_buffer out;
#define WHOLE(text) text, sizeof text - 1
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->execute_command(adapter, WHOLE("sendMessageText\0"), TEXT,
                                                       WFA_STRLEN, NULL, &out, NULL));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, api->execute_command(adapter, WHOLE("\0sendMessageText"), TEXT,
                                                       WFA_STRLEN, NULL, &out, NULL));
  CHECK_RESULT(WFA_ERR_NOT_FOUND,
               api->register_event_callback(adapter, WHOLE("customer_message\0"), accept_event,
                                            NULL, NULL, NULL, NULL));
  CHECK_RESULT(WFA_OK, api->register_event_callback(adapter, WHOLE("customer_message"),
                                                    accept_event, NULL, NULL, NULL, NULL));
  forget_requests();
  refused(WFA_ERR_INVALID_ARGUMENT, adapter, "sendMessageText",
          WHOLE("{\"phoneNumber\":\"1\",\"message\":\"a\0b\"}"));
  refused(WFA_ERR_INVALID_ARGUMENT, adapter, "sendMessageText",
          WHOLE("{\"phoneNumber\":\"1\",\"message\":\"a\"}\0"));
  refused(WFA_ERR_INVALID_REQUEST, adapter, "sendMessageText",
          WHOLE("{\"phoneNumber\":\"1\",\"message\\u0000\":\"a\"}"));
  refused(WFA_ERR_INVALID_REQUEST, adapter, "sendMessageText",
          WHOLE("{\"phoneNumber\":\"1\\u0000\",\"message\":\"a\"}"));
  CHECK(accepted_requests() == 0);
  refused_properties(WFA_ERR_INVALID_REQUEST,
                     WHOLE("{\"authenticationToken\":\"EAAGexampleexampleexample\\u0000\","
                           "\"apiVersion\":\"v26.0\",\"phoneNumberId\":\"1\"}"));
  refused_properties(WFA_ERR_INVALID_REQUEST,
                     WHOLE("{\"authenticationToken\":\"EAAGexampleexampleexample\","
                           "\"apiVersion\":\"v26.0\\u0000\",\"phoneNumberId\":\"1\"}"));
  refused_properties(WFA_ERR_INVALID_ARGUMENT, WHOLE("{\"authenticationToken\":\"EAA\0\"}"));
  /* As an escape it is one character of a message like any other. */
  wfa_buffer response;
  CHECK_RESULT(WFA_OK, api->execute_command(
                           adapter, "sendMessageText", WFA_STRLEN,
                           WHOLE("{\"phoneNumber\":\"+16505551234\",\"message\":\"a\\u0000b\"}"),
                           NULL, &response, NULL));
  CHECK(strlen(response.ptr) == response.len);
  release(&response);
#undef WHOLE
}

static void command_names(void) {
  const wfa_api *api = plugin();
  wfa_adapter *adapter = online();
  size_t long_length = 1 << 20;
  char *long_name = (char *)malloc(long_length + 1);
  CHECK(long_name);
  memset(long_name, 'a', long_length);
  long_name[long_length] = '\0';
  const char *const names[] = {"",
                               " ",
                               "sendmessagetext",
                               "SENDMESSAGETEXT",
                               "sendMessageTex",
                               "sendMessageText ",
                               " sendMessageText",
                               "sendMessageTextX",
                               "sendMessageText;",
                               "s\xc3\xa9nd",
                               "*",
                               "customer_message",
                               "wfa.webhook/1",
                               long_name};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    wfa_error error = new_error();
    refused(WFA_ERR_NOT_FOUND, adapter, names[i], TEXT, WFA_STRLEN);
    CHECK_RESULT(WFA_ERR_NOT_FOUND,
                 api->submit_command(adapter, names[i], WFA_STRLEN, TEXT, WFA_STRLEN, NULL,
                                     ignore_completion, NULL, NULL, &error));
    CHECK(error.message.len < 1000);
    release(&error.message);
    /* No name at all means every event. */
    int every = strcmp(names[i], "") == 0 || strcmp(names[i], "customer_message") == 0;
    CHECK_RESULT(every ? WFA_OK : WFA_ERR_NOT_FOUND,
                 api->register_event_callback(adapter, names[i], WFA_STRLEN, accept_event, NULL,
                                              NULL, NULL, NULL));
  }
  static const char *const ids[] = {"",
                                    "wfa.webhook",
                                    "wfa.webhook/",
                                    "wfa.webhook/2",
                                    "wfa.webhook/1 ",
                                    "wfa.webhook/1x",
                                    "wfa.webhook/10",
                                    "WFA.webhook/1",
                                    " wfa.webhook/1",
                                    "wfa.metrics/1/",
                                    "sendMessageText"};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    CHECK(!api->get_extension(ids[i]));
  }
  CHECK(!api->get_extension(long_name));
  CHECK(api->get_extension("wfa.webhook/1") == api->get_extension(WFA_WEBHOOK_V1));
  free(long_name);
}

/* `text` repeated, with something before and behind it; free it. */
static char *repeated(const char *before, const char *text, size_t times, const char *behind) {
  size_t length = strlen(text);
  size_t first = strlen(before);
  char *made = (char *)malloc(first + length * times + strlen(behind) + 1);
  CHECK(made);
  memcpy(made, before, first);
  for (size_t i = 0; i < times; i++) {
    memcpy(made + first + i * length, text, length);
  }
  memcpy(made + first + length * times, behind, strlen(behind) + 1);
  return made;
}

static void json_shapes(void) {
  wfa_adapter *adapter = online();
  static const char *const no_json[] = {"",
                                        " ",
                                        "\n",
                                        "{",
                                        "}",
                                        "{]",
                                        "[",
                                        "nul",
                                        "NaN",
                                        "{}{}",
                                        "{} x",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{a:1}",
                                        "{'a'}",
                                        "\"",
                                        "\"\\x\"",
                                        "\xef\xbb\xbf{}",
                                        "+1",
                                        "01",
                                        "{\"a\":tru}",
                                        "{\"a\":\"\t\"}",
                                        "{\"message\":\"x\"}}",
                                        "/**/{}"};
  static const char *const no_object[] = {"null", "true", "0", "-1e5", "\"{}\"", "[]", " [{}] "};
  static const char *const commands[] = {"sendMessageText", "sendMessageTextTemplate",
                                         "sendMessageReaction", "processWebhook"};
  for (size_t i = 0; i < sizeof no_json / sizeof *no_json; i++) {
    for (size_t j = 0; j < 4; j++) {
      refused(WFA_ERR_INVALID_ARGUMENT, adapter, commands[j], no_json[i], WFA_STRLEN);
    }
    refused_properties(WFA_ERR_INVALID_ARGUMENT, no_json[i], WFA_STRLEN);
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 plugin()->update_properties(adapter, no_json[i], WFA_STRLEN, NULL));
  }
  for (size_t i = 0; i < sizeof no_object / sizeof *no_object; i++) {
    for (size_t j = 0; j < 4; j++) {
      refused(WFA_ERR_INVALID_REQUEST, adapter, commands[j], no_object[i], WFA_STRLEN);
    }
    refused_properties(WFA_ERR_INVALID_REQUEST, no_object[i], WFA_STRLEN);
  }
  /* Nesting costs no stack. */
  char *open = repeated("{\"message\":", "[", 200000, "");
  char *deep = repeated("{\"phoneNumber\":\"1\",\"message\":\"x\",\"y\":", "[", 100000, "");
  char *closed = repeated(deep, "]", 100000, "}");
  refused(WFA_ERR_INVALID_ARGUMENT, adapter, "sendMessageText", open, WFA_STRLEN);
  refused(WFA_ERR_INVALID_REQUEST, adapter, "sendMessageText", closed, WFA_STRLEN);
  free(open);
  free(deep);
  free(closed);
  /* A gigabyte that is claimed and there: pages of zeroes, which cost no memory. */
  size_t gigabyte = under_tool ? (size_t)1 << 24 : (size_t)1 << 30;
  void *pages = mmap(NULL, gigabyte, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  CHECK(pages != MAP_FAILED);
  int64_t start = now_ms();
  refused(WFA_ERR_INVALID_ARGUMENT, adapter, "sendMessageText", (const char *)pages, gigabyte);
  refused_properties(WFA_ERR_INVALID_ARGUMENT, (const char *)pages, gigabyte);
  note("two requests of %zu bytes were refused in %d ms", gigabyte, (int)(now_ms() - start));
  CHECK_RESULT(WFA_OK, send_text(adapter));
}

static void long_messages(void) {
  wfa_adapter *adapter = online();
  forget_requests();
  const char *before = "{\"phoneNumber\":\"+16505551234\",\"message\":\"";
  static const char *const letters[] = {
      "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x93\xa6", "\\u00e9", "\\ud83d\\udce6"};
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
    char *longest = repeated(before, letters[i], 4096, "\"}");
    CHECK_RESULT(WFA_OK, execute(adapter, "sendMessageText", longest));
    char *longer = repeated(before, letters[i], 4097, "\"}");
    CHECK(strstr(refused(WFA_ERR_INVALID_REQUEST, adapter, "sendMessageText", longer, WFA_STRLEN),
                 "message"));
    free(longest);
    free(longer);
  }
  CHECK(accepted_requests() == 6);
  char *huge = repeated(before, "0123456789", 3 * 1024 * 1024 / 10, "\"}");
  refused(WFA_ERR_INVALID_REQUEST, adapter, "sendMessageText", huge, WFA_STRLEN);
  char *escaped = repeated(before, "\\u0000", 3 * 1024 * 1024 / 6, "\"}");
  refused(WFA_ERR_INVALID_REQUEST, adapter, "sendMessageText", escaped, WFA_STRLEN);
  free(huge);
  free(escaped);
  CHECK(accepted_requests() == 6);
}

static const struct numbered_case CASES[] = {
    {"F04", "text that is not UTF-8 is refused in every place that takes text", invalid_utf8},
    {"F05", "a NUL inside a text belongs to it and cuts nothing off", interior_nul},
    {"F12", "a name is compared whole: empty, cut, longer, of 1 MB, or in other letters is unknown",
     command_names},
    {"F13", "JSON of every wrong shape, deep or a gigabyte long, is a result and not a crash",
     json_shapes},
    {"F14", "a message of 3 MB is refused before anything is sent", long_messages},
};

MAIN(CASES)
