/* A library whose exported variables have every type of the contract: what abidiff compares. */
#include "workflow_adapter.h"

#define PROBE(function) __typeof__(&function) probe_##function = 0

PROBE(wfa_entry);
PROBE(wfa_get_descriptor);
PROBE(wfa_get_descriptor_json);
PROBE(wfa_get_extension);
PROBE(wfa_create);
PROBE(wfa_destroy);
PROBE(wfa_execute_command);
PROBE(wfa_register_event_callback);
PROBE(wfa_unregister_event_callback);
PROBE(wfa_update_properties);
PROBE(wfa_submit_command);
PROBE(wfa_cancel_command);
PROBE(wfa_cancel_calls);
PROBE(wfa_poll_completions);
PROBE(wfa_start);
PROBE(wfa_result_name);
PROBE(wfa_buffer_release);

wfa_api probe_api;
wfa_host probe_host;
wfa_error probe_error;
wfa_buffer probe_buffer;
wfa_call_options probe_call_options;
wfa_webhook_v1 probe_webhook_v1;
wfa_metrics_v1 probe_metrics_v1;
wfa_clock_v1 probe_clock_v1;
