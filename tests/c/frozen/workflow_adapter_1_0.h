/* workflow_adapter.h: the contract between a workflow host and an adapter plugin, version 1.
 *
 * Generated from the Rust types by cbindgen; do not edit. SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reading order: wfa_entry returns a wfa_api; its descriptor describes the adapter type; create makes
 * an adapter; execute_command runs a command; events are delivered to the callbacks registered for
 * them.
 *
 * Text. Text that a host passes is (pointer, length) in UTF-8; the length WFA_STRLEN means
 * NUL-terminated. With any other length a NUL is part of the text, so a name that contains one is
 * another name. NULL, for an optional text, has the length 0 or WFA_STRLEN; any other length is
 * refused (WFA_ERR_INVALID_ARGUMENT), also by the wrappers of this contract. Text that a plugin
 * returns is a wfa_buffer.
 *
 * Output parameters (out, response, error, operation, registration, delivered) belong to the caller,
 * one for each call, and are written before the call returns, never later. Their previous content is
 * overwritten and not released. After a failure they are empty or 0, unless the function's description
 * says otherwise. Structs and output parameters are aligned as in C, unless a plugin documents that it
 * accepts any address.
 *
 * Threads. Every function may be called from any thread, any number at once, on one adapter and on
 * several. Callbacks are called on the threads that their descriptions name, also several at once, and
 * concurrently with calls on the host's own threads. No lock of the plugin is held while a callback
 * runs. A call needs at most 256 KiB of its caller's stack, not counting what callbacks need; a
 * callback on a thread of the plugin has at least 256 KiB. On such a thread all signals are blocked
 * except SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP and SIGSYS, and it has no alternative signal stack:
 * a host whose runtime suspends or inspects threads with other signals unblocks those in its callback
 * and blocks them again before it returns. A plugin installs no signal handler.
 *
 * Inside a callback nothing waits for another callback. `destroy` is refused there (WFA_ERR_STATE).
 * `unregister_event_callback` and `poll_completions` do not wait inside a callback of the same plugin;
 * inside a callback of another plugin the host passes WFA_NO_WAIT or a timeout of 0, and destroys no
 * adapter of any plugin: a plugin knows only its own callbacks, and two callbacks that wait for each
 * other would wait forever. The wrappers of this contract do so by themselves.
 *
 * A callback must return. `longjmp` out of it is undefined behaviour; a C++ exception, `pthread_exit`
 * or thread cancellation that leaves a callback, or that ends a thread inside a call, terminates the
 * process.
 *
 * Growing. A struct that begins with struct_size may grow at its end: the side that fills it in states
 * its size, and the other side neither reads nor writes beyond it. Nothing else changes its size or
 * type within a major version: wfa_buffer, wfa_result, flags of 32 bits, callbacks, numbers of
 * results. Both sides ignore unknown bits in flags; a host sets a bit only if the plugin has the
 * feature that it belongs to.
 *
 * A host does not unload a plugin: its tables are valid until the process ends, and one of its threads
 * may still be finishing.
 */

#ifndef WORKFLOW_ADAPTER_H
#define WORKFLOW_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A plugin exports these functions by defining WFA_PLUGIN before it includes this header, or in its own
 * way. A host defines nothing: it looks them up at run time, or links against the plugin. */
#if !defined(WFA_EXPORT)
#if !defined(WFA_PLUGIN)
#define WFA_EXPORT
#elif defined(_WIN32)
#define WFA_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define WFA_EXPORT __attribute__((visibility("default")))
#else
#define WFA_EXPORT
#endif
#endif

/* The calling convention of every function and callback: the platform's for C. */
#if defined(_WIN32) && !defined(_WIN64)
#define WFA_CALL __cdecl
#else
#define WFA_CALL
#endif

/* The length that means: NUL-terminated. */
#define WFA_STRLEN SIZE_MAX

/* Whether the struct at p is large enough to have the member: before using one that was appended. */
#ifdef __cplusplus
#define WFA_HAS(p, member)                                                                 \
  ((p)->struct_size >= static_cast<size_t>(reinterpret_cast<const char *>(&(p)->member) -  \
                                           reinterpret_cast<const char *>(p)) +            \
                           sizeof((p)->member))
#else
#define WFA_HAS(p, member) \
  ((p)->struct_size >= (size_t)((const char *)&(p)->member - (const char *)(p)) + sizeof((p)->member))
#endif

/* Ids of optional features, for wfa_get_extension. */
#define WFA_WEBHOOK_V1 "wfa.webhook/1" /* wfa_webhook_v1 */
#define WFA_METRICS_V1 "wfa.metrics/1" /* wfa_metrics_v1 */

/* Ids of optional features of the host, for wfa_host.get_extension. */
#define WFA_CLOCK_V1 "wfa.clock/1" /* wfa_clock_v1 */

// In `wfa_error.flags`: the same call may succeed later; `retry_after_ms` says when. Never together
// with `WFA_ERROR_MAYBE_SENT`. The three `WFA_ERROR_*` are flags beside a result; results are
// `WFA_ERR_*`.
#define WFA_ERROR_RETRYABLE 1

// In `wfa_error.flags`: a panic was caught; the plugin has a defect.
#define WFA_ERROR_PANIC 2

// In `wfa_error.flags`: the message may have reached its recipient.
#define WFA_ERROR_MAYBE_SENT 4

// The value of a limit that is not set.
#define WFA_UNSET INT64_MIN

// In `wfa_field.flags`: the member must be present.
#define WFA_FIELD_REQUIRED 1

// In `wfa_field.flags`: the value is a secret; a host stores it separately, masks it, and never logs
// it.
#define WFA_FIELD_SECRET 2

// In `wfa_field.flags` of an event's member: the event's identity. The value is unique within the
// instance's name and the event's name, and is the same at every delivery of one event: a host that
// stores it can detect an event that is delivered twice. At most one member of an event has this mark.
// It is a text or a number, and not the correlation id, which several events share.
#define WFA_FIELD_EVENT_ID 4

// In `wfa_field.flags` of an event's member: the correlation id of the call that the event refers to,
// as the host passed it in `wfa_call_options`. At most one member of an event has this mark. It is a
// text or a number.
#define WFA_FIELD_CORRELATION_ID 8

// In `wfa_field.flags` of an event's member: whom or what the event is about, for instance a customer.
// Several members of an event may have this mark: two events that share a value in any of them have the
// same subject, and a host processes the events of one subject in the order in which it accepted them.
// Each of them is a text or a number.
#define WFA_FIELD_SUBJECT 16

