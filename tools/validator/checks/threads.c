/* threads.c: everything may be called from any thread, and any number of them. */
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "ending.h"
#include "probe.h"
#include "rows.h"
#include "speed.h"
#include "event_recorder.h"

enum { THREADS = 8, ROUNDS = 100, CREATE_ROUNDS = 30, DESTROY_ROUNDS = 30, DESTROY_MS = 1000 };
enum { SMALL_STACK = 128 * 1024, PATIENCE = 5000 };

static wfa_adapter *shared;
static const char *any_name;
static atomic_int wrong, drops, done;
static wfa_result wrong_result;
static const char *wrong_call;
static int rounds; /* of every thread */

/* A thread cannot fail the check; it notes what was wrong first. */
static void note(const char *call, wfa_result result, wfa_result wanted) {
  if (result != wanted && atomic_fetch_add(&wrong, 1) == 0) {
    wrong_call = call;
    wrong_result = result;
  }
}

static void require_nothing_wrong(const char *when) {
  REQUIRE(atomic_load(&wrong) == 0, "%s, %s answered %s (%d wrong answers)", when, wrong_call,
          result_name(wrong_result), atomic_load(&wrong));
}

static void begin(void) {
  atomic_store(&wrong, 0);
  atomic_store(&drops, 0);
  atomic_store(&done, 0);
  any_name = command_count() == 0 ? NULL : command_at(0)->name;
  rounds = rounds_of(ROUNDS, 1);
  shared = new_adapter();
}

static void count_drop(void *user_data) {
  (void)user_data;
  atomic_fetch_add(&drops, 1);
}

