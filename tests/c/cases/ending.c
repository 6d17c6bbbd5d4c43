/* The end of a process: it becomes another program, or stops, while the plugin is at work. */

#define _GNU_SOURCE

#include "calls.h"
#include "files.h"
#include "together.h"

struct asked {
  wfa_adapter *adapter;
  wfa_result result;
};

static void *ask(void *argument) {
  struct asked *asked = (struct asked *)argument;
  asked->result = send_text(asked->adapter);
  return NULL;
}

/* An adapter with calls in flight: on threads of the host and on threads of the plugin. */
static wfa_adapter *in_flight(void) {
  static struct asked asked[4];
  struct server silent = listen_on_loopback("http", 16);
  wfa_adapter *adapter = create_for(silent.url);
  for (int i = 0; i < 4; i++) {
    pthread_t asking;
    asked[i].adapter = adapter;
    start(&asking, ask, &asked[i]);
    CHECK(pthread_detach(asking) == 0);
    CHECK_RESULT(WFA_OK, submit_text(adapter, ignore_completion, NULL));
  }
  for (int i = 0; i < 8; i++) {
    accept_request(&silent);
  }
  return adapter;
}

/* Becomes a program that lists its descriptors: the standard three, and the one it lists with. */
static void become_another(void *file) {
  keep_descriptors_here();
  in_flight();
  CHECK(dup2(*(int *)file, STDOUT_FILENO) == STDOUT_FILENO);
  execl("/bin/ls", "ls", "/proc/self/fd", (char *)NULL);
  _exit(1);
}

static void exec_in_flight(void) {
  FILE *file = tmpfile();
  CHECK(file);
  int fd = fileno(file);
  CHECK_CHILD(become_another, &fd);
  char line[64];
  int count = 0;
  rewind(file);
  while (fgets(line, sizeof line, file)) {
    CHECK(atoi(line) == count);
    count++;
  }
  CHECK(count == 4);
  fclose(file);
}

static void exit_in_flight(void *unused) {
  (void)unused;
  in_flight();
  exit(0);
}

static void end_at_once_in_flight(void *unused) {
  (void)unused;
  in_flight();
  _exit(0);
}

static void end_one_thread_in_flight(void *unused) {
  (void)unused;
  wfa_adapter *adapter = in_flight();
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  /* The process ends with its last thread, and none of the plugin's is left. */
  pthread_exit(NULL);
}

static void exits_in_flight(void) {
  CHECK_CHILD(exit_in_flight, NULL);
  CHECK_CHILD(end_at_once_in_flight, NULL);
  if (!under_tool) { /* what is only known to a stack that has ended counts as lost */
    CHECK_CHILD(end_one_thread_in_flight, NULL);
  }
}

static wfa_adapter *at_exit_adapter;
static wfa_adapter *early_adapter;

static void registered_before_loading(void) {
  CHECK(!at_exit_adapter); /* handlers run in reverse */
  CHECK_RESULT(WFA_OK, send_text(early_adapter));
  CHECK_RESULT(WFA_OK, plugin()->destroy(early_adapter, 0));
  wfa_adapter *late = online();
  work_with(late, "F49-late");
  CHECK_RESULT(WFA_OK, plugin()->destroy(late, 0));
  _exit(42);
}

static void registered_after_loading(void) {
  work_with(at_exit_adapter, "F49");
  CHECK_RESULT(WFA_OK, plugin()->destroy(at_exit_adapter, 0));
  at_exit_adapter = NULL;
}

static void leave_to_exit(void *unused) {
  (void)unused;
  CHECK(atexit(registered_before_loading) == 0);
  early_adapter = online();
  at_exit_adapter = in_flight();
  struct properties properties = properties_for(emulator_url, "");
  CHECK_RESULT(WFA_OK,
               plugin()->update_properties(at_exit_adapter, properties.json, WFA_STRLEN, NULL));
  CHECK_RESULT(WFA_OK, send_text(early_adapter));
  CHECK(atexit(registered_after_loading) == 0);
  exit(0);
}

static void exit_handlers(void) {
  int status = in_child(leave_to_exit, NULL);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

static const struct numbered_case CASES[] = {
    {"F46", "another program can be executed while commands run, and inherits nothing",
     exec_in_flight},
    {"F47", "the process can end, in every way, while commands run", exits_in_flight},
    {"F49", "exit handlers registered before or after loading may work and destroy", exit_handlers},
};

MAIN(CASES)
