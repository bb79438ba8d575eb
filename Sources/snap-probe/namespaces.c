// Namespaces: making them, and entering those of others.
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "kernel.h"
#include "probe.h"

/// Makes a child with raw clone(2), which ends at once.
static void by_clone(unsigned long flags) {
  long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  if (child > 0) waitpid((pid_t)child, NULL, 0);
  attempt(child);
}

void unshare_user(void) { attempt(unshare(CLONE_NEWUSER)); }
void unshare_mounts(void) { attempt(unshare(CLONE_NEWNS)); }
void unshare_others(void) {
  static const int flags[] = {CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80};
  for (size_t index = 0; index < sizeof flags / sizeof flags[0]; index++) attempt(unshare(flags[index]));
}
void unshare_high_bits(void) { reach(syscall(SYS_unshare, CLONE_NEWUSER | 1ul << 32)); }
void clone_user(void) { by_clone(CLONE_NEWUSER); }
void clone_user_high_bits(void) { by_clone(CLONE_NEWUSER | 1ul << 33); }
void clone_mounts(void) { by_clone(CLONE_NEWNS); }
void clone_others(void) {
  static const unsigned long flags[] = {CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP};
  for (size_t index = 0; index < sizeof flags / sizeof flags[0]; index++) by_clone(flags[index]);
}

void clone3_user(void) {
  struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) _exit(0);
  if (child > 0) waitpid((pid_t)child, NULL, 0);
  attempt(child);
}

void enter_victim(void) {
  int file = open(of_victim("ns/mnt"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return refused(errno);
  attempt(setns(file, 0));
}

void enter_first(void) {
  int file = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (file < 0) return refused(errno);
  attempt(setns(file, CLONE_NEWNS));
}

void enter_by_pidfd(void) {
  need(targets.victim > 0);
  int file = (int)syscall(SYS_pidfd_open, targets.victim, 0);
  if (file < 0) refused(errno);
  reach(setns(file, CLONE_NEWNS | CLONE_NEWUTS));
}
