/* run.h: what the program asks of the checks: their list, and to run one of them. */
#ifndef VALIDATOR_RUN_H
#define VALIDATOR_RUN_H

#include "check.h"

enum outcome { OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_SKIP, OUTCOME_WARN };

struct report {
  int outcome; /* enum outcome */
  char message[4096];
};

/* One row of the list. */
struct row {
  const char *group;
  const char *id;
  const char *description;
};

/* The check number `index`, from 0; false behind the last one. */
bool validator_row(size_t index, struct row *row);

/* Runs the check `id`; false if there is none. */
bool validator_run(const char *id, const struct inputs *given, struct report *report);

/* From now on this process, a fork of the one that runs the check, reports through `fd`. */
void report_through(int fd);

#endif
