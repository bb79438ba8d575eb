#pragma once
// Starting and ending processes, for the daemon's side (the launcher has its own calls).
#include "base.h"

/// What a child process starts with.
struct cl_spawn {
  const char *path;          // absolute: PATH is never searched
  char *const *arguments;    // ends with NULL
  char *const *environment;  // ends with NULL
  const char *directory;     // NULL: the parent's
  const int *sources;        // sources[i] becomes targets[i] in the child
  const int *targets;        // ascending; every other descriptor is closed
  size_t mappings;
  int session;               // 1: new session (setsid), 0: new process group
};

/// Starts a process with default signal dispositions and an empty signal mask; returns 0 and the pid, or an errno.
int cl_spawn_process(const struct cl_spawn *spawn, int *pid);
int cl_pidfd_open(int pid);
int cl_pidfd_send_signal(int pidfd, int signal);
/// Waits for the child behind the descriptor. Returns 1 when it ended, 0 when `block` is 0 and it has not, -1 on
/// error. `code` is the exit code, or the signal when `signalled` is set.
int cl_wait_pidfd(int pidfd, int block, int *code, int *signalled);
/// write(2) that answers EPIPE without raising SIGPIPE, whatever the process does with that signal.
int64_t cl_write_quietly(int fd, const void *bytes, size_t count);
/// A pipe whose ends are not inherited: ends[0] to read, ends[1] to write.
int cl_pipe(int *ends);
/// What a process has as its root: device and number of a directory. Nothing is asked of its file system, which may be
/// one that answers as it likes. -1 when the process is gone.
int cl_process_root(int pid, uint64_t *device, uint64_t *inode);