// In `wfa_field.flags` of an event's member: how the call with the event's correlation id ended. The
// value is `accepted` or `rejected`; if the member is absent or has another value, the outcome is still
// open. A host resolves `WFA_ERR_OUTCOME_UNKNOWN` with it. At most one member of an event has this
// mark, and only beside a member that is marked as the correlation id. It is a text without another
// mark.
#define WFA_FIELD_OUTCOME 32

// In `wfa_command.flags`: the command sends a message, or acts in another way that cannot be repeated
// without harm. A host never runs it again after an unknown outcome, not even if it is configured to.
#define WFA_COMMAND_SENDS 1

// In `wfa_command.flags`: running the command twice has the same effect as running it once. A host may
// run it again after any failure. Never together with `WFA_COMMAND_SENDS`.
#define WFA_COMMAND_IDEMPOTENT 2

// In `wfa_command.flags`: the command may take minutes, for instance because it moves files. A host
// submits it, or keeps a thread for it, and gives it a longer timeout than other commands.
#define WFA_COMMAND_LONG_RUNNING 4

// In `wfa_command.flags`: the command processes the body of a webhook that a host received. A host
// calls it from its HTTP listener, and does not offer it as a step of workflows. At most one command
// has this trait.
#define WFA_COMMAND_WEBHOOK 8

// In `wfa_host.log_level`: no records.
#define WFA_LOG_OFF 0

// In `wfa_host.log_level`: failures that a person should see.
#define WFA_LOG_ERROR 1

// In `wfa_host.log_level`: something unexpected that the plugin has handled.
#define WFA_LOG_WARN 2

// In `wfa_host.log_level`: records for operators about normal operation.
#define WFA_LOG_INFO 3

// In `wfa_host.log_level`: records of each attempt.
#define WFA_LOG_DEBUG 4

// In `wfa_host.log_level`: everything.
#define WFA_LOG_TRACE 5

// The host has stored the event. It is not delivered again, unless another callback of the same event
// returns `WFA_EVENT_RETRY`.
#define WFA_EVENT_ACCEPTED 0

// The host cannot process the event now: it is delivered again, to every callback that is registered
// for it. An event of a call is delivered again when the sender repeats the webhook; the adapter itself
// redelivers events outside of calls: see `wfa_start`. Any value other than these three means the same.
#define WFA_EVENT_RETRY 1

// The host does not want the event: like an accepted event, it is not delivered again.
#define WFA_EVENT_DROPPED 2

// Major version: another number is an incompatible contract.
#define WFA_ABI_MAJOR 1

// Minor version: grows when members are appended.
#define WFA_ABI_MINOR 0

// In `flags` of `destroy` and `unregister_event_callback`: return at once, without waiting for running
// calls. A host sets it in `unregister_event_callback` inside a callback of any plugin.
#define WFA_NO_WAIT 1

// In `wfa_call_options.flags`, for `submit_command` of a plugin that has `poll_completions`: the
// completion is called on a thread of the host, inside `poll_completions`.
#define WFA_CALL_POLLED 1

// One configured instance. Opaque: the pointer is a token that is looked up and never dereferenced;
// tokens are never reused.
typedef struct wfa_adapter wfa_adapter;

// One property, one member of a request or response, or one member of an event.
typedef struct wfa_field {
  // Size of this element in the plugin's version.
  uint32_t struct_size;
  // `WFA_FIELD_*`, or-ed; a host ignores bits that it does not know.
  uint32_t flags;
  // The member's name in JSON, e.g. `phoneNumber`; in events a path such as `messages[0].id`, whose
  // names are separated by `.` and whose `[0]` stands for the first element of an array.
  const char *name;
  // A label for people, e.g. `Destination phone number`; empty if the specification has none.
  const char *display;
  // One sentence for people.
  const char *description;
  // `string`, `integer`, `number`, `boolean`, `array` or `object`.
  const char *type;
  // The value used when the member is absent; NULL if there is none. A string as it is, without
  // quotes; every other type as JSON writes it, e.g. `80`, `true`, `[]`.
  const char *default_value;
  // Shortest allowed text in Unicode scalar values; `WFA_UNSET` if there is no limit.
  int64_t min_length;
  // Longest allowed text in Unicode scalar values; `WFA_UNSET` if there is no limit.
  int64_t max_length;
  // Smallest allowed number; `WFA_UNSET` if there is no limit.
  int64_t min_value;
  // Largest allowed number; `WFA_UNSET` if there is no limit.
  int64_t max_value;
} wfa_field;

// One command.
typedef struct wfa_command {
  // Size of this element in the plugin's version.
  uint32_t struct_size;
  // The command's traits: `WFA_COMMAND_*`, or-ed; a host ignores bits that it does not know. A command
  // without `WFA_COMMAND_SENDS` and `WFA_COMMAND_IDEMPOTENT` may change something: a host repeats it
  // after an unknown outcome only if a person has decided so.
  uint32_t flags;
  // The name that `execute_command` takes, e.g. `sendMessageText`.
  const char *name;
  // A label for people.
  const char *display;
  // One sentence for people.
  const char *description;
  // Request members of the specification.
  const struct wfa_field *const *request;
  // Count of `request`.
  size_t n_request;
  // Response members of the specification.
  const struct wfa_field *const *response;
  // Count of `response`.
  size_t n_response;
  // Optional request members beyond the specification.
  const struct wfa_field *const *extension_request;
  // Count of `extension_request`.
  size_t n_extension_request;
  // Response members beyond the specification.
  const struct wfa_field *const *extension_response;
  // Count of `extension_response`.
  size_t n_extension_response;
} wfa_command;

// One event.
typedef struct wfa_event {
  // Size of this element in the plugin's version.
  uint32_t struct_size;
  // Reserved: 0, and ignored by hosts.
  uint32_t flags;
  // The name that callbacks receive, e.g. `customer_message`.
  const char *name;
  // A label for people.
  const char *display;
  // One sentence for people.
  const char *description;
  // Members of the specification.
  const struct wfa_field *const *fields;
  // Count of `fields`.
  size_t n_fields;
  // Members beyond the specification.
  const struct wfa_field *const *extension_fields;
  // Count of `extension_fields`.
  size_t n_extension_fields;
} wfa_event;

