/* rows.h: the descriptor's rows: the specification's and those beyond it as one list. */
#ifndef VALIDATOR_ROWS_H
#define VALIDATOR_ROWS_H

#include "check.h"
#include "json.h"
#include "text.h"

size_t property_count(void);
const wfa_field *property_at(size_t index);
size_t command_count(void);
const wfa_command *command_at(size_t index);
size_t event_count(void);
const wfa_event *event_at(size_t index);

/* The event of that name; NULL if the descriptor has none. */
const wfa_event *event_named(const char *name);
size_t event_row_count(const wfa_event *event);
const wfa_field *event_row(const wfa_event *event, size_t index);

/* The row that is marked as the id of the event of that name; NULL if there is none. */
const wfa_field *event_id_row(const char *name);

/* The member that a row of an event names, which may be a path such as `messages[0].id`. */
bool member_at(struct json object, const char *path, struct json *value);

/* Whether the descriptor has an event of that name. */
bool is_event(const char *name);
bool is_command(const char *name);

/* Calls `visit` for every row of members in the descriptor; `where` says which list it stands in.
 */
void each_field(void (*visit)(const char *where, const wfa_field *field));

/* Every text and number of the tables, and the JSON, as one new text. */
struct text everything(void);

#endif
