/* lifecycle.c: an adapter from create to destroy, with every function called. */
#include "lifecycle.h"

#include <stdlib.h>

#include "ending.h"
#include "probe.h"
#include "rows.h"
#include "values.h"
#include "event_recorder.h"

enum { END_MS = 3000 };

typedef void (*observer)(const char *call, const struct answer *answer);

const wfa_metrics_v1 *metrics(void) { return load()->get_extension(WFA_METRICS_V1); }

static void show(observer observe, const char *call, struct answer answer) {
  if (observe != NULL) observe(call, &answer);
  give_back(&answer);
}

static void run_commands(wfa_adapter *adapter, observer observe) {
  for (size_t i = 0; i < command_count(); i++) {
    const char *name = command_at(i)->name;
    char *request = request_for(command_at(i));
    show(observe, name, execute(adapter, name, request));
    show(observe, name, execute(adapter, name, "{}"));
    show(observe, name, execute(adapter, name, "[]"));
    show(observe, name, execute(adapter, name, "{"));
    free(request);
  }
  show(observe, NO_SUCH_NAME, execute(adapter, NO_SUCH_NAME, "{}"));
  if (inputs()->raise_command != NULL && inputs()->raise_request != NULL)
    show(observe, inputs()->raise_command, raise_event(adapter));
}

static void submit_one(wfa_adapter *adapter) {
  struct ending ending = {0};
  if (command_count() > 0 && submit(adapter, command_at(0)->name, "[]", &ending) == WFA_OK)
    reaches(&ending.calls, 1, END_MS);
  free(ending.response);
}

static void read_metrics(wfa_adapter *adapter, observer observe) {
  struct answer answer = {.error = empty_error()};
  if (metrics() == NULL) return;
  answer.result = metrics()->snapshot(adapter, &answer.response, &answer.error);
  show(observe, WFA_METRICS_V1, answer);
}

static void refuse_properties(observer observe) {
  wfa_adapter *none = NULL;
  char *unknown = object_with(properties(), NO_SUCH_NAME, "1");
  show(observe, "create", create(NULL, unknown, &none));
  free(unknown);
}

void run_lifecycle(const wfa_host *host, observer observe) {
  struct event_recorder recorder = {0};
  wfa_adapter *adapter = new_adapter_for(host);
  record_events(adapter, NULL, &recorder);
  run_commands(adapter, observe);
  submit_one(adapter);
  show(observe, "update_properties", update(adapter, properties()));
  read_metrics(adapter, observe);
  refuse_properties(observe);
  load()->unregister_event_callback(adapter, recorder.registration, 0);
  end_adapter(adapter);
  free(recorder.json);
}
