/* How much memory the plugin takes for one webhook body: before its signature is believed, and
 * while it is processed. The C library's memory functions are this program's own, and count.
 *
 * Usage: heap <plugin> <file with the body> <its signature> <App Secret in Base64>
 *
 * Prints `refused <bytes>` and `processed <bytes> <events>`: the most that was taken at one moment.
 */

#define _GNU_SOURCE

#include <malloc.h>
#include <stdint.h>

#include "../check.h"

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *old);

static int64_t taken;
static int64_t most;

static void *count_in(void *made) {
  int64_t now = __sync_add_and_fetch(&taken, (int64_t)malloc_usable_size(made));
  if (now > most) {
    most = now; /* one thread is at work */
  }
  return made;
}

static void count_out(void *old) { __sync_fetch_and_sub(&taken, (int64_t)malloc_usable_size(old)); }

void *malloc(size_t size) { return count_in(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return count_in(__libc_calloc(count, size)); }

void *realloc(void *old, size_t size) {
  count_out(old);
  return count_in(__libc_realloc(old, size));
}

int posix_memalign(void **made, size_t alignment, size_t size) {
  *made = count_in(__libc_memalign(alignment, size));
  return *made ? 0 : 12;
}

void free(void *old) {
  count_out(old);
  __libc_free(old);
}

static int events;

static int32_t count_event(void *user_data, const char *event, size_t event_len, const char *json,
                           size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  events++;
  return WFA_EVENT_ACCEPTED;
}

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  CHECK(file && fseek(file, 0, SEEK_END) == 0);
  long size = ftell(file);
  CHECK(size > 0);
  char *text = (char *)malloc((size_t)size);
  rewind(file);
  CHECK(text && fread(text, 1, (size_t)size, file) == (size_t)size);
  fclose(file);
  *length = (size_t)size;
  return text;
}

/* Processes the body; answers the most memory that it took beyond what was taken before. */
static int64_t process(const wfa_api *api, wfa_adapter *adapter, const char *body, size_t length,
                       const char *signature, wfa_result expected) {
  const wfa_webhook_v1 *webhook = (const wfa_webhook_v1 *)api->get_extension(WFA_WEBHOOK_V1);
  wfa_buffer response;
  int64_t before = taken;
  most = taken;
  CHECK_RESULT(expected,
               webhook->process(adapter, body, length, signature, WFA_STRLEN, &response, NULL));
  release(&response);
  return most - before;
}

int main(int count, char **arguments) {
  CHECK(count == 5);
  char properties[1024];
  size_t length = 0;
  wfa_adapter *adapter = NULL;
  const wfa_api *api = entry_of(open_library(arguments[1], RTLD_NOW | RTLD_LOCAL));
  char *body = read_file(arguments[2], &length);
  snprintf(properties, sizeof properties,
           "{\"authenticationToken\":\"EAAGcontractcontractcontract\",\"apiVersion\":\"v26.0\","
           "\"phoneNumberId\":\"1\",\"appSecret\":\"%s\"}",
           arguments[4]);
  CHECK_RESULT(WFA_OK, api->create(NULL, properties, WFA_STRLEN, &adapter, NULL));
  CHECK_RESULT(WFA_OK,
               api->register_event_callback(adapter, NULL, 0, count_event, NULL, NULL, NULL, NULL));
  /* What is set up once, at the first call, is not what is asked for. */
  process(api, adapter, "{}", 2, "sha256=00", WFA_ERR_UNAUTHENTIC);
  int64_t refused = process(api, adapter, body, length, "sha256=00", WFA_ERR_UNAUTHENTIC);
  printf("refused %lld\n", (long long)refused);
  int64_t processed = process(api, adapter, body, length, arguments[3], WFA_OK);
  printf("processed %lld %d\n", (long long)processed, events);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  free(body);
  return 0;
}
