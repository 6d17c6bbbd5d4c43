/* What happens when the system has no memory for what a host hands over. The C library's memory functions
 * are this program's own: from a size on, they refuse.
 *
 * Usage: starving <plugin> <file with a body> <its signature> <App Secret in Base64>
 *
 * Prints `ok` if each call was a result, with nothing emitted. */

#define _GNU_SOURCE

#include <stdint.h>

#include "../check.h"

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

/* The smallest allocation that is refused; 0 for none. */
static size_t refused_from;

static int is_refused(size_t size) { return refused_from && size >= refused_from; }

void *malloc(size_t size) { return is_refused(size) ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size) {
  return is_refused(count * size) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  return is_refused(size) ? NULL : __libc_realloc(old, size);
}

static int events;

static int32_t count_event(void *user_data, const char *event, size_t event_len, const char *json,
                           size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  events++;
  return WFA_EVENT_ACCEPTED;
}

static void never(void *user_data, uint64_t operation, wfa_result result, const char *response,
                  size_t len, const wfa_error *error) {
  (void)user_data, (void)operation, (void)result, (void)response, (void)len, (void)error;
  check_failed("nothing was submitted", __FILE__, __LINE__);
}

static char body[4 << 20];
static char request[8 << 20];

int main(int count, char **arguments) {
  CHECK(count == 5);
  FILE *file = fopen(arguments[2], "rb");
  CHECK(file);
  size_t length = fread(body, 1, sizeof body, file);
  CHECK(length > 1 << 20 && length < sizeof body);
  fclose(file);
  char properties[1024];
  snprintf(properties, sizeof properties,
           "{\"authenticationToken\":\"EAAGcontractcontractcontract\",\"apiVersion\":\"v26.0\","
           "\"phoneNumberId\":\"1\",\"appSecret\":\"%s\"}",
           arguments[4]);
  /* The same body in a request, every quote escaped. */
  size_t room = (size_t)snprintf(request, sizeof request,
                                 "{\"signature\":\"%s\","
                                 "\"whatsAppNotification\":\"",
                                 arguments[3]);
  for (size_t i = 0; i < length; i++) {
    if (body[i] == '"') {
      request[room++] = '\\';
    }
    request[room++] = body[i];
  }
  room += (size_t)snprintf(request + room, sizeof request - room, "\"}");

  const wfa_api *api = entry_of(open_library(arguments[1], RTLD_NOW | RTLD_LOCAL));
  const wfa_webhook_v1 *webhook = (const wfa_webhook_v1 *)api->get_extension(WFA_WEBHOOK_V1);
  wfa_adapter *adapter = NULL;
  wfa_buffer response;
  CHECK_RESULT(WFA_OK, api->create(NULL, properties, WFA_STRLEN, &adapter, NULL));
  CHECK_RESULT(WFA_OK,
               api->register_event_callback(adapter, NULL, 0, count_event, NULL, NULL, NULL, NULL));
  static const size_t sizes[] = {1 << 17, 1 << 18, 1 << 20};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    wfa_error error;
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    refused_from = sizes[i];
    wfa_result raw =
        webhook->process(adapter, body, length, arguments[3], WFA_STRLEN, &response, &error);
    refused_from = 0;
    CHECK_RESULT(WFA_ERR_NO_MEMORY, raw);
    CHECK(!response.ptr && error.flags == WFA_ERROR_RETRYABLE && error.message.len > 0);
    release(&error.message);
    refused_from = sizes[i];
    wfa_result command = api->execute_command(adapter, "processWebhook", WFA_STRLEN, request, room,
                                              NULL, &response, NULL);
    wfa_result submitted = api->submit_command(adapter, "processWebhook", WFA_STRLEN, request, room,
                                               NULL, never, NULL, NULL, NULL);
    refused_from = 0;
    CHECK_RESULT(WFA_ERR_NO_MEMORY, command);
    CHECK(!response.ptr);
    CHECK_RESULT(WFA_ERR_NO_MEMORY, submitted);
  }
  CHECK(events == 0);
  CHECK_RESULT(WFA_OK,
               webhook->process(adapter, body, length, arguments[3], WFA_STRLEN, &response, NULL));
  release(&response);
  CHECK(events > 0);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  printf("ok\n");
  return 0;
}
