/* What the programs of this folder share: loading a plugin, and reporting a case.
 *
 * A program prints `ok <case>` for each case that held; the first one that does not hold is named on
 * standard error and ends the program. */

#ifndef CHECK_H
#define CHECK_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workflow_adapter.h"

static const char *check_case = NULL;

static void check_failed(const char *what, const char *file, int line) {
  fprintf(stderr, "%s:%d: %s: this does not hold: %s\n", file, line,
          check_case ? check_case : "before the first case", what);
  exit(1);
}

static inline void check_result(wfa_result expected, wfa_result got, const char *what,
                                const char *file, int line) {
  if (expected != got) {
    fprintf(stderr, "result %d instead of %d: ", (int)got, (int)expected);
    check_failed(what, file, line);
  }
}

#define CHECK(condition)                            \
  do {                                              \
    if (!(condition)) {                             \
      check_failed(#condition, __FILE__, __LINE__); \
    }                                               \
  } while (0)

#define CHECK_RESULT(expected, call) check_result(expected, call, #call, __FILE__, __LINE__)

/* Ends the case before, and begins this one; NULL ends the last. */
static inline void begin(const char *name) {
  if (check_case) {
    printf("ok %s\n", check_case);
  }
  check_case = name;
}

static inline void *open_library(const char *path, int flags) {
  void *library = dlopen(path, flags);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return library;
}

/* ISO C has no conversion from `void *` to a function pointer; POSIX has the same bits in both. */
static inline void load(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  CHECK(symbol);
  memcpy(function, &symbol, sizeof symbol);
}

static inline const wfa_api *entry_of(void *library) {
  const wfa_api *(*entry)(uint16_t, uint16_t);
  load(library, "wfa_entry", &entry);
  const wfa_api *api = entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  CHECK(api);
  return api;
}

/* Nobody listens there: whatever gets as far as the network ends at once. */
#define PROPERTIES                                                                      \
  "{\"authenticationToken\":\"EAAGcontractcontractcontract\",\"apiVersion\":\"v26.0\"," \
  "\"phoneNumberId\":\"106540352242922\",\"baseUrl\":\"http://127.77.0.1:9\",\"maxAttempts\":1}"

static inline wfa_adapter *create(const wfa_api *api) {
  wfa_adapter *adapter = NULL;
  CHECK_RESULT(WFA_OK, api->create(NULL, PROPERTIES, WFA_STRLEN, &adapter, NULL));
  CHECK(adapter);
  return adapter;
}

/* A notification with one message, as processWebhook takes it. */
#define NOTIFICATION                                                                             \
  "{\"whatsAppNotification\":\"{\\\"object\\\":\\\"whatsapp_business_account\\\",\\\"entry\\\":" \
  "[{\\\"id\\\":\\\"1\\\",\\\"changes\\\":[{\\\"field\\\":\\\"messages\\\",\\\"value\\\":"       \
  "{\\\"metadata\\\":{\\\"phone_number_id\\\":\\\"2\\\"},\\\"messages\\\":[{\\\"id\\\":"         \
  "\\\"wamid.3\\\",\\\"from\\\":\\\"4\\\",\\\"type\\\":\\\"text\\\"}]}}]}]}\"}"

static inline wfa_error new_error(void) {
  wfa_error error;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  return error;
}

static inline void release(wfa_buffer *buffer) {
  if (buffer->release) {
    buffer->release(buffer);
  }
}

#endif /* CHECK_H */
