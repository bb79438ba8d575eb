#define _GNU_SOURCE 1
#include "bare.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int error;
int *__errno_location(void) { return &error; }

#define CALL6(name, a, b, c, d, e, f) \
  bare_result(bare_call(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))
#define CALL5(name, a, b, c, d, e) CALL6(name, a, b, c, d, e, 0)
#define CALL4(name, a, b, c, d) CALL6(name, a, b, c, d, 0, 0)
#define CALL3(name, a, b, c) CALL6(name, a, b, c, 0, 0, 0)
#define CALL2(name, a, b) CALL6(name, a, b, 0, 0, 0, 0)
#define CALL1(name, a) CALL6(name, a, 0, 0, 0, 0, 0)
#define CALL0(name) CALL6(name, 0, 0, 0, 0, 0, 0)

long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
  long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
  va_end(list);
  return bare_result(bare_call(number, a, b, c, d, e, f));
}

// Files
int openat(int directory, const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  unsigned mode = va_arg(list, unsigned);
  va_end(list);
  return (int)CALL4(openat, directory, path, flags, mode);
}
int close(int file) { return (int)CALL1(close, file); }
ssize_t read(int file, void *buffer, size_t size) { return CALL3(read, file, buffer, size); }
ssize_t write(int file, const void *buffer, size_t size) { return CALL3(write, file, buffer, size); }
int fcntl(int file, int command, ...) {
  va_list list;
  va_start(list, command);
  long argument = va_arg(list, long);
  va_end(list);
  return (int)CALL3(fcntl, file, command, argument);
}
int ioctl(int file, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  long argument = va_arg(list, long);
  va_end(list);
  return (int)CALL3(ioctl, file, request, argument);
}
int statx(int directory, const char *path, int flags, unsigned mask, struct statx *buffer) {
  return (int)CALL5(statx, directory, path, flags, mask, buffer);
}
int fstatfs(int file, struct statfs *buffer) { return (int)CALL2(fstatfs, file, buffer); }
int statfs(const char *path, struct statfs *buffer) { return (int)CALL2(statfs, path, buffer); }
int mkdirat(int directory, const char *path, mode_t mode) { return (int)CALL3(mkdirat, directory, path, mode); }
int mknodat(int directory, const char *path, mode_t mode, dev_t device) {
  return (int)CALL4(mknodat, directory, path, mode, device);
}
int symlinkat(const char *content, int directory, const char *path) {
  return (int)CALL3(symlinkat, content, directory, path);
}
int unlinkat(int directory, const char *path, int flags) { return (int)CALL3(unlinkat, directory, path, flags); }
int renameat(int from, const char *old, int to, const char *new) { return (int)CALL4(renameat, from, old, to, new); }
ssize_t readlinkat(int directory, const char *path, char *buffer, size_t size) {
  return CALL4(readlinkat, directory, path, buffer, size);
}
int ftruncate(int file, off_t size) { return (int)CALL2(ftruncate, file, size); }
int fchmod(int file, mode_t mode) { return (int)CALL2(fchmod, file, mode); }
int fchdir(int file) { return (int)CALL1(fchdir, file); }
int chdir(const char *path) { return (int)CALL1(chdir, path); }
mode_t umask(mode_t mask) { return (mode_t)CALL1(umask, mask); }
int flock(int file, int operation) { return (int)CALL2(flock, file, operation); }
int pipe2(int ends[2], int flags) { return (int)CALL2(pipe2, ends, flags); }
int dup2(int from, int to) { return from == to ? (fcntl(from, F_GETFD) < 0 ? -1 : to) : (int)CALL3(dup3, from, to, 0); }

// Mounts and namespaces
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data) {
  return (int)CALL5(mount, source, target, type, flags, data);
}
int umount2(const char *target, int flags) { return (int)CALL2(umount2, target, flags); }
int unshare(int flags) { return (int)CALL1(unshare, flags); }
int chroot(const char *path) { return (int)CALL1(chroot, path); }
int setns(int file, int type) { return (int)CALL2(setns, file, type); }

// Processes
pid_t getpid(void) { return (pid_t)CALL0(getpid); }
uid_t getuid(void) { return (uid_t)CALL0(getuid); }
uid_t geteuid(void) { return (uid_t)CALL0(geteuid); }
gid_t getgid(void) { return (gid_t)CALL0(getgid); }
int setfsuid(uid_t user) { return (int)CALL1(setfsuid, user); }
int setfsgid(gid_t group) { return (int)CALL1(setfsgid, group); }
int prctl(int option, ...) {
  va_list list;
  va_start(list, option);
  unsigned long a = va_arg(list, unsigned long), b = va_arg(list, unsigned long);
  unsigned long c = va_arg(list, unsigned long), d = va_arg(list, unsigned long);
  va_end(list);
  return (int)CALL5(prctl, option, a, b, c, d);
}
int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set) {
  memset(set, 0, size);
  return CALL3(sched_getaffinity, process, size, set) < 0 ? -1 : 0;
}
int sched_setaffinity(pid_t process, size_t size, const cpu_set_t *set) {
  return (int)CALL3(sched_setaffinity, process, size, set);
}
pid_t fork(void) { return (pid_t)CALL5(clone, SIGCHLD, 0, 0, 0, 0); }
pid_t waitpid(pid_t process, int *status, int options) { return (pid_t)CALL4(wait4, process, status, options, 0); }
int execve(const char *path, char *const *argv, char *const *environment) {
  return (int)CALL3(execve, path, argv, environment);
}
_Noreturn void _exit(int code) {
  for (;;) CALL1(exit_group, code);
}

// Time and chance
int setitimer(__itimer_which_t which, const struct itimerval *value, struct itimerval *old) {
  return (int)CALL3(setitimer, which, value, old);
}
int clock_gettime(clockid_t clock, struct timespec *time) { return (int)CALL2(clock_gettime, clock, time); }
int nanosleep(const struct timespec *time, struct timespec *rest) { return (int)CALL2(nanosleep, time, rest); }
void arc4random_buf(void *buffer, size_t size) {
  char *next = buffer;
  while (size > 0) {
    long count = CALL3(getrandom, next, size, 0);
    if (count < 0 && errno != EINTR) __builtin_trap();
    if (count > 0) next += count, size -= (size_t)count;
  }
}
