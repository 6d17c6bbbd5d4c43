/* plugin.c: the exported functions, and the table that holds the same ones. */
#include "plugin.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef BREAK_LIBRARY_LOADS
extern void nobody_has_this_function(void);
void (*const missing)(void) = nobody_has_this_function;
#endif

#ifdef BREAK_ENTRY_IS_EXPORTED
#define wfa_entry wfa_entrance
#endif

static void nap(long ms) { nanosleep(&(struct timespec){0, ms * 1000000}, NULL); }

EXPORTED const void *wfa_get_extension(const char *id) { return find_extension(id); }
EXPORTED void wfa_buffer_release(wfa_buffer *buffer) { release_text(buffer); }
EXPORTED const wfa_descriptor *wfa_get_descriptor(void) { return &plugin_descriptor; }
EXPORTED const char *wfa_get_descriptor_json(void) { return plugin_descriptor.json; }

static wfa_result refuse(wfa_error *error, wfa_result result) {
  return ends(error, result, "there is no such adapter, or not here and now");
}

/* Two calls that meet here are a defect. */
static wfa_result need_to_be_alone(void) {
  static int inside;
  int others = __atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST);
  nap(1);
  __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
  return others == 0 ? WFA_OK : WFA_ERR_INTERNAL;
}

static wfa_adapter *make(struct instance *instance, const struct settings *settings) {
  instance->key = settings->key;
  instance->workers = settings->workers;
  instance->queue = settings->queue;
  instance->longest = settings->longest;
  instance->file = BROKEN(FILES_CLOSE_ON_EXEC) ? open("/dev/null", O_RDONLY) : -1;
  spoil_process();
  say(instance, WFA_LOG_INFO, BROKEN(SECRET_NOT_IN_LOGS) ? instance->key : "created");
  if (BROKEN(DESCRIPTOR_NEVER_CHANGES)) strcpy(changing_text, "Has answered.");
  if (BROKEN(SECRET_NOT_IN_DESCRIPTOR)) strcpy(changing_text, instance->key);
  return publish(instance);
}

EXPORTED wfa_result wfa_create(const wfa_host *host, const char *json, size_t len,
                               wfa_adapter **out, wfa_error *error) {
  wfa_adapter *handle = NULL;
  struct settings settings;
  struct instance *instance;
  char *text;
  if (in_log && !BROKEN(LOG_MAY_CALL_NOTHING)) return refuse(error, WFA_ERR_STATE);
  if (in_callback > 0 && BROKEN(CALLBACK_MAY_CALL_ANYTHING)) return refuse(error, WFA_ERR_STATE);
  if (out == NULL && !BROKEN(CREATE_NULL_OUT))
    return ends(error, WFA_ERR_INVALID_ARGUMENT, "out is NULL");
  if (!BROKEN(CREATE_FAILURE_CLEARS_OUT)) memcpy(out, &handle, sizeof handle);
  if (BROKEN(THREADS_CREATE_AND_DESTROY) && need_to_be_alone() != WFA_OK)
    return ends(error, WFA_ERR_INTERNAL, "not alone");
  if (json == NULL && BROKEN(CREATE_NULL_PROPERTIES)) json = "{}", len = 2;
  wfa_result result = text_in(json, len, &text);
  if (result != WFA_OK) ends(error, result, "the properties are no text");
  instance = allocate(sizeof *instance);
  if (result == WFA_OK) result = read_host(host, instance, error);
  if (result == WFA_OK) result = read_settings(text, &settings, error);
  free(text);
  if (result != WFA_OK) {
    free(instance);
    return result;
  }
  handle = BROKEN(CREATE_MAKES_ADAPTERS) ? NULL : make(instance, &settings);
  if (BROKEN(SOURCE_SILENT_BEFORE_START)) start_source(instance);
  memcpy(out, &handle, sizeof handle);
  return ends(error, WFA_OK, "%s", "");
}

EXPORTED wfa_result wfa_destroy(wfa_adapter *handle, uint32_t flags) {
  if (in_callback > 0 && !BROKEN(CALLBACK_MAY_NOT_DESTROY)) return WFA_ERR_STATE;
  if (in_log && !BROKEN(LOG_MAY_CALL_NOTHING)) return WFA_ERR_STATE;
  if (BROKEN(BUFFER_OUTLIVES_ADAPTER)) forget_texts();
  return close_instance(handle, (flags & WFA_NO_WAIT) == 0 && in_callback == 0);
}

static wfa_call_options read_options(const wfa_call_options *given) {
  wfa_call_options options = {0};
  if (given == NULL) return options;
  memcpy(&options.struct_size, given, sizeof options.struct_size);
  bool smaller = options.struct_size < sizeof options && !BROKEN(EXECUTE_OLDER_OPTIONS);
  memcpy(&options, given, smaller ? options.struct_size : sizeof options);
  return options;
}

