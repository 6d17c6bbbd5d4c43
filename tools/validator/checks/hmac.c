/* hmac.c: HMAC-SHA256, as RFC 2104 and FIPS 180-4 define it. */
#include "hmac.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { BLOCK = 64, WORDS = 8, DIGEST = 4 * WORDS, ROUNDS = 64 };

/* clang-format off */
static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static const uint32_t first[WORDS] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};
/* clang-format on */

static uint32_t rotated(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static void add_block(uint32_t state[WORDS], const unsigned char *block) {
  uint32_t w[ROUNDS], s[WORDS];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
           (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < ROUNDS; i++) {
    uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) +
           (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
  }
  memcpy(s, state, sizeof s);
  for (int i = 0; i < ROUNDS; i++) {
    uint32_t one = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) +
                   ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + w[i];
    uint32_t two = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) +
                   ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, (WORDS - 1) * sizeof *s);
    s[4] += one;
    s[0] = one + two;
  }
  for (int i = 0; i < WORDS; i++) state[i] += s[i];
}

static void sha256(const unsigned char *bytes, size_t len, unsigned char digest[DIGEST]) {
  uint32_t state[WORDS];
  size_t padded = (len + 8) / BLOCK * BLOCK + BLOCK;
  unsigned char *all = allocate(padded); /* zeroed */
  memcpy(all, bytes, len);
  all[len] = 0x80;
  for (size_t i = 0; i < 8; i++) all[padded - 1 - i] = (unsigned char)((uint64_t)len * 8 >> 8 * i);
  memcpy(state, first, sizeof state);
  for (size_t at = 0; at < padded; at += BLOCK) add_block(state, all + at);
  for (int i = 0; i < DIGEST; i++) digest[i] = (unsigned char)(state[i / 4] >> (24 - i % 4 * 8));
  free(all);
}

/* The digest of the key, its bytes each xor-ed with `with`, and of `bytes` behind it. */
static void keyed(const unsigned char key[BLOCK], unsigned char with, const void *bytes, size_t len,
                  unsigned char digest[DIGEST]) {
  unsigned char *all = allocate(BLOCK + len);
  for (int i = 0; i < BLOCK; i++) all[i] = key[i] ^ with;
  memcpy(all + BLOCK, bytes, len);
  sha256(all, BLOCK + len, digest);
  free(all);
}

char *hmac_sha256_hex(const char *key, size_t len, const char *body) {
  unsigned char block[BLOCK] = {0}, digest[DIGEST];
  struct text hex = {0};
  if (len > BLOCK)
    sha256((const unsigned char *)key, len, block);
  else
    memcpy(block, key, len);
  keyed(block, 0x36, body, strlen(body), digest);
  keyed(block, 0x5c, digest, sizeof digest, digest);
  for (int i = 0; i < DIGEST; i++) text_add(&hex, "%02x", digest[i]);
  return hex.at;
}
