/* values.h: made-up JSON that fits a descriptor, and JSON changed in one place. */
#ifndef VALIDATOR_VALUES_H
#define VALIDATOR_VALUES_H

#include "check.h"

/* The characters of made-up strings. */
enum style { DIGITS, LETTERS };

/* A value for `field`: its default, or as short as is allowed. Always a new text, as everything
 * here. */
char *made_up(const wfa_field *field, enum style style);

/* An object with every required member of the list. */
char *object_of(const wfa_field *const *fields, size_t count, enum style style);

/* `object` with the member `name` set to the JSON text `raw`, and without it. */
char *object_with(const char *object, const char *name, const char *raw);
char *object_without(const char *object, const char *name);

/* A JSON string of `count` times `c`. */
char *long_string(char c, size_t count);

/* A JSON value of a type that `type` does not allow. */
const char *wrong_value(const char *type);

#endif
