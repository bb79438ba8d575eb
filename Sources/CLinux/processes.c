#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static int actions_for(posix_spawn_file_actions_t *actions, const struct cl_spawn *spawn, const int *high) {
  int error = 0, next = 0;
  for (size_t i = 0; i < spawn->mappings && !error; i++) {
    for (; next < spawn->targets[i] && !error; next++) error = posix_spawn_file_actions_addclose(actions, next);
    if (!error) error = posix_spawn_file_actions_adddup2(actions, high[i], spawn->targets[i]);
    next = spawn->targets[i] + 1;
  }
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, next);
  if (!error && spawn->directory) error = posix_spawn_file_actions_addchdir_np(actions, spawn->directory);
  return error;
}

int cl_spawn_process(const struct cl_spawn *spawn, int *pid) {
  // The sources are first copied above every target, so that no dup2 in the child overwrites a later source.
  size_t count = spawn->mappings;
  int *high = calloc(count + 1, sizeof *high);
  if (!high) return ENOMEM;
  int floor = count ? spawn->targets[count - 1] + 1 : 3;
  int error = 0;
  size_t copied = 0;
  for (; copied < count; copied++) {
    high[copied] = fcntl(spawn->sources[copied], F_DUPFD_CLOEXEC, floor);
    if (high[copied] < 0) {
      error = errno;
      break;
    }
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (!error) error = posix_spawn_file_actions_init(&actions);
  if (!error) {
    error = actions_for(&actions, spawn, high);
    if (!error && (error = posix_spawnattr_init(&attributes)) == 0) {
      sigset_t none, all;
      sigemptyset(&none);
      sigfillset(&all);
      posix_spawnattr_setsigmask(&attributes, &none);
      posix_spawnattr_setsigdefault(&attributes, &all);
      posix_spawnattr_setpgroup(&attributes, 0);
      posix_spawnattr_setflags(&attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    (spawn->session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP)));
      pid_t child = 0;
      error = posix_spawn(&child, spawn->path, &actions, &attributes, spawn->arguments, spawn->environment);
      *pid = child;
      posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
  }
  for (size_t i = 0; i < copied; i++) close(high[i]);
  free(high);
  return error;
}

int cl_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cl_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int cl_wait_pidfd(int pidfd, int block, int *code, int *signalled) {
  siginfo_t info;
  for (;;) {
    memset(&info, 0, sizeof info);
    if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | (block ? 0 : WNOHANG)) == 0) break;
    if (errno != EINTR) return -1;
  }
  if (info.si_pid == 0) return 0;
  *code = info.si_status;
  *signalled = info.si_code != CLD_EXITED;
  return 1;
}

int64_t cl_write_quietly(int fd, const void *bytes, size_t count) {
  sigset_t pipe, before, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  ssize_t written = write(fd, bytes, count);
  int error = errno;
  if (written < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE)) {
    struct timespec now = {0, 0};
    while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR) {}
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return written;
}

int cl_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

int cl_process_root(int pid, uint64_t *device, uint64_t *inode) {
  char path[40];
  snprintf(path, sizeof path, "/proc/%d/root", pid);
  struct statx status;
  if (statx(AT_FDCWD, path, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, 0, &status) != 0) return -1;
  *device = (uint64_t)status.stx_dev_major << 32 | status.stx_dev_minor;
  *inode = status.stx_ino;
  return 0;
}