static wfa_result check_options(const wfa_call_options *given, wfa_error *error) {
  wfa_call_options options = read_options(given);
  if (BROKEN(OPTIONS_UNKNOWN_FLAGS) && (options.flags & ~(uint32_t)WFA_CALL_POLLED) != 0)
    return ends(error, WFA_ERR_INVALID_ARGUMENT, "these flags are unknown");
  if (BROKEN(EXECUTE_NEWER_OPTIONS) && options.struct_size > sizeof options)
    return ends(error, WFA_ERR_INVALID_ARGUMENT, "these options are unknown");
  if (BROKEN(EXECUTE_ANY_TIMEOUT) && options.timeout_ms > INT64_MAX)
    return ends(error, WFA_ERR_INTERNAL, "too long");
  bool none = options.correlation_id == NULL &&
              (options.correlation_id_len == 0 || options.correlation_id_len == WFA_STRLEN);
  if (none || BROKEN(EXECUTE_CORRELATION_ID_LIMITS)) return WFA_OK;
  char *id;
  wfa_result result = text_in(options.correlation_id, options.correlation_id_len, &id);
  if (result == WFA_OK && (*id == '\0' || strlen(id) > 512)) result = WFA_ERR_INVALID_ARGUMENT;
  free(id);
  return ends(error, result, "the correlation id needs 1 to 512 bytes of UTF-8");
}

/* Both texts of a command, and whether there is such a command. */
static wfa_result read_call(const char *name, size_t name_len, const char *json, size_t json_len,
                            char **name_in, char **json_in) {
  if (name == NULL && BROKEN(EXECUTE_NULL_ARGUMENTS)) name = "", name_len = 0;
  wfa_result result = text_in(name, name_len, name_in);
  wfa_result of_json = text_in(json, json_len, json_in);
  /* A NUL inside the name makes it another one. */
  bool whole = result == WFA_OK && (name_len == WFA_STRLEN || strlen(*name_in) == name_len);
  if (result != WFA_OK || of_json != WFA_OK) return WFA_ERR_INVALID_ARGUMENT;
  if (BROKEN(EXECUTE_EMPTY_NAME) && **name_in == '\0') return WFA_ERR_INVALID_ARGUMENT;
  if (BROKEN(EXECUTE_LONG_NAME) && strlen(*name_in) > 4096) return WFA_ERR_INTERNAL;
  if (!BROKEN(EXECUTE_NAME_IS_EXACT) && !whole) return WFA_ERR_NOT_FOUND;
  if (is_echo(*name_in)) return WFA_OK;
  return BROKEN(EXECUTE_UNKNOWN_COMMAND) ? WFA_ERR_INVALID_ARGUMENT : WFA_ERR_NOT_FOUND;
}

static void clear_response(wfa_buffer *response) {
  wfa_buffer empty = {0}, before;
  memcpy(&before, response, sizeof before);
  if (BROKEN(RESPONSE_OVERWRITES_WHAT_WAS_THERE) && before.release != NULL)
    before.release(response);
  memcpy(response, &empty, sizeof empty);
}

static void end_thread_badly(void *unused) {
  (void)unused;
  abort();
}

static void spoil_thread(void) {
  static pthread_key_t key;
  if (pthread_key_create(&key, end_thread_badly) == 0) pthread_setspecific(key, &key);
}

static wfa_result execute_inside(struct instance *instance, const char *name, const char *json,
                                 wfa_buffer *response, wfa_error *error) {
  struct text text = {0}, message = {0};
  wfa_result result = run_echo(instance, name, json, &text, &message);
  if (text.at != NULL) text_out(response, text.at);
  if (BROKEN(THREADS_DESTROY_BESIDE_CALLS)) {
    nap(5);
    result = instance->closed ? WFA_ERR_INTERNAL : result;
  }
  ends(error, result, "%s", message.at == NULL ? "" : message.at);
  free(text.at);
  free(message.at);
  return result;
}

