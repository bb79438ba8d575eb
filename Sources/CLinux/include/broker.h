#pragma once
// What the launcher's keeper of mounts needs: system calls that the kernel hands to another process
// (seccomp_unotify(2)). As in launch.h, -1 and errno for a failure.
#include "base.h"

/// A system call that waits for an answer.
struct cl_broker_notice {
  uint64_t id;
  /// The thread that calls, as this process's namespace numbers it.
  int32_t process;
  /// CL_BROKER_MOUNT or CL_BROKER_UNMOUNT.
  int32_t call;
  uint64_t arguments[6];
};

#define CL_BROKER_MOUNT 1
#define CL_BROKER_UNMOUNT 2

/// Hands mount(2) and umount2(2) of the process, and of all that it starts, to whoever has the descriptor that is
/// returned. The newer calls are answered as if the kernel had none: programs fall back to mount(2).
int cl_broker_filter(void);
/// The next call that waits; ENOENT when its thread has been killed meanwhile.
int cl_broker_receive(int listener, struct cl_broker_notice *notice);
/// 1 while the thread that made the call still waits: what was found out by its number is about it.
int cl_broker_waits(int listener, uint64_t id);
/// Ends a call with an error number, or success (0).
int cl_broker_answer(int listener, uint64_t id, int error);

/// Two ends, closed at execve(2), that carry descriptors.
int cl_broker_channel(int32_t ends[2]);
/// Reads a text up to its end from another process's memory: its length. ENAMETOOLONG when it does not fit.
int64_t cl_broker_text(int memory, uint64_t address, char *buffer, size_t size);
/// The number of the mount that a name in a directory (or, with an empty name, what is open) is on, and whether it is
/// that mount's root.
int cl_broker_mount(int directory, const char *name, uint64_t *mount, int *is_root);
/// A device's number, when what is open is a block device; else 0.
uint64_t cl_broker_device(int fd);
/// The device that what is open is on.
uint64_t cl_broker_file_system(int fd);
/// No process but one with cap_sys_ptrace can look into this one.
int cl_broker_hide(void);
/// From here on the process can do what a keeper of mounts does, and is killed for anything else.
int cl_broker_confine(void);

#define CL_BROKER_EFAULT 14
#define CL_BROKER_ENOTBLK 15
#define CL_BROKER_ESRCH 3
#define CL_BROKER_ENAMETOOLONG 36
