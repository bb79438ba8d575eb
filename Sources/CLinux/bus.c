#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// By number, as the programs without a C library have few of these by name (Sources/CBare).
static int address_of(struct sockaddr_un *address, const char *name) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  size_t length = strlen(name);
  if (length >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address->sun_path, name, length);
  return 0;
}

static int stream(int flags) { return (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0); }

static int failed(int fd) {
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

int cl_bus_listen(const char *name) {
  struct sockaddr_un address;
  if (address_of(&address, name) != 0) return -1;
  int fd = stream(SOCK_NONBLOCK);
  if (fd < 0) return -1;
  if (syscall(SYS_bind, fd, &address, sizeof address) != 0 || syscall(SYS_listen, fd, 128) != 0) return failed(fd);
  return fd;
}

int cl_bus_link(const char *name, int directory, const char *other) {
  return (int)syscall(SYS_linkat, AT_FDCWD, name, directory, other, 0);
}

int cl_bus_accept(int listener) {
  return (int)syscall(SYS_accept4, listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int cl_bus_connect(const char *name) {
  struct sockaddr_un address;
  if (address_of(&address, name) != 0) return -1;
  int fd = stream(SOCK_NONBLOCK);
  if (fd < 0) return -1;
  return syscall(SYS_connect, fd, &address, sizeof address) == 0 ? fd : failed(fd);
}

union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(CL_BUS_DESCRIPTORS * sizeof(int32_t))];
};

int64_t cl_bus_receive(int socket, void *buffer, size_t size, int32_t *descriptors, int32_t *count) {
  union control control;
  struct iovec piece = {buffer, size};
  struct msghdr message = {
      .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  long got;
  do got = syscall(SYS_recvmsg, socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  *count = 0;
  if (got < 0) return -1;
  // All descriptors of a message are in one record, and no other kind of record was asked for.
  struct cmsghdr *item = CMSG_FIRSTHDR(&message);
  if (item && item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_RIGHTS) {
    size_t found = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int32_t);
    if (found > CL_BUS_DESCRIPTORS) found = CL_BUS_DESCRIPTORS;
    memcpy(descriptors, CMSG_DATA(item), found * sizeof(int32_t));
    *count = (int32_t)found;
  }
  return got;
}

int64_t cl_bus_send(int socket, const void *buffer, size_t size, const int32_t *descriptors, int32_t count) {
  union control control;
  struct iovec piece = {(void *)buffer, size};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  if (count > 0 && count <= CL_BUS_DESCRIPTORS) {
    memset(&control, 0, sizeof control);
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int32_t));
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN((size_t)count * sizeof(int32_t));
    memcpy(CMSG_DATA(&control.header), descriptors, (size_t)count * sizeof(int32_t));
  }
  long sent;
  do sent = syscall(SYS_sendmsg, socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent;
}

void cl_bus_finish(int socket) { (void)syscall(SYS_shutdown, socket, SHUT_WR); }

_Static_assert(sizeof(struct cl_bus_wait) == sizeof(struct pollfd) && CL_BUS_READABLE == POLLIN &&
                   CL_BUS_WRITABLE == POLLOUT && CL_BUS_ENDED == (POLLHUP | POLLERR),
               "struct pollfd");

int cl_bus_poll(struct cl_bus_wait *items, size_t count) {
  long ready;
  do ready = syscall(SYS_ppoll, items, count, NULL, NULL, 0);
  while (ready < 0 && errno == EINTR);
  return (int)ready;
}

int cl_bus_runs(int32_t process) {
  int fd = cl_bus_process(process);
  if (fd < 0) return 0;
  struct pollfd item = {.fd = fd, .events = POLLIN};
  struct timespec none = {0, 0};
  // One that has ended and waits to be asked for its status is readable.
  long ended = syscall(SYS_ppoll, &item, 1, &none, NULL, 0);
  close(fd);
  return ended == 0;
}

int cl_bus_process(int32_t process) { return (int)syscall(434 /* pidfd_open */, process, 0u); }

int cl_bus_watch(const char *path) {
  int fd = (int)syscall(SYS_inotify_init1, IN_CLOEXEC | IN_NONBLOCK);
  if (fd < 0) return -1;
  // The replaced file loses its name, which changes its number of names.
  if (syscall(SYS_inotify_add_watch, fd, path, IN_ATTRIB | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF) < 0) {
    return failed(fd);
  }
  return fd;
}

void cl_bus_random(uint8_t bytes[16]) {
  long got;
  // At most 256 bytes come whole, once the kernel has any.
  do got = syscall(SYS_getrandom, bytes, 16, 0);
  while (got != 16);
}

int cl_bus_detach(void) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) return 1;
    _exit(grandchild < 0 ? 1 : 0);
  }
  int status = 0;
  pid_t ended;
  do ended = waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  // Who ignores SIGCHLD is not told how a child ended.
  if (ended == child && status != 0) {
    errno = EAGAIN;
    return -1;
  }
  return 0;
}

// The kernel's own record, of which only the first word and the empty rest matter here.
static void ignore(int signal) {
  struct {
    void (*handler)(int);
    unsigned long rest[4];
  } action = {SIG_IGN, {0}};
  (void)syscall(SYS_rt_sigaction, signal, &action, NULL, 8);
}

int cl_bus_settle(void) {
  (void)syscall(SYS_setsid);
  const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGUSR1, SIGUSR2};
  for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++) ignore(ignored[index]);
  int null = openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return -1;
  for (int fd = 0; fd < 3; fd++) {
    if (null != fd && dup2(null, fd) != fd) return -1;
  }
  if (null > 2) close(null);
  return 0;
}

int cl_bus_keep(const int32_t *descriptors, size_t count) {
  int32_t high[8];
  if (count > 8) {
    errno = EINVAL;
    return -1;
  }
  // First out of the way of each other, then down.
  for (size_t index = 0; index < count; index++) {
    high[index] = fcntl(descriptors[index], F_DUPFD_CLOEXEC, 64);
    if (high[index] < 0) return -1;
  }
  for (size_t index = 0; index < count; index++) {
    if (syscall(SYS_dup3, high[index], 3 + (int)index, O_CLOEXEC) < 0) return -1;
  }
  return (int)syscall(SYS_close_range, 3 + (unsigned)count, ~0u, 0u);
}

int32_t cl_bus_start(const char *path, char *const *argv, char *const *environment, int end) {
  pid_t child = fork();
  if (child != 0) return child;
  if (end == 3 ? fcntl(3, F_SETFD, 0) == 0 : dup2(end, 3) == 3) {
    if (syscall(SYS_close_range, 4u, ~0u, 0u) == 0) execve(path, argv, environment);
  }
  _exit(127);
}

int cl_bus_pipe(int32_t ends[2]) { return pipe2(ends, O_CLOEXEC); }

void cl_bus_end(int32_t process) {
  (void)syscall(SYS_kill, process, SIGKILL);
  int status;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
}
