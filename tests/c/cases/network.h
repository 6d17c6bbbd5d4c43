/* The emulator as these programs use it, and servers of their own that never answer. */

#ifndef NETWORK_H
#define NETWORK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "case.h"

/* What the emulator is started with. */
#define TOKEN "EMULATOR-ACCESS-TOKEN-0123456789"
#define PHONE_NUMBER_ID "106540352242922"

#define TEXT "{\"phoneNumber\":\"+16505551234\",\"message\":\"hello\"}"

static inline int loopback_socket(const char *host, int port, struct sockaddr_in *address) {
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_port = htons((uint16_t)port);
  CHECK(inet_pton(AF_INET, host, &address->sin_addr) == 1);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(fd >= 0);
  return fd;
}

/* One HTTP request to the emulator. Answers the whole response; free it. */
static inline char *ask_emulator(const char *method, const char *path, const char *body) {
  char host[64];
  int port = 0;
  CHECK(sscanf(emulator_url, "http://%63[0-9.]:%d", host, &port) == 2);
  struct sockaddr_in address;
  int fd = loopback_socket(host, port, &address);
  CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
  char request[2048];
  int length = snprintf(request, sizeof request,
                        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
                        method, path, strlen(body), body);
  CHECK(length > 0 && (size_t)length < sizeof request);
  CHECK(send(fd, request, (size_t)length, MSG_NOSIGNAL) == length);
  size_t room = 1 << 16;
  size_t have = 0;
  char *answer = (char *)malloc(room);
  for (;;) {
    CHECK(answer);
    ssize_t got = recv(fd, answer + have, room - have - 1, 0);
    CHECK(got >= 0);
    if (got == 0) {
      break;
    }
    have += (size_t)got;
    if (room - have < 4096) {
      room *= 2;
      answer = (char *)realloc(answer, room);
    }
  }
  answer[have] = '\0';
  close(fd);
  CHECK(strncmp(answer, "HTTP/1.1 2", 10) == 0);
  return answer;
}

/* The next requests meet this fault: the emulator's own JSON. */
static inline void inject(const char *fault) { free(ask_emulator("POST", "/__faults", fault)); }

static inline void forget_requests(void) { free(ask_emulator("DELETE", "/__ledger", "")); }

/* How many messages the emulator has accepted since `forget_requests`. */
static inline int accepted_requests(void) {
  char *ledger = ask_emulator("GET", "/__ledger", "");
  int count = 0;
  for (const char *at = strstr(ledger, "\"accepted\":true"); at;
       at = strstr(at + 1, "\"accepted\":true")) {
    count++;
  }
  free(ledger);
  return count;
}

struct properties {
  char json[1024];
};

/* Properties that lead to `url`, for one attempt at once: what is tried again, and what has to wait, is
   not these cases' matter. `more` is appended to the object, and begins with a comma. */
static inline struct properties properties_for(const char *url, const char *more) {
  struct properties made;
  int length = snprintf(made.json, sizeof made.json,
                        "{\"authenticationToken\":\"" TOKEN
                        "\",\"apiVersion\":\"v26.0\","
                        "\"phoneNumberId\":\"" PHONE_NUMBER_ID
                        "\",\"baseUrl\":\"%s\","
                        "\"maxAttempts\":1,\"messagesPerSecond\":0%s}",
                        url, more);
  CHECK(length > 0 && (size_t)length < sizeof made.json);
  return made;
}

static inline wfa_adapter *create_for(const char *url) {
  struct properties properties = properties_for(url, "");
  wfa_adapter *adapter = NULL;
  CHECK_RESULT(WFA_OK, plugin()->create(NULL, properties.json, WFA_STRLEN, &adapter, NULL));
  CHECK(adapter);
  return adapter;
}

/* An adapter for the emulator. */
static inline wfa_adapter *online(void) { return create_for(emulator_url); }

/* Runs a command and gives the response back unread. */
static inline wfa_result execute(wfa_adapter *adapter, const char *name, const char *json) {
  wfa_buffer response;
  memset(&response, 0, sizeof response);
  wfa_result result =
      plugin()->execute_command(adapter, name, WFA_STRLEN, json, WFA_STRLEN, NULL, &response, NULL);
  release(&response);
  return result;
}

