/* values.c: made-up JSON that fits a descriptor, and JSON changed in one place. */
#include "values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "text.h"

enum { SHORT = 8, SECRET = 32 };

static char *made_up_string(const wfa_field *field, enum style style) {
  /* Without a period that shows up by chance: secrets are searched for. */
  static const char *const alphabets[] = {"7301946285", "qzjxkvwbyg"};
  bool secret = (field->flags & WFA_FIELD_SECRET) != 0;
  int64_t len = secret ? SECRET : SHORT;
  if (field->min_length != WFA_UNSET && len < field->min_length) len = field->min_length;
  if (field->max_length != WFA_UNSET && len > field->max_length) len = field->max_length;
  struct text text = {0};
  text_add(&text, "\"");
  for (int64_t i = 0; i < len; i++)
    text_add_bytes(&text, secret ? &alphabets[style][i % 10] : style == DIGITS ? "1" : "a", 1);
  text_add(&text, "\"");
  return text.at;
}

char *made_up(const wfa_field *field, enum style style) {
  struct text text = {0};
  if (strcmp(field->type, "string") == 0)
    return field->default_value != NULL ? json_quoted(field->default_value)
                                        : made_up_string(field, style);
  if (field->default_value != NULL)
    text_add(&text, "%s", field->default_value);
  else if (strcmp(field->type, "integer") == 0 || strcmp(field->type, "number") == 0)
    text_add(&text, "%" PRId64, field->min_value == WFA_UNSET ? 1 : field->min_value);
  else if (strcmp(field->type, "boolean") == 0)
    text_add(&text, "true");
  else
    text_add(&text, strcmp(field->type, "array") == 0 ? "[]" : "{}");
  return text.at;
}

char *object_of(const wfa_field *const *fields, size_t count, enum style style) {
  struct text text = {0};
  text_add(&text, "{");
  for (size_t i = 0; i < count; i++) {
    if ((fields[i]->flags & WFA_FIELD_REQUIRED) == 0) continue;
    char *name = json_quoted(fields[i]->name), *value = made_up(fields[i], style);
    text_add(&text, "%s%s:%s", text.len == 1 ? "" : ",", name, value);
    free(name);
    free(value);
  }
  text_add(&text, "}");
  return text.at;
}

/* Copies the members of `object` but `name`; the new object is not closed. */
static struct text members_but(const char *object, const char *left_out) {
  struct text text = {0};
  struct json whole, name, value;
  const char *cursor = NULL;
  text_add(&text, "{");
  if (!json_read(object, strlen(object), &whole)) return text;
  while (json_next(whole, &cursor, &name, &value)) {
    if (json_is(name, left_out)) continue;
    text_add(&text, "%s", text.len == 1 ? "" : ",");
    text_add_bytes(&text, name.at, (size_t)(name.end - name.at));
    text_add(&text, ":");
    text_add_bytes(&text, value.at, (size_t)(value.end - value.at));
  }
  return text;
}

char *object_with(const char *object, const char *name, const char *raw) {
  struct text text = members_but(object, name);
  char *quoted = json_quoted(name);
  text_add(&text, "%s%s:", text.len == 1 ? "" : ",", quoted);
  text_add_bytes(&text, raw, strlen(raw));
  text_add(&text, "}");
  free(quoted);
  return text.at;
}

char *object_without(const char *object, const char *name) {
  struct text text = members_but(object, name);
  text_add(&text, "}");
  return text.at;
}

char *long_string(char c, size_t count) {
  char *text = repeated(c, count + 2);
  text[0] = text[count + 1] = '"';
  return text;
}

const char *wrong_value(const char *type) { return strcmp(type, "array") == 0 ? "{}" : "[]"; }
