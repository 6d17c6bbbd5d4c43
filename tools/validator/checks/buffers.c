/* buffers.c: text that comes out is the host's until it releases it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "probe.h"
#include "rows.h"
#include "text.h"

/* An answer that has both a response and a message. */
static struct answer failed_command(wfa_adapter *adapter) {
  if (command_count() == 0) skip("the plugin has no commands");
  struct answer answer = execute(adapter, command_at(0)->name, "[]");
  if (answer.response.ptr == NULL || answer.error.message.ptr == NULL)
    skip("a bad request came back without response or message: see error-says-what");
  return answer;
}

static void require_end(const char *what, const wfa_buffer *buffer) {
  REQUIRE(buffer->ptr[buffer->len] == '\0', "no NUL stands behind %s", what);
  REQUIRE(strlen(buffer->ptr) == buffer->len, "%s has %zu bytes and len %zu", what,
          strlen(buffer->ptr), buffer->len);
  REQUIRE(is_utf8(buffer->ptr, buffer->len), "%s is not UTF-8", what);
  REQUIRE(buffer->release != NULL, "%s has no release", what);
}

static void ends_in_nul(void) {
  wfa_adapter *adapter = new_adapter();
  struct answer answer = failed_command(adapter);
  require_end("the response", &answer.response);
  require_end("the error's message", &answer.error.message);
  give_back(&answer);
  end_adapter(adapter);
}

static void require_zeroes(const char *what, const wfa_buffer *buffer) {
  REQUIRE(buffer->ptr == NULL && buffer->len == 0 && buffer->release == NULL &&
              buffer->private_data == NULL,
          "%s is not zeroed by its release", what);
}

static void release_zeroes(void) {
  wfa_adapter *adapter = new_adapter();
  struct answer answer = failed_command(adapter);
  give_back(&answer);
  require_zeroes("the response", &answer.response);
  require_zeroes("the error's message", &answer.error.message);
  end_adapter(adapter);
}

/* The function stays known after the struct is zeroed, as it does in `wfa_buffer_release`. */
static void release_twice(void) {
  wfa_adapter *adapter = new_adapter();
  struct answer answer = failed_command(adapter);
  void (*release_response)(wfa_buffer *) = answer.response.release;
  void (*release_message)(wfa_buffer *) = answer.error.message.release;
  for (int i = 0; i < 3; i++) {
    release_response(&answer.response);
    release_message(&answer.error.message);
  }
  wfa_buffer empty = {0};
  release_response(&empty);
  void *symbol = exported("wfa_buffer_release");
  void (*release_any)(wfa_buffer *);
  memcpy(&release_any, &symbol, sizeof symbol);
  if (release_any != NULL) {
    release_any(&empty);
    release_any(NULL);
  }
  end_adapter(adapter);
}

static void *release_on_thread(void *answer) {
  give_back(answer);
  return NULL;
}

static void outlives_adapter(void) {
  wfa_adapter *adapter = new_adapter();
  struct answer answer = failed_command(adapter);
  char *response = strdup(answer.response.ptr), *message = strdup(message_of(&answer));
  end_adapter(adapter);
  REQUIRE(strcmp(response, answer.response.ptr) == 0, "destroy changed a response");
  REQUIRE(strcmp(message, message_of(&answer)) == 0, "destroy changed an error's message");
  pthread_join(start_thread(0, release_on_thread, &answer), NULL);
  free(response);
  free(message);
}

static const struct check checks[] = {
    {"buffer-ends-in-nul", "text is UTF-8 with a NUL behind its len, and a release", ends_in_nul},
    {"buffer-release-zeroes", "release zeroes the struct", release_zeroes},
    {"buffer-release-twice", "a second release, and one of an empty struct, do nothing",
     release_twice},
    {"buffer-outlives-adapter", "text can be read and released after destroy, on any thread",
     outlives_adapter},
};
GROUP(buffers, "buffers and errors");
