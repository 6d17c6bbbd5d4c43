/* Folders: those of these programs, and what the system says about this process. */

#ifndef FILES_H
#define FILES_H

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "case.h"

/* How many entries a folder has. */
static inline int entries_of(const char *path) {
  DIR *folder = opendir(path);
  int count = 0;
  CHECK(folder);
  for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    count += entry->d_name[0] != '.';
  }
  closedir(folder);
  return count;
}

/* How many threads this process has. One that was joined stays in the list until the kernel has
 * taken it out: waits a while for there to be `expected`. */
static inline int threads_settled_at(int expected) {
  int count = entries_of("/proc/self/task");
  for (int i = 0; i < 1000 && count != expected; i++) {
    pause_ms(10);
    count = entries_of("/proc/self/task");
  }
  return count;
}

/* What this program was born with: no later program gets it from here. The standard three stay. */
static inline void keep_descriptors_here(void) {
  DIR *open = opendir("/proc/self/fd");
  CHECK(open);
  for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
    int fd = atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd > 2) {
      CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0);
    }
  }
  closedir(open);
}

/* A folder of this case, with files only in it. */
struct folder {
  char path[64];
};

static inline struct folder new_folder(void) {
  struct folder made = {"/tmp/wfa-case-XXXXXX"};
  CHECK(mkdtemp(made.path));
  return made;
}

static inline void remove_folder(const struct folder *made) {
  DIR *folder = opendir(made->path);
  CHECK(folder);
  for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    if (entry->d_name[0] != '.') {
      CHECK(unlinkat(dirfd(folder), entry->d_name, 0) == 0);
    }
  }
  closedir(folder);
  CHECK(rmdir(made->path) == 0);
}

static inline void copy_file(const char *from, const char *to) {
  static char bytes[1 << 16];
  int in = open(from, O_RDONLY | O_CLOEXEC);
  int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
  CHECK(in >= 0 && out >= 0);
  ssize_t got;
  while ((got = read(in, bytes, sizeof bytes)) > 0) {
    CHECK(write(out, bytes, (size_t)got) == got);
  }
  CHECK(got == 0 && close(in) == 0 && close(out) == 0);
}

#endif /* FILES_H */
