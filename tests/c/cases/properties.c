/* Properties that are missing, wrong, or at the ends of their limits. */

#define _GNU_SOURCE

#include "calls.h"

/* The three required properties, and whatever else. */
#define WITH(more) \
  "{\"authenticationToken\":\"" TOKEN "\",\"apiVersion\":\"v26.0\",\"phoneNumberId\":\"1\"" more "}"

static void wrong_properties(void) {
  static const struct {
    const char *json;
    const char *named;
  } wrong[] = {
      {"{}", "authenticationToken"},
      {"{\"apiVersion\":\"v26.0\",\"phoneNumberId\":\"1\"}", "authenticationToken"},
      {"{\"authenticationToken\":\"" TOKEN "\",\"phoneNumberId\":\"1\"}", "apiVersion"},
      {"{\"authenticationToken\":\"" TOKEN "\",\"apiVersion\":\"v26.0\"}", "phoneNumberId"},
      {WITH(",\"phonenumberid\":\"1\""), "phonenumberid"},
      {WITH(",\"\":\"1\""), "unknown"},
      {WITH(",\"phoneNumberId\":\"1\""), "phoneNumberId"},
      {WITH(",\"phoneNumberI\\u0064\":\"1\""), "phoneNumberId"},
      {WITH(",\"baseUrl\":7"), "baseUrl"},
      {WITH(",\"baseUrl\":[\"https://graph.facebook.com\"]"), "baseUrl"},
      {WITH(",\"timeoutMs\":\"soon\""), "timeoutMs"},
      {WITH(",\"timeoutMs\":-1"), "timeoutMs"},
      {WITH(",\"timeoutMs\":1.5"), "timeoutMs"},
      {WITH(",\"timeoutMs\":1e400"), "timeoutMs"},
      {WITH(",\"timeoutMs\":{}"), "timeoutMs"},
      {WITH(",\"timeoutMs\":true"), "timeoutMs"},
      {WITH(",\"timeoutMs\":18446744073709551616"), "timeoutMs"},
      {"{\"authenticationToken\":null,\"apiVersion\":\"v26.0\",\"phoneNumberId\":\"1\"}",
       "authenticationToken"},
      {"{\"authenticationToken\":12345678901234567890,\"apiVersion\":\"v26.0\","
       "\"phoneNumberId\":\"1\"}",
       "authenticationToken"},
      {"{\"authenticationToken\":\"" TOKEN "\",\"apiVersion\":26.0,\"phoneNumberId\":\"1\"}",
       "apiVersion"},
      {"{\"authenticationToken\":\"" TOKEN "\",\"apiVersion\":\"v26.0\",\"phoneNumberId\":1}",
       "phoneNumberId"},
  };
  wfa_adapter *adapter = online();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const char *message = refused_properties(WFA_ERR_INVALID_REQUEST, wrong[i].json, WFA_STRLEN);
    if (!strstr(message, wrong[i].named)) {
      fprintf(stderr, "%s: %s\n", wrong[i].json, message);
      CHECK(!"the message names the property");
    }
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
                 plugin()->update_properties(adapter, wrong[i].json, WFA_STRLEN, NULL));
  }
  /* A failed update changes nothing. */
  CHECK_RESULT(WFA_OK, send_text(adapter));
}

/* Writes a value of `length` characters for a property of the specification; valid if that is
 * possible. */
static void write_value(char *to, const char *property, size_t length) {
  int is_version = strcmp(property, "apiVersion") == 0;
  memset(to, strcmp(property, "phoneNumberId") == 0 ? '7' : is_version ? '0' : 'A', length);
  to[length] = '\0';
  if (is_version && length > 3) {
    memcpy(to, "v1.", 3);
  }
}

static wfa_result create_with_length(const char *property, size_t length) {
  static const char *const names[] = {"authenticationToken", "apiVersion", "phoneNumberId"};
  static const char *const usual[] = {TOKEN, "v26.0", PHONE_NUMBER_ID};
  char json[4096] = "";
  char value[2048];
  write_value(value, property, length);
  for (int i = 0; i < 3; i++) {
    size_t have = strlen(json);
    snprintf(json + have, sizeof json - have, "%s\"%s\":\"%s\"", i == 0 ? "{" : ",", names[i],
             strcmp(names[i], property) == 0 ? value : usual[i]);
  }
  strcat(json, "}");
  wfa_adapter *adapter = NULL;
  wfa_result result = plugin()->create(NULL, json, WFA_STRLEN, &adapter, NULL);
  if (result == WFA_OK) {
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  }
  return result;
}

static void property_limits(void) {
  const wfa_descriptor *descriptor = plugin()->descriptor;
  CHECK(descriptor->n_properties == 3);
  for (size_t i = 0; i < descriptor->n_properties; i++) {
    const wfa_field *property = descriptor->properties[i];
    CHECK(property->min_length > 0 && property->max_length >= property->min_length);
    /* Nothing shorter than v1.0 is a version. */
    int is_version = strcmp(property->name, "apiVersion") == 0;
    size_t least = is_version ? 4 : (size_t)property->min_length;
    size_t most = (size_t)property->max_length;
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST, create_with_length(property->name, 0));
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST, create_with_length(property->name, least - 1));
    CHECK_RESULT(WFA_OK, create_with_length(property->name, least));
    CHECK_RESULT(WFA_OK, create_with_length(property->name, least + 1));
    CHECK_RESULT(WFA_OK, create_with_length(property->name, most - 1));
    CHECK_RESULT(WFA_OK, create_with_length(property->name, most));
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST, create_with_length(property->name, most + 1));
  }
  /* The numbers beyond the specification, at what the descriptor says about them. */
  for (size_t i = 0; i < descriptor->n_extension_properties; i++) {
    const wfa_field *property = descriptor->extension_properties[i];
    if (property->min_value == WFA_UNSET || property->max_value == WFA_UNSET) {
      continue;
    }
    const int64_t values[] = {property->min_value, property->max_value, property->max_value + 1,
                              property->min_value - 1};
    for (int j = 0; j < 4; j++) {
      char more[128];
      wfa_adapter *adapter = NULL;
      snprintf(more, sizeof more, ",\"%s\":%lld", property->name, (long long)values[j]);
      char json[512];
      snprintf(json, sizeof json, WITH("%s"), more);
      CHECK_RESULT(j < 2 ? WFA_OK : WFA_ERR_INVALID_REQUEST,
                   plugin()->create(NULL, json, WFA_STRLEN, &adapter, NULL));
      if (adapter) {
        CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
      }
    }
  }
}

static const struct numbered_case CASES[] = {
    {"F15", "an unknown, missing, repeated or mistyped property is named, and no secret shown",
     wrong_properties},
    {"F16", "a property is taken at the ends of its limits and refused beyond them",
     property_limits},
};

MAIN(CASES)
