/* A workflow host in under 50 lines of C:   host <plugin.so> <properties.json>
 * A line of standard input is a command: its name, a space, and the request, one JSON object. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "workflow_adapter.h"

static int32_t on_event(void *out, const char *event, size_t n, const char *json, size_t m) {
  fprintf(out, "event %.*s %.*s\n", (int)n, event, (int)m, json);
  return WFA_EVENT_ACCEPTED; /* or WFA_EVENT_RETRY: it could not be kept, send it again */
}

static void run(const wfa_api *api, wfa_adapter *adapter, const char *name, const char *json) {
  wfa_buffer out = {0}; /* stays empty where there is no response */
  int result = api->execute_command(adapter, name, WFA_STRLEN, json, WFA_STRLEN, NULL, &out, NULL);
  printf("%s %d %s\n", name, result, out.ptr != NULL ? out.ptr : "");
  if (out.release != NULL) out.release(&out);
}

int main(int argc, char **argv) {
  static char line[8 << 20]; /* a request may hold the body of a webhook */
  wfa_error error = {.struct_size = sizeof error};
  wfa_adapter *adapter;
  wfa_entry_fn entry = NULL;
  FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
  void *library = file != NULL ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library != NULL) *(void **)&entry = dlsym(library, "wfa_entry");
  const wfa_api *api = entry != NULL ? entry(WFA_ABI_MAJOR, WFA_ABI_MINOR) : NULL;
  if (api == NULL) return fputs("host <plugin.so> <properties.json>\n", stderr), 2;
  if (api->create(NULL, line, fread(line, 1, sizeof line, file), &adapter, &error) != WFA_OK)
    return fprintf(stderr, "%s\n", error.message.ptr), 1;
  for (size_t i = 0; i < api->descriptor->n_commands; i++)
    printf("command %s\n", api->descriptor->commands[i]->name);
  api->register_event_callback(adapter, NULL, 0, on_event, stdout, NULL, NULL, NULL);
  if (WFA_HAS(api, start) && api->start != NULL) api->start(adapter, NULL); /* events of its own */
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *space = strchr(line, ' ');
    if (space == NULL) continue;
    *space = '\0';
    run(api, adapter, line, space + 1);
  }
  return api->destroy(adapter, 0);
}