// One row of the specification's release history. It releases nothing: see `wfa_buffer_release`.
typedef struct wfa_spec_release {
  // Size of this element in the plugin's version.
  uint32_t struct_size;
  // Reserved: 0, and ignored by hosts.
  uint32_t flags;
  // e.g. `2.0.2`.
  const char *version;
  // e.g. `Maintenance`.
  const char *type;
  // What changed.
  const char *description;
  // Tracking number.
  const char *tracking;
  // `YYYY-MM-DD`; empty if the specification gives none.
  const char *date;
} wfa_spec_release;

// How the webhooks of an adapter type are signed, and to which instance each belongs, for a host that
// receives the webhooks of several instances at one URL. Static.
//
// Every text may be NULL or empty: then the adapter type lacks that feature.
typedef struct wfa_webhook_declaration {
  // Size of this struct in the plugin's version.
  uint32_t struct_size;
  // Reserved: 0, and ignored by hosts.
  uint32_t flags;
  // The HTTP header that holds the signature, e.g. `X-Hub-Signature-256`. A host passes its value
  // unchanged to `wfa_webhook_v1.process`, which checks it.
  const char *signature_header;
  // How the header's value is computed, for hosts and gateways that check it as well: an algorithm
  // and its parameters, separated by `;`. `hmac-sha256-hex` and `hmac-sha256-base64` are the
  // HMAC-SHA256 of the raw body; the parameter `prefix=` is a text before it, e.g.
  // `hmac-sha256-hex;prefix=sha256=`. With `key=base64`, `secret_property` holds the key in Base64;
  // without, it is the key itself. A host that does not know the scheme leaves the check to the
  // adapter.
  const char *signature_scheme;
  // The property whose value is the key of the signature, e.g. `appSecret`.
  const char *secret_property;
  // The property that distinguishes the instances at one URL, e.g. `phoneNumberId`.
  const char *routing_property;
  // The place of `routing_property`'s value in a body: a JSON Pointer, in which `*` stands for every
  // element of an array or every member of an object, e.g.
  // `/entry/*/changes/*/value/metadata/phone_number_id`. A host passes a body to every instance whose
  // value occurs there, and a body without any of the values to all instances at the URL.
  const char *routing_path;
} wfa_webhook_declaration;

// The description of an adapter type. Static: valid and unchanged until the process ends.
//
// `properties`, `commands` and `events` are exactly the specification's; everything beyond it is in the
// `extension_*` arrays only. `json` has the same content as one JSON object.
//
// `id`, the names of fields, commands and events, and `json` are never NULL; every other text may be
// NULL or empty. A list of `n` has `n` elements, none of them NULL; a list of 0 may be NULL. Every
// element begins with its size: read only what lies within it.
typedef struct wfa_descriptor {
  // Size of this struct in the plugin's version.
  uint32_t struct_size;
  // Reserved: 0, and ignored by hosts.
  uint32_t flags;
  // Identifies the adapter type, e.g. `whatsapp`.
  const char *id;
  // The adapter type's short name.
  const char *name;
  // The adapter type's title.
  const char *display;
  // The plugin's version, `x.y.z`.
  const char *version;
  // The version of the specification that the plugin implements.
  const char *spec_version;
  // Who made the plugin.
  const char *vendor;
  // SPDX expression.
  const char *license;
  // The URL of the documentation.
  const char *docs_url;
  // Properties of the specification.
  const struct wfa_field *const *properties;
  // Count of `properties`.
  size_t n_properties;
  // Commands of the specification.
  const struct wfa_command *const *commands;
  // Count of `commands`.
  size_t n_commands;
  // Events of the specification.
  const struct wfa_event *const *events;
  // Count of `events`.
  size_t n_events;
  // Optional properties beyond the specification.
  const struct wfa_field *const *extension_properties;
  // Count of `extension_properties`.
  size_t n_extension_properties;
  // Commands beyond the specification.
  const struct wfa_command *const *extension_commands;
  // Count of `extension_commands`.
  size_t n_extension_commands;
  // Events beyond the specification.
  const struct wfa_event *const *extension_events;
  // Count of `extension_events`.
  size_t n_extension_events;
  // Release history of the specification.
  const struct wfa_spec_release *const *releases;
  // Count of `releases`.
  size_t n_releases;
  // The descriptor as JSON; a NUL follows at `json[json_len]`.
  const char *json;
  // Length of `json` in bytes.
  size_t json_len;
  // How its webhooks are signed and routed; NULL if the adapter type has none.
  const struct wfa_webhook_declaration *webhook;
} wfa_descriptor;

// The result of a call. 0 is success; every other value is one of `WFA_ERR_*`. Numbers are never
// reused; a host treats an unknown one as `WFA_ERR_INTERNAL`. `wfa_result_name` names them; the flags
// of a `wfa_error` are called `WFA_ERROR_*`.
typedef int32_t wfa_result;

// Receives the plugin's log records. [any thread, several at once; also during any other call]
//
// `target` is NUL-terminated; `message` is `len` bytes of UTF-8; `fields_json` is a JSON object of
// `fields_len` bytes. All are lent for the call only; `target` and `message` are never NULL. It must
// not call this contract: such a call returns `WFA_ERR_STATE`, and log records of it are dropped. The
// last record arrives before `destroy` returns.
typedef void (WFA_CALL *wfa_log_callback)(void *user_data,
                                          int32_t level,
                                          const char *target,
                                          const char *message,
                                          size_t len,
                                          const char *fields_json,
                                          size_t fields_len);

// Looks up an optional feature of the host by id, e.g. `wfa.clock/1`; NULL if it has none. [the thread
// that creates, before `create` returns]
//
// `id` is NUL-terminated and lent. The returned pointer stays valid and its target unchanged until
// `destroy` has returned. It may call what an event callback may call.
typedef const void *(WFA_CALL *wfa_host_extension_callback)(void *user_data, const char *id);

