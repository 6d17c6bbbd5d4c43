/* What the plugin does to the process it lives in, and what becomes of it when that process forks,
 * executes another program, or ends. */

#define _GNU_SOURCE

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "calls.h"
#include "files.h"
#include "together.h"

/* ---- F41 ---- */

struct state {
  struct sigaction actions[64];
  sigset_t mask;
  stack_t signal_stack;
  struct rlimit limits[16];
  char locale[256];
  char directory[1024];
  char environment[16384];
  char thread_name[32];
  mode_t creation_mask;
  int priority;
  int flags[3];
  int n_threads;
};

static void look(struct state *state) {
  memset(state, 0, sizeof *state);
  for (int i = 1; i < 64; i++) {
    sigaction(i, NULL, &state->actions[i]);
  }
  CHECK(pthread_sigmask(SIG_SETMASK, NULL, &state->mask) == 0);
  CHECK(sigaltstack(NULL, &state->signal_stack) == 0);
  for (int i = 0; i < 16; i++) {
    getrlimit((__rlimit_resource_t)i, &state->limits[i]);
  }
  snprintf(state->locale, sizeof state->locale, "%s", setlocale(LC_ALL, NULL));
  CHECK(getcwd(state->directory, sizeof state->directory));
  size_t length = 0;
  for (char **entry = environ; *entry && length < sizeof state->environment; entry++) {
    length += (size_t)snprintf(state->environment + length, sizeof state->environment - length,
                               "%s\n", *entry);
  }
  CHECK(prctl(PR_GET_NAME, state->thread_name) == 0);
  state->creation_mask = umask(0);
  umask(state->creation_mask);
  state->priority = getpriority(PRIO_PROCESS, 0);
  for (int i = 0; i < 3; i++) {
    state->flags[i] = fcntl(i, F_GETFL);
  }
  state->n_threads = entries_of("/proc/self/task");
}

static void unchanged_since(const struct state *before) {
  struct state now;
  look(&now);
  for (int i = 1; i < 64; i++) {
    CHECK(before->actions[i].sa_handler == now.actions[i].sa_handler);
    CHECK(before->actions[i].sa_flags == now.actions[i].sa_flags);
  }
  CHECK(memcmp(&before->mask, &now.mask, sizeof now.mask) == 0);
  CHECK(memcmp(&before->signal_stack, &now.signal_stack, sizeof now.signal_stack) == 0);
  CHECK(memcmp(before->limits, now.limits, sizeof now.limits) == 0);
  CHECK(strcmp(before->locale, now.locale) == 0);
  CHECK(strcmp(before->directory, now.directory) == 0);
  CHECK(strcmp(before->environment, now.environment) == 0);
  CHECK(strcmp(before->thread_name, now.thread_name) == 0);
  CHECK(before->creation_mask == now.creation_mask && before->priority == now.priority);
  CHECK(memcmp(before->flags, now.flags, sizeof now.flags) == 0);
  CHECK(threads_settled_at(before->n_threads) == before->n_threads);
}

static void process_state(void) {
  struct state before;
  setlocale(LC_ALL, "C.UTF-8");
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_IGN;
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR2);
  CHECK(pthread_sigmask(SIG_BLOCK, &some, NULL) == 0);
  look(&before);
  plugin();
  unchanged_since(&before);
  wfa_adapter *adapter = online();
  unchanged_since(&before);
  work_with(adapter, "F41");
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  unchanged_since(&before);
}

/* ---- F42 ---- */

struct asked {
  wfa_adapter *adapter;
  wfa_result result;
};

static void *ask(void *argument) {
  struct asked *asked = (struct asked *)argument;
  asked->result = send_text(asked->adapter);
  return NULL;
}

/* Every open descriptor would be closed by another program. The standard ones do not count. */
static void all_close_on_exec(void) {
  DIR *open = opendir("/proc/self/fd");
  CHECK(open);
  for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
    int fd = atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd > 2) {
      CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    }
  }
  closedir(open);
}

