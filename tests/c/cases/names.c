/* Names and their addresses: look-ups that hang, and addresses that are dead. The C library's look-up
 * and its connect are this program's own, which the dynamic linker prefers to the library's for every
 * object: link with -rdynamic. */

#define _GNU_SOURCE

#include <dirent.h>
#include <netdb.h>
#include <sys/syscall.h>

#include "calls.h"
#include "together.h"

/* ---- Functions in the place of the C library's ---- */

/* The addresses that every name has. */
static const char *name_addresses[2];
/* While it is set, a look-up does not end; each one that begins and ends is told. */
static int look_ups_hang;
static int look_ups_begun;
static sem_t go_on;
/* What was connected to, in order. */
static struct {
  int family;
  int64_t at_ms;
} tried[16];
static int n_tried;

void freeaddrinfo(struct addrinfo *first) {
  while (first) {
    struct addrinfo *next = first->ai_next;
    free(first->ai_addr);
    free(first);
    first = next;
  }
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
  struct addrinfo *first = NULL;
  (void)name, (void)service, (void)hints;
  __sync_fetch_and_add(&look_ups_begun, 1);
  if (__sync_add_and_fetch(&look_ups_hang, 0)) {
    await(&go_on);
  }
  for (int i = 1; i >= 0; i--) {
    const char *text = name_addresses[i];
    if (!text) {
      continue;
    }
    int family = strchr(text, ':') ? AF_INET6 : AF_INET;
    struct addrinfo *one = (struct addrinfo *)calloc(1, sizeof *one);
    struct sockaddr_in6 *address = (struct sockaddr_in6 *)calloc(1, sizeof *address);
    CHECK(one && address);
    address->sin6_family = (sa_family_t)family;
    void *to = family == AF_INET6 ? (void *)&address->sin6_addr
                                  : (void *)&((struct sockaddr_in *)address)->sin_addr;
    CHECK(inet_pton(family, text, to) == 1);
    one->ai_family = family;
    one->ai_socktype = SOCK_STREAM;
    one->ai_addr = (struct sockaddr *)address;
    one->ai_addrlen =
        (socklen_t)(family == AF_INET6 ? sizeof *address : sizeof(struct sockaddr_in));
    one->ai_next = first;
    first = one;
  }
  *found = first;
  return 0;
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length) {
  const struct sockaddr *to = address.__sockaddr__;
  if (n_tried < 16) {
    tried[n_tried].family = to->sa_family;
    tried[n_tried].at_ms = now_ms();
    n_tried++;
  }
  return (int)syscall(SYS_connect, fd, to, length);
}

/* ---- What the cases share ---- */

static int port_of(const char *url) { return atoi(strrchr(url, ':') + 1); }

/* An adapter that must look a name up to come to the server at `url`. */
static wfa_adapter *by_name(const char *url, const char *more) {
  char named[64];
  char all[256];
  int is_tls = strncmp(url, "https", 5) == 0;
  snprintf(named, sizeof named, "%s://localhost:%d", is_tls ? "https" : "http", port_of(url));
  snprintf(all, sizeof all, "%s%s%s%s", more, is_tls ? ",\"caFile\":\"" : "",
           is_tls ? tls_ca_file : "", is_tls ? "\"" : "");
  struct properties properties = properties_for(named, all);
  wfa_adapter *adapter = NULL;
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &adapter, NULL));
  return adapter;
}

/* A time that runs out while the command waits, and not before: a memory checker needs longer. */
static const char *short_time(void) {
  return under_tool ? ",\"timeoutMs\":5000" : ",\"timeoutMs\":1000";
}

/* The command ends with this result, and its response has all of `words`. */
static void ends_with(wfa_adapter *adapter, wfa_result result, const char *const *words) {
  wfa_buffer response;
  CHECK_RESULT(result, plugin()->execute_command(adapter, "sendMessageText", WFA_STRLEN, TEXT,
                                                 WFA_STRLEN, NULL, &response, NULL));
  for (; *words; words++) {
    if (!strstr(response.ptr, *words)) {
      fprintf(stderr, "no %s in %s\n", *words, response.ptr);
      CHECK(!"the response has all words");
    }
  }
  release(&response);
}

static const char *const ACCEPTED[] = {"\"outcome\":\"accepted\"", "\"attempts\":1", NULL};

/* How many threads of this process have this name. */
static int threads_named(const char *name) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  CHECK(tasks);
  for (struct dirent *task = readdir(tasks); task; task = readdir(tasks)) {
    char path[300];
    char comm[32] = "";
    snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
    FILE *file = fopen(path, "re");
    if (file) {
      count += fgets(comm, sizeof comm, file) && strncmp(comm, name, strlen(name)) == 0;
      fclose(file);
    }
  }
  closedir(tasks);
  return count;
}

/* ---- F65 ---- */

static void shared_look_up(void) {
  sem_t done;
  new_point(&done);
  new_point(&go_on);
  name_addresses[0] = "127.0.0.1";
  look_ups_hang = 1;
  forget_requests();
  wfa_adapter *adapter = by_name(emulator_url, "");
  for (int i = 0; i < 8; i++) {
    CHECK_RESULT(WFA_OK, submit_text(adapter, end_wait, &done));
  }
  /* None of them goes on without an address. */
  while (threads_named("wfa-worker") < 8 || threads_named("wfa-resolve") < 1) {
    pause_ms(1);
  }
  __sync_fetch_and_and(&look_ups_hang, 0);
  for (int i = 0; i < 8; i++) {
    reach(&go_on);
  }
  for (int i = 0; i < 8; i++) {
    await(&done);
  }
  CHECK(look_ups_begun == 1);
  CHECK(accepted_requests() == 8);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
}