// The host, as one adapter sees it.
//
// Ownership: lent for the call of `create`; the plugin copies what it needs later. `user_data` and the
// functions stay valid until `destroy` has returned, or, if it does not wait, until the end that is
// described there. `struct_size` and `abi_major` are required; everything else may be zero, NULL, or
// beyond `struct_size`. One host may serve any number of adapters.
typedef struct wfa_host {
  // Set by the host: `sizeof(wfa_host)` in its version of the header. No byte beyond it is read.
  uint32_t struct_size;
  // The major version the host was built for: `WFA_ABI_MAJOR`.
  uint16_t abi_major;
  // The minor version the host was built for: `WFA_ABI_MINOR`.
  uint16_t abi_minor;
  // The host's name, NUL-terminated, for logs; may be NULL.
  const char *name;
  // The host's version, NUL-terminated, for logs; may be NULL.
  const char *version;
  // The instance's name, NUL-terminated, which every event has as `adapter`; may be NULL.
  const char *instance_name;
  // Given to `log` and `get_extension`; may be NULL.
  void *user_data;
  // The most detailed level that `log` receives: `WFA_LOG_*`.
  int32_t log_level;
  // May be NULL: then the plugin logs nothing.
  wfa_log_callback log;
  // May be NULL: then the host has no extensions.
  wfa_host_extension_callback get_extension;
} wfa_host;

// UTF-8 text that the plugin allocated.
//
// Ownership: the plugin fills the struct; the host reads it and then calls `release` once, on any
// thread, also after `destroy`. `release` frees the text and zeroes the struct, so a second call on the
// same struct does nothing. A byte-for-byte copy of the struct must not be released as well. A call
// overwrites the struct without releasing its previous content. It has no `struct_size` and never
// grows.
//
// Example: `if (b.release) b.release(&b);`
typedef struct wfa_buffer {
  // The text; NULL when there is none. A NUL follows at `ptr[len]`, for C's convenience.
  const char *ptr;
  // Length in bytes, without the NUL.
  size_t len;
  // Frees the text; NULL when there is nothing to free (also for text lent to a callback).
  void (WFA_CALL *release)(struct wfa_buffer *buffer);
  // Private to the plugin; the host neither reads nor writes it.
  void *private_data;
} wfa_buffer;

// Details of a call that did not return `WFA_OK`.
//
// Ownership: the host zeroes the struct, sets `struct_size` to `sizeof(wfa_error)` and passes it; the
// plugin writes no byte beyond that size, and `message` only if it lies completely within it. The host
// releases `message` before it passes the struct again. After `WFA_OK` all members but `struct_size`
// are zero. Concurrent calls must not share a struct.
//
// Example: `wfa_error e = {0}; e.struct_size = sizeof e;`
typedef struct wfa_error {
  // Set by the host: `sizeof(wfa_error)` in its version of the header.
  uint32_t struct_size;
  // The same value that the call returns.
  wfa_result result;
  // `WFA_ERROR_*`, or-ed; a host ignores bits that it does not know.
  uint32_t flags;
  // The remote service's HTTP status; 0 if there was no response.
  int32_t http_status;
  // The remote service's own error code; 0 if it gave none.
  int64_t remote_code;
  // Milliseconds to wait before the next attempt; 0 if unknown.
  uint64_t retry_after_ms;
  // One sentence: what is wrong, where, and what to do. Never contains a secret. `ptr` is NULL if
  // there is none.
  struct wfa_buffer message;
} wfa_error;

// Options of one call. The host sets `struct_size` and zeroes the rest. Lent for the call.
//
// Example: `wfa_call_options o = {0}; o.struct_size = sizeof o; o.timeout_ms = 5000;`
typedef struct wfa_call_options {
  // Set by the host: `sizeof(wfa_call_options)` in its version of the header.
  uint32_t struct_size;
  // `WFA_CALL_*`, or-ed; bits that the plugin does not know are ignored.
  uint32_t flags;
  // The time limit of the whole call in milliseconds; 0 means the adapter's own setting.
  uint64_t timeout_ms;
  // The host's id for this call (1 to 512 bytes of UTF-8), returned in events if the service supports
  // it; may be NULL.
  const char *correlation_id;
  // Length of `correlation_id` in bytes, or `WFA_STRLEN`.
  size_t correlation_id_len;
  // The host's number for this call, with which `cancel_calls` cancels it; 0: none. Several calls may
  // have the same number.
  uint64_t call_id;
} wfa_call_options;

// Receives one event. [the thread that runs the command, several at once if several commands run; the
// events of one webhook one after another; after `start` also threads of the plugin, several at once]
//
// `event` is the event's name in `event_len` bytes, `json` one JSON object in `json_len` bytes; both
// are UTF-8, followed by a NUL, never NULL, and lent for the call only. Returns `WFA_EVENT_*`. It may
// call every function of this contract except `destroy`, and must not wait: see the beginning of this
// header. It must return: `longjmp` out of it is undefined behaviour, and a C++ exception or
// `pthread_exit` that leaves it terminates the process (`workflow_adapter.hpp` catches exceptions).
//
// If several callbacks are registered for an event, and one returns `WFA_EVENT_RETRY`, it is delivered
// again to all of them. A member that is marked `WFA_FIELD_EVENT_ID` is unique within the instance's
// name and the event's name, and the same at every delivery, so that a host can detect duplicates.
// Events of different instances or names may have the same value.
typedef int32_t (WFA_CALL *wfa_event_callback)(void *user_data,
                                               const char *event,
                                               size_t event_len,
                                               const char *json,
                                               size_t json_len);

// Tells the host that `user_data` is no longer used. [any thread; exactly once per registration, after
// the last call of its callback]
//
// It is called on the thread that unregisters or destroys, or on that of the last call; after a
// `wfa_destroy` with `WFA_NO_WAIT` perhaps on a thread of the plugin. What an event callback may and
// must do applies to it as well.
typedef void (WFA_CALL *wfa_drop_callback)(void *user_data);

// Receives the result of a submitted command. [a thread of the plugin, several at once; exactly once
// per accepted submit; with `WFA_CALL_POLLED` a thread of the host, inside `poll_completions` or
// `destroy`]
//
// `operation` is the id that `submit_command` returned, and `result` what `execute_command` would have
// returned; `response` is `len` bytes of UTF-8 followed by a NUL, or NULL if `execute_command` would
// leave its buffer empty; `error` is never NULL, also after `WFA_OK`; its `message` has no `release`.
// All are lent for the call only. What an event callback may and must do applies to it as well. After
// the call the plugin no longer uses `user_data`: there is no drop callback.
typedef void (WFA_CALL *wfa_completion_callback)(void *user_data,
                                                 uint64_t operation,
                                                 wfa_result result,
                                                 const char *response,
                                                 size_t len,
                                                 const struct wfa_error *error);

