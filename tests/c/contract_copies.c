/* Two copies of the library in one process, their symbols visible to each other: each is itself.
 *
 * Usage: contract_copies <plugin> <copy of it> */

#include "check.h"

#define COMMAND "sendMessageText"
#define REQUEST "{\"phoneNumber\":\"1\"}" /* refused before anything is sent */

static void uses_its_own(void *library, const wfa_api *api) {
  wfa_api flat;
  memset(&flat, 0, sizeof flat);
  load(library, "wfa_create", (void *)&flat.create);
  load(library, "wfa_destroy", (void *)&flat.destroy);
  load(library, "wfa_execute_command", (void *)&flat.execute_command);
  CHECK(flat.create == api->create);
  CHECK(flat.destroy == api->destroy);
  CHECK(flat.execute_command == api->execute_command);
}

static wfa_result execute(const wfa_api *api, wfa_adapter *adapter) {
  wfa_buffer response;
  wfa_result result = api->execute_command(adapter, COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN, NULL,
                                           &response, NULL);
  release(&response);
  return result;
}

int main(int count, char **arguments) {
  CHECK(count == 3);
  void *one = open_library(arguments[1], RTLD_NOW | RTLD_GLOBAL);
  void *other = open_library(arguments[2], RTLD_NOW | RTLD_GLOBAL);
  CHECK(one != other);
  const wfa_api *first = entry_of(one), *second = entry_of(other);

  begin("each copy hands out its own functions and its own descriptor");
  CHECK(first != second && first->create != second->create);
  CHECK(first->descriptor != second->descriptor);
  CHECK(strcmp(first->descriptor->json, second->descriptor->json) == 0);
  uses_its_own(one, first);
  uses_its_own(other, second);

  begin("a handle of one copy is unknown to the other");
  wfa_adapter *mine = create(first), *theirs = create(second);
  CHECK(mine != theirs);
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(first, mine));
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(second, theirs));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(first, theirs));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, execute(second, mine));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, first->destroy(theirs, 0));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, second->destroy(mine, 0));
  CHECK_RESULT(WFA_OK, first->destroy(mine, 0));
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(second, theirs));
  CHECK_RESULT(WFA_ERR_INVALID_ARGUMENT, second->destroy(mine, 0));

  begin("each copy frees what it allocated, by its buffer and by its function");
  wfa_buffer response;
  void (*buffer_release)(wfa_buffer *);
  load(other, "wfa_buffer_release", &buffer_release);
  for (int i = 0; i < 2; i++) {
    CHECK_RESULT(WFA_ERR_INVALID_REQUEST,
                 second->execute_command(theirs, COMMAND, WFA_STRLEN, REQUEST, WFA_STRLEN, NULL,
                                         &response, NULL));
    (i ? buffer_release : response.release)(&response);
    CHECK(response.ptr == NULL && response.release == NULL);
  }
  CHECK_RESULT(WFA_OK, second->destroy(theirs, 0));

  begin("the library stays mapped after dlclose");
  CHECK(dlclose(one) == 0);
  CHECK(first->descriptor->json[0] == '{');
  CHECK(entry_of(other)->descriptor == second->descriptor);
  mine = create(first);
  CHECK_RESULT(WFA_ERR_INVALID_REQUEST, execute(first, mine));
  CHECK_RESULT(WFA_OK, first->destroy(mine, 0));
  begin(NULL);
  return 0;
}