static inline wfa_result send_text(wfa_adapter *adapter) {
  return execute(adapter, "sendMessageText", TEXT);
}

static inline wfa_result submit_text(wfa_adapter *adapter, wfa_completion_callback completion,
                                     void *user_data) {
  return plugin()->submit_command(adapter, "sendMessageText", WFA_STRLEN, TEXT, WFA_STRLEN, NULL,
                                  completion, user_data, NULL, NULL);
}

/* A processWebhook request with one message of the id `id`. */
static inline const char *message_webhook(char *to, size_t size, const char *id) {
  int length = snprintf(
      to, size,
      "{\"whatsAppNotification\":\"{\\\"object\\\":\\\"whatsapp_business_account\\\",\\\"entry\\\":"
      "[{\\\"id\\\":\\\"1\\\",\\\"changes\\\":[{\\\"field\\\":\\\"messages\\\",\\\"value\\\":"
      "{\\\"metadata\\\":{\\\"phone_number_id\\\":\\\"2\\\"},\\\"messages\\\":[{\\\"id\\\":"
      "\\\"%s\\\",\\\"from\\\":\\\"4\\\",\\\"type\\\":\\\"text\\\"}]}}]}]}\"}",
      id);
  CHECK(length > 0 && (size_t)length < size);
  return to;
}

/* As `message_webhook`, with one status of the message `id`. */
static inline const char *status_webhook(char *to, size_t size, const char *id) {
  int length = snprintf(
      to, size,
      "{\"whatsAppNotification\":\"{\\\"object\\\":\\\"whatsapp_business_account\\\",\\\"entry\\\":"
      "[{\\\"id\\\":\\\"1\\\",\\\"changes\\\":[{\\\"field\\\":\\\"messages\\\",\\\"value\\\":"
      "{\\\"metadata\\\":{\\\"phone_number_id\\\":\\\"2\\\"},\\\"statuses\\\":[{\\\"id\\\":"
      "\\\"%s\\\",\\\"status\\\":\\\"sent\\\",\\\"recipient_id\\\":\\\"4\\\"}]}}]}]}\"}",
      id);
  CHECK(length > 0 && (size_t)length < size);
  return to;
}

/* Processes a notification with one message. */
static inline wfa_result process_message(wfa_adapter *adapter, const char *id) {
  char request[1024];
  return execute(adapter, "processWebhook", message_webhook(request, sizeof request, id));
}

/* A listener of this process. */
struct server {
  int listener;
  int port;
  char url[64];
};

static inline struct server listen_on_loopback(const char *scheme, int backlog) {
  struct server server;
  struct sockaddr_in address;
  server.listener = loopback_socket("127.0.0.1", 0, &address);
  CHECK(bind(server.listener, (struct sockaddr *)&address, sizeof address) == 0);
  CHECK(listen(server.listener, backlog) == 0);
  socklen_t length = sizeof address;
  CHECK(getsockname(server.listener, (struct sockaddr *)&address, &length) == 0);
  server.port = ntohs(address.sin_port);
  snprintf(server.url, sizeof server.url, "%s://127.0.0.1:%d", scheme, server.port);
  return server;
}

/* The next connection; it is not inherited by other programs. */
static inline int accept_one(const struct server *server) {
  int fd = -1;
  do {
    fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  CHECK(fd >= 0);
  return fd;
}

/* The next connection, its whole request read: head, empty line, and a body that ends in `}`. From
 * now on the client waits for an answer. */
static inline int accept_request(const struct server *server) {
  int fd = accept_one(server);
  char text[8192];
  size_t have = 0;
  while (have == 0 || text[have - 1] != '}') {
    CHECK(have < sizeof text - 1);
    ssize_t got = recv(fd, text + have, sizeof text - 1 - have, 0);
    CHECK(got > 0);
    have += (size_t)got;
  }
  return fd;
}

#endif /* NETWORK_H */
