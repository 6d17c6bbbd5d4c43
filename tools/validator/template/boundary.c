/* boundary.c: the contract's side of an adapter written in C: handles, callbacks, text and errors. It
 * is the same for every adapter; update_properties, submit_command and cancel_command are not
 * offered; `start` is, for adapters that have a source of events.
 *
 * One lock guards everything. It is never held while the adapter's or the host's code runs.
 */
#include "boundary.h"
#include "instance.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed; /* its clock does not jump */
static struct instance *instances;
static uint64_t last_token, last_callback; /* numbers are never used again */
static int forks;
static _Thread_local int in_callback;

/* ---- Forks: a child has none of the parent's threads, and none of its adapters ---- */

static void before_fork(void) { pthread_mutex_lock(&lock); }
static void after_fork(void) { pthread_mutex_unlock(&lock); }

static void init_changed(void) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&changed, &attributes);
  pthread_condattr_destroy(&attributes);
}

static void in_child(void) {
  forks++;
  init_changed();
  pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void at_load(void) {
  init_changed();
  pthread_atfork(before_fork, after_fork, in_child);
}

/* ---- Text in, text out, errors; the host's structs may lie at any address ---- */

static void release(wfa_buffer *buffer) {
  wfa_buffer old, none = {0};
  memcpy(&old, buffer, sizeof old);
  memcpy(buffer, &none, sizeof none);
  free(old.private_data);
}

static void text_out(wfa_buffer *to, const char *from) {
  char *copy = strdup(from);
  wfa_buffer full = {copy, strlen(copy), release, copy};
  memcpy(to, &full, sizeof full);
}

static wfa_result end(wfa_error *error, wfa_result result, const char *message) {
  wfa_error full = {0};
  if (error == NULL) return result;
  memcpy(&full.struct_size, error, sizeof full.struct_size);
  full.result = result;
  if (result != WFA_OK && full.struct_size >= sizeof full) text_out(&full.message, message);
  memcpy(error, &full, full.struct_size < sizeof full ? full.struct_size : sizeof full);
  return result;
}

/* A copy, NUL-terminated; NULL if it is no text. */
static char *text_in(const char *from, size_t len) {
  if (from == NULL || (len > SIZE_MAX / 2 && len != WFA_STRLEN)) return NULL;
  if (len == WFA_STRLEN) len = strlen(from);
  if (!is_utf8(from, len)) return NULL;
  char *copy = memcpy(allocate(len + 1), from, len);
  for (size_t i = 0; i < len; i++)
    if (copy[i] == '\0')
      copy[i] = '\1'; /* a NUL inside makes it another text, and does not end it */
  return copy;
}

/* ---- Instances: handles are looked up, never followed ---- */

/* Tokens follow this number: those of another copy of the library are others. */
static uintptr_t base(void) { return (uintptr_t)&lock << 20; }

static struct instance *enter(wfa_adapter *handle, wfa_result *result) {
  uintptr_t token = (uintptr_t)handle;
  pthread_mutex_lock(&lock);
  struct instance *i = instances;
  while (i != NULL && (i->token != token || i->forks != forks || i->closed)) i = i->next;
  if (i != NULL) i->calls++;
  bool was_given = token > base() && token - base() <= last_token;
  *result = i != NULL ? WFA_OK : was_given ? WFA_ERR_STATE : WFA_ERR_INVALID_ARGUMENT;
  pthread_mutex_unlock(&lock);
  return i;
}

/* With the lock held, which is let go while the host gets its `user_data` back. */
static void drop_if_idle(struct instance *instance, struct callback *callback) {
  struct callback **at = &instance->callbacks;
  if (!callback->removed || callback->running > 0 || callback->dropping) return;
  callback->dropping = true; /* and it stays on the list: unregister waits until it is gone */
  pthread_mutex_unlock(&lock);
  in_callback++;
  if (callback->drop != NULL) callback->drop(callback->user_data);
  in_callback--;
  pthread_mutex_lock(&lock);
  while (*at != callback) at = &(*at)->next;
  *at = callback->next;
  free(callback->event);
  free(callback);
  pthread_cond_broadcast(&changed);
}

/* The last call out of a closed instance ends it. No callback runs then: whoever runs one is inside. */
static void leave(struct instance *instance) {
  pthread_mutex_lock(&lock);
  bool last = --instance->calls == 0 && instance->closed;
  pthread_cond_broadcast(&changed);
  while (last && instance->callbacks != NULL) {
    instance->callbacks->removed = true;
    drop_if_idle(instance, instance->callbacks);
  }
  struct instance **at = &instances;
  while (last && *at != instance) at = &(*at)->next;
  if (last) *at = instance->next;
  pthread_mutex_unlock(&lock);
  if (last) {
    if (instance->started && pthread_equal(instance->source, pthread_self()))
      pthread_detach(instance->source);
    else if (instance->started)
      pthread_join(instance->source, NULL); /* it has left: it ends at once */
    adapter.close(instance->state);
    free(instance->name);
    free(instance);
  }
}

static wfa_result create(const wfa_host *given, const char *json, size_t len, wfa_adapter **out,
                         wfa_error *error) {
  struct instance made = {0}, *instance;
  struct text message = {0};
  wfa_host host = {.struct_size = sizeof host, .abi_major = WFA_ABI_MAJOR};
  wfa_result result = WFA_ERR_INVALID_ARGUMENT;
  if (out == NULL) return end(error, result, "out is NULL");
  memset(out, 0, sizeof *out);
  if (given != NULL) {
    memcpy(&host.struct_size, given, sizeof host.struct_size);
    memcpy(&host, given, host.struct_size < sizeof host ? host.struct_size : sizeof host);
  }
  if (host.abi_major != WFA_ABI_MAJOR)
    return end(error, WFA_ERR_UNSUPPORTED, "the host speaks another major version");
  char *text = text_in(json, len);
  if (text != NULL) made.state = adapter.open(text, &result, &message);
  free(text);
  if (made.state != NULL) {
    made.name = strdup(host.instance_name == NULL ? "" : host.instance_name);
    instance = memcpy(allocate(sizeof made), &made, sizeof made);
    pthread_mutex_lock(&lock);
    instance->token = base() + ++last_token;
    instance->forks = forks;
    instance->next = instances;
    instances = instance;
    memcpy(out, &instance->token, sizeof *out);
    pthread_mutex_unlock(&lock);
    result = WFA_OK;
  }
  end(error, result, message.at == NULL ? "the properties are no text" : message.at);
  free(message.at);
  return result;
}

static wfa_result destroy(wfa_adapter *handle, uint32_t flags) {
  wfa_result result = WFA_ERR_STATE;
  struct instance *instance = in_callback > 0 ? NULL : enter(handle, &result);
  if (instance == NULL) return result;
  pthread_mutex_lock(&lock);
  bool first = !instance->closed;
  instance->closed = true;
  pthread_cond_broadcast(&changed); /* a source that pauses returns */
  while (first && (flags & WFA_NO_WAIT) == 0 && instance->calls > 1)
    pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  leave(instance);
  return first ? WFA_OK : WFA_ERR_STATE;
}

/* ---- Commands ---- */

static bool has_command(const char *name) {
  for (size_t i = 0; i < adapter_descriptor.n_commands; i++)
    if (strcmp(adapter_descriptor.commands[i]->name, name) == 0) return true;
  return false;
}

static bool has_event(const char *name) {
  for (size_t i = 0; i < adapter_descriptor.n_events; i++)
    if (strcmp(adapter_descriptor.events[i]->name, name) == 0) return true;
  return false;
}

static bool are_fine(const wfa_call_options *given) {
  wfa_call_options options = {0};
  if (given != NULL) {
    memcpy(&options.struct_size, given, sizeof options.struct_size);
    memcpy(&options, given,
           options.struct_size < sizeof options ? options.struct_size : sizeof options);
  }
  if (options.correlation_id == NULL)
    return options.correlation_id_len == 0 || options.correlation_id_len == WFA_STRLEN;
  char *id = text_in(options.correlation_id, options.correlation_id_len);
  bool fine = id != NULL && *id != '\0' && strlen(id) <= 512;
  free(id);
  return fine;
}

static wfa_result execute_command(wfa_adapter *handle, const char *name, size_t name_len,
                                  const char *json, size_t json_len,
                                  const wfa_call_options *options, wfa_buffer *response,
                                  wfa_error *error) {
  wfa_result result = WFA_ERR_INVALID_ARGUMENT;
  if (response == NULL) return end(error, result, "response is NULL");
  memset(response, 0, sizeof *response);
  struct instance *instance = enter(handle, &result);
  if (instance == NULL) return end(error, result, "there is no such adapter");
  char *command = text_in(name, name_len), *request = text_in(json, json_len);
  struct call call = {instance->state, command, request, {0}, {0}, instance};
  if (command == NULL || request == NULL || !are_fine(options))
    result = WFA_ERR_INVALID_ARGUMENT;
  else
    result = has_command(command) ? adapter.run(&call) : WFA_ERR_NOT_FOUND;
  if (call.response.at != NULL) text_out(response, call.response.at);
  end(error, result, call.message.at == NULL ? "no such command, or no text" : call.message.at);
  free(call.response.at);
  free(call.message.at);
  free(command);
  free(request);
  leave(instance);
  return result;
}

const char *instance_name(const struct instance *instance) { return instance->name; }

/* ---- Events ---- */

static wfa_result register_event_callback(wfa_adapter *handle, const char *event, size_t event_len,
                                          wfa_event_callback callback, void *user_data,
                                          wfa_drop_callback drop, uint64_t *registration,
                                          wfa_error *error) {
  wfa_result result;
  uint64_t none = 0;
  if (registration != NULL) memcpy(registration, &none, sizeof none);
  struct instance *instance = enter(handle, &result);
  if (instance == NULL) return end(error, result, "there is no such adapter");
  bool no_name = event == NULL && (event_len == 0 || event_len == WFA_STRLEN);
  char *name = no_name ? text_in("", 0) : text_in(event, event_len);
  bool every = name != NULL && *name == '\0';
  if (name == NULL || callback == NULL) {
    result = WFA_ERR_INVALID_ARGUMENT;
  } else if (!every && !has_event(name)) {
    result = WFA_ERR_NOT_FOUND;
  } else {
    struct callback *added = allocate(sizeof *added), **at = &instance->callbacks;
    *added = (struct callback){.event = every ? NULL : strdup(name),
                               .call = callback,
                               .user_data = user_data,
                               .drop = drop};
    pthread_mutex_lock(&lock);
    while (*at != NULL) at = &(*at)->next;
    added->id = ++last_callback;
    *at = added;
    if (registration != NULL) memcpy(registration, &added->id, sizeof added->id);
    pthread_mutex_unlock(&lock);
  }
  free(name);
  leave(instance);
  return end(error, result, "no such event, or no callback");
}

static struct callback *find(const struct instance *instance, uint64_t id) {
  struct callback *callback = instance->callbacks;
  while (callback != NULL && callback->id != id) callback = callback->next;
  return callback;
}

static wfa_result unregister_event_callback(wfa_adapter *handle, uint64_t id, uint32_t flags) {
  wfa_result result;
  struct instance *instance = enter(handle, &result);
  if (instance == NULL) return result;
  pthread_mutex_lock(&lock);
  struct callback *callback = find(instance, id);
  if (callback == NULL || callback->removed) {
    result = WFA_ERR_NOT_FOUND;
  } else {
    callback->removed = true;
    drop_if_idle(instance, callback);
    while (in_callback == 0 && (flags & WFA_NO_WAIT) == 0 && find(instance, id) != NULL)
      pthread_cond_wait(&changed, &lock);
  }
  pthread_mutex_unlock(&lock);
  leave(instance);
  return result;
}

/* The next callback that wants the event. By id: what was next may be gone by now. */
static struct callback *next_for(const struct instance *instance, uint64_t id, const char *event) {
  struct callback *c = instance->callbacks;
  while (c != NULL &&
         (c->id <= id || c->removed || (c->event != NULL && strcmp(c->event, event) != 0)))
    c = c->next;
  return c;
}

/* Its caller is inside the instance. */
static int32_t deliver(struct instance *instance, const char *event, const char *json) {
  int32_t worst = WFA_EVENT_ACCEPTED;
  struct callback *callback;
  uint64_t id = 0;
  pthread_mutex_lock(&lock);
  while ((callback = next_for(instance, id, event)) != NULL) {
    id = callback->id;
    callback->running++;
    pthread_mutex_unlock(&lock);
    in_callback++;
    int32_t answer = callback->call(callback->user_data, event, strlen(event), json, strlen(json));
    in_callback--;
    pthread_mutex_lock(&lock);
    callback->running--;
    drop_if_idle(instance, callback);
    if (answer != WFA_EVENT_ACCEPTED && worst != WFA_EVENT_RETRY)
      worst = answer == WFA_EVENT_DROPPED ? WFA_EVENT_DROPPED : WFA_EVENT_RETRY;
  }
  pthread_mutex_unlock(&lock);
  return worst;
}

int32_t raise_event(struct call *call, const char *event, const char *json) {
  return deliver(call->instance, event, json);
}

/* ---- Events outside of calls ---- */

enum { FIRST_PAUSE_MS = 100, LONGEST_PAUSE_MS = 60000, SOURCE_STACK = 1 << 20 };

bool pause_for(struct instance *instance, unsigned ms) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += (long)(ms % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  pthread_mutex_lock(&lock);
  int timed_out = 0;
  while (!instance->closed && timed_out == 0)
    timed_out = pthread_cond_timedwait(&changed, &lock, &until);
  bool closed = instance->closed;
  pthread_mutex_unlock(&lock);
  return !closed;
}

bool offer_event(struct instance *instance, const char *event, const char *json) {
  unsigned pause = FIRST_PAUSE_MS;
  bool open = pause_for(instance, 0);
  while (open && deliver(instance, event, json) == WFA_EVENT_RETRY) {
    open = pause_for(instance, pause);
    pause = pause < LONGEST_PAUSE_MS / 2 ? pause * 2 : LONGEST_PAUSE_MS;
  }
  return open;
}

static void *run_source(void *argument) {
  struct instance *instance = argument;
  adapter.source(instance->state, instance);
  leave(instance);
  return NULL;
}

/* A thread as the contract wants it: room for callbacks, and signals stay with the host's threads. */
static bool start_source(struct instance *instance) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
  sigset_t blocked, before;
  pthread_attr_t attributes;
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, SOURCE_STACK);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  bool started = pthread_create(&instance->source, &attributes, run_source, instance) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return started;
}