EXPORTED wfa_result wfa_execute_command(wfa_adapter *handle, const char *name, size_t name_len,
                                        const char *json, size_t json_len,
                                        const wfa_call_options *options, wfa_buffer *response,
                                        wfa_error *error) {
  struct instance *instance;
  char *name_in = NULL, *json_in = NULL;
  if (response == NULL) return ends(error, WFA_ERR_INVALID_ARGUMENT, "response is NULL");
  clear_response(response);
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return refuse(error, result);
  if (BROKEN(THREADS_SHARE_AN_ADAPTER)) result = need_to_be_alone();
  if (BROKEN(CALLBACK_RUNS_A_COMMAND) && in_callback > 0) result = WFA_ERR_STATE;
  if (BROKEN(THREADS_END_BEFORE_DESTROY)) spoil_thread();
  if (BROKEN(EXECUTE_LEAKS_NOTHING)) memset(malloc(4096), 1, 4096);
  if (result == WFA_OK) result = read_call(name, name_len, json, json_len, &name_in, &json_in);
  if (result != WFA_OK) ends(error, result, "no such command, or no text");
  if (BROKEN(RESPONSE_ONLY_WHERE_DOCUMENTED) && result == WFA_ERR_NOT_FOUND)
    text_out(response, "{}");
  if (result == WFA_OK) result = check_options(options, error);
  if (result == WFA_OK) {
    struct job job = {.name = name_in, .call_id = read_options(options).call_id};
    start_job(instance, &job);
    result = execute_inside(instance, name_in, json_in, response, error);
    stop_job(instance, &job);
  }
  free(name_in);
  free(json_in);
  leave(instance);
  return result;
}

EXPORTED wfa_result wfa_register_event_callback(wfa_adapter *handle, const char *event,
                                                size_t event_len, wfa_event_callback callback,
                                                void *user_data, wfa_drop_callback drop,
                                                uint64_t *registration, wfa_error *error) {
  struct instance *instance;
  struct registration wanted = {.call = callback, .user_data = user_data, .drop = drop};
  if (registration != NULL && !BROKEN(REGISTER_FAILURE_CLEARS_ID))
    memcpy(registration, &wanted.id, sizeof wanted.id);
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return refuse(error, result);
  bool no_name = event == NULL &&
                 (event_len == 0 || event_len == WFA_STRLEN || BROKEN(REGISTER_NULL_OF_A_LENGTH));
  bool every =
      no_name || (event != NULL && (event_len == 0 || (event_len == WFA_STRLEN && *event == '\0')));
  if (!every || (event != NULL && BROKEN(REGISTER_EVERY_EVENT)))
    result = text_in(event, event_len, &wanted.event);
  if (result == WFA_OK) result = add_registration(instance, &wanted);
  if (result == WFA_OK && registration != NULL) memcpy(registration, &wanted.id, sizeof wanted.id);
  if (result != WFA_OK) {
    free(wanted.event);
    if (BROKEN(DROP_NOT_AFTER_FAILURE) && drop != NULL) drop(user_data);
  }
  leave(instance);
  return ends(error, result, "no such event, or no callback");
}

EXPORTED wfa_result wfa_unregister_event_callback(wfa_adapter *handle, uint64_t registration,
                                                  uint32_t flags) {
  struct instance *instance;
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return result;
  result = remove_registration(instance, registration, (flags & WFA_NO_WAIT) == 0);
  leave(instance);
  return result;
}

EXPORTED wfa_result wfa_update_properties(wfa_adapter *handle, const char *json, size_t len,
                                          wfa_error *error) {
  struct instance *instance;
  struct settings settings;
  char *text;
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return refuse(error, result);
  if (BROKEN(UPDATE_TAKES_PROPERTIES) ||
      (BROKEN(THREADS_UPDATE_BESIDE_CALLS) && need_to_be_alone() != WFA_OK))
    result = WFA_ERR_INTERNAL;
  else
    result = text_in(json, len, &text);
  if (result != WFA_OK)
    ends(error, result, "the properties are no text");
  else
    result = read_settings(text, &settings, error);
  if (result != WFA_OK && BROKEN(SECRET_NOT_IN_UPDATE_ERRORS))
    ends(error, result, "the key stays %s", instance->key);
  if (result == WFA_OK) {
    pthread_mutex_lock(&lock);
    char *old = instance->key;
    instance->key = settings.key;
    instance->workers = settings.workers;
    instance->queue = settings.queue;
    instance->longest = settings.longest;
    if (BROKEN(UPDATE_KEEPS_REGISTRATIONS)) drop_registrations(instance);
    pthread_mutex_unlock(&lock);
    free(old);
    ends(error, WFA_OK, "%s", "");
  }
  if (result == WFA_ERR_INVALID_REQUEST && BROKEN(UPDATE_FAILS_WHOLE))
    instance->longest = settings.longest;
  if (result == WFA_ERR_INVALID_REQUEST && BROKEN(UPDATE_REFUSED_KEEPS_QUEUE))
    instance->queue = settings.queue;
  leave(instance);
  return BROKEN(UPDATE_REFUSES_AS_CREATE) ? WFA_OK : result;
}

