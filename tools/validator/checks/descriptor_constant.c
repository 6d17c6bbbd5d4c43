/* descriptor_constant.c: the descriptor stays the same until the process ends. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "plugin.h"
#include "rows.h"
#include "lifecycle.h"

static struct text at_first;

static void compare(const char *call, const struct answer *answer) {
  (void)answer;
  struct text now = everything();
  REQUIRE(now.len == at_first.len && memcmp(now.at, at_first.at, now.len) == 0,
          "the descriptor changed with %s", call);
  free(now.at);
}

static void never_changes(void) {
  const wfa_descriptor *before = descriptor();
  wfa_host host = plain_host();
  at_first = everything();
  run_lifecycle(&host, compare);
  compare("destroy", NULL);
  REQUIRE(load()->descriptor == before, "the descriptor is at another place");
}

static const struct check checks[] = {
    {"descriptor-never-changes", "tables and JSON stay as they are, whatever is called",
     never_changes},
};
GROUP(descriptor_constant, "descriptor");
