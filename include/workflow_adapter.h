/* workflow_adapter.h: the contract between a workflow host and an adapter plugin, version 1.
 *
 * Generated from the Rust types by cbindgen; do not edit. SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reading order: wfa_entry answers a wfa_api; its descriptor says what there is; create makes an
 * adapter; execute_command runs a command; events reach the callbacks registered for them.
 *
 * Text that comes in is (pointer, length) in UTF-8; the length WFA_STRLEN means NUL-terminated. With
 * any other length a NUL belongs to the text: a name with one inside is another name. Text that goes
 * out is a wfa_buffer. A struct that begins with struct_size may grow at its end: the side that fills it
 * in says how much of it there is. Structs and places for results are aligned as C aligns them, unless
 * a plugin says that it takes any address.
 *
 * A host does not unload a plugin: its tables are valid as long as the process lives, and so long a
 * thread of its own may still have to end.
 */

#ifndef WORKFLOW_ADAPTER_H
#define WORKFLOW_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

/* The length that means: NUL-terminated. */
#define WFA_STRLEN SIZE_MAX

/* Whether the struct at p is large enough to have the member: before using one that was appended. */
#define WFA_HAS(p, member) \
  ((p)->struct_size >= (size_t)((const char *)&(p)->member - (const char *)(p)) + sizeof((p)->member))

/* Ids of optional features, for wfa_get_extension. */
#define WFA_WEBHOOK_V1 "wfa.webhook/1" /* wfa_webhook_v1 */
#define WFA_METRICS_V1 "wfa.metrics/1" /* wfa_metrics_v1 */

/* Ids of optional features of the host, for wfa_host.get_extension. */
#define WFA_CLOCK_V1 "wfa.clock/1" /* wfa_clock_v1 */

// In `flags`: the same call may succeed later; `retry_after_ms` says when.
#define WFA_ERROR_RETRYABLE 1

// In `flags`: a panic was caught; the plugin has a defect.
#define WFA_ERROR_PANIC 2

// In `flags`: the message may have reached its recipient.
#define WFA_ERROR_MAYBE_SENT 4

// The value of a limit that is not set.
#define WFA_UNSET INT64_MIN

// In `wfa_field.flags`: the member must be present.
#define WFA_FIELD_REQUIRED 1

// In `wfa_field.flags`: the value is a secret; a host stores it apart, masks it, and never logs it.
#define WFA_FIELD_SECRET 2

// In `wfa_host.log_level`: no records.
#define WFA_LOG_OFF 0

// In `wfa_host.log_level`: something failed that a person should see.
#define WFA_LOG_ERROR 1

// In `wfa_host.log_level`: something unexpected was dealt with.
#define WFA_LOG_WARN 2

// In `wfa_host.log_level`: what operators want to see in normal running.
#define WFA_LOG_INFO 3

// In `wfa_host.log_level`: one record per attempt and more.
#define WFA_LOG_DEBUG 4

// In `wfa_host.log_level`: everything.
#define WFA_LOG_TRACE 5

// The host has the event safe: it is not delivered again.
#define WFA_EVENT_ACCEPTED 0

// The host cannot take the event now: it is delivered again when the sender repeats the webhook.
// Every value that is none of these three means the same.
#define WFA_EVENT_RETRY 1

// The host does not want the event: it is not delivered again.
#define WFA_EVENT_DROPPED 2

// Major version: another number is another contract.
#define WFA_ABI_MAJOR 1

// Minor version: grows when members are appended.
#define WFA_ABI_MINOR 0

// In `flags` of `destroy` and `unregister_event_callback`: return at once, do not wait for calls
// that still run.
#define WFA_NO_WAIT 1

// One configured instance. Opaque: the pointer is a token that is looked up and never followed;
// tokens are never used again.
typedef struct wfa_adapter wfa_adapter;

