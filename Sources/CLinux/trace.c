#define _GNU_SOURCE 1
#include "CLinux.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                            PTRACE_O_TRACEEXEC;

uint32_t cl_native_arch(void) {
#if defined(__x86_64__)
  return AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
  return AUDIT_ARCH_AARCH64;
#else
  return 0;
#endif
}

int cl_trace_start(const char *path, char *const *arguments, char *const *environment, int seize) {
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) < 0) return -errno;
  pid_t pid = fork();
  if (pid < 0) {
    int error = errno;
    close(gate[0]);
    close(gate[1]);
    return -error;
  }
  if (pid == 0) {
    // Waits until it is traced; a tracer that went away closes the gate, and nothing is run.
    close(gate[1]);
    char go;
    ssize_t count;
    do count = read(gate[0], &go, 1);
    while (count < 0 && errno == EINTR);
    if (count != 1) _exit(127);
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    execve(path, arguments, environment);
    _exit(errno == ENOENT ? 127 : 126);
  }
  close(gate[0]);
  int error = 0;
  if (seize && ptrace(PTRACE_SEIZE, pid, NULL, options) < 0) error = errno;
  if (!error && write(gate[1], "", 1) != 1) error = EPIPE;
  close(gate[1]);
  if (error) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    return -error;
  }
  return pid;
}

int cl_trace_attach_stopped(int pid, int *status) {
  for (;;) {
    if (waitpid(pid, status, WUNTRACED) < 0) {
      if (errno == EINTR) continue;
      return -errno;
    }
    if (!WIFSTOPPED(*status)) return 0;
    // A stop of the terminal's (^Z) is not the one that is waited for.
    if (WSTOPSIG(*status) == SIGSTOP) break;
  }
  int error = ptrace(PTRACE_SEIZE, pid, NULL, options) < 0 ? errno : 0;
  kill(pid, SIGCONT);
  return error ? -error : 1;
}

int cl_trace_await(int pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  return status;
}

static int describe_call(struct cl_trace_event *event) {
  struct __ptrace_syscall_info info;
  memset(&info, 0, sizeof info);
  if (ptrace(PTRACE_GET_SYSCALL_INFO, event->pid, sizeof info, &info) <= 0) return 0;
  event->arch = info.arch;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    event->kind = CL_TRACE_ENTRY;
    event->number = info.entry.nr;
    for (int i = 0; i < 6; i++) event->arguments[i] = info.entry.args[i];
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    event->kind = CL_TRACE_RETURN;
    event->value = info.exit.rval;
  }
  return 0;
}

int cl_trace_next(struct cl_trace_event *event) {
  int status;
  pid_t pid;
  memset(event, 0, sizeof *event);
  do pid = waitpid(-1, &status, __WALL);
  while (pid < 0 && errno == EINTR);
  if (pid < 0) return -errno;
  event->pid = pid;
  event->kind = CL_TRACE_OTHER;
  if (WIFEXITED(status)) {
    event->kind = CL_TRACE_EXITED;
    event->value = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    event->kind = CL_TRACE_KILLED;
    event->value = WTERMSIG(status);
  } else if (WIFSTOPPED(status)) {
    int signal = WSTOPSIG(status), what = status >> 16;
    if (what == PTRACE_EVENT_EXEC) {
      event->kind = CL_TRACE_EXECUTED;
    } else if (what == PTRACE_EVENT_STOP) {
      int stops = signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
      if (stops) event->kind = CL_TRACE_GROUP_STOP;
    } else if (what == 0 && signal == (SIGTRAP | 0x80)) {
      return describe_call(event);
    } else if (what == 0) {
      event->kind = CL_TRACE_SIGNAL;
      event->value = signal;
    }
  }
  return 0;
}

void cl_trace_resume(int pid, int calls, int signal) {
  // A thread that was killed meanwhile is reported by the next wait.
  ptrace(calls ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, (long)signal);
}

void cl_trace_listen(int pid) { ptrace(PTRACE_LISTEN, pid, NULL, 0L); }

int64_t cl_trace_read(int pid, uint64_t address, void *buffer, size_t count) {
  // Page by page: a text may end where the next page is not mapped.
  size_t done = 0;
  while (done < count) {
    size_t part = 4096 - (address + done) % 4096;
    if (part > count - done) part = count - done;
    struct iovec local = {(char *)buffer + done, part}, remote = {(void *)(uintptr_t)(address + done), part};
    ssize_t got = process_vm_readv(pid, &local, 1, &remote, 1, 0);
    if (got <= 0) break;
    done += (size_t)got;
  }
  return done ? (int64_t)done : -1;
}

void cl_trace_ignore_interrupts(int ignore) {
  signal(SIGINT, ignore ? SIG_IGN : SIG_DFL);
  signal(SIGQUIT, ignore ? SIG_IGN : SIG_DFL);
}

struct shape_entry {
  uint64_t number;
  struct cl_call_shape shape;
};

