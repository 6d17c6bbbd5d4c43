/* json.h: a strict reader of JSON text, value by value, nothing copied. */
#ifndef VALIDATOR_JSON_H
#define VALIDATOR_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* One value: the text from its first to behind its last character. */
struct json {
  const char *at;
  const char *end;
};

enum json_type { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Whether `text` is exactly one JSON value (RFC 8259, UTF-8, at most 200 levels deep). */
bool json_read(const char *text, size_t len, struct json *value);

enum json_type json_type(struct json value);
const char *json_type_name(struct json value);

/* The next member of an object, or element of an array (`name` then stays as it is); false at the
 * end.
 * `*cursor` starts as NULL. */
bool json_next(struct json container, const char **cursor, struct json *name, struct json *value);

/* The member `name` of an object. */
bool json_member(struct json object, const char *name, struct json *value);

/* How many members or elements. */
size_t json_count(struct json container);

/* A string's characters as a new NUL-terminated text, half surrogate pairs as U+FFFD; NULL if it is
 * no string. */
char *json_text(struct json value);

/* Whether the value is the string `text`. */
bool json_is(struct json value, const char *text);

/* `text` as a new JSON string, with its quotes. */
char *json_quoted(const char *text);

#endif