static wfa_result start(wfa_adapter *handle, wfa_error *error) {
  wfa_result result;
  struct instance *instance = enter(handle, &result);
  if (instance == NULL) return end(error, result, "there is no such adapter");
  pthread_mutex_lock(&lock);
  bool first = adapter.source != NULL && !instance->started;
  instance->started = instance->started || first;
  instance->calls += first ? 1 : 0; /* the source's, which it leaves by itself */
  pthread_mutex_unlock(&lock);
  if (first && !start_source(instance)) {
    pthread_mutex_lock(&lock);
    instance->started = false;
    instance->calls--;
    pthread_mutex_unlock(&lock);
    result = WFA_ERR_UNAVAILABLE;
  }
  leave(instance);
  return end(error, result, "the system has no thread left");
}

/* ---- What is not offered, and the table ---- */

static const void *get_extension(const char *id) {
  (void)id;
  return NULL;
}

static wfa_result update_properties(wfa_adapter *handle, const char *json, size_t len,
                                    wfa_error *error) {
  (void)handle, (void)json, (void)len;
  return end(error, WFA_ERR_UNSUPPORTED, "this adapter keeps its properties");
}

static wfa_result submit_command(wfa_adapter *handle, const char *name, size_t name_len,
                                 const char *json, size_t json_len, const wfa_call_options *options,
                                 wfa_completion_callback completion, void *user_data,
                                 uint64_t *operation, wfa_error *error) {
  (void)handle, (void)name, (void)name_len, (void)json, (void)json_len, (void)options;
  uint64_t none = 0;
  (void)completion, (void)user_data;
  if (operation != NULL) memcpy(operation, &none, sizeof none);
  return end(error, WFA_ERR_UNSUPPORTED, "this adapter has no queue");
}

static wfa_result cancel_command(wfa_adapter *handle, uint64_t operation) {
  (void)handle, (void)operation;
  return WFA_ERR_UNSUPPORTED;
}

static const wfa_api table = {sizeof table, WFA_ABI_MAJOR, WFA_ABI_MINOR, &adapter_descriptor,
                              get_extension, create, destroy, execute_command,
                              register_event_callback, unregister_event_callback, update_properties,
                              submit_command, cancel_command,
                              /* Optional functions: result_name, cancel_calls, poll_completions. */
                              NULL, NULL, NULL, start};

__attribute__((visibility("default"))) const wfa_api *wfa_entry(uint16_t major, uint16_t minor) {
  (void)minor; /* every minor version of this major one can use the table */
  return major == WFA_ABI_MAJOR ? &table : NULL;
}