// The functions of a plugin. Static; members are only ever appended within a major version: use one
// only if it lies within `struct_size`. All functions may be called from any thread, any number at once.
//
// A plugin has every member up to `cancel_command`, none of them NULL: a function that it does not
// implement returns `WFA_ERR_UNSUPPORTED`. The members after it may be NULL, or lie beyond
// `struct_size`. A host treats a member that is NULL, or that is missing in a table which ends after
// `unregister_event_callback`, as if it returned `WFA_ERR_UNSUPPORTED`. For `start` this means that
// there is nothing to start: the adapter raises events inside calls only.
typedef struct wfa_api {
  // Size of this table in the plugin's version.
  uint32_t struct_size;
  // The plugin's `WFA_ABI_MAJOR`.
  uint16_t abi_major;
  // The plugin's `WFA_ABI_MINOR`.
  uint16_t abi_minor;
  // The description of the adapter type. Never NULL.
  const struct wfa_descriptor *descriptor;
  // See `wfa_get_extension`.
  const void *(WFA_CALL *get_extension)(const char *id);
  // See `wfa_create`.
  wfa_result (WFA_CALL *create)(const struct wfa_host *host,
                                const char *properties_json,
                                size_t len,
                                struct wfa_adapter **out,
                                struct wfa_error *error);
  // See `wfa_destroy`.
  wfa_result (WFA_CALL *destroy)(struct wfa_adapter *adapter, uint32_t flags);
  // See `wfa_execute_command`.
  wfa_result (WFA_CALL *execute_command)(struct wfa_adapter *adapter,
                                         const char *name,
                                         size_t name_len,
                                         const char *json,
                                         size_t json_len,
                                         const struct wfa_call_options *options,
                                         struct wfa_buffer *response,
                                         struct wfa_error *error);
  // See `wfa_register_event_callback`.
  wfa_result (WFA_CALL *register_event_callback)(struct wfa_adapter *adapter,
                                                 const char *event,
                                                 size_t event_len,
                                                 wfa_event_callback callback,
                                                 void *user_data,
                                                 wfa_drop_callback drop_user_data,
                                                 uint64_t *registration,
                                                 struct wfa_error *error);
  // See `wfa_unregister_event_callback`.
  wfa_result (WFA_CALL *unregister_event_callback)(struct wfa_adapter *adapter,
                                                   uint64_t registration,
                                                   uint32_t flags);
  // See `wfa_update_properties`.
  wfa_result (WFA_CALL *update_properties)(struct wfa_adapter *adapter,
                                           const char *properties_json,
                                           size_t len,
                                           struct wfa_error *error);
  // See `wfa_submit_command`.
  wfa_result (WFA_CALL *submit_command)(struct wfa_adapter *adapter,
                                        const char *name,
                                        size_t name_len,
                                        const char *json,
                                        size_t json_len,
                                        const struct wfa_call_options *options,
                                        wfa_completion_callback completion,
                                        void *user_data,
                                        uint64_t *operation,
                                        struct wfa_error *error);
  // See `wfa_cancel_command`.
  wfa_result (WFA_CALL *cancel_command)(struct wfa_adapter *adapter, uint64_t operation);
  // See `wfa_result_name`.
  const char *(WFA_CALL *result_name)(wfa_result result);
  // See `wfa_cancel_calls`.
  wfa_result (WFA_CALL *cancel_calls)(struct wfa_adapter *adapter, uint64_t call_id);
  // See `wfa_poll_completions`.
  wfa_result (WFA_CALL *poll_completions)(struct wfa_adapter *adapter,
                                          uint32_t max,
                                          uint64_t timeout_ms,
                                          uint64_t *delivered,
                                          struct wfa_error *error);
  // See `wfa_start`.
  wfa_result (WFA_CALL *start)(struct wfa_adapter *adapter, struct wfa_error *error);
} wfa_api;

// The type of the exported function `wfa_entry`.
typedef const struct wfa_api *(WFA_CALL *wfa_entry_fn)(uint16_t host_major, uint16_t host_minor);

// Extension `wfa.metrics/1`: an adapter's counters. Static; read only what lies within `struct_size`.
typedef struct wfa_metrics_v1 {
  // Size of this struct in the plugin's version.
  uint32_t struct_size;
  // Writes the counters as one JSON object into `json`, which the host releases. [any thread, any
  // number at once, also inside an event, drop or completion callback; does not wait]
  //
  // `error` may be NULL. `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
  wfa_result (WFA_CALL *snapshot)(struct wfa_adapter *adapter,
                                  struct wfa_buffer *json,
                                  struct wfa_error *error);
} wfa_metrics_v1;

// Extension `wfa.webhook/1`: webhooks as raw bytes, without JSON around them, for hosts that have the
// HTTP listener. Static; read only what lies within `struct_size`.
typedef struct wfa_webhook_v1 {
  // Size of this struct in the plugin's version.
  uint32_t struct_size;
  // Answers the GET request that registers a callback URL. [any thread, any number
  // at once, also inside an event, drop or completion callback; does not wait]
  //
  // `query` is the request's unchanged query string, `verify_token` the configured token; both are
  // UTF-8 and lent. `body` receives the body of the response, to be sent as `text/plain`; release it.
  // There is no signature to check: the request has none. `error` may be NULL.
  //
  // `WFA_OK` (answer 200 with `body`) · `WFA_ERR_UNAUTHENTIC` (the token is wrong: answer 403) ·
  // `WFA_ERR_INVALID_REQUEST` (not a handshake: answer 400) · `WFA_ERR_INVALID_ARGUMENT` ·
  // `WFA_ERR_STATE`.
  wfa_result (WFA_CALL *challenge)(struct wfa_adapter *adapter,
                                   const char *query,
                                   size_t query_len,
                                   const char *verify_token,
                                   size_t verify_token_len,
                                   struct wfa_buffer *body,
                                   struct wfa_error *error);
  // Processes the body of a POST request. [any thread, any number at once, also inside an event, drop
  // or completion callback; its events are delivered on this thread before it returns]
  //
  // `body` is `len` raw bytes, `signature_header` the value of the header that signs them (NULL, of
  // length 0 or `WFA_STRLEN`, if the request has none); both are lent. The signature is checked
  // before anything is parsed; an adapter without a secret returns `WFA_ERR_UNAUTHENTIC`. `response`
  // receives the same JSON as the command that processes notifications; release it. `error` may be
  // NULL.
  //
  // `WFA_OK` (answer 200) · `WFA_ERR_UNAUTHENTIC` (answer 401 or 403) ·
  // `WFA_ERR_EVENT_NOT_ACCEPTED` (answer 5xx: the sender repeats it) · `WFA_ERR_INVALID_REQUEST`
  // (too large: answer 413) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
  wfa_result (WFA_CALL *process)(struct wfa_adapter *adapter,
                                 const char *body,
                                 size_t len,
                                 const char *signature_header,
                                 size_t signature_header_len,
                                 struct wfa_buffer *response,
                                 struct wfa_error *error);
} wfa_webhook_v1;

