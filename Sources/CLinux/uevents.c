#define _GNU_SOURCE
#include "uevents.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int cl_uevent_open(uint32_t groups) {
  int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
  if (fd < 0) return -1;
  int on = 1, size = 1 << 20;
  // What does not fit is lost, and the kernel says so (ENOBUFS).
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
  if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0 ||
      bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

long cl_uevent_receive(int socket, void *buffer, size_t size, uint32_t *group, uint32_t *port, uint32_t *user) {
  struct sockaddr_nl address = {0};
  char control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec part = {.iov_base = buffer, .iov_len = size};
  struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &part, .msg_iovlen = 1,
                           .msg_control = control, .msg_controllen = sizeof control};
  ssize_t count = recvmsg(socket, &message, MSG_TRUNC);
  if (count < 0) return -1;
  *group = address.nl_groups;
  *port = address.nl_pid;
  // Nobody, unless the kernel says who.
  *user = UINT32_MAX;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
    struct ucred who;
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_CREDENTIALS) continue;
    memcpy(&who, CMSG_DATA(head), sizeof who);
    *user = who.uid;
  }
  return count;
}
