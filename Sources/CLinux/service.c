#define _GNU_SOURCE 1
#include "include/service.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

static void decimal(char *out, unsigned value) {
  char digits[12];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  while (count > 0) *out++ = digits[--count];
  *out = 0;
}

/* Only async-signal-safe calls: the parent may have threads. */
static void run_child(const struct cl_service *service, int report, int lowest_free) {
  int error;
  struct sigaction defaults;
  memset(&defaults, 0, sizeof defaults);
  defaults.sa_handler = SIG_DFL;
  for (int signal = 1; signal < _NSIG; signal++) (void)sigaction(signal, &defaults, NULL);
  sigset_t none;
  sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
  (void)setsid();
  (void)umask(022);

  if (service->set_oom_score_adjust) {
    char text[16];
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
      char *at = text;
      int value = service->oom_score_adjust;
      if (value < 0) *at++ = '-', value = -value;
      decimal(at, (unsigned)value);
      (void)!write(fd, text, strlen(text));
      close(fd);
    }
  }

  /* Move every source above the targets first, so that no mapping overwrites another's source. */
  int sources[3] = {service->input, service->output, service->error};
  for (int i = 0; i < 3; i++) {
    sources[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, lowest_free);
    if (sources[i] < 0) goto failed;
  }
  report = fcntl(report, F_DUPFD_CLOEXEC, lowest_free);
  if (report < 0) _exit(126);
  int listening[64];
  for (int i = 0; i < service->listen_count; i++) {
    listening[i] = fcntl(service->listen_fds[i], F_DUPFD_CLOEXEC, lowest_free);
    if (listening[i] < 0) goto failed;
  }
  for (int i = 0; i < 3; i++)
    if (dup2(sources[i], i) < 0) goto failed;
  for (int i = 0; i < service->listen_count; i++)
    if (dup2(listening[i], 3 + i) < 0) goto failed;
  (void)syscall(SYS_close_range, 3 + service->listen_count, ~0U, CLOSE_RANGE_CLOEXEC);

  if (service->listen_pid) decimal(service->listen_pid, (unsigned)getpid());
  if (service->watchdog_pid) decimal(service->watchdog_pid, (unsigned)getpid());
  if (chdir(service->directory) != 0 && chdir("/") != 0) goto failed;
  execve(service->path, service->argv, service->envp);
failed:
  error = errno;
  (void)!write(report, &error, sizeof error);
  _exit(203);
}

int cl_service_spawn(const struct cl_service *service, int32_t *pid, int *pidfd) {
  if (service->listen_count < 0 || service->listen_count > 64) return -E2BIG;
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -errno;
  int descriptor = -1;
  struct clone_args args;
  memset(&args, 0, sizeof args);
  args.flags = CLONE_PIDFD;
  args.pidfd = (uint64_t)(uintptr_t)&descriptor;
  args.exit_signal = SIGCHLD;
  if (service->cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)service->cgroup;
  }
  /* No handler of the parent may run in the child before the child has reset them. */
  sigset_t all, saved;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &saved);
  long child = syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) run_child(service, report[1], 3 + service->listen_count);
  int error = child < 0 ? errno : 0;
  (void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
  close(report[1]);
  if (error == 0) {
    int told = 0;
    ssize_t got;
    do got = read(report[0], &told, sizeof told);
    while (got < 0 && errno == EINTR);
    if (got == (ssize_t)sizeof told) {
      error = told;
      siginfo_t info;
      while (waitid((idtype_t)P_PIDFD, (id_t)descriptor, &info, WEXITED) != 0 && errno == EINTR) {}
      close(descriptor);
    }
  }
  close(report[0]);
  if (error != 0) return -error;
  *pid = (int32_t)child;
  *pidfd = descriptor;
  return 0;
}

int cl_service_wait(int pidfd, int *code, int *status) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) != 0) return -errno;
  if (info.si_pid == 0) return 0;
  *code = info.si_code;
  *status = info.si_status;
  return 1;
}

int cl_service_reap(int32_t pid) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) != 0) return -errno;
  return info.si_pid == 0 ? 0 : 1;
}

int cl_service_pidfd_open(int32_t pid) {
  long fd = syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 ? -errno : (int)fd;
}

int cl_service_pidfd_signal(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) != 0 ? -errno : 0;
}

int cl_service_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 ? -errno : 0; }

int cl_notify_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  int on = 1, error = 0;
  if (unlink(path) != 0 && errno != ENOENT) error = errno;
  else if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) error = errno;
  else if (chmod(path, 0666) != 0) error = errno;
  else if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) error = errno;
  if (error != 0) {
    close(fd);
    return -error;
  }
  return fd;
}

intptr_t cl_notify_receive(int fd, void *buffer, size_t size, int32_t *pid) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int) * 253)];
  } control;
  struct iovec part = {buffer, size};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0) return -errno;
  pid_t sender = 0;
  for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != SOL_SOCKET) continue;
    if (at->cmsg_type == SCM_CREDENTIALS) {
      struct ucred credentials;
      memcpy(&credentials, CMSG_DATA(at), sizeof credentials);
      sender = credentials.pid;
    } else if (at->cmsg_type == SCM_RIGHTS) {
      size_t count = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t i = 0; i < count; i++) {
        int given;
        memcpy(&given, CMSG_DATA(at) + i * sizeof given, sizeof given);
        close(given);
      }
    }
  }
  *pid = sender;
  if (sender == 0 || (message.msg_flags & MSG_TRUNC)) return 0;
  return got;
}

int cl_notify_send(const char *path, const void *buffer, size_t size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int error = 0;
  socklen_t size_of_address = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] == '@' ? 0 : 1));
  ssize_t sent;
  do sent = sendto(fd, buffer, size, MSG_NOSIGNAL, (struct sockaddr *)&address, size_of_address);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) error = errno;
  close(fd);
  return -error;
}

int cl_event_counter(void) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

void cl_pipe_size(int fd, int bytes) { (void)fcntl(fd, F_SETPIPE_SZ, bytes); }

void cl_thread_name(const char *name) { (void)pthread_setname_np(pthread_self(), name); }
