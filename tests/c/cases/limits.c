/* Life with little: few descriptors, no new threads, no name look-up. Each in a child process,
 * whose limits do not touch this one. */

#define _GNU_SOURCE

#include <grp.h>
#include <sys/resource.h>

#include "calls.h"
#include "files.h"
#include "together.h"

static void limit(__rlimit_resource_t resource, rlim_t value) {
  struct rlimit limits;
  CHECK(getrlimit(resource, &limits) == 0);
  limits.rlim_cur = value;
  CHECK(setrlimit(resource, &limits) == 0);
}

/* An adapter that has to look a name up. */
static wfa_adapter *by_name(void) {
  char url[64];
  const char *port = strrchr(emulator_url, ':');
  snprintf(url, sizeof url, "http://localhost%s", port);
  return create_for(url);
}

/* The command ends with a response that says: not sent, try again later. */
static void is_not_sent(wfa_adapter *adapter) {
  wfa_buffer response;
  wfa_error error = new_error();
  CHECK_RESULT(WFA_ERR_UNAVAILABLE,
               plugin()->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                         NULL, &response, &error));
  CHECK(strstr(response.ptr, "\"outcome\":\"not_sent\""));
  CHECK(error.flags == WFA_ERROR_RETRYABLE);
  release(&response);
  release(&error.message);
}

/* ---- F54 ---- */

static void live_with_20_descriptors(void *unused) {
  int taken[20];
  int n_taken = 0;
  struct folder folder = new_folder();
  char more[128];
  (void)unused;
  wfa_adapter *adapter = online();
  wfa_adapter *named = by_name();
  limit(RLIMIT_NOFILE, 20);
  while (n_taken < 20 && (taken[n_taken] = dup(STDOUT_FILENO)) >= 0) {
    n_taken++;
  }
  CHECK(errno == EMFILE);
  is_not_sent(adapter);
  is_not_sent(named);
  /* Without a descriptor of its own it needs none. */
  wfa_adapter *another = online();
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, process_message(another, "F54"));
  CHECK_RESULT(WFA_OK, plugin()->destroy(another, 0));
  wfa_adapter *none = NULL;
  snprintf(more, sizeof more, ",\"dedupJournal\":\"%s/journal\"", folder.path);
  struct properties properties = properties_for(emulator_url, more);
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
               plugin()->create(NULL, properties.json, WFA_STRLEN, &none, NULL));
  /* As soon as there is one again it goes on. */
  while (n_taken > 0) {
    close(taken[--n_taken]);
  }
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_OK, send_text(named));
  CHECK_RESULT(WFA_OK, plugin()->destroy(named, 0));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  remove_folder(&folder);
}

static void few_descriptors(void) {
  forget_requests();
  CHECK_CHILD(live_with_20_descriptors, NULL);
  CHECK(accepted_requests() == 2);
}

/* ---- F56 ---- */

static void *nothing(void *unused) { return unused; }

static void live_without_new_threads(void *unused) {
  pthread_t thread;
  (void)unused;
  wfa_adapter *adapter = online();
  wfa_adapter *named = by_name();
  /* The limit counts processes of one user, and does not count for the superuser. */
  if (geteuid() == 0) {
    CHECK(setgroups(0, NULL) == 0 && setgid(54321) == 0 && setuid(54321) == 0);
  }
  limit(RLIMIT_NPROC, 0);
  CHECK(pthread_create(&thread, NULL, nothing, NULL) == EAGAIN);
  is_not_sent(named);
  wfa_error error = new_error();
  uint64_t operation = 77;
  CHECK_RESULT(WFA_ERR_BUSY,
               plugin()->submit_command(named, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN,
                                        NULL, ignore_completion, NULL, &operation, &error));
  CHECK(error.flags == WFA_ERROR_RETRYABLE && error.retry_after_ms > 0);
  release(&error.message);
  /* What needs no thread of its own works. */
  CHECK_RESULT(WFA_OK, send_text(adapter));
  CHECK_RESULT(WFA_ERR_EVENT_NOT_ACCEPTED, process_message(adapter, "F56"));
  CHECK_RESULT(WFA_OK, plugin()->destroy(named, 0));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static void no_new_threads(void) {
  forget_requests();
  CHECK_CHILD(live_without_new_threads, NULL);
  CHECK(accepted_requests() == 1);
}

/* ---- F59 ---- */

static void live_in_an_empty_root(void *folder) {
  wfa_adapter *adapter = online();
  wfa_adapter *elsewhere = create_for("https://graph.facebook.invalid");
  wfa_adapter *secure = tls_url ? create_for(tls_url) : NULL;
  CHECK(chroot((const char *)folder) == 0 && chdir("/") == 0);
  CHECK(access("/etc/resolv.conf", F_OK) != 0);
  is_not_sent(elsewhere);
  /* An address needs no look-up, and distrust in a certificate no file. */
  CHECK_RESULT(WFA_OK, send_text(adapter));
  if (secure) {
    CHECK_RESULT(WFA_ERR_UNAVAILABLE, send_text(secure));
    CHECK_RESULT(WFA_OK, plugin()->destroy(secure, 0));
  }
  CHECK_RESULT(WFA_OK, plugin()->destroy(elsewhere, 0));
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

static void no_resolver_configuration(void) {
  if (geteuid() != 0) {
    note("only the superuser may change the root: nothing was tried");
    return;
  }
  struct folder folder = new_folder();
  CHECK_CHILD(live_in_an_empty_root, folder.path);
  remove_folder(&folder);
}

static const struct numbered_case CASES[] = {
    {"F54", "without a free descriptor a command is not sent, and works again once there is one",
     few_descriptors},
    {"F56", "where no thread can be started, a look-up fails and a submit is refused, both for now",
     no_new_threads},
    {"F59", "without any file of the system a name cannot be found, and an address works",
     no_resolver_configuration},
};

MAIN(CASES)
