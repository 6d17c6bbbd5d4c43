/* webhook.c: the extension wfa.webhook/1 fails closed. */
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "event_recorder.h"

static const wfa_webhook_v1 *webhooks(void) {
  const wfa_webhook_v1 *found = load()->get_extension(WFA_WEBHOOK_V1);
  if (found == NULL) skip("the plugin has no " WFA_WEBHOOK_V1);
  REQUIRE(WFA_HAS(found, process) && found->challenge != NULL && found->process != NULL,
          "struct_size is %u, or a function is NULL", found->struct_size);
  return found;
}

static wfa_result process(wfa_adapter *adapter, const char *body, const char *header,
                          wfa_buffer *response) {
  size_t header_len = header == NULL ? 0 : WFA_STRLEN;
  return webhooks()->process(adapter, body, body == NULL ? 0 : strlen(body), header, header_len,
                             response, NULL);
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
  expect(process(NULL, "{}", "x", &out), WFA_ERR_INVALID_ARGUMENT, "process(adapter NULL)");
  end_adapter(adapter);
  expect(process(adapter, "{}", "x", &out), WFA_ERR_STATE, "process(a destroyed adapter)");
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
      wfa_buffer response = {0};
      expect(process(adapter, bodies[k], headers[i], &response), WFA_ERR_UNAUTHENTIC,
             "process(%s, signed \"%s\")", shown(bodies[k]), shown(headers[i]));
      release(&response);
    }
  }
  REQUIRE(atomic_load(&recorder.calls) == 0, "an unsigned body raised an event");
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
    {"webhook-refuses-strangers", "a handshake without the right token has no answer",
     refuses_strangers},
};
GROUP(webhook, "extensions");
