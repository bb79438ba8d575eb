// Where system services listen that a confined program has no business with.
#pragma once
#include <stddef.h>

static const char *const service_sockets[] = {
  "/run/dbus/system_bus_socket", "/run/snapd.socket", "/run/systemd/private", "/run/systemd/io.system.ManagedOOM",
  "/run/systemd/userdb/io.systemd.DynamicUser", "/run/systemd/journal/io.systemd.journal", "/run/docker.sock",
  "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/udev/control", "/run/cups/cups.sock",
  "/run/acpid.socket", "/run/rpcbind.sock", "/run/uuidd/request", "/run/lvm/lvmpolld.socket", "/run/pcscd/pcscd.comm",
};
static const size_t service_socket_count = sizeof service_sockets / sizeof service_sockets[0];
