/* destroy.c: the end of an adapter, and handles that are not one. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "check.h"
#include "every_call.h"
#include "blocked_callback.h"
#include "plugin.h"
#include "probe.h"
#include "event_recorder.h"

enum { HANDLES = 200, OTHERS = 5, AT_ONCE_MS = 1000, DROP_MS = 2000 };

static wfa_adapter *handle_of(uintptr_t bits) {
  wfa_adapter *handle;
  memcpy(&handle, &bits, sizeof handle);
  return handle;
}

static void never_given_out(void) {
  wfa_adapter *adapter = new_adapter();
  char on_stack[64] = {0};
  uintptr_t real = (uintptr_t)adapter;
  const uintptr_t handles[] = {0,
                               1,
                               8,
                               0xdeadbeef,
                               UINTPTR_MAX,
                               (uintptr_t)on_stack,
                               (uintptr_t)load(),
                               real + 1000000,
                               real ^ ((uintptr_t)1 << (8 * sizeof real - 2))};
  for (size_t i = 0; i < sizeof handles / sizeof *handles; i++)
    every_call(load(), handle_of(handles[i]), WFA_ERR_INVALID_ARGUMENT,
               "a handle that was never given out");
  end_adapter(adapter);
}

static void destroyed(void) {
  wfa_adapter *adapter = new_adapter(), *other = new_adapter();
  end_adapter(adapter);
  every_call(load(), adapter, WFA_ERR_STATE, "a destroyed adapter");
  end_adapter(other);
}

static void twice(void) {
  wfa_adapter *adapter = new_adapter();
  end_adapter(adapter);
  for (int i = 0; i < 3; i++)
    expect(load()->destroy(adapter, 0), WFA_ERR_STATE, "a second destroy");
}

static void never_reused(void) {
  static wfa_adapter *handles[HANDLES];
  for (int i = 0; i < HANDLES; i++) {
    handles[i] = new_adapter();
    end_adapter(handles[i]);
    for (int k = 0; k < i; k++)
      REQUIRE(handles[i] != handles[k], "adapter %d got the handle of adapter %d", i + 1, k + 1);
  }
  wfa_adapter *alive = new_adapter();
  for (int i = 0; i < HANDLES; i++)
    expect(load()->destroy(handles[i], 0), WFA_ERR_STATE, "destroy(an old handle)");
  end_adapter(alive);
}

/* Both copies gave handles out: numbers of one must not mean anything to the other. */
static void of_another_copy(void) {
  load();
  const wfa_api *copy = entry_of(load_copy(RTLD_NOW | RTLD_LOCAL))(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  wfa_adapter *others[OTHERS];
  REQUIRE(copy != NULL, "a copy of the library gave no table");
  for (int i = 0; i < OTHERS; i++)
    expect(copy->create(NULL, properties(), WFA_STRLEN, &others[i], NULL), WFA_OK,
           "create in another copy of the library");
  wfa_adapter *adapter = new_adapter();
  every_call(copy, adapter, WFA_ERR_INVALID_ARGUMENT, "an adapter of another copy of the library");
  end_adapter(adapter);
  every_call(copy, adapter, WFA_ERR_INVALID_ARGUMENT, "a destroyed one of another copy");
  for (int i = 0; i < OTHERS; i++)
    expect(copy->destroy(others[i], 0), WFA_OK, "destroy in another copy of the library");
}

static atomic_int destroy_returned;

static void *destroy_held(void *argument) {
  struct blocked_callback *blocked = argument;
  load()->destroy(blocked->adapter, 0);
  atomic_fetch_add(&destroy_returned, 1);
  return NULL;
}

static void waits_for_callback(void) {
  struct blocked_callback *blocked = block_callback();
  atomic_store(&destroy_returned, 0);
  pthread_t side = start_thread(0, destroy_held, blocked);
  bool early = reaches(&destroy_returned, 1, 100);
  unblock_callback(blocked);
  pthread_join(side, NULL);
  REQUIRE(!early, "destroy returned while a callback was running");
  REQUIRE(atomic_load(&blocked->recorder.drops) == 1, "when destroy had returned, drops were %d",
          atomic_load(&blocked->recorder.drops));
  REQUIRE(atomic_load(&blocked->recorder.drops_while_running) == 0,
          "user_data was given back while the callback was running");
}

static void without_waiting(void) {
  struct blocked_callback *blocked = block_callback();
  double before = now_ms();
  wfa_result result = load()->destroy(blocked->adapter, WFA_NO_WAIT);
  double took = now_ms() - before;
  int drops = atomic_load(&blocked->recorder.drops);
  wfa_result after =
      load()->unregister_event_callback(blocked->adapter, blocked->recorder.registration, 0);
  unblock_callback(blocked);
  expect(result, WFA_OK, "destroy(WFA_NO_WAIT)");
  REQUIRE(took < AT_ONCE_MS, "destroy(WFA_NO_WAIT) took %.0f ms", took);
  REQUIRE(drops == 0, "user_data was given back while the callback was running");
  expect(after, WFA_ERR_STATE, "unregister_event_callback after destroy(WFA_NO_WAIT)");
  REQUIRE(reaches(&blocked->recorder.drops, 1, DROP_MS), "user_data was not given back");
}

static const struct check checks[] = {
    {"handle-never-given-out", "a handle that is none is INVALID_ARGUMENT and is not followed",
     never_given_out},
    {"handle-destroyed", "every call on a destroyed adapter is STATE", destroyed},
    {"handles-are-never-reused", "a handle stands for one adapter, also when that is gone",
     never_reused},
    {"destroy-twice", "a second destroy is STATE", twice},
    {"destroy-waits-for-callback",
     "destroy returns when no callback runs, all user_data given back", waits_for_callback},
    {"destroy-without-waiting", "with WFA_NO_WAIT it returns at once, user_data goes back later",
     without_waiting},
};
GROUP(destruction, "handles and destroy");

static const struct check manners[] = {
    {"handle-of-another-copy", "a handle of another copy of the library is INVALID_ARGUMENT",
     of_another_copy},
};
MANNERS(handle_manners);
