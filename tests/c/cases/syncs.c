/* How often the plugin brings its journal to the disk. The C library's functions for that are this
 * program's own, and count.
 *
 * Usage: syncs <plugin> <file with a notification of three messages> <its signature>
 *              <App Secret in Base64> <path of the journal> <value of dedupSync>
 *
 * Prints `notification <times>` for the one notification, and `compaction <files> <folders>` for the
 * compaction that comes of many: that a file and then its folder are brought to the disk. */

#define _GNU_SOURCE

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../check.h"

static int data;
static int files;
static int folders;

int fdatasync(int fd) {
  data++;
  return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd) {
  struct stat found;
  CHECK(fstat(fd, &found) == 0);
  if (S_ISDIR(found.st_mode)) {
    CHECK(files > folders); /* the file comes before its name */
    folders++;
  } else {
    files++;
  }
  return (int)syscall(SYS_fsync, fd);
}

static int32_t accept_all(void *user_data, const char *event, size_t event_len, const char *json,
                          size_t json_len) {
  (void)user_data, (void)event, (void)event_len, (void)json, (void)json_len;
  return WFA_EVENT_ACCEPTED;
}

int main(int count, char **arguments) {
  CHECK(count == 7);
  static char body[65536];
  FILE *file = fopen(arguments[2], "rb");
  CHECK(file);
  size_t length = fread(body, 1, sizeof body - 1, file);
  CHECK(length > 0 && length < sizeof body - 1);
  fclose(file);
  char properties[8192];
  snprintf(properties, sizeof properties,
           "{\"authenticationToken\":\"EAAGcontractcontractcontract\",\"apiVersion\":\"v26.0\","
           "\"phoneNumberId\":\"1\",\"appSecret\":\"%s\",\"dedupJournal\":\"%s\","
           "\"dedupSync\":\"%s\",\"dedupEntries\":1}",
           arguments[4], arguments[5], arguments[6]);
  wfa_adapter *adapter = NULL;
  const wfa_api *api = entry_of(open_library(arguments[1], RTLD_NOW | RTLD_LOCAL));
  const wfa_webhook_v1 *webhook = (const wfa_webhook_v1 *)api->get_extension(WFA_WEBHOOK_V1);
  CHECK_RESULT(WFA_OK, api->create(NULL, properties, WFA_STRLEN, &adapter, NULL));
  CHECK_RESULT(WFA_OK,
               api->register_event_callback(adapter, NULL, 0, accept_all, NULL, NULL, NULL, NULL));
  for (int round = 0; round < 40 && files + folders < 2; round++) {
    wfa_buffer response;
    CHECK_RESULT(
        WFA_OK, webhook->process(adapter, body, length, arguments[3], WFA_STRLEN, &response, NULL));
    release(&response);
    if (round == 0) {
      printf("notification %d\n", data);
      CHECK(files == 0 && folders == 0);
    }
  }
  printf("compaction %d %d\n", files, folders);
  CHECK_RESULT(WFA_OK, api->destroy(adapter, 0));
  return 0;
}
