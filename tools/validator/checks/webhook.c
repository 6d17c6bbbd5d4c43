/* webhook.c: the extension wfa.webhook/1 fails closed, and takes what is signed as declared. */
#include "webhook.h"

#include <stdlib.h>
#include <string.h>

#include "event_recorder.h"
#include "hmac.h"
#include "json.h"
#include "text.h"

#define SCHEME "hmac-sha256-hex"
#define PREFIX "prefix="
#define KEY_FORM "key=base64"

const wfa_webhook_v1 *webhooks(void) {
  const wfa_webhook_v1 *found = load()->get_extension(WFA_WEBHOOK_V1);
  if (found == NULL) skip("the plugin has no " WFA_WEBHOOK_V1);
  REQUIRE(WFA_HAS(found, process) && found->challenge != NULL && found->process != NULL,
          "struct_size is %u, or a function is NULL", found->struct_size);
  return found;
}

struct answer process(wfa_adapter *adapter, const char *body, const char *header) {
  struct answer answer = {.error = empty_error()};
  size_t body_len = body == NULL ? 0 : strlen(body), header_len = header == NULL ? 0 : WFA_STRLEN;
  answer.result = webhooks()->process(adapter, body, body_len, header, header_len, &answer.response,
                                      &answer.error);
  return answer;
}

/* Writes the bytes of a Base64 text over it, and answers how many they are. */
static size_t decode(char *text) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned bits = 0, count = 0;
  size_t len = 0;
  for (const char *at = text; *at != '\0' && *at != '='; at++) {
    const char *digit = strchr(digits, *at);
    if (digit == NULL) skip("the secret to sign webhooks with is no Base64, which is declared");
    bits = bits << 6 | (unsigned)(digit - digits);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text[len++] = (char)(bits >> count);
  }
  return len;
}

char *signature_of(const char *body) {
  const wfa_descriptor *d = descriptor();
  struct json object, secret;
  struct text header = {0};
  if (!WFA_HAS(d, webhook) || d->webhook == NULL) skip("the plugin declares no webhook");
  const char *scheme = d->webhook->signature_scheme, *property = d->webhook->secret_property;
  bool known = scheme != NULL && strncmp(scheme, SCHEME, strlen(SCHEME)) == 0, encoded = false;
  const char *at = known ? scheme + strlen(SCHEME) : "";
  for (; known && *at == ';'; at += strcspn(at, ";")) {
    size_t len = strcspn(++at, ";");
    if (strncmp(at, PREFIX, strlen(PREFIX)) == 0)
      text_add_bytes(&header, at + strlen(PREFIX), len - strlen(PREFIX));
    else if (strncmp(at, KEY_FORM, len) == 0 && len == strlen(KEY_FORM))
      encoded = true;
    else
      known = false;
  }
  if (!known || *at != '\0')
    skip("the declared signature_scheme is unknown: %s", scheme == NULL ? "(NULL)" : scheme);
  if (!json_read(properties(), strlen(properties()), &object) || property == NULL ||
      !json_member(object, property, &secret) || json_type(secret) != JSON_STRING)
    skip("the properties have no secret to sign webhooks with");
  char *key = json_text(secret);
  char *digest = hmac_sha256_hex(key, encoded ? decode(key) : strlen(key), body);
  text_add(&header, "%s", digest);
  free(key);
  free(digest);
  return header.at;
}

