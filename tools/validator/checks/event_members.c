/* event_members.c: the members of events, against the rows that the descriptor has for them. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "event_recorder.h"
#include "probe.h"
#include "rows.h"
#include "text.h"

enum { LONG_MS = 10000, FROM_SOURCE = 3 };

/* Of the events that came: how many have the rows that are looked at, and what is wrong with them, each
 * thing once. */
static int judged;
static struct text wrong;

static void add_once(const char *event, const char *member) {
  struct text finding = {0};
  text_add(&finding, " %s of %s;", member, event);
  if (wrong.at == NULL || strstr(wrong.at, finding.at) == NULL)
    text_add_bytes(&wrong, finding.at, finding.len);
  free(finding.at);
}

static bool is_object(const struct event_recorder *recorder, struct json *object) {
  return json_read(recorder->json, recorder->json_len, object) && json_type(*object) == JSON_OBJECT;
}

static void look_for_id(struct event_recorder *recorder) {
  struct json object, value;
  const wfa_field *row = event_id_row(recorder->event);
  if (row == NULL || !is_object(recorder, &object)) return;
  judged++;
  bool there = member_at(object, row->name, &value) &&
               (json_type(value) == JSON_STRING || json_type(value) == JSON_NUMBER);
  if (!there) add_once(recorder->event, row->name);
}

/* Whether a row names the member, or something inside it: `messages[0].id` names `messages`. (strchr
 * finds the end of a name as well.) */
static bool has_row(const wfa_event *event, const char *member) {
  size_t len = strlen(member);
  for (size_t i = 0; i < event_row_count(event); i++) {
    const char *name = event_row(event, i)->name;
    if (strncmp(name, member, len) == 0 && strchr(".[", name[len]) != NULL) return true;
  }
  return false;
}

/* An event without rows says nothing of its members. What is inside a member may be the service's own
 * and passed on as it came. */
static void look_for_unnamed(struct event_recorder *recorder) {
  struct json object, name, value;
  const char *cursor = NULL;
  const wfa_event *event = event_named(recorder->event);
  if (event == NULL || event_row_count(event) == 0 || !is_object(recorder, &object)) return;
  judged++;
  while (json_next(object, &cursor, &name, &value)) {
    char *member = json_text(name);
    if (!has_row(event, member)) add_once(recorder->event, member);
    free(member);
  }
}

/* Gives `look` the events that the plugin is told to raise: inside a call, outside, or both. */
static void see_events(void (*look)(struct event_recorder *)) {
  struct event_recorder recorder = {.note = look};
  const wfa_api *api = load();
  judged = 0; /* by another check, if they share a process */
  wrong = (struct text){0};
  if (!inputs()->raise_outside) needs_raise();
  wfa_adapter *adapter = new_adapter();
  record_events(adapter, NULL, &recorder);
  if (inputs()->raise_command != NULL && inputs()->raise_request != NULL) {
    struct answer answer = raise_event(adapter);
    give_back(&answer);
  }
  if (inputs()->raise_outside && WFA_HAS(api, start) && api->start != NULL) {
    int inside = atomic_load(&recorder.calls);
    if (api->start(adapter, NULL) == WFA_OK)
      (void)reaches(&recorder.calls, inside + FROM_SOURCE, LONG_MS);
  }
  end_adapter(adapter);
  if (atomic_load(&recorder.calls) == 0)
    skip("no event came: see event-reaches-callback and source-raises-events");
}

static void has_its_id(void) {
  see_events(look_for_id);
  REQUIRE(wrong.at == NULL, "events came without the member that is marked as their id:%.*s",
          (int)wrong.len - 1, wrong.at);
  if (judged == 0) skip("no row of the events that came is marked as their id");
}

static void members_have_rows(void) {
  see_events(look_for_unnamed);
  REQUIRE(wrong.at == NULL, "no row names:%.*s", (int)wrong.len - 1, wrong.at);
  if (judged == 0) skip("the events that came have no rows");
}

static const struct check checks[] = {
    {"event-has-its-id", "events have the member that its row marks as their id", has_its_id},
};
GROUP(event_members, "events");

static const struct check manners[] = {
    {"event-members-have-rows", "a row names every member of an event", members_have_rows},
};
MANNERS(event_manners);
