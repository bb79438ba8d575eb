#define _GNU_SOURCE 1
#include "include/listen.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_at(int family, const struct sockaddr *address, socklen_t size) {
  int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int on = 1, error = 0;
  if (family != AF_UNIX && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) error = errno;
  else if (bind(fd, address, size) != 0) error = errno;
  else if (listen(fd, SOMAXCONN) != 0) error = errno;
  if (error == 0) return fd;
  close(fd);
  return -error;
}

int cl_listen_unix(const char *path, size_t length, int abstract) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t start = abstract ? 1 : 0;
  if (length == 0 || start + length > sizeof address.sun_path - (abstract ? 0 : 1)) return -ENAMETOOLONG;
  memcpy(address.sun_path + start, path, length);
  size_t size = offsetof(struct sockaddr_un, sun_path) + length + 1;
  return listen_at(AF_UNIX, (struct sockaddr *)&address, (socklen_t)size);
}

int cl_listen_inet(const char *text, uint16_t port) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  if (text && inet_pton(AF_INET, text, &four.sin_addr) == 1)
    return listen_at(AF_INET, (struct sockaddr *)&four, sizeof four);
  if (text && inet_pton(AF_INET6, text, &six.sin6_addr) != 1) return -EINVAL;
  int fd = listen_at(AF_INET6, (struct sockaddr *)&six, sizeof six);
  /* A machine without IPv6. */
  if (fd == -EAFNOSUPPORT && !text) return listen_at(AF_INET, (struct sockaddr *)&four, sizeof four);
  return fd;
}

int cl_is_listening(int fd) {
  int listens = 0;
  socklen_t size = sizeof listens;
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens;
}

int cl_copy_descriptor(int pidfd, int fd) {
  long copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
  return copy < 0 ? -errno : (int)copy;
}

int cl_wall_timer(void) {
  int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int cl_wall_timer_set(int fd, int64_t second) {
  struct itimerspec when = {.it_value = {.tv_sec = second > 0 ? second : second == 0}};
  if (second < 0) when.it_value.tv_sec = 0;
  return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL) != 0 ? -errno : 0;
}

int cl_wall_timer_clear(int fd) {
  uint64_t count;
  return read(fd, &count, sizeof count) < 0 && errno == ECANCELED;
}
