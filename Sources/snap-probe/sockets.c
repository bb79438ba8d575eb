// Sockets and System V objects: reaching who listens outside.
#include "sockets.h"

#include <arpa/inet.h>
#include <mqueue.h>
#include <linux/netlink.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "kernel.h"
#include "probe.h"

static socklen_t unix_address(struct sockaddr_un *address, const char *name, bool abstract) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  strncpy(address->sun_path + abstract, name, sizeof address->sun_path - 2);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + abstract + strlen(address->sun_path + abstract));
}

static void connect_unix(const char *name, bool abstract) {
  static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
  struct sockaddr_un address;
  socklen_t length = unix_address(&address, name, abstract);
  for (int index = 0; index < 3; index++) {
    int end = socket(AF_UNIX, types[index] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (end < 0) {
      refused(errno);
      continue;
    }
    // One that is busy, or of another type, could be reached.
    long result = connect(end, (void *)&address, length);
    if (result == 0 || errno == EAGAIN) allowed("%s%s was reached", abstract ? "@" : "", name);
    refused(errno);
    close(end);
  }
}

void reach_abstract(void) {
  need(targets.abstract);
  connect_unix(targets.abstract, true);
}

void send_abstract(void) {
  need(targets.stream);
  struct sockaddr_un address;
  socklen_t length = unix_address(&address, targets.stream, true);
  int end = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  attempt(sendto(end, "x", 1, MSG_DONTWAIT, (void *)&address, length));
}

void reach_path(void) {
  need(targets.directory);
  connect_unix(path(targets.directory, "socket"), false);
}

void reach_path_by_victim(void) {
  need(targets.directory);
  connect_unix(of_victim("cwd/socket"), false);
}

void reach_bus(void) {
  connect_unix("/run/dbus/system_bus_socket", false);
  connect_unix("/var/run/dbus/system_bus_socket", false);
}
void reach_snapd(void) { connect_unix("/run/snapd.socket", false); }
void reach_manager(void) { connect_unix("/run/systemd/private", false); }
void reach_containers(void) {
  connect_unix("/run/docker.sock", false);
  connect_unix("/var/run/docker.sock", false);
  connect_unix("/run/containerd/containerd.sock", false);
  connect_unix("/run/podman/podman.sock", false);
}
void reach_devices(void) { connect_unix("/run/udev/control", false); }
void reach_services(void) {
  for (size_t index = 0; index < service_socket_count; index++) connect_unix(service_sockets[index], false);
}
void reach_display(void) {
  connect_unix("/tmp/.X11-unix/X0", false);
  connect_unix("/tmp/.X11-unix/X0", true);
}
void reach_session(void) {
  static const char *const names[] = {"bus", "systemd/private", "wayland-0", "pulse/native", "pipewire-0",
                                      "gnupg/S.gpg-agent", "keyring/control"};
  char name[128];
  for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
    snprintf(name, sizeof name, "/run/user/%d/%s", (int)getuid(), names[index]);
    connect_unix(name, false);
  }
}

static void open_socket(int family, int type, int protocol) {
  attempt(socket(family, type | SOCK_CLOEXEC, protocol));
}

void tcp_connect(void) {
  need(targets.port > 0);
  int end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (end < 0) return refused(errno);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)targets.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  attempt(connect(end, (void *)&address, sizeof address));
}

void internet(void) {
  open_socket(AF_INET, SOCK_STREAM, 0);
  open_socket(AF_INET, SOCK_DGRAM, 0);
  open_socket(AF_INET6, SOCK_STREAM, 0);
  open_socket(AF_INET6, SOCK_DGRAM, 0);
  // Multipath TCP is TCP by another number.
  open_socket(AF_INET, SOCK_STREAM, 262);
}
void raw_socket(void) {
  open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
}
void packet_socket(void) { open_socket(AF_PACKET, SOCK_RAW, htons(3)); }
void netlink_socket(void) {
  open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  open_socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
  open_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
}
void machine_socket(void) { open_socket(AF_VSOCK, SOCK_STREAM, 0); }
void crypto_socket(void) { open_socket(AF_ALG, SOCK_SEQPACKET, 0); }
void other_sockets(void) {
  for (int family = 0; family < 64; family++) {
    if (family == AF_UNIX) continue;
    for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++) open_socket(family, type, 0);
  }
}
/// The kernel takes 32 bits of the family.
void high_bits_socket(void) { attempt(syscall(SYS_socket, AF_INET | 1ul << 32, SOCK_STREAM, 0)); }

// System V and POSIX objects of everyone.

void attach_memory(void) {
  need(targets.memory >= 0);
  void *memory = shmat(targets.memory, NULL, 0);
  attempt(memory == (void *)-1 ? -1 : 0);
}
void use_queue(void) {
  need(targets.queue >= 0);
  struct {
    long type;
    char text[1];
  } message = {1, "x"};
  attempt(msgsnd(targets.queue, &message, 1, IPC_NOWAIT));
}
void use_semaphores(void) {
  need(targets.semaphores >= 0);
  struct sembuf operation = {.sem_op = 1, .sem_flg = IPC_NOWAIT};
  attempt(semop(targets.semaphores, &operation, 1));
}
void message_queue(void) {
  mqd_t queue = mq_open("/snap-probe", O_CREAT | O_RDWR, 0600, NULL);
  if (queue >= 0) mq_unlink("/snap-probe");
  attempt(queue);
}
