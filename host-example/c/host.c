/* host.c: a workflow host in C99, whole in one file. It plays the scenario of ../README.md.
 *
 *   cc -std=c99 -Iinclude host-example/c/host.c -ldl -o host
 *   ./host <plugin-directory> <properties.json>      one webhook body a line on standard input
 *
 * What happened goes to standard output, trouble to standard error; the exit code is 1 if the
 * scenario could not be played. SPDX-License-Identifier: MIT OR Apache-2.0
 */
#define _XOPEN_SOURCE 700 /* POSIX.1-2008 and realpath */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "workflow_adapter.h"

#define ADAPTER_TYPE "whatsapp" /* the plugin whose commands the scenario runs */
#define INSTANCE_NAME "demo"

struct host {
  const wfa_api *api;
  wfa_adapter *adapter;
  char customer[256]; /* who wrote last; the trigger of the workflow `reply` */
};

static void fail(const char *what, const char *why) {
  fprintf(stderr, "host: %s: %s\n", what, why == NULL ? "no reason given" : why);
  exit(EXIT_FAILURE);
}

static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL) fail("out of memory", "malloc");
  return memory;
}

/* ---- Loading plugins ---- */

/* The function table of the plugin in `path`; NULL, with a word on standard error, if it is none.
 * A plugin is never dlclosed: its tables are valid as long as the process lives. */
static const wfa_api *load_plugin(const char *path) {
  wfa_entry_fn entry = NULL;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  void *symbol = library == NULL ? NULL : dlsym(library, "wfa_entry");
  if (symbol == NULL) {
    fprintf(stderr, "host: skipped what is no plugin: %s\n", dlerror()); /* names the file */
    return NULL;
  }
  memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast from void * to a function */
  const wfa_api *api = entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);
  if (api == NULL || api->abi_major != WFA_ABI_MAJOR) {
    fprintf(stderr, "host: skipped %s: it does not speak version %d of the contract\n", path,
            WFA_ABI_MAJOR);
    return NULL;
  }
  /* This host uses what every plugin of the major version has. A member that was added later must
   * lie within api->struct_size, because a plugin may be older than its host. */
  return api;
}

static void print_property(const wfa_field *property) {
  printf("property %s: %s", property->name, property->type);
  if (property->flags & WFA_FIELD_REQUIRED) printf(", required");
  if (property->flags & WFA_FIELD_SECRET) printf(", secret");
  if (property->min_length != WFA_UNSET && property->max_length != WFA_UNSET)
    printf(", length %" PRId64 "..%" PRId64, property->min_length, property->max_length);
  printf("\n");
}

static void print_names(const wfa_field *const *fields, size_t count) {
  for (size_t i = 0; i < count; i++) printf("%s%s", i == 0 ? "" : ", ", fields[i]->name);
}

static void describe(const wfa_api *api) {
  const wfa_descriptor *d = api->descriptor;
  printf("plugin %s %s: %s, specification %s, contract %d.%d\n", d->id, d->version, d->display,
         d->spec_version, api->abi_major, api->abi_minor);
  for (size_t i = 0; i < d->n_properties; i++) print_property(d->properties[i]);
  for (size_t i = 0; i < d->n_commands; i++) {
    const wfa_command *command = d->commands[i];
    printf("command %s(", command->name);
    print_names(command->request, command->n_request);
    printf(") -> ");
    print_names(command->response, command->n_response);
    printf("\n");
  }
  for (size_t i = 0; i < d->n_events; i++)
    printf("event %s: %zu members\n", d->events[i]->name, d->events[i]->n_fields);
}

static int is_library(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 3 && strcmp(entry->d_name + length - 3, ".so") == 0;
}

/* Loads and describes one file of the plugin directory; NULL if it is no plugin. */
static const wfa_api *load_file(const char *directory, const char *name) {
  size_t size = strlen(directory) + strlen(name) + 2;
  char *path = allocate(size);
  struct stat file;
  snprintf(path, size, "%s/%s", directory, name);
  const wfa_api *api = NULL;
  if (stat(path, &file) == 0 && S_ISREG(file.st_mode)) api = load_plugin(path);
  if (api != NULL) describe(api);
  free(path);
  return api;
}

