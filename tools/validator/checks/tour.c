/* tour.c: a whole life of an adapter, in which every function is called. */
#include "tour.h"

#include <stdlib.h>

#include "ending.h"
#include "probe.h"
#include "rows.h"
#include "values.h"
#include "watch.h"

enum { END_MS = 3000 };

typedef void (*looker)(const char *call, const struct answer *answer);

const wfa_metrics_v1 *metrics(void) { return load()->get_extension(WFA_METRICS_V1); }

static void show(looker look, const char *call, struct answer answer) {
  if (look != NULL) look(call, &answer);
  give_back(&answer);
}

static void run_commands(wfa_adapter *adapter, looker look) {
  for (size_t i = 0; i < command_count(); i++) {
    const char *name = command_at(i)->name;
    char *request = request_for(command_at(i));
    show(look, name, execute(adapter, name, request));
    show(look, name, execute(adapter, name, "{}"));
    show(look, name, execute(adapter, name, "[]"));
    show(look, name, execute(adapter, name, "{"));
    free(request);
  }
  show(look, NO_SUCH_NAME, execute(adapter, NO_SUCH_NAME, "{}"));
  if (inputs()->raise_command != NULL && inputs()->raise_request != NULL)
    show(look, inputs()->raise_command, raise_event(adapter));
}

static void submit_one(wfa_adapter *adapter) {
  struct ending ending = {0};
  if (command_count() > 0 && submit(adapter, command_at(0)->name, "[]", &ending) == WFA_OK)
    reaches(&ending.calls, 1, END_MS);
  free(ending.response);
}

static void read_metrics(wfa_adapter *adapter, looker look) {
  struct answer answer = {.error = empty_error()};
  if (metrics() == NULL) return;
  answer.result = metrics()->snapshot(adapter, &answer.response, &answer.error);
  show(look, WFA_METRICS_V1, answer);
}

static void refuse_properties(looker look) {
  wfa_adapter *none = NULL;
  char *unknown = object_with(properties(), NO_SUCH_NAME, "1");
  show(look, "create", create(NULL, unknown, &none));
  free(unknown);
}

void tour(const wfa_host *host, looker look) {
  struct watch watch = {0};
  wfa_adapter *adapter = new_adapter_for(host);
  watch_events(adapter, NULL, &watch);
  run_commands(adapter, look);
  submit_one(adapter);
  show(look, "update_properties", update(adapter, properties()));
  read_metrics(adapter, look);
  refuse_properties(look);
  load()->unregister_event_callback(adapter, watch.registration, 0);
  end_adapter(adapter);
  free(watch.json);
}