static int32_t accept(void *user_data, const char *event, size_t event_len, const char *json,
                      size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

static wfa_result run(const char *name, const char *json) {
  struct answer answer = execute(shared, name, json);
  give_back(&answer);
  return answer.result;
}

static void *use_shared(void *unused) {
  (void)unused;
  for (int i = 0; i < rounds; i++) {
    uint64_t id = 0;
    note("an unknown command", run(NO_SUCH_NAME, "{}"), WFA_ERR_NOT_FOUND);
    note("register_event_callback",
         load()->register_event_callback(shared, NULL, 0, accept, NULL, count_drop, &id, NULL),
         WFA_OK);
    if (any_name != NULL) note("a bad request", run(any_name, "[]"), WFA_ERR_INVALID_REQUEST);
    note("unregister_event_callback", load()->unregister_event_callback(shared, id, 0), WFA_OK);
  }
  return NULL;
}

static void share_an_adapter(void) {
  begin();
  on_threads(THREADS, use_shared, NULL);
  end_adapter(shared);
  require_nothing_wrong("on eight threads with one adapter");
  REQUIRE(atomic_load(&drops) == THREADS * rounds, "%d of %d registrations were given back",
          atomic_load(&drops), THREADS * rounds);
}

static void *update_shared(void *unused) {
  (void)unused;
  for (int i = 0; i < rounds; i++) {
    struct answer answer = update(shared, properties());
    note("update_properties", answer.result, WFA_OK);
    give_back(&answer);
    if (any_name != NULL) note("a bad request", run(any_name, "[]"), WFA_ERR_INVALID_REQUEST);
  }
  return NULL;
}

static void update_beside_calls(void) {
  begin();
  struct answer answer = update(shared, properties());
  if (answer.result == WFA_ERR_UNSUPPORTED) skip("update_properties answers WFA_ERR_UNSUPPORTED");
  give_back(&answer);
  on_threads(THREADS, update_shared, NULL);
  require_nothing_wrong("on eight threads that update and use one adapter");
  end_adapter(shared);
}

static struct ending endings[THREADS * ROUNDS];
static atomic_int submitted, completed;

static void count_end(struct ending *ending) {
  (void)ending;
  atomic_fetch_add(&completed, 1);
}

static void *submit_shared(void *unused) {
  (void)unused;
  for (int i = 0; i < rounds; i++) {
    struct ending *ending = &endings[atomic_fetch_add(&submitted, 1)];
    ending->inside = count_end;
    wfa_result result = submit(shared, any_name, "[]", ending);
    for (int k = 0; k < PATIENCE && result == WFA_ERR_BUSY; k++) {
      pause_ms(1);
      result = submit(shared, any_name, "[]", ending);
    }
    note("submit_command", result, WFA_OK);
  }
  return NULL;
}

static void submit_beside_each_other(void) {
  begin();
  if (any_name == NULL) skip("the plugin has no commands");
  if (submit(shared, any_name, "[]", &(struct ending){0}) == WFA_ERR_UNSUPPORTED)
    skip("submit_command answers WFA_ERR_UNSUPPORTED");
  rounds = rounds_of(ROUNDS, THREADS);
  atomic_store(&submitted, 0);
  atomic_store(&completed, 0);
  memset(endings, 0, sizeof endings);
  on_threads(THREADS, submit_shared, NULL);
  end_adapter(shared);
  require_nothing_wrong("on eight threads that submit to one adapter");
  REQUIRE(atomic_load(&completed) == THREADS * rounds, "%d of %d submitted commands completed",
          atomic_load(&completed), THREADS * rounds);
}

static void *create_and_destroy(void *unused) {
  (void)unused;
  for (int i = 0; i < CREATE_ROUNDS; i++) {
    wfa_adapter *adapter = NULL;
    wfa_buffer response = {0};
    note("create", load()->create(NULL, properties(), WFA_STRLEN, &adapter, NULL), WFA_OK);
    note("an unknown command",
         load()->execute_command(adapter, NO_SUCH_NAME, WFA_STRLEN, "{}", WFA_STRLEN, NULL,
                                 &response, NULL),
         WFA_ERR_NOT_FOUND);
    note("destroy", load()->destroy(adapter, 0), WFA_OK);
    note("a second destroy", load()->destroy(adapter, 0), WFA_ERR_STATE);
  }
  return NULL;
}

static void create_beside_each_other(void) {
  begin();
  on_threads(THREADS, create_and_destroy, NULL);
  require_nothing_wrong("on eight threads with adapters of their own");
  end_adapter(shared);
}

static atomic_int destroyed, refused;

static void *destroy_shared(void *unused) {
  (void)unused;
  wfa_result result = load()->destroy(shared, 0);
  atomic_fetch_add(&destroyed, result == WFA_OK);
  atomic_fetch_add(&refused, result == WFA_ERR_STATE);
  return NULL;
}

static void destroy_one_adapter(void) {
  for (int i = 0; i < DESTROY_ROUNDS; i++) {
    atomic_store(&destroyed, 0);
    atomic_store(&refused, 0);
    shared = new_adapter();
    on_threads(THREADS, destroy_shared, NULL);
    REQUIRE(atomic_load(&destroyed) == 1 && atomic_load(&refused) == THREADS - 1,
            "of eight threads that destroyed one adapter %d got WFA_OK and %d WFA_ERR_STATE",
            atomic_load(&destroyed), atomic_load(&refused));
  }
}

/* Runs commands until the adapter is gone. */
static void *use_until_gone(void *unused) {
  (void)unused;
  wfa_result result = WFA_OK;
  while (result != WFA_ERR_STATE) {
    result = run(any_name, "[]");
    if (result != WFA_ERR_STATE && result != WFA_ERR_CANCELLED)
      note("a bad request", result, WFA_ERR_INVALID_REQUEST);
    if (atomic_load(&wrong) > 0) break;
  }
  atomic_fetch_add(&done, 1);
  return NULL;
}

static void destroy_beside_calls(void) {
  pthread_t threads[THREADS];
  begin();
  if (any_name == NULL) skip("the plugin has no commands");
  for (int i = 0; i < THREADS; i++) threads[i] = start_thread(0, use_until_gone, NULL);
  pause_ms(20);
  int most = patience_for(DESTROY_MS, THREADS);
  double before = now_ms();
  wfa_result result = load()->destroy(shared, 0);
  double took = now_ms() - before;
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  expect(result, WFA_OK, "destroy beside calls");
  REQUIRE(took <= most, "destroy beside calls took %.0f ms", took);
  require_nothing_wrong("while the adapter was destroyed");
}

static void *whole_life(void *unused) {
  (void)unused;
  wfa_adapter *adapter = NULL;
  note("create", load()->create(NULL, properties(), WFA_STRLEN, &adapter, NULL), WFA_OK);
  for (size_t i = 0; i < command_count(); i++) {
    char *request = request_for(command_at(i));
    struct answer answer = execute(adapter, command_at(i)->name, request);
    if (answer.result == WFA_ERR_INTERNAL) note(command_at(i)->name, answer.result, WFA_OK);
    give_back(&answer);
    free(request);
  }
  note("destroy", load()->destroy(adapter, 0), WFA_OK);
  return NULL;
}

static void small_stack(void) {
  begin();
  pthread_join(start_thread(SMALL_STACK, whole_life, NULL), NULL);
  require_nothing_wrong("on a thread with 128 KiB of stack");
  end_adapter(shared);
}

static void *use_once(void *unused) {
  (void)unused;
  note("an unknown command", run(NO_SUCH_NAME, "{}"), WFA_ERR_NOT_FOUND);
  return NULL;
}

static void end_before_destroy(void) {
  begin();
  for (int i = 0; i < THREADS; i++) pthread_join(start_thread(0, use_once, NULL), NULL);
  require_nothing_wrong("on threads that end");
  end_adapter(shared);
}

static const struct check checks[] = {
    {"threads-share-an-adapter", "eight threads run commands and register on one adapter",
     share_an_adapter},
    {"threads-update-beside-calls",
     "eight threads replace the properties of one adapter and use it", update_beside_calls},
    {"threads-submit-beside-each-other", "eight threads submit to one adapter, nothing is lost",
     submit_beside_each_other},
    {"threads-create-and-destroy", "eight threads create and destroy adapters of their own",
     create_beside_each_other},
    {"threads-destroy-one-adapter", "of eight threads that destroy one adapter, one does",
     destroy_one_adapter},
    {"threads-destroy-beside-calls",
     "destroy beside calls waits for no more than those calls, all end properly",
     destroy_beside_calls},
    {"threads-end-before-destroy", "threads that used an adapter may end before it does",
     end_before_destroy},
};
GROUP(threads, "threads");

static const struct check manners[] = {
    {"threads-small-stack", "128 KiB of stack are enough for everything", small_stack},
};
MANNERS(thread_manners);