/* Loads every plugin of the directory, in name order and by absolute path, so that no search path
 * plays a part. A broken one does not stop the others. Answers the plugin of ADAPTER_TYPE. */
static const wfa_api *load_directory(const char *directory) {
  struct dirent **entries = NULL;
  const wfa_api *wanted = NULL;
  char *absolute = realpath(directory, NULL);
  int count = absolute == NULL ? -1 : scandir(absolute, &entries, is_library, alphasort);
  if (count < 0) fail(directory, strerror(errno));
  for (int i = 0; i < count; i++) {
    const wfa_api *api = load_file(absolute, entries[i]->d_name);
    if (api != NULL && wanted == NULL && strcmp(api->descriptor->id, ADAPTER_TYPE) == 0)
      wanted = api;
    free(entries[i]);
  }
  free(entries);
  free(absolute);
  if (wanted == NULL) fail(directory, "no plugin in it is of the adapter type " ADAPTER_TYPE);
  return wanted;
}

/* ---- Calling the adapter ---- */

static void release(wfa_buffer *buffer) {
  if (buffer->release != NULL) buffer->release(buffer);
}

/* The plugin's log records; only warnings and errors are asked for. May be called on any thread. */
static void on_log(void *user_data, int32_t level, const char *target, const char *message,
                   size_t length, const char *fields, size_t fields_length) {
  (void)user_data;
  fprintf(stderr, "log %d %s: %.*s %.*s\n", (int)level, target, (int)length, message,
          (int)fields_length, fields);
}

/* Copies the value of the first `"from":"..."`, as it stands in the JSON. A real host uses its JSON
 * library. */
static void copy_sender(char *to, size_t size, const char *json) {
  const char *from = strstr(json, "\"from\":\"");
  size_t length = from == NULL ? 0 : strcspn(from + 8, "\"");
  if (length > 0 && length < size) {
    memcpy(to, from + 8, length);
    to[length] = '\0';
  }
}

/* Receives every event. Only notes what happened: workflows run when processWebhook has returned. A
 * real host stores the event before it answers WFA_EVENT_ACCEPTED. */
static int32_t on_event(void *user_data, const char *event, size_t event_length, const char *json,
                        size_t json_length) {
  struct host *host = user_data;
  printf("event %.*s %.*s\n", (int)event_length, event, (int)json_length, json);
  if (strcmp(event, "customer_message") == 0)
    copy_sender(host->customer, sizeof host->customer, json);
  return WFA_EVENT_ACCEPTED;
}

static void create_instance(struct host *host, const char *properties) {
  wfa_host description = {0};
  description.struct_size = sizeof description;
  description.abi_major = WFA_ABI_MAJOR;
  description.abi_minor = WFA_ABI_MINOR;
  description.name = "example host in C";
  description.instance_name = INSTANCE_NAME;
  description.log_level = WFA_LOG_WARN;
  description.log = on_log;
  wfa_error error = {0};
  error.struct_size = sizeof error;
  if (host->api->create(&description, properties, WFA_STRLEN, &host->adapter, &error) != WFA_OK)
    fail("cannot create " INSTANCE_NAME, error.message.ptr);
  if (host->api->register_event_callback(host->adapter, NULL, 0, on_event, host, NULL, NULL,
                                         &error) != WFA_OK)
    fail("cannot register for events", error.message.ptr);
  /* From here on events may come that no call brings, if the plugin has a source of them. */
  const bool has_start = WFA_HAS(host->api, start) && host->api->start != NULL;
  const wfa_result started = has_start ? host->api->start(host->adapter, &error) : WFA_OK;
  if (started != WFA_OK && started != WFA_ERR_UNSUPPORTED)
    fail("cannot start " INSTANCE_NAME, error.message.ptr);
  printf("created " INSTANCE_NAME "\n");
}

/* Runs a command, prints how it ended, and releases what it brought. */
static wfa_result execute(const struct host *host, const char *name, const char *request,
                          const char *correlation_id) {
  wfa_call_options options = {0};
  options.struct_size = sizeof options;
  options.correlation_id = correlation_id;
  options.correlation_id_len = correlation_id == NULL ? 0 : WFA_STRLEN;
  wfa_buffer response = {0};
  wfa_error error = {0};
  error.struct_size = sizeof error;
  wfa_result result = host->api->execute_command(host->adapter, name, WFA_STRLEN, request,
                                                 WFA_STRLEN, &options, &response, &error);
  /* Misuse, e.g. an unknown command, has no response; a failed command has one. */
  printf("< %" PRId32 " %s\n", result, response.ptr == NULL ? "" : response.ptr);
  if (result != WFA_OK && error.message.ptr != NULL) printf("! %s\n", error.message.ptr);
  release(&response);
  release(&error.message);
  return result;
}

