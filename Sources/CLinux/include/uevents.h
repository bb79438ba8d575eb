#pragma once
// What the kernel and udev tell of devices: netlink(7), NETLINK_KOBJECT_UEVENT. Both return -1 with errno.
#include "base.h"

/// A socket that hears the groups: 1 is the kernel's, 2 is udev's, which knows more. Does not block.
int cl_uevent_open(uint32_t groups);
/// One message; its length, and which group it came by and whose process sent it (0 is the kernel).
long cl_uevent_receive(int socket, void *buffer, size_t size, uint32_t *group, uint32_t *port, uint32_t *user);