static void refuses_nulls(void) {
  const wfa_webhook_v1 *hook = webhooks();
  wfa_buffer out = {0};
  wfa_adapter *adapter = new_adapter();
  expect(hook->challenge(adapter, NULL, WFA_STRLEN, "t", WFA_STRLEN, &out, NULL),
         WFA_ERR_INVALID_ARGUMENT, "challenge(query NULL)");
  expect(hook->challenge(adapter, "a=b", WFA_STRLEN, NULL, WFA_STRLEN, &out, NULL),
         WFA_ERR_INVALID_ARGUMENT, "challenge(verify_token NULL)");
  expect(hook->challenge(adapter, "a=b", WFA_STRLEN, "t", WFA_STRLEN, NULL, NULL),
         WFA_ERR_INVALID_ARGUMENT, "challenge(body NULL)");
  expect(hook->process(adapter, NULL, 4, "x", WFA_STRLEN, &out, NULL), WFA_ERR_INVALID_ARGUMENT,
         "process(body NULL)");
  expect(hook->process(adapter, "{}", 2, "x", WFA_STRLEN, NULL, NULL), WFA_ERR_INVALID_ARGUMENT,
         "process(response NULL)");
  expect(process(NULL, "{}", "x").result, WFA_ERR_INVALID_ARGUMENT, "process(adapter NULL)");
  end_adapter(adapter);
  expect(process(adapter, "{}", "x").result, WFA_ERR_STATE, "process(a destroyed adapter)");
  expect(hook->challenge(adapter, "a=b", WFA_STRLEN, "t", WFA_STRLEN, &out, NULL), WFA_ERR_STATE,
         "challenge(a destroyed adapter)");
}

static const char *shown(const char *text) { return text == NULL ? "(NULL)" : text; }

/* With or without a secret to check with: without a right signature nothing gets in. */
static void refuses_unsigned(void) {
  static const char *const headers[] = {NULL,
                                        "",
                                        "sha256=",
                                        "sha256=00",
                                        "sha1=00",
                                        "garbage",
                                        "sha256=0000000000000000000000000000000"
                                        "000000000000000000000000000000000"};
  static const char *const bodies[] = {"{}", "", "not JSON"};
  struct event_recorder recorder = {0};
  wfa_adapter *adapter = new_adapter();
  record_events(adapter, NULL, &recorder);
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    for (size_t k = 0; k < sizeof bodies / sizeof *bodies; k++) {
      struct answer answer = process(adapter, bodies[k], headers[i]);
      expect(answer.result, WFA_ERR_UNAUTHENTIC, "process(%s, signed \"%s\")", shown(bodies[k]),
             shown(headers[i]));
      give_back(&answer);
    }
  }
  REQUIRE(atomic_load(&recorder.calls) == 0, "an unsigned body raised an event");
  end_adapter(adapter);
}

static void takes_signed(void) {
  static const char *const bodies[] = {"{}", "", "not JSON"};
  webhooks();
  wfa_adapter *adapter = new_adapter();
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    char *header = signature_of(bodies[i]);
    struct answer answer = process(adapter, bodies[i], header);
    REQUIRE(answer.result != WFA_ERR_UNAUTHENTIC, "process(%s), signed as declared: %s", bodies[i],
            message_of(&answer));
    give_back(&answer);
    free(header);
  }
  end_adapter(adapter);
}

static void refuses_strangers(void) {
  static const char *const queries[] = {"",
                                        "a=b",
                                        "hub.mode=subscribe&hub.challenge=1",
                                        "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1",
                                        "verify_token=wrong&challenge=1",
                                        "token=&challenge=1"};
  wfa_adapter *adapter = new_adapter();
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
    wfa_buffer body = {0};
    wfa_result result = webhooks()->challenge(adapter, queries[i], WFA_STRLEN, "the-right-token",
                                              WFA_STRLEN, &body, NULL);
    REQUIRE(result == WFA_ERR_UNAUTHENTIC || result == WFA_ERR_INVALID_REQUEST,
            "challenge(%s) with another token answered %s", queries[i], result_name(result));
    REQUIRE(body.ptr == NULL, "challenge(%s) failed and left a body", queries[i]);
  }
  end_adapter(adapter);
}

static const struct check checks[] = {
    {"webhook-null-arguments", "wfa.webhook/1 refuses NULL and adapters that are none",
     refuses_nulls},
    {"webhook-refuses-unsigned",
     "a body without a right signature is UNAUTHENTIC, without an event", refuses_unsigned},
    {"webhook-takes-signed", "a body that is signed as the descriptor declares is authentic",
     takes_signed},
    {"webhook-refuses-strangers", "a handshake without the right token has no answer",
     refuses_strangers},
};
GROUP(webhook, "extensions");
