#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

_Static_assert(CL_BROKER_EFAULT == EFAULT && CL_BROKER_ENOTBLK == ENOTBLK, "numbers");
_Static_assert(CL_BROKER_ENAMETOOLONG == ENAMETOOLONG && CL_BROKER_ESRCH == ESRCH, "numbers");

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
/// When the loaded number is this one, returns; else goes on.
#define ON(number, value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), RETURN(value)
#define FAIL(error) (SECCOMP_RET_ERRNO | (error))

// Newer than the headers of the oldest distribution built on.
enum { wait_killable = 1 << 5, SYS_open_tree_attributes = 467 };

/// The calls of Linux 5.2 and later have one number everywhere.
#define NEW_CALLS(value)                                                                                              \
  ON(428 /* open_tree */, value), ON(429 /* move_mount */, value), ON(430 /* fsopen */, value),                       \
      ON(431 /* fsconfig */, value), ON(432 /* fsmount */, value), ON(433 /* fspick */, value),                       \
      ON(442 /* mount_setattr */, value), ON(SYS_open_tree_attributes, value)

int cl_broker_filter(void) {
  struct sock_filter code[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
      BPF_STMT(BPF_JMP | BPF_JA, 0),
      LOAD(nr),
      ON(SYS_mount, SECCOMP_RET_USER_NOTIF),
      ON(SYS_umount2, SECCOMP_RET_USER_NOTIF),
#ifdef __x86_64__
      // The same calls of x32.
      ON(SYS_mount | 0x40000000, FAIL(EPERM)),
      ON(SYS_umount2 | 0x40000000, FAIL(EPERM)),
#endif
      NEW_CALLS(FAIL(ENOSYS)),
      RETURN(SECCOMP_RET_ALLOW),
      // The 32-bit calls of i386 and ARM, which have these numbers.
      LOAD(nr),
      ON(21 /* mount */, FAIL(EPERM)),
      ON(22 /* umount */, FAIL(EPERM)),
      ON(52 /* umount2 */, FAIL(EPERM)),
      NEW_CALLS(FAIL(EPERM)),
      RETURN(SECCOMP_RET_ALLOW),
  };
  const size_t count = sizeof code / sizeof *code;
  // Everything after the second `LOAD(nr)` is for other architectures.
  const size_t others = 1 + 3 * 2 + 8 * 2 + 1;
  code[2].k = (unsigned)(count - others - 3);
  struct sock_fprog program = {(unsigned short)count, code};
  // A call that is being worked on is interrupted by nothing but death: it would be made twice.
  long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                          (unsigned)(SECCOMP_FILTER_FLAG_NEW_LISTENER | wait_killable), &program);
  if (listener >= 0 || errno != EINVAL) return (int)listener;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (unsigned)SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

int cl_broker_receive(int listener, struct cl_broker_notice *notice) {
  // A later kernel may write a longer record than the header has.
  union {
    struct seccomp_notif notice;
    char room[256];
  } record;
  memset(&record, 0, sizeof record);
  int result;
  do result = ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &record);
  while (result < 0 && errno == EINTR);
  if (result < 0) return -1;
  notice->id = record.notice.id;
  notice->process = (int32_t)record.notice.pid;
  notice->call = record.notice.data.nr == SYS_mount ? CL_BROKER_MOUNT : CL_BROKER_UNMOUNT;
  for (int index = 0; index < 6; index++) notice->arguments[index] = record.notice.data.args[index];
  return 0;
}

int cl_broker_waits(int listener, uint64_t id) { return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0; }

int cl_broker_answer(int listener, uint64_t id, int error) {
  struct seccomp_notif_resp answer = {.id = id, .error = -error};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

int cl_broker_channel(int32_t ends[2]) {
  return (int)syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
}

int64_t cl_broker_text(int memory, uint64_t address, char *buffer, size_t size) {
  size_t length = 0;
  while (length < size) {
    // Not beyond a page that is there into one that is not.
    size_t piece = 4096 - (size_t)((address + length) & 4095);
    if (piece > size - length) piece = size - length;
    long count = syscall(SYS_pread64, memory, buffer + length, piece, (long)(address + length));
    if (count <= 0) {
      errno = EFAULT;
      return -1;
    }
    for (long index = 0; index < count; index++, length++) {
      if (!buffer[length]) return (int64_t)length;
    }
  }
  errno = ENAMETOOLONG;
  return -1;
}

int cl_broker_mount(int directory, const char *name, uint64_t *mount, int *is_root) {
  struct statx status;
  int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH);
  if (statx(directory, name, flags, STATX_MNT_ID, &status) != 0) return -1;
  if (!(status.stx_mask & STATX_MNT_ID)) {
    errno = ENOSYS;
    return -1;
  }
  *mount = status.stx_mnt_id;
  *is_root = (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  return 0;
}

uint64_t cl_broker_device(int fd) {
  struct statx status;
  if (statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &status) != 0 || (status.stx_mode & S_IFMT) != S_IFBLK) return 0;
  return ((uint64_t)status.stx_rdev_major << 32) | status.stx_rdev_minor;
}

uint64_t cl_broker_file_system(int fd) {
  struct statx status;
  if (statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &status) != 0) return 0;
  return ((uint64_t)status.stx_dev_major << 32) | status.stx_dev_minor;
}

int cl_broker_hide(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int cl_broker_confine(void) {
  static const int allowed[] = {
      // Looking at the caller and at places.
      SYS_read, SYS_pread64, SYS_close, SYS_openat, SYS_openat2, SYS_statx, SYS_readlinkat, SYS_fchdir, SYS_ppoll,
      SYS_recvmsg,
      // Mounting.
      SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_open_tree, SYS_move_mount, SYS_mount_setattr, SYS_umount2,
      // Memory and the end; the rest is what a C library does by itself.
      SYS_getrandom, SYS_mmap, SYS_munmap, SYS_brk, SYS_exit_group, SYS_futex, SYS_madvise, SYS_mremap, SYS_rt_sigreturn,
      SYS_restart_syscall,
  };
  enum { calls = sizeof allowed / sizeof *allowed };
  struct sock_filter code[5 + 2 * calls + 15];
  size_t count = 0;
#define ADD(...)                                                                                                      \
  do {                                                                                                                \
    const struct sock_filter more[] = {__VA_ARGS__};                                                                  \
    memcpy(code + count, more, sizeof more);                                                                          \
    count += sizeof more / sizeof *more;                                                                              \
  } while (0)
  ADD(LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS), LOAD(nr));
  for (size_t index = 0; index < calls; index++) ADD(ON((unsigned)allowed[index], SECCOMP_RET_ALLOW));
  // Such a one replaces nothing: see cl_launch_await_renames().
  ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 4), LOAD(args[4]),
      ON(1 /* RENAME_NOREPLACE */, SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_KILL_PROCESS));
  ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS),
      // The lower half of the request, on a little-endian machine.
      LOAD(args[1]), ON(SECCOMP_IOCTL_NOTIF_RECV, SECCOMP_RET_ALLOW), ON(SECCOMP_IOCTL_NOTIF_SEND, SECCOMP_RET_ALLOW),
      ON(SECCOMP_IOCTL_NOTIF_ID_VALID, SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_KILL_PROCESS));
  struct sock_fprog program = {(unsigned short)count, code};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &program);
}
