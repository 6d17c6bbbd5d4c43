/* create.c: what `create` takes and refuses, whatever the properties mean. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "json.h"
#include "memory.h"
#include "probe.h"
#include "rows.h"
#include "text.h"

enum { ROUNDS = 500, WARM_UP = 100, GROWTH_BYTES = 2 << 20 };

static void makes_adapters(void) {
  wfa_host host = plain_host();
  wfa_adapter *adapters[2] = {NULL, NULL};
  for (int i = 0; i < 2; i++) {
    struct answer answer = create(&host, properties(), &adapters[i]);
    REQUIRE(answer.result == WFA_OK, "create answered %s: %s", result_name(answer.result),
            message_of(&answer));
    REQUIRE(adapters[i] != NULL, "create answered WFA_OK and left out NULL");
  }
  REQUIRE(adapters[0] != adapters[1], "two adapters have the same handle");
  end_adapter(adapters[0]);
  end_adapter(adapters[1]);
}

static void without_host(void) {
  wfa_adapter *adapter = NULL;
  struct answer answer = create(NULL, properties(), &adapter);
  expect(answer.result, WFA_OK, "create(host NULL)");
  end_adapter(adapter);
}

static void refused(const char *what, const char *json, size_t len, wfa_result wanted) {
  wfa_host host = plain_host();
  wfa_adapter *adapter = NULL;
  wfa_error error = empty_error();
  expect(load()->create(&host, json, len, &adapter, &error), wanted, "create(%s)", what);
  release(&error.message);
}

/* The text itself says what is wrong with it. */
static void refused_text(const char *json, wfa_result wanted) {
  char *quoted = json_quoted(json);
  refused(quoted, json, WFA_STRLEN, wanted);
  free(quoted);
}

static void null_properties(void) {
  refused("properties NULL, WFA_STRLEN", NULL, WFA_STRLEN, WFA_ERR_INVALID_ARGUMENT);
  refused("properties NULL, 0 bytes", NULL, 0, WFA_ERR_INVALID_ARGUMENT);
  refused("properties NULL, 10 bytes", NULL, 10, WFA_ERR_INVALID_ARGUMENT);
}

static void null_out(void) {
  wfa_host host = plain_host();
  wfa_result result = load()->create(&host, properties(), WFA_STRLEN, NULL, NULL);
  expect(result, WFA_ERR_INVALID_ARGUMENT, "create(out NULL)");
}

static const char *const not_json[] = {
    "",        " ",          "{",   "{}x",       "{\"a\":}",
    "{'a':1}", "{\"a\":1,}", "nul", "{\"a\" 1}", "\xef\xbb\xbf{}x"};

static void not_json_is_refused(void) {
  for (size_t i = 0; i < sizeof not_json / sizeof *not_json; i++)
    refused_text(not_json[i], WFA_ERR_INVALID_ARGUMENT);
}

static void not_an_object(void) {
  static const char *const values[] = {"[]", "null", "true", "1", "\"x\"", "[{}]"};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    refused_text(values[i], WFA_ERR_INVALID_REQUEST);
}

static void not_utf8(void) {
  static const char *const texts[] = {"{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}",
                                      "{\"a\":\"\xed\xa0\x80\"}", "{\"\xc0\xaf\":1}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    refused("text that is not UTF-8", texts[i], WFA_STRLEN, WFA_ERR_INVALID_ARGUMENT);
}

static void length_out_of_range(void) {
  refused("SIZE_MAX - 1 bytes", "{}", SIZE_MAX - 1, WFA_ERR_INVALID_ARGUMENT);
  refused("SIZE_MAX / 2 + 1 bytes", "{}", SIZE_MAX / 2 + 1, WFA_ERR_INVALID_ARGUMENT);
}

/* Behind the text lies a page that cannot be read. */
static void text_without_nul(void) {
  wfa_adapter *adapter = NULL;
  size_t len = strlen(properties());
  wfa_result result = load()->create(NULL, guarded_text(properties()), len, &adapter, NULL);
  expect(result, WFA_OK, "create(properties without a NUL, and their length)");
  end_adapter(adapter);
}

static void failure_clears_out(void) {
  static const char *const bad[] = {"", "{", "[]", "{\"" NO_SUCH_NAME "\":1}"};
  wfa_host other = plain_host();
  other.abi_major = WFA_ABI_MAJOR + 1;
  for (size_t i = 0; i <= sizeof bad / sizeof *bad; i++) {
    wfa_adapter *adapter;
    paint(&adapter, sizeof adapter);
    bool last = i == sizeof bad / sizeof *bad;
    struct answer answer =
        last ? create(&other, properties(), &adapter) : create(NULL, bad[i], &adapter);
    const char *what = last ? "another major version" : bad[i];
    REQUIRE(answer.result != WFA_OK, "create with \"%s\" answered WFA_OK", what);
    REQUIRE(adapter == NULL, "create with \"%s\" failed and left out as it was", what);
    give_back(&answer);
  }
}

/* The struct of an older host ends where memory ends. */
static void older_host(void) {
  static const size_t sizes[] = {
      offsetof(wfa_host, name), offsetof(wfa_host, instance_name), offsetof(wfa_host, user_data),
      offsetof(wfa_host, log),  offsetof(wfa_host, get_extension), sizeof(wfa_host),
  };
  wfa_host full = plain_host();
  full.log_level = WFA_LOG_TRACE;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    wfa_host *host = guarded(sizes[i]);
    memcpy(host, &full, sizes[i]);
    uint32_t size = (uint32_t)sizes[i];
    memcpy(host, &size, sizeof size);
    wfa_adapter *adapter = NULL;
    struct answer answer = create(host, properties(), &adapter);
    REQUIRE(answer.result == WFA_OK, "create(wfa_host of %zu bytes) answered %s: %s", sizes[i],
            result_name(answer.result), message_of(&answer));
    end_adapter(adapter);
  }
}