/* ---- F66 ---- */

static void hear_result(void *user_data, uint64_t operation, wfa_result result,
                        const char *response, size_t len, const wfa_error *error) {
  (void)operation, (void)len, (void)error;
  CHECK(strstr(response, "\"outcome\":\"not_sent\""));
  *(wfa_result *)user_data = result;
}

static void hanging_look_up(void) {
  static const char *const LATE[] = {"\"outcome\":\"not_sent\"", "\"phase\":\"resolve\"",
                                     "\"reason\":\"timeout\"", NULL};
  wfa_result result = WFA_OK;
  new_point(&go_on);
  name_addresses[0] = "127.0.0.1";
  look_ups_hang = 1;
  forget_requests();
  void *library = open_library(plugin_path, RTLD_NOW | RTLD_LOCAL);
  wfa_adapter *adapter = by_name(emulator_url, short_time());
  ends_with(adapter, WFA_ERR_TIMEOUT, LATE);
  ends_with(adapter, WFA_ERR_TIMEOUT, LATE);
  CHECK(look_ups_begun == 1);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));

  adapter = by_name(emulator_url, ",\"timeoutMs\":90000");
  CHECK_RESULT(WFA_OK, submit_text(adapter, hear_result, &result));
  while (__sync_add_and_fetch(&look_ups_begun, 0) < 2) {
    pause_ms(1);
  }
  int64_t begun = now_ms();
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  note("destroy beside a look-up that hangs took %d ms", (int)(now_ms() - begun));
  CHECK_RESULT(WFA_ERR_CANCELLED, result);
  CHECK(accepted_requests() == 0);

  /* The adapter is gone and the library closed as often as it was opened; the look-ups come back. */
  CHECK(threads_named("wfa-resolve") == 2 && threads_named("wfa-worker") == 0);
  CHECK(dlclose(library) == 0);
  CHECK(dlclose(library) == 0); /* the one that `plugin` holds */
  reach(&go_on);
  reach(&go_on);
  while (threads_named("wfa-resolve") > 0) {
    pause_ms(1);
  }
}

/* ---- F67 ---- */

/* A socket on ::1 at the port of the emulator at `url`; with a full queue it never answers, else it
 * refuses. */
static int dead_address(const char *url, int full, int *filler) {
  struct sockaddr_in6 address;
  memset(&address, 0, sizeof address);
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons((uint16_t)port_of(url));
  int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
  if (full) {
    CHECK(listen(fd, 0) == 0);
    *filler = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(*filler, (struct sockaddr *)&address, sizeof address) == 0);
  }
  return fd;
}

static void past_dead_address(const char *url, int full) {
  int filler = -1;
  int dead = dead_address(url, full, &filler);
  name_addresses[0] = "::1";
  name_addresses[1] = "127.0.0.1";
  wfa_adapter *adapter = by_name(url, ",\"keepAliveMs\":60000");
  n_tried = 0;
  ends_with(adapter, WFA_OK, ACCEPTED);
  CHECK(n_tried == 2);
  CHECK(tried[0].family == AF_INET6 && tried[1].family == AF_INET);
  int64_t lead = tried[1].at_ms - tried[0].at_ms;
  note("the second address came %d ms after the first, which %s", (int)lead,
       full ? "did not answer" : "refused");
  CHECK(!full || lead >= 250);
  /* The connection that stands is used again. */
  ends_with(adapter, WFA_OK, ACCEPTED);
  CHECK(n_tried == 2);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  close(dead);
  close(filler);
}

static void dead_addresses(void) {
  static const char *const REFUSED[] = {"\"outcome\":\"not_sent\"", "\"phase\":\"connect\"",
                                        "\"reason\":\"refused\"", NULL};
  static const char *const LATE[] = {"\"outcome\":\"not_sent\"", "\"phase\":\"connect\"",
                                     "\"reason\":\"timeout\"", NULL};
  forget_requests();
  past_dead_address(emulator_url, 0);
  past_dead_address(emulator_url, 1);
  CHECK(accepted_requests() == 4);
  past_dead_address(tls_url, 0);
  past_dead_address(tls_url, 1);

  /* Both dead. */
  struct server nobody = listen_on_loopback("http", 0);
  close(nobody.listener);
  name_addresses[0] = "::1";
  name_addresses[1] = "127.0.0.1";
  wfa_adapter *adapter = by_name(nobody.url, "");
  ends_with(adapter, WFA_ERR_UNAVAILABLE, REFUSED);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  int filler = -1;
  int dead = dead_address(nobody.url, 1, &filler);
  adapter = by_name(nobody.url, short_time());
  ends_with(adapter, WFA_ERR_TIMEOUT, LATE);
  CHECK_RESULT(WFA_OK, plugin()->destroy(adapter, 0));
  close(dead);
  close(filler);
}

static const struct numbered_case CASES[] = {
    {"F65", "a name is looked up once, however many calls wait for it", shared_look_up},
    {"F66", "a look-up that hangs holds up neither deadline nor destroy, and ends after dlclose",
     hanging_look_up},
    {"F67", "an address that is dead costs a moment where the name has another one",
     dead_addresses},
};

MAIN(CASES)
