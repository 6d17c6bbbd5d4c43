/* webhook.h: webhooks given to the plugin, signed as its descriptor declares. */
#ifndef VALIDATOR_WEBHOOK_H
#define VALIDATOR_WEBHOOK_H

#include "adapter.h"

/* The plugin's webhooks; skips the check if it has none. */
const wfa_webhook_v1 *webhooks(void);

/* `process` with a NUL-terminated body and header; either may be NULL. */
struct answer process(wfa_adapter *adapter, const char *body, const char *header);

/* The header that an adapter with `properties` accepts for `body`, a new text; skips the check if
 * the declared scheme is unknown, or if the properties have no secret to sign with. */
char *signature_of(const char *body);

#endif