EXPORTED wfa_result wfa_submit_command(wfa_adapter *handle, const char *name, size_t name_len,
                                       const char *json, size_t json_len,
                                       const wfa_call_options *options,
                                       wfa_completion_callback completion, void *user_data,
                                       uint64_t *operation, wfa_error *error) {
  struct instance *instance;
  char *name_in = NULL, *json_in = NULL;
  uint64_t no_operation = 0;
  if (operation != NULL) memcpy(operation, &no_operation, sizeof no_operation);
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return refuse(error, result);
  result = read_call(name, name_len, json, json_len, &name_in, &json_in);
  if (BROKEN(SUBMIT_UNKNOWN_COMMAND) && result == WFA_ERR_NOT_FOUND) result = WFA_OK;
  if (result == WFA_OK && completion == NULL && !BROKEN(SUBMIT_NULL_ARGUMENTS))
    result = WFA_ERR_INVALID_ARGUMENT;
  if (result == WFA_OK && !BROKEN(SUBMIT_CORRELATION_ID_LIMITS))
    result = check_options(options, error);
  struct job job = {.name = BROKEN(SUBMIT_COPIES_ITS_ARGUMENTS) ? name : name_in,
                    .json = BROKEN(SUBMIT_COPIES_ITS_ARGUMENTS) ? json : json_in,
                    .completion = completion,
                    .user_data = user_data,
                    .polled = (read_options(options).flags & WFA_CALL_POLLED) != 0,
                    .call_id = read_options(options).call_id};
  bool lost = BROKEN(THREADS_SUBMIT_BESIDE_EACH_OTHER) && need_to_be_alone() != WFA_OK;
  if (result == WFA_OK && !lost) {
    result = queue_job(instance, &job, operation);
  } else {
    free(name_in);
    free(json_in);
  }
  leave(instance);
  return ends(error, result, "nothing was queued");
}

EXPORTED wfa_result wfa_cancel_command(wfa_adapter *handle, uint64_t operation) {
  struct instance *instance;
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return result;
  result = cancel_job(instance, operation);
  leave(instance);
  return result;
}

EXPORTED wfa_result wfa_start(wfa_adapter *handle, wfa_error *error) {
  struct instance *instance;
  wfa_result result = enter(handle, &instance);
  if (result != WFA_OK) return refuse(error, BROKEN(START_REFUSES_DEAD_HANDLES) ? WFA_OK : result);
  if (!BROKEN(SOURCE_RAISES_EVENTS)) result = start_source(instance);
  if (BROKEN(SECRET_NOT_IN_START_ERRORS)) result = WFA_ERR_UNAVAILABLE;
  ends(error, result, "%s cannot be started",
       BROKEN(SECRET_NOT_IN_START_ERRORS) ? instance->key : "it");
  leave(instance);
  return result;
}

static wfa_result destroy_otherwise(wfa_adapter *handle, uint32_t flags) {
  return wfa_destroy(handle, flags);
}

static const wfa_api table = {
    .struct_size = BROKEN(TABLE_SIZE_IS_SANE) ? 12 : sizeof table,
    .abi_major = BROKEN(TABLE_HAS_THIS_MAJOR) ? WFA_ABI_MAJOR + 1 : WFA_ABI_MAJOR,
    .abi_minor = WFA_ABI_MINOR,
    .descriptor = &plugin_descriptor,
    .get_extension = wfa_get_extension,
    .create = wfa_create,
    .destroy = BROKEN(EXPORTS_EQUAL_TABLE) ? destroy_otherwise : wfa_destroy,
    .execute_command = wfa_execute_command,
    .register_event_callback = wfa_register_event_callback,
    .unregister_event_callback = wfa_unregister_event_callback,
    .update_properties = wfa_update_properties,
    .submit_command = wfa_submit_command,
    .cancel_command = BROKEN(TABLE_HAS_EVERY_MEMBER) ? NULL : wfa_cancel_command,
    .result_name = wfa_result_name,
    .cancel_calls = wfa_cancel_calls,
    .poll_completions = wfa_poll_completions,
    .start = wfa_start,
};

EXPORTED const wfa_api *wfa_entry(uint16_t host_major, uint16_t host_minor) {
  static _Thread_local wfa_api of_thread;
  if (host_major != WFA_ABI_MAJOR && !BROKEN(ENTRY_REFUSES_OTHER_MAJORS)) return NULL;
  if (host_minor > WFA_ABI_MINOR && BROKEN(ENTRY_TAKES_EVERY_MINOR)) return NULL;
  if (BROKEN(ENTRY_ANSWERS_ONE_TABLE)) return memcpy(allocate(sizeof table), &table, sizeof table);
  if (BROKEN(ENTRY_ON_MANY_THREADS)) return memcpy(&of_thread, &table, sizeof table);
  return &table;
}
