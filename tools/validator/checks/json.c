/* json.c: a strict reader of JSON text. */
#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { LEVELS = 200 };

static const char *value_end(const char *at, const char *end, int level);

static const char *space(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

static const char *literal(const char *at, const char *end, const char *word) {
  size_t len = strlen(word);
  return (size_t)(end - at) >= len && memcmp(at, word, len) == 0 ? at + len : NULL;
}

static bool is_digit(const char *at, const char *end) {
  return at < end && *at >= '0' && *at <= '9';
}

static const char *digits(const char *at, const char *end) {
  if (!is_digit(at, end)) return NULL;
  while (is_digit(at, end)) at++;
  return at;
}

static const char *number(const char *at, const char *end) {
  if (at < end && *at == '-') at++;
  if (is_digit(at, end) && *at == '0')
    at++;
  else
    at = digits(at, end);
  if (at != NULL && at < end && *at == '.') at = digits(at + 1, end);
  if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    at = digits(at, end);
  }
  return at;
}

static bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static const char *escape(const char *at, const char *end) {
  if (at >= end) return NULL;
  if (*at != 'u') return *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL ? at + 1 : NULL;
  if (end - at < 5) return NULL;
  for (int i = 1; i <= 4; i++)
    if (!is_hex(at[i])) return NULL;
  return at + 5;
}

static const char *string(const char *at, const char *end) {
  if (at >= end || *at != '"') return NULL;
  at++;
  while (at != NULL && at < end && *at != '"') {
    if ((unsigned char)*at < 0x20) return NULL;
    at = *at == '\\' ? escape(at + 1, end) : at + 1;
  }
  return at != NULL && at < end ? at + 1 : NULL;
}

/* Behind the container that begins at `at`. */
static const char *container_end(const char *at, const char *end, int level) {
  char close = *at == '{' ? '}' : ']';
  at = space(at + 1, end);
  if (at < end && *at == close) return at + 1;
  while (at != NULL) {
    if (close == '}') {
      at = string(at, end);
      at = at == NULL ? NULL : space(at, end);
      if (at == NULL || at >= end || *at != ':') return NULL;
      at = space(at + 1, end);
    }
    at = value_end(at, end, level + 1);
    at = at == NULL ? NULL : space(at, end);
    if (at == NULL || at >= end) return NULL;
    if (*at == close) return at + 1;
    if (*at != ',') return NULL;
    at = space(at + 1, end);
  }
  return NULL;
}

static const char *value_end(const char *at, const char *end, int level) {
  if (at >= end || level > LEVELS) return NULL;
  switch (*at) {
    case '{':
    case '[': return container_end(at, end, level);
    case '"': return string(at, end);
    case 't': return literal(at, end, "true");
    case 'f': return literal(at, end, "false");
    case 'n': return literal(at, end, "null");
    default: return number(at, end);
  }
}

bool json_read(const char *text, size_t len, struct json *value) {
  if (text == NULL || !is_utf8(text, len)) return false;
  const char *end = text + len;
  value->at = space(text, end);
  value->end = value_end(value->at, end, 0);
  return value->end != NULL && space(value->end, end) == end;
}

enum json_type json_type(struct json value) {
  switch (*value.at) {
    case '{': return JSON_OBJECT;
    case '[': return JSON_ARRAY;
    case '"': return JSON_STRING;
    case 't':
    case 'f': return JSON_BOOLEAN;
    case 'n': return JSON_NULL;
    default: return JSON_NUMBER;
  }
}

const char *json_type_name(struct json value) {
  static const char *const names[] = {"null",     "a boolean", "a number",
                                      "a string", "an array",  "an object"};
  return names[json_type(value)];
}

bool json_next(struct json container, const char **cursor, struct json *name, struct json *value) {
  enum json_type type = json_type(container);
  if (type != JSON_OBJECT && type != JSON_ARRAY) return false;
  const char *at = space(*cursor == NULL ? container.at + 1 : *cursor, container.end);
  if (at < container.end && *at == ',') at = space(at + 1, container.end);
  if (at >= container.end || *at == '}' || *at == ']') return false;
  if (type == JSON_OBJECT) {
    name->at = at;
    name->end = string(at, container.end);
    at = space(space(name->end, container.end) + 1, container.end);
  }
  value->at = at;
  value->end = value_end(at, container.end, 0);
  *cursor = value->end;
  return true;
}

bool json_member(struct json object, const char *name, struct json *value) {
  const char *cursor = NULL;
  struct json found;
  while (json_type(object) == JSON_OBJECT && json_next(object, &cursor, &found, value))
    if (json_is(found, name)) return true;
  return false;
}

size_t json_count(struct json container) {
  const char *cursor = NULL;
  struct json name, value;
  size_t count = 0;
  while (json_next(container, &cursor, &name, &value)) count++;
  return count;
}

static void add_scalar(struct text *text, uint32_t scalar) {
  char bytes[4];
  if (scalar >= 0xd800 && scalar <= 0xdfff) scalar = 0xfffd;
  size_t len = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
  for (size_t i = len - 1; i > 0; i--) {
    bytes[i] = (char)(0x80 | (scalar & 0x3f));
    scalar >>= 6;
  }
  bytes[0] = (char)(len == 1 ? scalar : (0xf00u >> len & 0xf0u) | scalar);
  text_add_bytes(text, bytes, len);
}

/* The four hexadecimal digits at `at`. */
static uint32_t unit(const char *at) {
  char hex[5] = {at[0], at[1], at[2], at[3], '\0'};
  return (uint32_t)strtoul(hex, NULL, 16);
}

/* Adds what the escape behind a backslash stands for; answers where it ends. */
static const char *add_escape(struct text *text, const char *at, const char *end) {
  static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
  const char *found = strchr(from, *at);
  if (*at != 'u') {
    text_add_bytes(text, found == NULL ? at : &to[found - from], 1);
    return at + 1;
  }
  uint32_t scalar = unit(at + 1);
  at += 5;
  bool pair =
      scalar >= 0xd800 && scalar <= 0xdbff && end - at >= 6 && at[0] == '\\' && at[1] == 'u';
  uint32_t low = pair ? unit(at + 2) : 0;
  if (low >= 0xdc00 && low <= 0xdfff) {
    scalar = 0x10000 + ((scalar - 0xd800) << 10) + (low - 0xdc00);
    at += 6;
  }
  add_scalar(text, scalar);
  return at;
}

char *json_text(struct json value) {
  if (json_type(value) != JSON_STRING) return NULL;
  struct text text = {0};
  text_add_bytes(&text, "", 0);
  const char *end = value.end - 1;
  for (const char *at = value.at + 1; at < end;) {
    if (*at == '\\') {
      at = add_escape(&text, at + 1, end);
    } else {
      text_add_bytes(&text, at, 1);
      at++;
    }
  }
  return text.at;
}

bool json_is(struct json value, const char *text) {
  char *have = json_text(value);
  bool same = have != NULL && strcmp(have, text) == 0;
  free(have);
  return same;
}

char *json_quoted(const char *text) {
  struct text quoted = {0};
  text_add_bytes(&quoted, "\"", 1);
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < 0x20)
      text_add(&quoted, "\\u%04x", (unsigned)*text);
    else if (*text == '"' || *text == '\\')
      text_add(&quoted, "\\%c", *text);
    else
      text_add_bytes(&quoted, text, 1);
  }
  text_add_bytes(&quoted, "\"", 1);
  return quoted.at;
}