static void newer_host(void) {
  struct {
    wfa_host known;
    char unknown[256];
  } host;
  paint(&host, sizeof host);
  host.known = plain_host();
  host.known.struct_size = sizeof host;
  host.known.abi_minor = WFA_ABI_MINOR + 1;
  wfa_adapter *adapter = NULL;
  struct answer answer = create(&host.known, properties(), &adapter);
  expect(answer.result, WFA_OK, "create(a larger wfa_host of a later minor version)");
  end_adapter(adapter);
}

static void other_major(void) {
  static const uint16_t others[] = {0, WFA_ABI_MAJOR + 1, UINT16_MAX};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    wfa_host host = plain_host();
    wfa_adapter *adapter = NULL;
    host.abi_major = others[i];
    struct answer answer = create(&host, properties(), &adapter);
    expect(answer.result, WFA_ERR_UNSUPPORTED, "create(abi_major %d)", others[i]);
    give_back(&answer);
  }
}

/* All that was lent to `create` becomes unreadable; then the adapter is used. */
static void keeps_no_loan(void) {
  properties();
  wfa_host *host = lend(sizeof *host);
  *host = plain_host();
  host->name = lend_text("a host");
  host->version = lend_text("1.2.3");
  host->instance_name = lend_text(INSTANCE_NAME);
  wfa_adapter *adapter = NULL;
  struct answer answer = create(host, lend_text(properties()), &adapter);
  expect(answer.result, WFA_OK, "create");
  take_back();
  for (size_t i = 0; i < command_count(); i++) {
    char *request = request_for(command_at(i));
    answer = execute(adapter, command_at(i)->name, request);
    give_back(&answer);
    free(request);
  }
  end_adapter(adapter);
}

static void create_and_destroy(void) { end_adapter(new_adapter()); }

static void opens_no_socket(void) { in_child(create_and_destroy, true); }

static void leaks_nothing(void) {
  for (int i = 0; i < WARM_UP; i++) create_and_destroy();
  size_t before = resident_bytes();
  for (int i = 0; i < ROUNDS; i++) create_and_destroy();
  size_t after = resident_bytes();
  REQUIRE(after < before + GROWTH_BYTES, "%d adapters left %zu KiB behind", (int)ROUNDS,
          (after - before) / 1024);
}

static const struct check checks[] = {
    {"create-makes-adapters", "create makes adapters, each with a handle of its own",
     makes_adapters},
    {"create-without-host", "the host may be NULL", without_host},
    {"create-null-properties", "NULL properties are refused", null_properties},
    {"create-null-out", "a NULL out is refused", null_out},
    {"create-not-json", "text that is not JSON is INVALID_ARGUMENT", not_json_is_refused},
    {"create-not-an-object", "JSON that is no object is INVALID_REQUEST", not_an_object},
    {"create-not-utf8", "text that is not UTF-8 is INVALID_ARGUMENT", not_utf8},
    {"create-length-out-of-range", "impossible lengths are INVALID_ARGUMENT", length_out_of_range},
    {"create-text-without-nul", "no byte behind the given length is read", text_without_nul},
    {"create-failure-clears-out", "out is NULL after every failure", failure_clears_out},
    {"create-older-host", "no byte behind an older host's struct_size is read", older_host},
    {"create-newer-host", "a later minor version's larger wfa_host is taken", newer_host},
    {"create-other-major", "a host of another major version is UNSUPPORTED", other_major},
    {"create-keeps-no-loan", "nothing lent to create is read after it has returned", keeps_no_loan},
    {"create-opens-no-socket", "create asks for no socket", opens_no_socket},
    {"create-leaks-nothing", "adapters that are destroyed leave no memory behind", leaks_nothing},
};
GROUP(create_arguments, "create");
