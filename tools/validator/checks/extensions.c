/* extensions.c: optional features by id. */
#include <string.h>

#include "check.h"
#include "json.h"
#include "memory.h"
#include "lifecycle.h"

static const char *const known[] = {WFA_METRICS_V1, WFA_WEBHOOK_V1};

static void unknown_id(void) {
  static const char *const ids[] = {"", "/", "1", "no.such.extension/1", "wfa", "wfa."};
  REQUIRE(load()->get_extension(NULL) == NULL, "get_extension(NULL) answered something");
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    REQUIRE(load()->get_extension(ids[i]) == NULL, "get_extension(\"%s\") answered something",
            ids[i]);
}

static void id_is_exact(void) {
  static const char *const tails[] = {"x", " ", "0", "/1", "\n", ".1"};
  char id[64];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
      strcpy(id, known[i]);
      strcat(id, tails[k]);
      REQUIRE(load()->get_extension(id) == NULL, "get_extension(\"%s\") answered something", id);
    }
    strcpy(id, known[i]);
    id[strlen(id) - 1] = '\0';
    REQUIRE(load()->get_extension(id) == NULL, "get_extension(\"%s\") answered something", id);
    strcpy(id, known[i]);
    id[0] = 'W';
    REQUIRE(load()->get_extension(id) == NULL, "get_extension(\"%s\") answered something", id);
  }
}

static void is_static(void) {
  const void *before[sizeof known / sizeof *known];
  int found = 0;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    before[i] = load()->get_extension(known[i]);
    found += before[i] != NULL;
  }
  wfa_host host = plain_host();
  run_lifecycle(&host, NULL);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    REQUIRE(load()->get_extension(known[i]) == before[i], "%s is at another place later", known[i]);
  pass("%d extensions", found);
}

static void needs_metrics(void) {
  if (metrics() == NULL) skip("the plugin has no " WFA_METRICS_V1);
  REQUIRE(metrics()->struct_size >= sizeof(wfa_metrics_v1) && metrics()->snapshot != NULL,
          "struct_size is %u or snapshot is NULL", metrics()->struct_size);
}

static void metrics_are_json(void) {
  struct answer answer = {.error = empty_error()};
  struct json json;
  needs_metrics();
  wfa_adapter *adapter = new_adapter();
  paint(&answer.response, sizeof answer.response);
  answer.result = metrics()->snapshot(adapter, &answer.response, &answer.error);
  expect(answer.result, WFA_OK, "snapshot");
  REQUIRE(
      json_read(answer.response.ptr, answer.response.len, &json) && json_type(json) == JSON_OBJECT,
      "the snapshot is no JSON object");
  REQUIRE(answer.response.ptr[answer.response.len] == '\0', "no NUL stands behind the snapshot");
  give_back(&answer);
  end_adapter(adapter);
}

static void metrics_refuse(void) {
  wfa_buffer json = {0};
  needs_metrics();
  wfa_adapter *adapter = new_adapter();
  expect(metrics()->snapshot(adapter, NULL, NULL), WFA_ERR_INVALID_ARGUMENT, "snapshot(json NULL)");
  expect(metrics()->snapshot(NULL, &json, NULL), WFA_ERR_INVALID_ARGUMENT,
         "snapshot(adapter NULL)");
  end_adapter(adapter);
  expect(metrics()->snapshot(adapter, &json, NULL), WFA_ERR_STATE, "snapshot(a destroyed adapter)");
  REQUIRE(json.ptr == NULL, "a failed snapshot has a text");
}

static const struct check checks[] = {
    {"extension-unknown", "an unknown id, an empty one and NULL have no extension", unknown_id},
    {"extension-id-is-exact", "a tail, a cut or another case make it another id", id_is_exact},
    {"extension-is-static", "an extension stays where it is", is_static},
    {"metrics-are-json", "the snapshot of wfa.metrics/1 is one JSON object", metrics_are_json},
    {"metrics-refuse", "snapshot refuses NULL and adapters that are none", metrics_refuse},
};
GROUP(extensions, "extensions");