// Host extension `wfa.clock/1`: the host's own time, for replays and tests. A plugin looks it up once,
// in `create`; without it the plugin uses the system's time.
typedef struct wfa_clock_v1 {
  // Set by the host: `sizeof(wfa_clock_v1)` in its version of the header.
  uint32_t struct_size;
  // Milliseconds since 1970-01-01 UTC. [any thread, several at once, also during any other call; must
  // not call this contract: such a call returns `WFA_ERR_STATE`]
  //
  // `user_data` is that of `wfa_host`. Valid until `destroy` has returned.
  int64_t (WFA_CALL *unix_ms)(void *user_data);
} wfa_clock_v1;

// The earlier name of `wfa_spec_release`.
typedef struct wfa_spec_release wfa_release;

// The command succeeded; the response is present.
#define WFA_OK 0

// A bug in the host: NULL for a required pointer, a length out of range, text that is not UTF-8, a
// payload that is not JSON, a handle that the plugin never returned. No response.
#define WFA_ERR_INVALID_ARGUMENT 1

// No such command, event, registration or operation. No response.
#define WFA_ERR_NOT_FOUND 2

// The JSON does not match the descriptor: a member is missing, of the wrong type, too long or unknown.
// The response names it. Nothing was sent.
#define WFA_ERR_INVALID_REQUEST 3

// The remote service refused the request; the response has its code and message.
#define WFA_ERR_COMMAND_FAILED 4

// The request was provably not sent, or was throttled: `WFA_ERROR_RETRYABLE` and `retry_after_ms` say
// when to try again.
#define WFA_ERR_UNAVAILABLE 5

// The request was sent, and no conclusive response arrived. Never run the command again automatically.
#define WFA_ERR_OUTCOME_UNKNOWN 6

// A callback rejected an event: answer the webhook with 5xx, so that the sender repeats it.
#define WFA_ERR_EVENT_NOT_ACCEPTED 7

// The submit queue is full; nothing was queued. No response.
#define WFA_ERR_BUSY 8

// The call was cancelled before anything was sent.
#define WFA_ERR_CANCELLED 9

// The deadline passed before anything was sent.
#define WFA_ERR_TIMEOUT 10

// The adapter was destroyed or is being destroyed, the process is a forked child, or the call is not
// allowed inside this callback. No response.
#define WFA_ERR_STATE 11

// The plugin does not support this: the host uses another major version, or the plugin does not
// implement `update_properties` or a later member of `wfa_api`. No response.
#define WFA_ERR_UNSUPPORTED 12

// A webhook's signature is missing or wrong: answer 401 or 403.
#define WFA_ERR_UNAUTHENTIC 13

// A bug in the plugin, for instance a caught panic. No response.
#define WFA_ERR_INTERNAL 14

// The system has no memory for the data that the host passed, or for a copy of it. Nothing was sent or
// emitted; no response. A plugin in Rust aborts the process if an allocation of a few bytes fails.
#define WFA_ERR_NO_MEMORY 15

// Returns the plugin's function table: the one symbol that a host looks up. [any thread, any number
// at once, also inside a callback; does not wait]
//
// `host_major` and `host_minor` are the version the host was built for. Returns NULL if the plugin
// does not support that major version; otherwise a static table, the same at every call, which may
// have a higher or lower minor version: read its `struct_size`.
//
// Rationale: one symbol, so that any number of plugins can be loaded beside each other.
//
// Example: `const wfa_api *api = wfa_entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);`
WFA_EXPORT const struct wfa_api *WFA_CALL wfa_entry(uint16_t host_major, uint16_t host_minor);

// Returns the description of the adapter type as static tables. [any thread, any number at once,
// also inside a callback; does not wait]
//
// Never NULL; valid until the process ends. Opens no connection and starts no thread.
WFA_EXPORT const struct wfa_descriptor *WFA_CALL wfa_get_descriptor(void);

// Returns the description of the adapter type as one JSON object, NUL-terminated. [any thread, any
// number at once, also inside a callback; does not wait]
//
// Never NULL; valid until the process ends.
WFA_EXPORT const char *WFA_CALL wfa_get_descriptor_json(void);

// Returns an optional feature by its id, e.g. `wfa.webhook/1`; NULL if the plugin does not have it.
// [any thread, any number at once, also inside a callback; does not wait]
//
// `id`: NUL-terminated; for NULL the function returns NULL. The id is compared over its whole
// length. The returned struct is static.
//
// # Safety
// `id` is NULL or NUL-terminated.
WFA_EXPORT const void *WFA_CALL wfa_get_extension(const char *id);

// Releases a buffer, like its own `release`. [any thread, also inside a callback; one buffer on one
// thread at a time; does not wait]
//
// `buffer`: may be NULL or empty. This plugin must have filled it: a buffer of another plugin has
// another `release`.
//
// # Safety
// `buffer` is NULL or points to a struct that this plugin filled and that was not copied.
WFA_EXPORT void WFA_CALL wfa_buffer_release(struct wfa_buffer *buffer);

// Returns the name of a result code, e.g. `WFA_ERR_OUTCOME_UNKNOWN`, NUL-terminated. [any thread,
// any number at once, also inside a callback; does not wait]
//
// Never NULL, static. For an unknown number it is `WFA_ERR_INTERNAL`, as hosts treat it.
WFA_EXPORT const char *WFA_CALL wfa_result_name(wfa_result result);

