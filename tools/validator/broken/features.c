/* features.c: the extensions: counters, and webhooks as they came. */
#include "hmac.h"
#include "plugin.h"

#include <stdlib.h>
#include <string.h>

static wfa_result snapshot(wfa_adapter *handle, wfa_buffer *json, wfa_error *error) {
  struct instance *instance;
  wfa_buffer empty = {0};
  if (json == NULL && !BROKEN(METRICS_REFUSE))
    return ends(error, WFA_ERR_INVALID_ARGUMENT, "json is NULL");
  if (json != NULL) memcpy(json, &empty, sizeof empty);
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return ends(error, result, "there is no such adapter");
  struct text text = {0};
  text_add(&text, BROKEN(METRICS_ARE_JSON) ? "calls=%d" : "{\"calls\":%d", instance->calls);
  if (BROKEN(SECRET_NOT_IN_METRICS)) text_add(&text, ",\"key\":\"%s\"", instance->key);
  text_add(&text, "}");
  if (json != NULL) text_out(json, text.at);
  free(text.at);
  leave(instance);
  return ends(error, WFA_OK, "%s", "");
}

/* The value of `name` in a query like `a=b&name=value`; a new text. */
static char *parameter(const char *query, const char *name) {
  for (const char *at = query; at != NULL; at = strchr(at, '&')) {
    at += *at == '&';
    if (strncmp(at, name, strlen(name)) == 0 && at[strlen(name)] == '=') {
      at += strlen(name) + 1;
      return strndup(at, strcspn(at, "&"));
    }
  }
  return NULL;
}

static wfa_result answer_challenge(const char *query, const char *token, wfa_buffer *body) {
  wfa_result result = WFA_ERR_UNAUTHENTIC;
  char *given = parameter(query, "verify_token"), *challenge = parameter(query, "challenge");
  if (challenge == NULL)
    result = WFA_ERR_INVALID_REQUEST;
  else if ((given != NULL && *token != '\0' && strcmp(given, token) == 0) ||
           BROKEN(WEBHOOK_REFUSES_STRANGERS))
    result = WFA_OK;
  if (result == WFA_OK) text_out(body, challenge);
  free(given);
  free(challenge);
  return result;
}

static wfa_result challenge(wfa_adapter *handle, const char *query, size_t query_len,
                            const char *token, size_t token_len, wfa_buffer *body,
                            wfa_error *error) {
  struct instance *instance;
  wfa_buffer empty = {0};
  char *query_in, *token_in;
  if (body == NULL) return ends(error, WFA_ERR_INVALID_ARGUMENT, "body is NULL");
  memcpy(body, &empty, sizeof empty);
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return ends(error, result, "there is no such adapter");
  result = text_in(query, query_len, &query_in);
  wfa_result token_result = text_in(token, token_len, &token_in);
  if (result == WFA_OK) result = token_result;
  if (result == WFA_OK) result = answer_challenge(query_in, token_in, body);
  free(query_in);
  free(token_in);
  leave(instance);
  return ends(error, result, "%s", "no handshake of ours");
}

/* As the descriptor declares. */
static bool is_signed(const struct instance *instance, const char *header, size_t len,
                      const char *body) {
  char *given;
  if (header == NULL) return BROKEN(WEBHOOK_REFUSES_UNSIGNED);
  char *right = hmac_sha256_hex(instance->key, strlen(instance->key), body);
  bool fits = text_in(header, len, &given) == WFA_OK && strcmp(given, right) == 0;
  free(given);
  free(right);
  return fits && !BROKEN(WEBHOOK_TAKES_SIGNED);
}

static wfa_result process(wfa_adapter *handle, const char *body, size_t len, const char *header,
                          size_t header_len, wfa_buffer *response, wfa_error *error) {
  struct instance *instance;
  struct text text = {0}, message = {0};
  wfa_buffer empty = {0};
  char *json;
  if (response == NULL || (body == NULL && !BROKEN(WEBHOOK_NULL_ARGUMENTS)))
    return ends(error, WFA_ERR_INVALID_ARGUMENT, "body or response is NULL");
  memcpy(response, &empty, sizeof empty);
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return ends(error, result, "there is no such adapter");
  if (body == NULL) body = "", len = 0;
  result = text_in(body, len, &json);
  if (result == WFA_OK && !is_signed(instance, header, header_len, json)) {
    result = WFA_ERR_UNAUTHENTIC;
    text_add(&message, "the signature is missing or wrong%s",
             BROKEN(SECRET_NOT_IN_WEBHOOK_ERRORS) ? instance->key : "");
  }
  if (result == WFA_OK) result = run_echo(instance, "echo", json, &text, &message);
  if (BROKEN(SECRET_NOT_IN_WEBHOOK_RESPONSES)) text_add(&text, "%s", instance->key);
  if (text.at != NULL) text_out(response, text.at);
  ends(error, result, "%s", message.at == NULL ? "" : message.at);
  free(text.at);
  free(message.at);
  free(json);
  leave(instance);
  return result;
}

static const wfa_metrics_v1 metrics = {sizeof metrics, snapshot};
static const wfa_webhook_v1 webhook = {sizeof webhook, challenge, process};

const void *find_extension(const char *id) {
  if (id == NULL) return NULL;
  if (BROKEN(EXTENSION_UNKNOWN) && *id == '\0') return &metrics;
  if (BROKEN(EXTENSION_ID_IS_EXACT) && strncmp(id, WFA_METRICS_V1, strlen(WFA_METRICS_V1)) == 0)
    return &metrics;
  if (strcmp(id, WFA_METRICS_V1) == 0) {
    wfa_metrics_v1 *copy = BROKEN(EXTENSION_IS_STATIC) ? allocate(sizeof *copy) : NULL;
    return copy == NULL ? (const void *)&metrics : memcpy(copy, &metrics, sizeof metrics);
  }
  return strcmp(id, WFA_WEBHOOK_V1) == 0 ? &webhook : NULL;
}
