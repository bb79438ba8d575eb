#pragma once
// Watching the system calls of a process (ptrace(2)), for `snap run --explain`.
#include "base.h"

enum {
  CL_TRACE_EXITED = 1,     // `value` is the exit code
  CL_TRACE_KILLED = 2,     // `value` is the signal
  CL_TRACE_ENTRY = 3,      // a call begins: `arch`, `number`, `arguments`
  CL_TRACE_RETURN = 4,     // a call has ended: `value` is its result, negative for an error
  CL_TRACE_EXECUTED = 5,   // another program is executed
  CL_TRACE_SIGNAL = 6,     // `value` is a signal to be delivered
  CL_TRACE_GROUP_STOP = 7, // the process is stopped by a signal
  CL_TRACE_OTHER = 8,
};

/// What a traced thread has come to.
struct cl_trace_event {
  int pid;
  int kind;
  int64_t value;
  uint32_t arch;
  uint64_t number;
  uint64_t arguments[6];
};

/// Starts a program with the caller's descriptors, environment `environment`, in its process group. With `seize` it is
/// traced from before its first instruction. Returns the process, or -errno.
int cl_trace_start(const char *path, char *const *arguments, char *const *environment, int seize);
/// Waits until a process that is not traced yet has stopped itself, and traces it. Returns 1; 0 when it ended instead,
/// with the wait status in `status`; -errno when it may not be traced, and then it goes on untraced.
int cl_trace_attach_stopped(int pid, int *status);
/// Waits for the next event of any traced thread. Returns 0, or -errno.
int cl_trace_next(struct cl_trace_event *event);
/// Lets a thread go on: to its next system call when `calls` is set, else to its next event.
void cl_trace_resume(int pid, int calls, int signal);
/// Leaves a process in its stop (a stopped job).
void cl_trace_listen(int pid);
/// Waits for an untraced process. Returns its wait status.
int cl_trace_await(int pid);
/// Reads a process's memory; -1 on failure. Stops early at the end of what is mapped.
int64_t cl_trace_read(int pid, uint64_t address, void *buffer, size_t count);
/// Ignores what a terminal sends to the whole group, so that the report is written after the app has ended.
void cl_trace_ignore_interrupts(int ignore);

// What a call names. The numbers are arguments' positions; -1: none.
enum {
  CL_CALL_OTHER = 0,
  CL_CALL_OPEN = 1,      // `path`, `flags`
  CL_CALL_LOOK = 2,      // stat(2) and the like: the path is only looked at
  CL_CALL_ACCESS = 3,    // access(2): `flags` is its mode
  CL_CALL_EXECUTE = 4,
  CL_CALL_CHANGE = 5,    // the path is made, removed or changed
  CL_CALL_ADDRESS = 6,   // `path` is a socket address, `flags` its length
  CL_CALL_SOCKET = 7,
  CL_CALL_OPEN_HOW = 8,  // openat2(2): `flags` is the structure
  CL_CALL_MOUNT = 9,
  CL_CALL_UNMOUNT = 10,
  CL_CALL_SIGNAL = 11,   // `flags` is the signal
  CL_CALL_PTRACE = 12,
  CL_CALL_CREATE = 13,   // creat(2)
  CL_CALL_NODE = 14,     // mknod(2): `flags` is the mode
};

struct cl_call_shape {
  int kind;
  int directory;
  int path;
  int flags;
};

/// What a call of this machine's own architecture names; CL_CALL_OTHER for all that name nothing, and for those of
/// other architectures.
struct cl_call_shape cl_call_shape(uint32_t arch, uint64_t number);
/// The calling program's architecture, as audit records name it.
uint32_t cl_native_arch(void);