// Creates an adapter, which is one configured instance. Opens no connection. [any thread, any
// number at once, also inside an event, drop or completion callback; does not wait]
//
// - `host`: describes the host; may be NULL. Lent for the call; its functions and `user_data` are
//   used until `wfa_destroy` has returned, or with `WFA_NO_WAIT` until the end that is described
//   there.
// - `properties_json`, `len`: one JSON object with the descriptor's properties, UTF-8. Lent.
// - `out`: receives the handle, NULL on failure. Destroy it with `wfa_destroy`.
// - `error`: may be NULL.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, not JSON) · `WFA_ERR_INVALID_REQUEST` (a
// property is missing, wrong or unknown; the message names it) · `WFA_ERR_UNSUPPORTED` (the host
// uses another major version).
//
// Example: `api->create(&host, "{\"apiVersion\":\"v27.0\",…}", WFA_STRLEN, &adapter, &error)`
//
// # Safety
// Every pointer is NULL or points to what its description names.
WFA_EXPORT wfa_result WFA_CALL wfa_create(const struct wfa_host *host,
                                          const char *properties_json,
                                          size_t len,
                                          struct wfa_adapter **out,
                                          struct wfa_error *error);

// Destroys an adapter: refuses new calls, ends running ones (each with its outcome), and releases
// every event callback. [any thread, concurrently with all other calls; not inside a callback of
// any plugin]
//
// - `flags`: 0 or `WFA_NO_WAIT`; other bits are ignored.
//
// Without flags it returns when no call and no callback of the adapter is running, so that the host
// may free everything that it lent: the last event is delivered before it returns. With
// `WFA_NO_WAIT` it returns at once; an event in delivery may still reach callbacks, and everything
// that the host lent stays in use until the last drop callback has run: a host without a drop
// callback registers one first, or lends until the process ends. Completions that wait to be polled
// are called on this thread. A DNS look-up cannot be cancelled: one that hangs continues on a
// thread of the plugin, and uses nothing that the host lent.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (the plugin never returned this handle) · `WFA_ERR_STATE`
// (it was destroyed before, or the call is inside a callback).
//
// Example: `api->destroy(adapter, 0);`
//
// # Safety
// `adapter` may be any value: it is looked up, not dereferenced.
WFA_EXPORT wfa_result WFA_CALL wfa_destroy(struct wfa_adapter *adapter, uint32_t flags);

// Lets the adapter raise events outside of calls, if it has a source of such events, for instance a
// connection, a queue or a timer. [any thread, any number at once, also inside an event, drop or
// completion callback; does not wait for an event]
//
// - `error`: may be NULL.
//
// A host calls it once for each adapter, after it has registered its callbacks and is ready for
// events: before that, no event is delivered outside of a call. A host that never calls it only
// gets the events of its calls and webhooks. For an adapter without a source, and after an earlier
// success, it succeeds and does nothing. After a failure it may be called again.
//
// Between `wfa_start` and the end of `wfa_destroy`, events are delivered on threads of the plugin,
// several at once, the first possibly before this call returns; an adapter raises events whose
// order matters one after another. Callbacks return the same values as in a call:
// `WFA_EVENT_ACCEPTED` and `WFA_EVENT_DROPPED` settle the event. After `WFA_EVENT_RETRY` the
// adapter delivers the same event again, with the same id, to every callback that is registered for
// it: first within a second, then at intervals that may grow to one minute, until no callback
// returns `WFA_EVENT_RETRY` or the adapter is destroyed. Later events may overtake it. An event for
// which no callback is registered is not kept. After `wfa_destroy` a pending event is not delivered
// any more; if the source keeps unconfirmed events, it is delivered again, with the same id, when
// an adapter is started the next time.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (the plugin never returned this handle) ·
// `WFA_ERR_INVALID_REQUEST` (the properties do not match the source) · `WFA_ERR_UNAVAILABLE` (the
// source cannot be opened; `error` says when to try again) · `WFA_ERR_STATE` (destroyed) ·
// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it: a host continues as after `WFA_OK`).
//
// Example: `if (WFA_HAS(api, start) && api->start != NULL) result = api->start(adapter, &error);`
//
// # Safety
// `adapter` may be any value: it is looked up, not dereferenced. `error` is NULL or points to the
// struct that its description names.
WFA_EXPORT wfa_result WFA_CALL wfa_start(struct wfa_adapter *adapter, struct wfa_error *error);

// Replaces all properties, for instance with a new access token. [any thread, any number at once:
// they take effect one after another; also inside an event, drop or completion callback; waits for
// no call]
//
// - `properties_json`, `len`: as in `wfa_create`: all properties, not only changed ones. Lent.
// - `error`: may be NULL.
//
// Registrations, submitted commands and the adapter's state are kept; running calls keep the old
// properties. On failure nothing changes.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_INVALID_REQUEST` · `WFA_ERR_STATE` ·
// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
//
// # Safety
// Every pointer is NULL or points to what its description names.
WFA_EXPORT wfa_result WFA_CALL wfa_update_properties(struct wfa_adapter *adapter,
                                                     const char *properties_json,
                                                     size_t len,
                                                     struct wfa_error *error);

// Runs one command and waits for its result. [any thread, any number at once, also inside an event,
// drop or completion callback]
//
// - `name`, `name_len`: a command of the descriptor, UTF-8, e.g. `sendMessageText`; compared over
//   its whole length. Lent.
// - `json`, `json_len`: the request, one JSON object, UTF-8. Lent.
// - `options`: may be NULL. With a `call_id` in it, `wfa_cancel_calls` can cancel this call.
// - `response`: receives one JSON object; release it. Must not be NULL. It is present with every
//   result except `WFA_ERR_INVALID_ARGUMENT`, `WFA_ERR_NOT_FOUND`, `WFA_ERR_STATE`, `WFA_ERR_BUSY`,
//   `WFA_ERR_UNSUPPORTED`, `WFA_ERR_INTERNAL` and `WFA_ERR_NO_MEMORY`, which leave it empty.
// - `error`: may be NULL.
//
// Events of the command are delivered on this thread before it returns. The call waits for the
// service, at most as long as `options` or the properties allow, and not for callbacks of other
// calls.
//
// `WFA_OK` or any `WFA_ERR_*`. After `WFA_ERR_OUTCOME_UNKNOWN` the host must not run the command
// again by itself.
//
// Example: `api->execute_command(adapter, "sendMessageText", WFA_STRLEN, json, len, NULL, &response,
// &error)`
//
// # Safety
// Every pointer is NULL or points to what its description names.
WFA_EXPORT wfa_result WFA_CALL wfa_execute_command(struct wfa_adapter *adapter,
                                                   const char *name,
                                                   size_t name_len,
                                                   const char *json,
                                                   size_t json_len,
                                                   const struct wfa_call_options *options,
                                                   struct wfa_buffer *response,
                                                   struct wfa_error *error);

