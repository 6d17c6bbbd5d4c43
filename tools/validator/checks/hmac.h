/* hmac.h: the signature `hmac-sha256-hex` of webhooks. */
#ifndef VALIDATOR_HMAC_H
#define VALIDATOR_HMAC_H

#include <stddef.h>

/* HMAC-SHA256 of `body` with a key of `len` bytes, as 64 hexadecimal digits; a new text. */
char *hmac_sha256_hex(const char *key, size_t len, const char *body);

#endif