/* ---- Webhooks ---- */

/* `{"whatsAppNotification":"<body, escaped>"}`. A real host uses its JSON library. */
static char *webhook_request(const char *body) {
  static const char head[] = "{\"whatsAppNotification\":\"", tail[] = "\"}";
  char *request = allocate(sizeof head + 6 * strlen(body) + sizeof tail);
  char *out = request + sprintf(request, "%s", head);
  for (; *body != '\0'; body++) {
    if ((unsigned char)*body < 0x20)
      out += sprintf(out, "\\u%04x", (unsigned)*body);
    else if (*body == '"' || *body == '\\')
      out += sprintf(out, "\\%c", *body);
    else
      *out++ = *body;
  }
  strcpy(out, tail);
  return request;
}

/* Reads one notification from standard input and hands it to the adapter. */
static void process_webhook(struct host *host) {
  char *line = NULL;
  size_t size = 0;
  ssize_t length = getline(&line, &size, stdin);
  if (length < 0) fail("standard input", "it ended where a notification was expected");
  if (length > 0 && line[length - 1] == '\n') line[length - 1] = '\0';
  char *request = webhook_request(line);
  printf("webhook\n");
  execute(host, "processWebhook", request, NULL);
  free(request);
  free(line);
}

/* ---- The scenario ---- */

/* Sends a message; an accepted one is followed by three notifications: sent, delivered, read. */
static void send_message(struct host *host, const char *command, const char *request,
                         const char *correlation_id) {
  printf("> %s %s\n", command, request);
  if (execute(host, command, request, correlation_id) != WFA_OK) return;
  for (int i = 0; i < 3; i++) process_webhook(host);
}

/* The workflow: a customer's message starts it, a reply ends it. */
static void reply(struct host *host) {
  char request[512];
  printf("workflow reply starts: customer_message from %s\n", host->customer);
  snprintf(request, sizeof request,
           "{\"phoneNumber\":\"%s\",\"message\":\"Thanks for your message!\"}", host->customer);
  send_message(host, "sendMessageText", request, "reply-1");
}

static void play(struct host *host) {
  send_message(host, "sendMessageText",
               "{\"phoneNumber\":\"+16505551234\",\"message\":\"Your order has shipped 📦\"}",
               "order-1");
  send_message(host, "sendMessageTextTemplate",
               "{\"phoneNumber\":\"+16505551234\",\"templateName\":\"hello_world\","
               "\"languageCode\":\"en_US\"}",
               "order-2");
  send_message(host, "sendMessageReaction",
               "{\"phoneNumber\":\"+16505551234\","
               "\"messageId\":\"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQQA=\",\"emoji\":\"👍\"}",
               "order-3");
  send_message(host, "sendMessageText", "{\"phoneNumber\":\"+16505551234\"}", NULL);
  send_message(host, "sendMessageText", "{\"phoneNumber\":\"+15550000000\",\"message\":\"Hello\"}",
               "order-4");
  process_webhook(host);
  if (host->customer[0] == '\0') fail("the notification", "no customer_message came with it");
  reply(host);
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = NULL;
  size_t size = 0;
  if (file == NULL) fail(path, strerror(errno));
  if (getdelim(&text, &size, '\0', file) < 0) fail(path, "it is empty or cannot be read");
  fclose(file);
  return text;
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage", "host <plugin-directory> <properties.json>");
  setvbuf(stdout, NULL, _IOLBF, 0); /* each line is out when it is printed */
  struct host host = {0};
  host.api = load_directory(argv[1]);
  char *properties = read_file(argv[2]);
  create_instance(&host, properties);
  free(properties);
  play(&host);
  if (host.api->destroy(host.adapter, 0) != WFA_OK) fail("cannot destroy", INSTANCE_NAME);
  printf("destroyed " INSTANCE_NAME "\n");
  return EXIT_SUCCESS;
}
