/* plugin.h: a plugin that keeps every promise of the contract, and its parts.
 *
 * With -DBREAK_<CHECK_ID> it breaks the one that this check is about: the check create-null-out
 * fails on a plugin built with -DBREAK_CREATE_NULL_OUT. Without, it is a complete plugin: one
 * property, one command that answers what it is told, one event that it raises.
 */
#ifndef BROKEN_PLUGIN_H
#define BROKEN_PLUGIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "text.h"
#include "workflow_adapter.h"

/* 1 if BREAK_<id> is defined (as 1, which -D does), else 0. */
#define BROKEN(id) BROKEN_EXPANDED(BREAK_##id)
#define BROKEN_EXPANDED(value) BROKEN_VALUE(value)
#define BROKEN_VALUE(value) BROKEN_PROBE(BROKEN_IS_##value)
#define BROKEN_PROBE(value) BROKEN_SECOND(value 1, 0, 0)
#define BROKEN_SECOND(first, second, ...) second
#define BROKEN_IS_1 ,

/* Exported, and bound to this copy of the library whatever else is loaded. */
#ifdef BREAK_COPIES_ARE_INDEPENDENT
#define EXPORTED __attribute__((visibility("default")))
#else
#define EXPORTED __attribute__((visibility("protected")))
#endif

/* The command's optional member. */
#ifdef BREAK_DESCRIPTOR_NAMES_ARE_PLAIN
#define NOTE "the note"
#else
#define NOTE "note"
#endif

enum { MOST_THREADS = 16, LONGEST_TEXT = 100 };

/* One registered callback. */
struct registration {
  uint64_t id;
  char *event; /* NULL: every event */
  wfa_event_callback call;
  void *user_data;
  wfa_drop_callback drop;
  int running;
  bool removed;
  bool dropping; /* its `user_data` is being given back: it stays on the list until that is done */
  struct registration *next;
};

/* One submitted command. */
struct job {
  uint64_t id;
  const char *name;
  const char *json;
  wfa_completion_callback completion;
  void *user_data;
  bool cancelled;
  bool polled;      /* its end waits until it is polled */
  uint64_t call_id; /* the host's number; 0 if it has none */
  struct job *next;
};

/* How a polled command ended. */
struct end {
  struct job job;
  wfa_result result;
  char *response;
  char *message;
  struct end *next;
};

/* One adapter. Everything that changes is guarded by `lock`. */
struct instance {
  uintptr_t token;
  int generation; /* of forks */
  int calls;      /* that are inside */
  bool closed;
  char *key; /* the secret */
  int workers;
  int queue;
  int longest; /* text that the command takes, in characters */
  const char *name;
  int32_t log_level;
  wfa_log_callback log;
  void *log_user_data;
  int file; /* -1 if none is open */
  uint64_t last_id;
  bool has_source; /* a thread that raises events */
  struct registration *registrations;
  struct job *jobs;    /* that wait */
  struct job *started; /* that run, submitted or executed */
  struct end *ends;    /* that wait to be polled */
  int waiting;
  int idle;
  int thread_count;
  pthread_t threads[MOST_THREADS];
  struct instance *next;
};

extern pthread_mutex_t lock;
extern pthread_cond_t changed;
extern _Thread_local int in_callback; /* how many of the host's callbacks this thread is in */
extern _Thread_local bool in_log;

/* boundary.c: text in, text out, errors. */
wfa_result text_in(const char *text, size_t len, char **copy);
void text_out(wfa_buffer *buffer, const char *text);
wfa_result ends(wfa_error *error, wfa_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void release_text(wfa_buffer *buffer);
void forget_texts(void);

/* instances.c: handles. */
wfa_adapter *publish(struct instance *instance);
wfa_result enter(wfa_adapter *handle, struct instance **instance); /* counts a call in */
void leave(struct instance *instance);
void watch_forks(void);
bool has_live_instance(void);
struct instance *first_instance(void);  /* the oldest; only for what is broken */
struct instance *latest_instance(void); /* the youngest; only for what is broken */
wfa_result close_instance(wfa_adapter *handle, bool wait);

/* settings.c: properties, and the host. */
struct settings {
  char *key;
  int workers;
  int queue;
  int longest;
};
wfa_result read_settings(const char *json, struct settings *settings, wfa_error *error);
wfa_result read_host(const wfa_host *host, struct instance *instance, wfa_error *error);
void say(struct instance *instance, int32_t level, const char *message);

/* events.c: registrations, and events. */
wfa_result add_registration(struct instance *instance, struct registration *wanted);
wfa_result remove_registration(struct instance *instance, uint64_t id, bool wait);
void drop_registrations(struct instance *instance);
int32_t emit(struct instance *instance, const char *event, const char *json);
void wait_for_callbacks(void);

/* echo.c: the command. */
wfa_result run_echo(struct instance *instance, const char *name, const char *json,
                    struct text *response, struct text *message);
bool is_echo(const char *name);

/* workers.c: submitted commands. */
wfa_result queue_job(struct instance *instance, struct job *job, uint64_t *operation);
wfa_result cancel_job(struct instance *instance, uint64_t operation);
void start_job(struct instance *instance, struct job *job); /* one that is executed */
void stop_job(struct instance *instance, struct job *job);
void complete(const struct job *job, wfa_result result, const char *response, const char *message);
void cancel_jobs(struct instance *instance);
void end_workers(struct instance *instance, bool wait);

/* polled.c: ends that wait for a thread of the host. */
void keep_end(struct instance *instance, const struct job *job, wfa_result result,
              const char *response, const char *message);
uint64_t tell_ends(struct instance *instance, uint64_t most);

/* source.c: events outside of calls. */
wfa_result start_source(struct instance *instance);

/* descriptor.c */
extern const wfa_descriptor plugin_descriptor;
extern char changing_text[128];

/* process_state.c: changes to the state of the process, which a plugin must not make. */
void spoil_process(void);

/* features.c: extensions. */
const void *find_extension(const char *id);

#endif