// One property, one member of a request or response, or one member of an event.
typedef struct wfa_field {
  // Size of this element in the plugin's version.
  uint32_t struct_size;
  // `WFA_FIELD_*`, or-ed.
  uint32_t flags;
  // The member's name in JSON, e.g. `phoneNumber`; in events a path such as `messages[0].id`.
  const char *name;
  // A label for people, e.g. `Destination phone number`; empty if the specification has none.
  const char *display;
  // One sentence for people.
  const char *description;
  // `string`, `integer`, `number`, `boolean`, `array` or `object`.
  const char *type;
  // The value used when the member is absent; NULL if there is none.
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
  // Reserved, 0.
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
  // Reserved, 0.
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

// One row of the specification's release history.
typedef struct wfa_release {
  // Size of this element in the plugin's version.
  uint32_t struct_size;
  // Reserved, 0.
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
} wfa_release;

// What an adapter type offers. Static: valid, and unchanged, as long as the process lives.
//
// `properties`, `commands` and `events` are exactly the specification's; what goes beyond it is in
// the `extension_*` arrays only. `json` holds the same as one JSON object.
typedef struct wfa_descriptor {
  // Size of this struct in the plugin's version.
  uint32_t struct_size;
  // Reserved, 0.
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
  // Where the documentation is.
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
  const struct wfa_release *const *releases;
  // Count of `releases`.
  size_t n_releases;
  // The descriptor as JSON; a NUL follows at `json[json_len]`.
  const char *json;
  // Length of `json` in bytes.
  size_t json_len;
} wfa_descriptor;

// What a call returns. 0 is success; every other value is one of `WFA_ERR_*`. Numbers are never
// reused; a host treats one it does not know as `WFA_ERR_INTERNAL`.
typedef int32_t wfa_result;

// Receives the plugin's log records. [any thread; may be called during every other call]
//
// `target` is NUL-terminated; `message` is `len` bytes of UTF-8; `fields_json` is a JSON object of
// `fields_len` bytes. All are lent for the call only. It calls nothing of this contract: such a call
// answers `WFA_ERR_STATE`.
typedef void (*wfa_log_callback)(void *user_data,
                                 int32_t level,
                                 const char *target,
                                 const char *message,
                                 size_t len,
                                 const char *fields_json,
                                 size_t fields_len);

// Looks up an optional feature of the host by id, e.g. `example.clock/1`; NULL if it has none.
typedef const void *(*wfa_host_extension_callback)(void *user_data, const char *id);

// The host, as one adapter sees it.
//
// Ownership: lent for the call of `create`; the plugin copies what it keeps. `user_data` and the
// functions stay valid until `destroy` has returned.
typedef struct wfa_host {
  // Set by the host: `sizeof(wfa_host)` as its header has it. No byte beyond it is read.
  uint32_t struct_size;
  // The major version the host was built for: `WFA_ABI_MAJOR`.
  uint16_t abi_major;
  // The minor version the host was built for: `WFA_ABI_MINOR`.
  uint16_t abi_minor;
  // The host's name, NUL-terminated, for logs; may be NULL.
  const char *name;
  // The host's version, NUL-terminated, for logs; may be NULL.
  const char *version;
  // The instance's name, NUL-terminated; comes back in every event as `adapter`; may be NULL.
  const char *instance_name;
  // Given to `log` and `get_extension`; may be NULL.
  void *user_data;
  // The most detailed level that `log` receives: `WFA_LOG_*`.
  int32_t log_level;
  // May be NULL: then nothing is logged anywhere.
  wfa_log_callback log;
  // May be NULL: then the host has no extensions.
  wfa_host_extension_callback get_extension;
} wfa_host;

// UTF-8 text that the plugin allocated.
//
// Ownership: the plugin fills the struct; the host reads it and then calls `release` once, on any
// thread, also after `destroy`. `release` frees the text and zeroes the struct, so a second call on
// the same struct does nothing. A byte-for-byte copy of the struct must not be released as well.
//
// Example: `if (b.release) b.release(&b);`
typedef struct wfa_buffer {
  // The text; NULL when there is none. A NUL follows at `ptr[len]`, for C's convenience.
  const char *ptr;
  // Length in bytes, without the NUL.
  size_t len;
  // Frees the text; NULL when there is nothing to free (also for text lent to a callback).
  void (*release)(struct wfa_buffer *buffer);
  // The plugin's own; the host neither reads nor writes it.
  void *private_data;
} wfa_buffer;

// Details of a call that did not return `WFA_OK`.
//
// Ownership: the host zeroes the struct, sets `struct_size` to `sizeof(wfa_error)` and passes it;
// the plugin writes no byte beyond that size. The host releases `message` before it passes the
// struct again. After `WFA_OK` all members but `struct_size` are zero.
//
// Example: `wfa_error e = {0}; e.struct_size = sizeof e;`
typedef struct wfa_error {
  // Set by the host: `sizeof(wfa_error)` as its header has it.
  uint32_t struct_size;
  // The same value that the call returns.
  wfa_result result;
  // `WFA_ERROR_*`, or-ed.
  uint32_t flags;
  // The remote service's HTTP status; 0 if there was no answer.
  int32_t http_status;
  // The remote service's own error code; 0 if it gave none.
  int64_t remote_code;
  // Milliseconds to wait before another try; 0 if nothing is known.
  uint64_t retry_after_ms;
  // One sentence: what was wrong, whose fault it is, what to do. Never a secret.
  struct wfa_buffer message;
} wfa_error;

// Options of one call. The host sets `struct_size` and zeroes the rest.
//
// Example: `wfa_call_options o = {0}; o.struct_size = sizeof o; o.timeout_ms = 5000;`
typedef struct wfa_call_options {
  // Set by the host: `sizeof(wfa_call_options)` as its header has it.
  uint32_t struct_size;
  // Reserved, 0.
  uint32_t flags;
  // Milliseconds the call may take in all; 0 takes the adapter's own setting.
  uint64_t timeout_ms;
  // The host's id for this call (1 to 512 bytes of UTF-8), echoed where the service allows it;
  // may be NULL.
  const char *correlation_id;
  // Length of `correlation_id` in bytes, or `WFA_STRLEN`.
  size_t correlation_id_len;
} wfa_call_options;

// Receives one event. [the thread that runs the command; one webhook's events one after another]
//
// `event` is the event's name in `event_len` bytes, `json` one JSON object in `json_len` bytes; both
// are UTF-8, followed by a NUL, and lent for the call only. Answers `WFA_EVENT_*`. It may call
// anything of this contract but `destroy`. It must return: `longjmp` out of it is undefined, and a
// C++ exception that leaves it ends the process (`workflow_adapter.hpp` catches them).
typedef int32_t (*wfa_event_callback)(void *user_data,
                                      const char *event,
                                      size_t event_len,
                                      const char *json,
                                      size_t json_len);

// Tells the host that `user_data` is not used any more. [any thread; exactly once per registration]
typedef void (*wfa_drop_callback)(void *user_data);

// Receives the end of a submitted command. [a thread of the plugin; exactly once per accepted submit]
//
// `operation` and `result` are what `submit_command` gave and what `execute_command` would have
// answered; `response` is `len` bytes of UTF-8 followed by a NUL, or NULL where `execute_command`
// leaves its buffer empty; `error` is never NULL, its `message` has no `release`. All are lent for the
// call only. It may call anything of this contract but `destroy`.
typedef void (*wfa_completion_callback)(void *user_data,
                                        uint64_t operation,
                                        wfa_result result,
                                        const char *response,
                                        size_t len,
                                        const struct wfa_error *error);

// The functions of a plugin. Static; members are only ever appended within a major version: use one
// only if it lies within `struct_size`. All functions may be called from any thread.
typedef struct wfa_api {
  // Size of this table in the plugin's version.
  uint32_t struct_size;
  // The plugin's `WFA_ABI_MAJOR`.
  uint16_t abi_major;
  // The plugin's `WFA_ABI_MINOR`.
  uint16_t abi_minor;
  // What the adapter type offers. Never NULL.
  const struct wfa_descriptor *descriptor;
  // See `wfa_get_extension`.
  const void *(*get_extension)(const char *id);
  // See `wfa_create`.
  wfa_result (*create)(const struct wfa_host *host,
                       const char *properties_json,
                       size_t len,
                       struct wfa_adapter **out,
                       struct wfa_error *error);
  // See `wfa_destroy`.
  wfa_result (*destroy)(struct wfa_adapter *adapter, uint32_t flags);
  // See `wfa_execute_command`.
  wfa_result (*execute_command)(struct wfa_adapter *adapter,
                                const char *name,
                                size_t name_len,
                                const char *json,
                                size_t json_len,
                                const struct wfa_call_options *options,
                                struct wfa_buffer *response,
                                struct wfa_error *error);
  // See `wfa_register_event_callback`.
  wfa_result (*register_event_callback)(struct wfa_adapter *adapter,
                                        const char *event,
                                        size_t event_len,
                                        wfa_event_callback callback,
                                        void *user_data,
                                        wfa_drop_callback drop_user_data,
                                        uint64_t *registration,
                                        struct wfa_error *error);
  // See `wfa_unregister_event_callback`.
  wfa_result (*unregister_event_callback)(struct wfa_adapter *adapter,
                                          uint64_t registration,
                                          uint32_t flags);
  // See `wfa_update_properties`.
  wfa_result (*update_properties)(struct wfa_adapter *adapter,
                                  const char *properties_json,
                                  size_t len,
                                  struct wfa_error *error);
  // See `wfa_submit_command`.
  wfa_result (*submit_command)(struct wfa_adapter *adapter,
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
  wfa_result (*cancel_command)(struct wfa_adapter *adapter, uint64_t operation);
} wfa_api;

// The type of the exported function `wfa_entry`.
typedef const struct wfa_api *(*wfa_entry_fn)(uint16_t host_major, uint16_t host_minor);

// Extension `wfa.metrics/1`: an adapter's counters. Static; read only what lies within `struct_size`.
typedef struct wfa_metrics_v1 {
  // Size of this struct in the plugin's version.
  uint32_t struct_size;
  // Writes the counters as one JSON object into `json`, which the host releases. [any thread]
  //
  // `error` may be NULL. `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
  wfa_result (*snapshot)(struct wfa_adapter *adapter,
                         struct wfa_buffer *json,
                         struct wfa_error *error);
} wfa_metrics_v1;

// Extension `wfa.webhook/1`: webhooks as the HTTP request had them, for hosts that own the listener:
// raw bytes, no JSON around them. Static; read only what lies within `struct_size`.
typedef struct wfa_webhook_v1 {
  // Size of this struct in the plugin's version.
  uint32_t struct_size;
  // Answers the GET request that registers a callback URL. [any thread]
  //
  // `query` is the request's query string as it came, `verify_token` the configured token; both are
  // UTF-8 and lent. `body` receives what to answer as `text/plain`, byte for byte; release it. No
  // signature is asked for: the request has none. `error` may be NULL.
  //
  // `WFA_OK` (answer 200 with `body`) · `WFA_ERR_UNAUTHENTIC` (another token: answer 403) ·
  // `WFA_ERR_INVALID_REQUEST` (no handshake: answer 400) · `WFA_ERR_INVALID_ARGUMENT` ·
  // `WFA_ERR_STATE`.
  wfa_result (*challenge)(struct wfa_adapter *adapter,
                          const char *query,
                          size_t query_len,
                          const char *verify_token,
                          size_t verify_token_len,
                          struct wfa_buffer *body,
                          struct wfa_error *error);
  // Processes the body of a POST request. [any thread; the events come on this thread]
  //
  // `body` is `len` raw bytes, `signature_header` the value of the header that signs them (NULL if
  // the request has none); both are lent. The signature is checked before anything is parsed; an
  // adapter without a secret to check with answers `WFA_ERR_UNAUTHENTIC`. `response` receives the
  // same JSON as the command that processes notifications; release it. `error` may be NULL.
  //
  // `WFA_OK` (answer 200) · `WFA_ERR_UNAUTHENTIC` (answer 401 or 403) ·
  // `WFA_ERR_EVENT_NOT_ACCEPTED` (answer 5xx: the sender repeats it) · `WFA_ERR_INVALID_REQUEST`
  // (too large: answer 413) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
  wfa_result (*process)(struct wfa_adapter *adapter,
                        const char *body,
                        size_t len,
                        const char *signature_header,
                        size_t signature_header_len,
                        struct wfa_buffer *response,
                        struct wfa_error *error);
} wfa_webhook_v1;

// Host extension `wfa.clock/1`: the host's own time, for hosts that replay or test. A plugin asks for it
// once, in `create`; without it the plugin takes the system's time.
typedef struct wfa_clock_v1 {
  // Set by the host: `sizeof(wfa_clock_v1)` as its header has it.
  uint32_t struct_size;
  // Milliseconds since 1970-01-01 UTC. [any thread; may be called during every other call; calls
  // nothing of this contract] `user_data` is that of `wfa_host`. Valid until `destroy` has returned.
  int64_t (*unix_ms)(void *user_data);
} wfa_clock_v1;

// The command succeeded; the response is present.
#define WFA_OK 0

// The host's mistake: NULL where a pointer is needed, a length out of range, text that is not
// UTF-8, a payload that is not JSON, a handle that was never given out. No response.
#define WFA_ERR_INVALID_ARGUMENT 1

// No such command, event, registration or operation. No response.
#define WFA_ERR_NOT_FOUND 2

// The JSON breaks the descriptor: a member is missing, of the wrong type, too long or unknown.
// The response says which. Nothing was sent.
#define WFA_ERR_INVALID_REQUEST 3

// The remote service said no; the response has its code and message.
#define WFA_ERR_COMMAND_FAILED 4

// Proved not sent, or throttled: `WFA_ERROR_RETRYABLE` and `retry_after_ms` say when to try again.
#define WFA_ERR_UNAVAILABLE 5

// The request left and no trustworthy answer came. Never run the command again blindly.
#define WFA_ERR_OUTCOME_UNKNOWN 6

// A callback refused an event: answer the webhook with 5xx, so that the sender repeats it.
#define WFA_ERR_EVENT_NOT_ACCEPTED 7

// The submit queue is full; nothing was queued. No response.
#define WFA_ERR_BUSY 8

// The call was cancelled before anything was sent.
#define WFA_ERR_CANCELLED 9

// The deadline passed before anything was sent.
#define WFA_ERR_TIMEOUT 10

// The adapter was destroyed or is closing, the process is a forked child, or the call is not
// allowed from inside this callback. No response.
#define WFA_ERR_STATE 11

// The plugin does not offer this: the host is of another major version, or the plugin does without
// `update_properties`, `submit_command` or `cancel_command`. No response.
#define WFA_ERR_UNSUPPORTED 12

// A webhook's signature is missing or wrong: answer 401 or 403.
#define WFA_ERR_UNAUTHENTIC 13

// A defect in the plugin, a caught panic among them. No response.
#define WFA_ERR_INTERNAL 14

// The system has no memory for what was handed over, or for a copy of it. Nothing was sent or emitted;
// no response. An allocation of a few bytes that fails ends the process: Rust gives a library no choice.
#define WFA_ERR_NO_MEMORY 15

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The plugin's function table: what a host with a plugin directory looks up. [any thread]
//
// `host_major` and `host_minor` are the version the host was built for. Answers NULL if the plugin
// does not speak that major version; otherwise a static table, the same at every call, which may be
// of a higher or lower minor version: read its `struct_size`.
//
// Rationale: one symbol, so that any number of plugins can be loaded beside each other.
//
// Example: `const wfa_api *api = wfa_entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);`
const struct wfa_api *wfa_entry(uint16_t host_major, uint16_t host_minor);

// What the adapter type offers, as static tables. [any thread]
//
// Never NULL; valid as long as the process lives. Opens no connection and starts no thread.
const struct wfa_descriptor *wfa_get_descriptor(void);

// What the adapter type offers, as one JSON object, NUL-terminated. [any thread]
//
// Never NULL; valid as long as the process lives.
const char *wfa_get_descriptor_json(void);

// An optional feature by its id, e.g. `wfa.webhook/1`; NULL if the plugin has none of that id.
// [any thread]
//
// `id`: NUL-terminated; NULL answers NULL. The id is compared whole: anything behind it makes it
// another id. What is returned is static.
//
// # Safety
// `id` is NULL or NUL-terminated.
const void *wfa_get_extension(const char *id);

// Releases a buffer, as its own `release` does. [any thread]
//
// `buffer`: may be NULL or empty.
//
// # Safety
// `buffer` is NULL or points to a struct that this plugin filled and that was not copied.
void wfa_buffer_release(struct wfa_buffer *buffer);

// Creates an adapter: one configured instance. Opens no connection. [any thread]
//
// - `host`: who the host is; may be NULL. Lent for the call; its functions and `user_data` are used
//   until `wfa_destroy` has returned.
// - `properties_json`, `len`: one JSON object with the descriptor's properties, UTF-8. Lent.
// - `out`: receives the handle, NULL on failure. Destroy it with `wfa_destroy`.
// - `error`: may be NULL.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, not JSON) · `WFA_ERR_INVALID_REQUEST` (a
// property is missing, wrong or unknown; the message names it) · `WFA_ERR_UNSUPPORTED` (the host's
// major version is another).
//
// Example: `api->create(&host, "{\"apiVersion\":\"v26.0\",…}", WFA_STRLEN, &adapter, &error)`
//
// # Safety
// Every pointer is NULL or points to what its description says.
wfa_result wfa_create(const struct wfa_host *host,
                      const char *properties_json,
                      size_t len,
                      struct wfa_adapter **out,
                      struct wfa_error *error);

// Destroys an adapter: refuses new calls, ends those in flight (each with its outcome), and gives
// every event callback back. [any thread, not inside a callback]
//
// Without flags it returns when no call and no callback of the adapter runs any more, so that the
// host may free what it lent. With `WFA_NO_WAIT` it returns at once; what the host lent stays in use
// until the last drop callback has run. A look-up in the system's name service cannot be ended: one that
// hangs goes on, on a thread of the plugin, with nothing that the host lent.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (never given out) · `WFA_ERR_STATE` (destroyed already, or
// called inside a callback).
//
// Example: `api->destroy(adapter, 0);`
//
// # Safety
// `adapter` may be any value: it is looked up, not followed.
wfa_result wfa_destroy(struct wfa_adapter *adapter,
                       uint32_t flags);

// Replaces all properties, for instance with a new access token. [any thread]
//
// - `properties_json`, `len`: as in `wfa_create`: the whole set, not a part of it. Lent.
// - `error`: may be NULL.
//
// Registrations, submitted commands and everything the adapter remembers stay; calls that run keep
// the old properties. On failure nothing changes.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_INVALID_REQUEST` · `WFA_ERR_STATE` ·
// `WFA_ERR_UNSUPPORTED` (of a plugin without it).
//
// # Safety
// Every pointer is NULL or points to what its description says.
wfa_result wfa_update_properties(struct wfa_adapter *adapter,
                                 const char *properties_json,
                                 size_t len,
                                 struct wfa_error *error);

// Runs one command and waits for its end. [any thread, any number at once]
//
// - `name`, `name_len`: a command of the descriptor, UTF-8, e.g. `sendMessageText`; compared whole. Lent.
// - `json`, `json_len`: the request, one JSON object, UTF-8. Lent.
// - `options`: may be NULL.
// - `response`: receives one JSON object; release it. It is there with every result but
//   `WFA_ERR_INVALID_ARGUMENT`, `WFA_ERR_NOT_FOUND`, `WFA_ERR_STATE`, `WFA_ERR_BUSY`,
//   `WFA_ERR_UNSUPPORTED` and `WFA_ERR_INTERNAL`, which leave it empty.
// - `error`: may be NULL.
//
// Events of the command reach the callbacks on this thread before it returns.
//
// `WFA_OK` or any `WFA_ERR_*`. After `WFA_ERR_OUTCOME_UNKNOWN` the host must not run the command
// again by itself.
//
// Example: `api->execute_command(adapter, "sendMessageText", WFA_STRLEN, json, len, NULL, &response,
// &error)`
//
// # Safety
// Every pointer is NULL or points to what its description says.
wfa_result wfa_execute_command(struct wfa_adapter *adapter,
                               const char *name,
                               size_t name_len,
                               const char *json,
                               size_t json_len,
                               const struct wfa_call_options *options,
                               struct wfa_buffer *response,
                               struct wfa_error *error);

// Queues one command and returns at once. [any thread, also inside a callback]
//
// - `name`, `json`, `options`: as in `wfa_execute_command`; copied. The time in `options` counts from
//   now, the wait in the queue included.
// - `completion`: gets the end of the command exactly once, on a thread of the plugin, never from
//   inside this call; also when the command is cancelled or the adapter destroyed. Must not be NULL.
//   It is not called if this call fails.
// - `user_data`: given to `completion`; may be NULL.
// - `operation`: receives the id for `wfa_cancel_command`, before `completion` can be called; never 0;
//   may be NULL.
// - `error`: may be NULL.
//
// `WFA_OK` (queued) · `WFA_ERR_BUSY` (the queue is full) · `WFA_ERR_INVALID_ARGUMENT` ·
// `WFA_ERR_NOT_FOUND` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
//
// # Safety
// Every pointer is NULL or points to what its description says.
wfa_result wfa_submit_command(struct wfa_adapter *adapter,
                              const char *name,
                              size_t name_len,
                              const char *json,
                              size_t json_len,
                              const struct wfa_call_options *options,
                              wfa_completion_callback completion,
                              void *user_data,
                              uint64_t *operation,
                              struct wfa_error *error);

// Ends a submitted command early. [any thread, also inside a callback]
//
// The command's completion still comes, exactly once: with `WFA_ERR_CANCELLED` if nothing was sent,
// with `WFA_ERR_OUTCOME_UNKNOWN` if the request had left, or with what it came to before. One that
// still waits in the queue does not wait any longer.
//
// `WFA_OK` (it will end soon) · `WFA_ERR_NOT_FOUND` (no such operation, or ended already) ·
// `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
//
// # Safety
// `adapter` may be any value: it is looked up, not followed.
wfa_result wfa_cancel_command(struct wfa_adapter *adapter, uint64_t operation);

// Registers a callback for one event, or for every event. [any thread, also inside a callback]
//
// - `event`, `event_len`: an event of the descriptor, UTF-8, compared whole; NULL or empty means every
//   event.
// - `callback`: must not be NULL.
// - `user_data`: given to the callback; may be NULL.
// - `drop_user_data`: called once when `user_data` is not used any more; may be NULL. On failure it
//   is not called: `user_data` stays the host's.
// - `registration`: receives the id for `wfa_unregister_event_callback`; never 0; may be NULL.
// - `error`: may be NULL.
//
// Several callbacks may want one event: each is called, in the order of registration, and the worst
// answer counts (retry, then dropped, then accepted).
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such event) · `WFA_ERR_STATE`.
//
// # Safety
// Every pointer is NULL or points to what its description says.
wfa_result wfa_register_event_callback(struct wfa_adapter *adapter,
                                       const char *event,
                                       size_t event_len,
                                       wfa_event_callback callback,
                                       void *user_data,
                                       wfa_drop_callback drop_user_data,
                                       uint64_t *registration,
                                       struct wfa_error *error);

// Removes a callback: no call of it starts any more. [any thread, also inside a callback]
//
// Returns when no call of it runs on another thread and the drop callback has returned; inside any
// callback, or with `WFA_NO_WAIT`, it does not wait. The drop callback runs once, after the last call.
//
// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such registration) ·
// `WFA_ERR_STATE`.
//
// # Safety
// `adapter` may be any value: it is looked up, not followed.
wfa_result wfa_unregister_event_callback(struct wfa_adapter *adapter,
                                         uint64_t registration,
                                         uint32_t flags);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* WORKFLOW_ADAPTER_H */
