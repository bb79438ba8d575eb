// Races against who mounts for an app: what a call's text says, and what its path leads to, changes all the while.
#include "races.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "probe.h"

enum { detach = 2, nofollow = 8, rounds = 3000 };

/// The text that is given to mount(2), which the other process writes too.
static char *text;
static const char *good, *bad;

static bool is_mounted(const char *place) {
  struct statx status;
  return statx(AT_FDCWD, place, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// The described place and another one are written over each other.
static void rewrite(void) {
  size_t length = strlen(good);
  for (;;) {
    for (size_t index = 0; index < length; index++) ((volatile char *)text)[index] = bad[index];
    for (size_t index = 0; index < length; index++) ((volatile char *)text)[index] = good[index];
  }
}

/// The described place and what is beside it change names: a link to the other place, or another directory.
static void exchange(void) {
  char beside[512];
  snprintf(beside, sizeof beside, "%s.beside", good);
  for (;;) syscall(SYS_renameat2, AT_FDCWD, good, AT_FDCWD, beside, 2 /* RENAME_EXCHANGE */);
}

static bool race(const char *name, void (*disturb)(void)) {
  char beside[512];
  snprintf(beside, sizeof beside, "%s.beside", good);
  strcpy(text, good);
  pid_t other = fork();
  if (other == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    disturb();
  }
  int mounted = 0, refused = 0, escaped = 0;
  for (int round = 0; round < rounds; round++) {
    if (syscall(SYS_mount, "none", text, "tmpfs", 6ul /* nosuid, nodev */, NULL) != 0) {
      refused++;
      continue;
    }
    mounted++;
    if (is_mounted(bad) || is_mounted(beside)) escaped++;
    syscall(SYS_umount2, good, detach | nofollow);
  }
  kill(other, SIGKILL);
  waitpid(other, NULL, 0);
  printf("%s: %d mounted, %d refused, %d elsewhere\n", name, mounted, refused, escaped);
  return mounted > 0 && refused > 0 && escaped == 0;
}

int races(int count, char **arguments) {
  if (count != 2 || strlen(arguments[0]) != strlen(arguments[1]) || strlen(arguments[0]) > 400) {
    fputs("usage: snap-probe races DESCRIBED OTHER, of the same length\n", stderr);
    return 2;
  }
  good = arguments[0];
  bad = arguments[1];
  char beside[512];
  snprintf(beside, sizeof beside, "%s.beside", good);
  text = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (text == MAP_FAILED) return perror("snap-probe: cannot map memory"), 2;
  mkdir(good, 0755);
  mkdir(bad, 0755);
  bool holds = race("text", rewrite);
  if (symlink(bad, beside) != 0) return perror("snap-probe: cannot make a link"), 2;
  holds = race("link", exchange) && holds;
  // Whichever of the names is the link now.
  unlink(beside);
  unlink(good);
  mkdir(good, 0755);
  mkdir(beside, 0755);
  holds = race("directory", exchange) && holds;
  return holds ? 0 : 1;
}