// Queues one command and returns at once. [any thread, any number at once, also inside an event, drop or
// completion callback]
//
// - `name`, `json`, `options`: as in `wfa_execute_command`; copied. The time limit in `options`
//   includes the time in the queue.
// - `completion`: receives the result exactly once, on a thread of the plugin, possibly before this
//   call returns, never from inside it; also if the command is cancelled or the adapter destroyed.
//   Must not be NULL. It is not called if this call fails. With `WFA_CALL_POLLED` in `options` it
//   is called inside `wfa_poll_completions`; the command itself, and its events, still run on a
//   thread of the plugin.
// - `user_data`: given to `completion`; may be NULL.
// - `operation`: receives the id for `wfa_cancel_command`, before `completion` can be called; never 0;
//   may be NULL.
// - `error`: may be NULL.
//
// `WFA_OK` (queued) · `WFA_ERR_BUSY` (the queue is full, or too many completions wait to be
// polled) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` · `WFA_ERR_STATE` ·
// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
//
// # Safety
// Every pointer is NULL or points to what its description names.
WFA_EXPORT wfa_result WFA_CALL wfa_submit_command(struct wfa_adapter *adapter,
                                                  const char *name,
                                                  size_t name_len,
                                                  const char *json,
                                                  size_t json_len,
                                                  const struct wfa_call_options *options,
                                                  wfa_completion_callback completion,
                                                  void *user_data,
                                                  uint64_t *operation,
                                                  struct wfa_error *error);

// Cancels a submitted command. [any thread, any number at once, also inside an event, drop or
// completion callback; does not wait]
//
// The command's completion is still called, exactly once: with `WFA_ERR_CANCELLED` if nothing was
// sent, with `WFA_ERR_OUTCOME_UNKNOWN` if the request was sent, or with the result that it already
// had. A command that is still in the queue ends at once.
//
// `WFA_OK` (it will complete soon) · `WFA_ERR_NOT_FOUND` (there is no such operation, or it has
// completed) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (the plugin
// does not implement it).
//
// # Safety
// `adapter` may be any value: it is looked up, not dereferenced.
WFA_EXPORT wfa_result WFA_CALL wfa_cancel_command(struct wfa_adapter *adapter, uint64_t operation);

// Cancels every command, executed or submitted, with this `wfa_call_options.call_id`, whether it is
// running or waiting. [any thread, any number at once, also inside an event, drop or completion
// callback; does not wait]
//
// Each of them still completes: an executed one returns, the completion of a submitted one is
// called; with `WFA_ERR_CANCELLED` if nothing was sent, with `WFA_ERR_OUTCOME_UNKNOWN` if the
// request was sent, or with the result that it already had. A call that has not reached the plugin
// yet is not found: a host that must be sure repeats this until its call has returned.
//
// `WFA_OK` (they will complete soon) · `WFA_ERR_NOT_FOUND` (no such command is running or
// waiting) · `WFA_ERR_INVALID_ARGUMENT` (also if `call_id` is 0) · `WFA_ERR_STATE` ·
// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
//
// # Safety
// `adapter` may be any value: it is looked up, not dereferenced.
WFA_EXPORT wfa_result WFA_CALL wfa_cancel_calls(struct wfa_adapter *adapter, uint64_t call_id);

// Calls the completions of finished commands that were submitted with `WFA_CALL_POLLED`, on this
// thread, before it returns: for hosts with a single-threaded runtime. [any thread, several at
// once, also inside an event, drop or completion callback]
//
// - `max`: the largest number of completions to call; 0: all that are ready when it begins.
// - `timeout_ms`: how long to wait for the first completion; with 0, and inside a callback, it does
//   not wait.
// - `delivered`: receives the number of completions that were called; may be NULL.
// - `error`: may be NULL.
//
// Completions that were never polled are called inside `wfa_destroy`, on its thread; with
// `WFA_NO_WAIT` those of commands that end later are called on a thread of the plugin.
//
// `WFA_OK` (also if there was no completion) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` ·
// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
//
// # Safety
// Every pointer is NULL or points to what its description names.
WFA_EXPORT wfa_result WFA_CALL wfa_poll_completions(struct wfa_adapter *adapter,
                                                    uint32_t max,
                                                    uint64_t timeout_ms,
                                                    uint64_t *delivered,
                                                    struct wfa_error *error);

// Registers a callback for one event, or for every event. [any thread, any number at once, also inside an
// event, drop or completion callback; does not wait]
//
// - `event`, `event_len`: an event of the descriptor, UTF-8, compared over its whole length; empty,
//   or NULL of length 0 or `WFA_STRLEN`, means every event.
// - `callback`: must not be NULL. It may be registered several times; each time is a separate
//   registration.
// - `user_data`: given to the callback; may be NULL.
// - `drop_user_data`: called once when `user_data` is no longer used; may be NULL. If this function
//   fails, it is not called, and `user_data` is not used.
// - `registration`: receives the id for `wfa_unregister_event_callback`; never 0; may be NULL.
// - `error`: may be NULL.
//
// If several callbacks are registered for an event, each is called, in the order of registration,
// and the worst value counts (retry, then dropped, then accepted).
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such event) · `WFA_ERR_STATE`.
//
// # Safety
// Every pointer is NULL or points to what its description names.
WFA_EXPORT wfa_result WFA_CALL wfa_register_event_callback(struct wfa_adapter *adapter,
                                                           const char *event,
                                                           size_t event_len,
                                                           wfa_event_callback callback,
                                                           void *user_data,
                                                           wfa_drop_callback drop_user_data,
                                                           uint64_t *registration,
                                                           struct wfa_error *error);

// Removes a callback: no further call of it starts. [any thread, any number at once, also inside an
// event, drop or completion callback]
//
// - `flags`: 0 or `WFA_NO_WAIT`; other bits are ignored.
//
// Returns when the callback is not running on another thread and the drop callback has returned.
// Inside a callback of this plugin, or with `WFA_NO_WAIT`, it does not wait; inside another
// plugin's callback the host sets that flag. Because it may wait, the caller must not hold a lock
// that the callback takes. The drop callback is called once, after the last call of the callback,
// on this thread or on that of the last call.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such registration) ·
// `WFA_ERR_STATE`.
//
// # Safety
// `adapter` may be any value: it is looked up, not dereferenced.
WFA_EXPORT wfa_result WFA_CALL wfa_unregister_event_callback(struct wfa_adapter *adapter,
                                                             uint64_t registration,
                                                             uint32_t flags);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* WORKFLOW_ADAPTER_H */
