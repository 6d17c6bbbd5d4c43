/* Text that comes in: with and without a NUL, empty, impossible, not UTF-8, up to the edge of a page.
 *
 * Usage: contract_text <plugin> */

#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "check.h"

#include <sys/mman.h>
#include <unistd.h>

#define COMMAND "sendMessageText"
#define REQUEST "{\"phoneNumber\":\"1\"}" /* refused before anything is sent */

static const wfa_api *api;
static wfa_adapter *adapter;

static int32_t accept(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

static wfa_result execute(const char *name, size_t name_len, const char *json, size_t json_len) {
  wfa_buffer response;
  wfa_error error = new_error();
  wfa_result result =
      api->execute_command(adapter, name, name_len, json, json_len, NULL, &response, &error);
  CHECK(error.result == result);
  CHECK((response.ptr != NULL) == (result == WFA_ERR_INVALID_REQUEST));
  CHECK(error.message.ptr && memchr(error.message.ptr, 0, error.message.len) == NULL);
  release(&response);
  release(&error.message);
  return result;
}

static wfa_result create_of(const char *properties, size_t len) {
  wfa_adapter *created = NULL;
  wfa_result result = api->create(NULL, properties, len, &created, NULL);
  CHECK((created != NULL) == (result == WFA_OK));
  if (created) {
    CHECK_RESULT(WFA_OK, api->destroy(created, 0));
  }
  return result;
}

static wfa_result register_for(const char *event, size_t len) {
  uint64_t registration = 0;
  wfa_result result =
      api->register_event_callback(adapter, event, len, accept, NULL, NULL, &registration, NULL);
  CHECK((registration != 0) == (result == WFA_OK));
  if (registration) {
    CHECK_RESULT(WFA_OK, api->unregister_event_callback(adapter, registration, 0));
  }
  return result;
}

static wfa_result execute_as(const char *id, size_t len) {
  wfa_call_options options;
  wfa_buffer response;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.correlation_id = id;
  options.correlation_id_len = len;
  wfa_result result = api->execute_command(adapter, COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN,
                                           &options, &response, NULL);
  release(&response);
  return result;
}

static void lengths(void) {
  begin("text that ends in a NUL");
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN));
  CHECK_RESULT(WFA_OK, create_of(PROPERTIES, WFA_STRLEN));
  CHECK_RESULT(WFA_OK, register_for("customer_message", WFA_STRLEN));

  begin("text with a length, in a longer text");
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
               execute(COMMAND "XYZ", strlen(COMMAND), REQUEST "]]", strlen(REQUEST)));
  CHECK_RESULT(WFA_OK, create_of(PROPERTIES "garbage", strlen(PROPERTIES)));
  CHECK_RESULT(WFA_OK, register_for("customer_message_and_more", strlen("customer_message")));

  begin("text cut short by its length");
  CHECK_RESULT(WFA_ERR_NOT_FOUND, execute(COMMAND, strlen(COMMAND) - 1, REQUEST, WFA_STRLEN));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               execute(COMMAND, WFA_STRLEN, REQUEST, strlen(REQUEST) - 1));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, create_of(PROPERTIES, strlen(PROPERTIES) - 1));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, register_for("customer_message", 3));

  begin("the length 0");
  CHECK_RESULT(WFA_ERR_NOT_FOUND, execute(COMMAND, 0, REQUEST, WFA_STRLEN));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(COMMAND, WFA_STRLEN, REQUEST, 0));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, create_of(PROPERTIES, 0));
  CHECK_RESULT(WFA_OK, register_for("customer_message", 0)); /* every event */
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute_as("id", 0));

  begin("lengths that no text can have");
  size_t impossible[] = {SIZE_MAX - 1, SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 2};
  for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(COMMAND, impossible[i], REQUEST, WFA_STRLEN));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(COMMAND, WFA_STRLEN, REQUEST, impossible[i]));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, create_of(PROPERTIES, impossible[i]));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, register_for("customer_message", impossible[i]));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute_as("id", impossible[i]));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 api->update_properties(adapter, PROPERTIES, impossible[i], NULL));
  }
}

