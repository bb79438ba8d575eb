#pragma once
// What the launcher's keeper of message bus sockets needs: local stream sockets with descriptors in their messages,
// waiting for several things, and processes that are nobody's children. As in launch.h, -1 and errno for a failure.
#include "base.h"

/// How many descriptors one message can carry (the kernel's SCM_MAX_FD).
#define CL_BUS_DESCRIPTORS 253

struct cl_bus_wait {
  int32_t fd;
  /// CL_BUS_READABLE, CL_BUS_WRITABLE.
  int16_t wanted;
  /// The same and CL_BUS_ENDED.
  int16_t found;
};

#define CL_BUS_READABLE 0x1
#define CL_BUS_WRITABLE 0x4
/// An error or a hang-up, asked for or not.
#define CL_BUS_ENDED 0x18

/// A socket that listens at a name in the working directory.
int cl_bus_listen(const char *name);
int cl_bus_accept(int listener);
/// Gives a file of the working directory another name, relative to `directory`.
int cl_bus_link(const char *name, int directory, const char *other);
/// Connects to a name in the working directory.
int cl_bus_connect(const char *name);
/// Reads without waiting: bytes, and descriptors into `descriptors` (room for CL_BUS_DESCRIPTORS).
int64_t cl_bus_receive(int socket, void *buffer, size_t size, int32_t *descriptors, int32_t *count);
/// Writes without waiting. Nothing is signalled when the other side is gone.
int64_t cl_bus_send(int socket, const void *buffer, size_t size, const int32_t *descriptors, int32_t count);
/// No more is written to the socket.
void cl_bus_finish(int socket);
/// poll(2) without a time limit; what a signal interrupts is repeated.
int cl_bus_poll(struct cl_bus_wait *items, size_t count);

/// A descriptor of a process, readable when the process has ended.
int cl_bus_process(int32_t process);
/// 1 when a process is there and has not ended.
int cl_bus_runs(int32_t process);
/// inotify(7): a descriptor, readable when the file at the path was replaced, removed or written.
int cl_bus_watch(const char *path);
/// 16 random bytes.
void cl_bus_random(uint8_t bytes[16]);

/// fork(2), twice: 1 in a process that is not the caller's child, 0 in the caller.
int cl_bus_detach(void);
/// For the detached process: a session of its own, /dev/null as standard descriptors, and no signal that ends the
/// app's processes together ends this one too: it leaves after them.
int cl_bus_settle(void);
/// Keeps of all descriptors those listed (`count` of at most 8), which get the numbers from 3 on, in order.
int cl_bus_keep(const int32_t *descriptors, size_t count);
/// Starts a program in the working directory, with `end` as descriptor 3 and nothing else; its process id.
int32_t cl_bus_start(const char *path, char *const *argv, char *const *environment, int end);
/// A pipe's two ends, closed at execve(2).
int cl_bus_pipe(int32_t ends[2]);
/// Kills a child, if it is there still, and waits for it.
void cl_bus_end(int32_t process);