#define SHAPE(name, ...) {SYS_##name, {__VA_ARGS__}}

static const struct shape_entry shapes[] = {
    SHAPE(openat, CL_CALL_OPEN, 0, 1, 2), SHAPE(openat2, CL_CALL_OPEN_HOW, 0, 1, 2),
    SHAPE(newfstatat, CL_CALL_LOOK, 0, 1, -1), SHAPE(statx, CL_CALL_LOOK, 0, 1, -1),
    SHAPE(readlinkat, CL_CALL_LOOK, 0, 1, -1), SHAPE(chdir, CL_CALL_LOOK, -1, 0, -1),
    SHAPE(statfs, CL_CALL_LOOK, -1, 0, -1), SHAPE(getxattr, CL_CALL_LOOK, -1, 0, -1),
    SHAPE(inotify_add_watch, CL_CALL_LOOK, -1, 1, -1), SHAPE(faccessat, CL_CALL_ACCESS, 0, 1, 2),
    SHAPE(faccessat2, CL_CALL_ACCESS, 0, 1, 2), SHAPE(execve, CL_CALL_EXECUTE, -1, 0, -1),
    SHAPE(execveat, CL_CALL_EXECUTE, 0, 1, -1), SHAPE(mkdirat, CL_CALL_CHANGE, 0, 1, -1),
    SHAPE(unlinkat, CL_CALL_CHANGE, 0, 1, -1), SHAPE(symlinkat, CL_CALL_CHANGE, 1, 2, -1),
    SHAPE(linkat, CL_CALL_CHANGE, 2, 3, -1), SHAPE(renameat2, CL_CALL_CHANGE, 2, 3, -1),
    SHAPE(fchmodat, CL_CALL_CHANGE, 0, 1, -1), SHAPE(fchownat, CL_CALL_CHANGE, 0, 1, -1),
    SHAPE(utimensat, CL_CALL_CHANGE, 0, 1, -1), SHAPE(truncate, CL_CALL_CHANGE, -1, 0, -1),
    SHAPE(setxattr, CL_CALL_CHANGE, -1, 0, -1), SHAPE(mknodat, CL_CALL_NODE, 0, 1, 2),
    SHAPE(connect, CL_CALL_ADDRESS, -1, 1, 2), SHAPE(bind, CL_CALL_ADDRESS, -1, 1, 2),
    SHAPE(sendto, CL_CALL_ADDRESS, -1, 4, 5), SHAPE(socket, CL_CALL_SOCKET, -1, -1, -1),
    SHAPE(mount, CL_CALL_MOUNT, -1, 1, -1), SHAPE(umount2, CL_CALL_UNMOUNT, -1, 0, -1),
    SHAPE(kill, CL_CALL_SIGNAL, -1, -1, 1), SHAPE(tkill, CL_CALL_SIGNAL, -1, -1, 1),
    SHAPE(tgkill, CL_CALL_SIGNAL, -1, -1, 2), SHAPE(ptrace, CL_CALL_PTRACE, -1, -1, -1),
    SHAPE(process_vm_readv, CL_CALL_PTRACE, -1, -1, -1), SHAPE(process_vm_writev, CL_CALL_PTRACE, -1, -1, -1),
#ifdef SYS_open
    SHAPE(open, CL_CALL_OPEN, -1, 0, 1), SHAPE(creat, CL_CALL_CREATE, -1, 0, -1),
    SHAPE(stat, CL_CALL_LOOK, -1, 0, -1), SHAPE(lstat, CL_CALL_LOOK, -1, 0, -1),
    SHAPE(readlink, CL_CALL_LOOK, -1, 0, -1), SHAPE(access, CL_CALL_ACCESS, -1, 0, 1),
    SHAPE(mkdir, CL_CALL_CHANGE, -1, 0, -1), SHAPE(rmdir, CL_CALL_CHANGE, -1, 0, -1),
    SHAPE(unlink, CL_CALL_CHANGE, -1, 0, -1), SHAPE(symlink, CL_CALL_CHANGE, -1, 1, -1),
    SHAPE(link, CL_CALL_CHANGE, -1, 1, -1), SHAPE(rename, CL_CALL_CHANGE, -1, 1, -1),
    SHAPE(renameat, CL_CALL_CHANGE, 2, 3, -1), SHAPE(chmod, CL_CALL_CHANGE, -1, 0, -1),
    SHAPE(chown, CL_CALL_CHANGE, -1, 0, -1), SHAPE(lchown, CL_CALL_CHANGE, -1, 0, -1),
    SHAPE(mknod, CL_CALL_NODE, -1, 0, 1), SHAPE(utimes, CL_CALL_CHANGE, -1, 0, -1),
#endif
};

struct cl_call_shape cl_call_shape(uint32_t arch, uint64_t number) {
  static const struct cl_call_shape none = {CL_CALL_OTHER, -1, -1, -1};
  if (arch != cl_native_arch()) return none;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    if (shapes[i].number == number) return shapes[i].shape;
  return none;
}