static void descriptors(void) {
  struct folder folder = new_folder();
  char more[512];
  snprintf(more, sizeof more, ",\"dedupJournal\":\"%s/journal\"", folder.path);
  struct server silent = listen_on_loopback("http", 8);
  struct properties properties = properties_for(silent.url, more);
  keep_descriptors_here();
  plugin();
  int before = entries_of("/proc/self/fd");
  for (int round = 0; round < 3; round++) {
    struct asked asked = {NULL, WFA_OK};
    pthread_t asking;
    CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &asked.adapter, NULL));
    listen_for(asked.adapter, NULL, accept_event, NULL, NULL);
    char id[64];
    snprintf(id, sizeof id, "F42-%d", round);
    CHECK_RESULT(WFA_OK, process_message(asked.adapter, id));
    start(&asking, ask, &asked);
    int fd = accept_request(&silent);
    all_close_on_exec();
    CHECK(entries_of("/proc/self/fd") > before);
    CHECK_RESULT(WFA_OK, plugin()->destroy(asked.adapter, 0));
    finish(asking);
    CHECK(asked.result == WFA_ERR_OUTCOME_UNKNOWN);
    close(fd);
    wfa_adapter *adapter = online();
    work_with(adapter, id);
    CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
    CHECK(entries_of("/proc/self/fd") == before);
  }
  remove_folder(&folder);
}

/* ---- F43 ---- */

static void work_in_silence(void *file) {
  CHECK(dup2(*(int *)file, STDOUT_FILENO) >= 0 && dup2(*(int *)file, STDERR_FILENO) >= 0);
  setenv("RUST_BACKTRACE", "1", 1);
  setenv("RUST_LOG", "trace", 1);
  wfa_adapter *adapter = online();
  work_with(adapter, "F43");
  every_call_answers(WFA_ERR_INVALID_ARGUMENT, NULL);
  inject(
      "[{\"fault\":\"garbage\"},{\"fault\":\"reset_after_body\"},"
      "{\"fault\":\"empty\",\"status\":500}]");
  for (int i = 0; i < 3; i++) {
    CHECK(send_text(adapter) != WFA_ERR_INTERNAL);
  }
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  every_call_answers(WFA_ERR_STATE, adapter);
}

/* The host has closed the standard three: its next files and connections have their numbers. */
static void work_without_standard_files(void *unused) {
  (void)unused;
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  close(STDERR_FILENO);
  wfa_adapter *adapter = online();
  work_with(adapter, "F43");
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static void silence(void) {
  FILE *file = tmpfile();
  struct stat written;
  CHECK(file);
  int fd = fileno(file);
  CHECK_CHILD(work_in_silence, &fd);
  CHECK(fstat(fd, &written) == 0 && written.st_size == 0);
  fclose(file);
  CHECK_CHILD(work_without_standard_files, NULL);
}

/* ---- F44 and F45 ---- */

/* What a forked child may do: nothing with its parent's adapters, everything with its own. */
static void live_in_child(void *parents) {
  wfa_adapter *inherited = (wfa_adapter *)parents;
  every_call_answers(WFA_ERR_STATE, inherited);
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(inherited, 0));
  CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(inherited, WFA_NO_WAIT));
  wfa_adapter *own = online();
  CHECK(own != inherited);
  work_with(own, "F44");
  CHECK_RESULT(WFA_OK, plugin()->destroy(own, 0));
}

struct generation {
  wfa_adapter *adapters[8];
  int number;
};

/* A child of a child of a child …: each has an adapter of its own, and none of its ancestors'. */
static void live_in_generation(void *parents) {
  struct generation generation = *(struct generation *)parents;
  wfa_adapter *own = online();
  work_with(own, "F44");
  for (int i = 0; i < generation.number; i++) {
    CHECK_RESULT(WFA_ERR_STATE, send_text(generation.adapters[i]));
    CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(generation.adapters[i], 0));
    CHECK(own != generation.adapters[i]);
  }
  generation.adapters[generation.number++] = own;
  if (generation.number < 8) {
    CHECK_CHILD(live_in_generation, &generation);
    CHECK_CHILD(live_in_child, own);
  }
  CHECK_RESULT(WFA_OK, send_text(own));
  CHECK_RESULT(WFA_OK, plugin()->destroy(own, 0));
}