static void contents(void) {
  begin("text that is not UTF-8");
  const char *bad[] = {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char json[64];
    snprintf(json, sizeof json, "{\"phoneNumber\":\"1\",\"message\":\"%s\"}", bad[i]);
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(bad[i], WFA_STRLEN, REQUEST, WFA_STRLEN));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(COMMAND, WFA_STRLEN, json, WFA_STRLEN));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, create_of(json, WFA_STRLEN));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, register_for(bad[i], WFA_STRLEN));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute_as(bad[i], WFA_STRLEN));
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, api->update_properties(adapter, json, WFA_STRLEN, NULL));
    wfa_host host;
    wfa_adapter *created = NULL;
    memset(&host, 0, sizeof host);
    host.struct_size = sizeof host;
    host.abi_major = WFA_ABI_MAJOR;
    host.instance_name = bad[i];
    CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
                 api->create(&host, PROPERTIES, WFA_STRLEN, &created, NULL));
    CHECK(created == NULL);
  }

  begin("a NUL inside the text");
  CHECK_RESULT(WFA_ERR_NOT_FOUND, execute(COMMAND "\0x", strlen(COMMAND) + 2, REQUEST, WFA_STRLEN));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, execute(COMMAND "\0", strlen(COMMAND) + 1, REQUEST, WFA_STRLEN));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               execute(COMMAND, WFA_STRLEN, REQUEST "\0", strlen(REQUEST) + 1));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT,
               execute(COMMAND, WFA_STRLEN, "{\"phoneNumber\":\"\0\"}", 19));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, create_of(PROPERTIES "\0", strlen(PROPERTIES) + 1));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, register_for("customer_message\0", 17));
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute_as("a\0b", 3)); /* the request's own fault */

  begin("names that are not quite right");
  const char *names[] = {"sendmessagetext",
                         "SENDMESSAGETEXT",
                         " sendMessageText",
                         "sendMessageText ",
                         "sendMessageText\n",
                         "sendMessages",
                         "*"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    CHECK_RESULT(WFA_ERR_NOT_FOUND, execute(names[i], WFA_STRLEN, REQUEST, WFA_STRLEN));
  }
  CHECK_RESULT(WFA_ERR_NOT_FOUND, register_for("Customer_message", WFA_STRLEN));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, register_for("customer_message ", WFA_STRLEN));
}

/* Copies a text to the very end of a page behind which nothing may be read. */
static const char *at_the_edge(const char *text) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), len = strlen(text);
  char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED && len < page);
  CHECK(mprotect(pages + page, page, PROT_NONE) == 0);
  return memcpy(pages + page - len, text, len);
}

static void page_edge(void) {
  begin("no byte behind the text is read");
  const char *name = at_the_edge(COMMAND), *json = at_the_edge(REQUEST);
  const char *properties = at_the_edge(PROPERTIES), *event = at_the_edge("customer_message");
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(name, strlen(COMMAND), json, strlen(REQUEST)));
  CHECK_RESULT(WFA_OK, create_of(properties, strlen(PROPERTIES)));
  CHECK_RESULT(WFA_OK, register_for(event, strlen("customer_message")));
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute_as(at_the_edge("id"), 2));
}

static void long_texts(void) {
  begin("a name of a megabyte");
  size_t len = 1024 * 1024;
  char *text = malloc(len + 1);
  CHECK(text);
  memset(text, 'a', len);
  text[len] = 0;
  CHECK_RESULT(WFA_ERR_NOT_FOUND, execute(text, WFA_STRLEN, REQUEST, WFA_STRLEN));
  CHECK_RESULT(WFA_ERR_NOT_FOUND, register_for(text, len));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute_as(text, len));
  free(text);
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  api = entry_of(open_library(arguments[1], RTLD_NOW | RTLD_LOCAL));
  adapter = create(api);
  lengths();
  contents();
  page_edge();
  long_texts();
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  begin(NULL);
  return 0;
}
