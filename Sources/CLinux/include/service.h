#pragma once
#include "base.h"

/// How the child of `cl_service_spawn` is to be made. All strings and arrays belong to the caller.
struct cl_service {
  const char *path;
  char *const *argv;
  char *const *envp;
  /// Working directory; "/" is used when it cannot be entered.
  const char *directory;
  /// Standard input, output and error.
  int input, output, error;
  /// Descriptors that become 3, 4, …
  const int *listen_fds;
  int listen_count;
  /// Points behind "LISTEN_PID=" and "WATCHDOG_PID=" in `envp`, with room for 11 bytes; or NULL.
  char *listen_pid, *watchdog_pid;
  /// A control group (v2) directory to start in, or -1.
  int cgroup;
  /// Nonzero: `oom_score_adjust` is written.
  int set_oom_score_adjust, oom_score_adjust;
};

/// Starts a process in a session of its own, with default signal handling and no other descriptors. Returns 0,
/// or a negative errno when it could not be made or could not execute. `pidfd` is then open, close-on-exec.
int cl_service_spawn(const struct cl_service *service, int32_t *pid, int *pidfd);

/// Asks for the end of a process. Returns 1 and the siginfo `code` and `status` when it ended and is now reaped,
/// 0 when it runs, a negative errno otherwise (ECHILD: not a child, which then is unknown).
int cl_service_wait(int pidfd, int *code, int *status);
/// Reaps one child if it has ended. Returns as `cl_service_wait`.
int cl_service_reap(int32_t pid);

int cl_service_pidfd_open(int32_t pid);
int cl_service_pidfd_signal(int pidfd, int signal);
/// Makes orphaned descendants children of this process, so that it can wait for them.
int cl_service_become_subreaper(void);

/// A datagram socket bound to a path, passing credentials, that anybody may write to. Returns it or a negative errno.
int cl_notify_socket(const char *path);
/// Receives one message. Returns its length, 0 for a message to ignore, or a negative errno.
/// Descriptors that came with it are closed.
intptr_t cl_notify_receive(int fd, void *buffer, size_t size, int32_t *pid);
/// Sends one message to a socket by path; '@' starts an abstract name. Returns 0 or a negative errno.
int cl_notify_send(const char *path, const void *buffer, size_t size);

/// An eventfd(2), close-on-exec and non-blocking, or a negative errno.
int cl_event_counter(void);
/// Room in a pipe, as far as the kernel permits.
void cl_pipe_size(int fd, int bytes);
/// The name of the calling thread, at most 15 bytes.
void cl_thread_name(const char *name);