struct busy {
  wfa_adapter *adapter;
  int number;
  volatile int *stop;
};

/* Takes every lock of the library again and again. */
static void *keep_busy(void *argument) {
  const struct busy *busy = (const struct busy *)argument;
  for (int i = 0; !*busy->stop; i++) {
    char id[64];
    snprintf(id, sizeof id, "F44-%d-%d", busy->number, i);
    uint64_t registration = 0;
    CHECK_RESULT(WFA_OK, plugin()->register_event_callback(busy->adapter, NULL, 0, accept_event,
                                                           NULL, NULL, &registration, NULL));
    CHECK_RESULT(WFA_OK, process_message(busy->adapter, id));
    CHECK_RESULT(WFA_OK, plugin()->unregister_event_callback(busy->adapter, registration, 0));
    wfa_adapter *another = online();
    CHECK_RESULT(WFA_OK, send_text(another));
    CHECK_RESULT(WFA_OK, plugin()->destroy(another, 0));
  }
  return NULL;
}

static void forked_children(void) {
  wfa_adapter *adapter = online();
  work_with(adapter, "F44-0");
  CHECK_CHILD(live_in_child, adapter);
  struct generation first = {{adapter}, 1};
  CHECK_CHILD(live_in_generation, &first);
  /* The fork catches other threads in the middle of everything; a tool's own memory functions would
   * not survive that. */
  pthread_t threads[4];
  struct busy busy[4];
  volatile int stop = 0;
  for (int i = 0; i < 4 && !under_tool; i++) {
    struct busy one = {adapter, i, &stop};
    busy[i] = one;
    start(&threads[i], keep_busy, &busy[i]);
  }
  for (int i = 0; i < 50 && !under_tool; i++) {
    CHECK_CHILD(live_in_child, adapter);
  }
  stop = 1;
  for (int i = 0; i < 4 && !under_tool; i++) {
    finish(threads[i]);
  }
  /* The parent has not noticed. */
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

struct forking {
  wfa_adapter *adapter;
  pid_t child;
  int calls;
};

static int32_t fork_inside(void *user_data, const char *event, size_t event_len, const char *json,
                           size_t json_len) {
  struct forking *forking = (struct forking *)user_data;
  (void)event, (void)event_len, (void)json, (void)json_len;
  if (forking->calls++ == 0) {
    fflush(NULL);
    forking->child = fork();
    CHECK(forking->child >= 0);
    if (forking->child == 0) {
      every_call_answers(WFA_ERR_STATE, forking->adapter);
      wfa_adapter *own = online();
      CHECK_RESULT(WFA_OK, send_text(own));
      CHECK_RESULT(WFA_ERR_STATE, plugin()->destroy(own, 0)); /* still inside a callback */
    }
  }
  return WFA_EVENT_ACCEPTED;
}

static void fork_in_callback(void) {
  struct forking forking = {online(), -1, 0};
  listen_for(forking.adapter, NULL, fork_inside, &forking, NULL);
  /* Returns twice: the child goes on with a call that its parent began. */
  CHECK_RESULT(WFA_OK, process_message(forking.adapter, "F45"));
  if (forking.child == 0) {
    live_in_child(forking.adapter);
    _exit(0);
  }
  int status = wait_for(forking.child, case_limit_s() / 2);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK_RESULT(WFA_OK, process_message(forking.adapter, "F45-again"));
  CHECK(forking.calls == 2);
  CHECK_RESULT(WFA_OK, plugin()->destroy(forking.adapter, 0));
}

static const struct numbered_case CASES[] = {
    {"F41",
     "loading and working change no signal, limit, locale, folder, environment or thread name",
     process_state},
    {"F42", "every descriptor is closed by another program, and none is left after destroy",
     descriptors},
    {"F43", "nothing is written to standard output or standard error", silence},
    {"F44", "a forked child cannot use its parent's adapters, and makes its own", forked_children},
    {"F45", "a callback may fork: in the child its call ends, and new adapters work",
     fork_in_callback},
};

MAIN(CASES)
