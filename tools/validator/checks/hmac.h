/* hmac.h: the signature `hmac-sha256-hex` of webhooks. */
#ifndef VALIDATOR_HMAC_H
#define VALIDATOR_HMAC_H

/* HMAC-SHA256 of `body` with the key `key`, as 64 hexadecimal digits; a new text. */
char *hmac_sha256_hex(const char *key, const char *body);

#endif
