#pragma once
// Sockets that wait for connections, and clocks that wake: what a supervisor opens before its services.
#include "base.h"

/// A stream socket that listens at a path, or with `abstract` at a name without a file. Both end before `length`.
/// Returns it, close-on-exec, or a negative errno.
int cl_listen_unix(const char *path, size_t length, int abstract);
/// A stream socket that listens at a numeric address; without one at every address of the machine.
int cl_listen_inet(const char *address, uint16_t port);
/// Whether a descriptor is a socket that listens.
int cl_is_listening(int fd);
/// A copy of another process's descriptor (pidfd_getfd(2)), or a negative errno.
int cl_copy_descriptor(int pidfd, int fd);

/// A timer of the wall clock (timerfd_create(2)), or a negative errno.
int cl_wall_timer(void);
/// Wakes at a second since 1970, and as soon as the clock is set; never with a negative one.
int cl_wall_timer_set(int fd, int64_t second);
/// Reads the timer. Returns 1 when the clock was set meanwhile, 0 otherwise.
int cl_wall_timer_clear(int fd);
