/* output.c: standard output and standard error, caught in a file. */
#include "output.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *caught;
static int saved_output = -1, saved_error = -1;

void begin_capture(void) {
  fflush(NULL);
  caught = tmpfile();
  if (caught == NULL) {
    perror("tmpfile");
    abort();
  }
  fcntl(fileno(caught), F_SETFD, FD_CLOEXEC);
  saved_output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  saved_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(fileno(caught), STDOUT_FILENO);
  dup2(fileno(caught), STDERR_FILENO);
}

const char *end_capture(void) {
  static char text[4096] = "";
  if (caught == NULL) return "";
  fflush(NULL);
  dup2(saved_output, STDOUT_FILENO);
  dup2(saved_error, STDERR_FILENO);
  close(saved_output);
  close(saved_error);
  rewind(caught);
  text[fread(text, 1, sizeof text - 1, caught)] = '\0';
  fclose(caught);
  caught = NULL;
  return text;
}
