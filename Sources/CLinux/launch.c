#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The header has these as plain numbers, so that Swift can see them.
_Static_assert(CL_LAUNCH_O_CREAT == O_CREAT && CL_LAUNCH_O_EXCL == O_EXCL, "open flags");
_Static_assert(CL_LAUNCH_O_DIRECTORY == O_DIRECTORY && CL_LAUNCH_O_NOFOLLOW == O_NOFOLLOW, "open flags");
_Static_assert(CL_LAUNCH_O_CLOEXEC == O_CLOEXEC && CL_LAUNCH_O_PATH == O_PATH, "open flags");
_Static_assert(CL_LAUNCH_AT_FDCWD == AT_FDCWD && CL_LAUNCH_ENOENT == ENOENT && CL_LAUNCH_EAGAIN == EAGAIN, "numbers");

int cl_launch_open(int directory, const char *path, int flags, unsigned mode) {
  return openat(directory, path, flags | O_CLOEXEC, mode);
}

static int status_from(int result, const struct statx *from, struct cl_launch_status *to) {
  if (result != 0) return -1;
  to->mode = from->stx_mode;
  to->uid = from->stx_uid;
  to->gid = from->stx_gid;
  to->mount_root = (from->stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  to->device = ((uint64_t)from->stx_dev_major << 32) | from->stx_dev_minor;
  to->inode = from->stx_ino;
  to->size = from->stx_size;
  to->birth = from->stx_mask & STATX_BTIME ? from->stx_btime.tv_sec * 1000000000ll + from->stx_btime.tv_nsec : 0;
  to->changed = from->stx_ctime.tv_sec * 1000000000ll + from->stx_ctime.tv_nsec;
  to->modified = from->stx_mtime.tv_sec * 1000000000ll + from->stx_mtime.tv_nsec;
  return 0;
}

int cl_launch_fstatus(int fd, struct cl_launch_status *status) {
  struct statx buffer;
  return status_from(statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &buffer), &buffer, status);
}

int cl_launch_status_at(int directory, const char *path, int follow, struct cl_launch_status *status) {
  struct statx buffer;
  int flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
  return status_from(statx(directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, &buffer), &buffer, status);
}

int cl_launch_entry_status(int directory, const char *name, struct cl_launch_status *status) {
  struct statx buffer;
  int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  return status_from(statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &buffer), &buffer, status);
}

int cl_launch_mkdir(int directory, const char *name, unsigned mode) { return mkdirat(directory, name, mode); }
int cl_launch_make_file(int directory, const char *name, unsigned mode) {
  return mknodat(directory, name, S_IFREG | mode, 0);
}

int cl_launch_clone(int directory, const char *name, int recursive, uint64_t attributes, uint64_t propagation) {
  struct {
    uint64_t set, clear, propagation, userns;
  } how = {attributes, 0, propagation, 0};
  unsigned walk = (recursive ? CL_AT_RECURSIVE : 0) | AT_NO_AUTOMOUNT | (*name ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH);
  unsigned flags = CL_OPEN_TREE_CLONE | CL_OPEN_TREE_CLOEXEC | walk;
  // open_tree_attr(2), of Linux 6.15: the same number everywhere.
  static int unknown;
  if (!unknown) {
    int mount = (int)syscall(467, directory, name, flags, &how, sizeof how);
    // A filter that does not know the call says EPERM.
    if (mount >= 0 || (errno != ENOSYS && errno != EPERM)) return mount;
    unknown = 1;
  }
  int mount = (int)syscall(SYS_open_tree, directory, name, flags);
  if (mount < 0) return -1;
  unsigned depth = AT_EMPTY_PATH | (recursive ? CL_AT_RECURSIVE : 0);
  if (syscall(SYS_mount_setattr, mount, "", depth, &how, sizeof how) == 0) return mount;
  int error = errno;
  close(mount);
  errno = error;
  return -1;
}

int cl_launch_move_mount(int mount, int directory, const char *name) {
  return (int)syscall(SYS_move_mount, mount, "", directory, name, 0x4 /* MOVE_MOUNT_F_EMPTY_PATH */);
}

int cl_launch_symlink(const char *content, int directory, const char *name) {
  return symlinkat(content, directory, name);
}
int cl_launch_unlink(int directory, const char *name) { return unlinkat(directory, name, 0); }
int cl_launch_rmdir(int directory, const char *name) { return unlinkat(directory, name, AT_REMOVEDIR); }
int cl_launch_rename(int directory, const char *from, const char *to) {
  return renameat(directory, from, directory, to);
}
void cl_launch_await_renames(int directory, const char *name) {
  (void)syscall(SYS_renameat2, directory, name, directory, name, 1 /* RENAME_NOREPLACE */);
}
int64_t cl_launch_readlink(int directory, const char *name, char *buffer, size_t size) {
  return readlinkat(directory, name, buffer, size);
}
int64_t cl_launch_entries(int fd, void *buffer, size_t size) { return syscall(SYS_getdents64, fd, buffer, size); }

int64_t cl_launch_read(int fd, void *buffer, size_t size) {
  ssize_t count;
  do count = read(fd, buffer, size);
  while (count < 0 && errno == EINTR);
  return count;
}

int64_t cl_launch_write(int fd, const void *buffer, size_t size) {
  ssize_t count;
  do count = write(fd, buffer, size);
  while (count < 0 && errno == EINTR);
  return count;
}

int cl_launch_truncate(int fd) { return ftruncate(fd, 0); }
int cl_launch_chmod(int fd, unsigned mode) { return fchmod(fd, mode); }
int cl_launch_fchdir(int fd) { return fchdir(fd); }
int cl_launch_chdir(const char *path) { return chdir(path); }
int cl_launch_getcwd(char *buffer, size_t size) {
  // Outside the root the kernel says "(unreachable)…", which is no path.
  return syscall(SYS_getcwd, buffer, size) > 0 && buffer[0] == '/';
}
unsigned cl_launch_umask(unsigned mask) { return umask(mask); }
int cl_launch_lock(int fd, int exclusive) { return flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB); }
int cl_launch_lock_wait(int fd, int exclusive) { return flock(fd, exclusive ? LOCK_EX : LOCK_SH); }
void cl_launch_pause(unsigned milliseconds) {
  struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
  nanosleep(&time, NULL);
}
int64_t cl_launch_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t cl_launch_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int cl_launch_unshare_mounts(void) { return unshare(CLONE_NEWNS); }
int cl_launch_setns_mounts(int fd) { return setns(fd, CLONE_NEWNS); }
int cl_launch_unshare_user(int ipc) { return unshare(CLONE_NEWUSER | CLONE_NEWNS | (ipc ? CLONE_NEWIPC : 0)); }

int cl_launch_owns_mounts(void) {
  int mounts = openat(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (mounts < 0) return -1;
  int owner = ioctl(mounts, _IO(0xb7, 0x1));
  // The kernel shows no namespace from above.
  int result = owner >= 0 ? 1 : errno == EPERM ? 0 : -1;
  if (owner >= 0) close(owner);
  close(mounts);
  return result;
}

int cl_launch_chroot(int fd) { return fchdir(fd) == 0 ? chroot(".") : -1; }
int cl_launch_is_secure(void) { return getauxval(AT_SECURE) != 0; }
int cl_launch_pivot_root(void) { return (int)syscall(SYS_pivot_root, ".", "."); }

int64_t cl_launch_filesystem(int fd) {
  struct statfs buffer;
  return fstatfs(fd, &buffer) == 0 ? (int64_t)(uint32_t)buffer.f_type : 0;
}

int cl_launch_is_namespace(int fd) {
  struct statfs buffer;
  return fstatfs(fd, &buffer) == 0 && buffer.f_type == 0x6e736673;
}

uint64_t cl_launch_namespace_id(int fd) {
  uint64_t id = 0;
  // NS_GET_MNTNS_ID, newer than the headers of the oldest distribution built on.
  if (ioctl(fd, _IOR(0xb7, 0x5, uint64_t), &id) != 0) return 0;
  return id;
}

static cpu_set_t all_cpus;

int cl_launch_pin(int index) {
  static int known;
  if (!known && sched_getaffinity(0, sizeof all_cpus, &all_cpus) != 0) return 0;
  known = 1;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &all_cpus) || index-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
  }
  return 0;
}

void cl_launch_unpin(void) { (void)sched_setaffinity(0, sizeof all_cpus, &all_cpus); }

uint32_t cl_launch_uid(void) { return getuid(); }
uint32_t cl_launch_gid(void) { return getgid(); }
uint32_t cl_launch_euid(void) { return geteuid(); }
int32_t cl_launch_pid(void) { return getpid(); }

int cl_launch_set_file_ids(uint32_t uid, uint32_t gid) {
  (void)setfsgid(gid);
  (void)setfsuid(uid);
  // The calls report nothing; asking with an id that can't be set tells what is set.
  if ((uint32_t)setfsuid((uid_t)-1) == uid && (uint32_t)setfsgid((gid_t)-1) == gid) return 0;
  errno = EPERM;
  return -1;
}

int cl_launch_clear_groups(void) { return (int)syscall(SYS_setgroups, 0, NULL); }

int cl_launch_get_capabilities(uint64_t *effective, uint64_t *permitted) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) != 0) return -1;
  *effective = data[0].effective | (uint64_t)data[1].effective << 32;
  *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  return 0;
}

int cl_launch_set_capabilities(uint64_t effective, uint64_t permitted) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {
      {(uint32_t)effective, (uint32_t)permitted, 0},
      {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), 0},
  };
  // Emptying the inheritable set empties the ambient set with it.
  return (int)syscall(SYS_capset, &header, data);
}

int cl_launch_limit_capabilities(uint64_t keep) {
  for (int capability = 0; capability < 64; capability++) {
    if (keep & (1ull << capability)) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return errno == EINVAL && capability > 0 ? 0 : -1;
  }
  return 0;
}

int cl_launch_rename_process(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int cl_launch_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

// linux/landlock.h of the oldest distribution built on lacks the newer fields, so they are declared here.
struct ruleset_attributes {
  uint64_t files, network, scopes;
};
struct path_attributes {
  uint64_t access;
  int32_t parent;
} __attribute__((packed));

int cl_launch_landlock_abi(void) {
  long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1u);
  return abi < 0 ? 0 : (int)abi;
}

int cl_launch_landlock_ruleset(uint64_t files, uint64_t network, uint64_t scopes) {
  struct ruleset_attributes attributes = {files, network, scopes};
  // A kernel takes a longer record than it knows when the rest is zero.
  return (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0u);
}

int cl_launch_landlock_allow(int ruleset, int path, uint64_t access) {
  struct path_attributes attributes = {access, path};
  return (int)syscall(SYS_landlock_add_rule, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &attributes, 0u);
}

int cl_launch_landlock_restrict(int ruleset, unsigned flags) {
  return (int)syscall(SYS_landlock_restrict_self, ruleset, flags);
}

int cl_launch_seccomp(const void *program, size_t size) {
  struct sock_fprog filter = {(unsigned short)(size / sizeof(struct sock_filter)), (struct sock_filter *)program};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &filter) == 0) return 0;
  if (errno != EINVAL) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &filter);
}

int cl_launch_close_from(unsigned first) { return (int)syscall(SYS_close_range, first, ~0u, 0u); }
int cl_launch_close_range(unsigned first, unsigned last) {
  return (int)syscall(SYS_close_range, first, last, 0u);
}
int cl_launch_close_on_exec_from(unsigned first) {
  return (int)syscall(SYS_close_range, first, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
}
char **cl_launch_environment(void) { return environ; }
int cl_launch_exec(const char *path, char *const *argv, char *const *environment) {
  return execve(path, argv, environment);
}

int64_t cl_launch_capture(const char *path, char *const *argv, char *buffer, size_t size) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    // What takes longer than this is as good as no answer; the timer outlives execve(2).
    struct itimerval limit = {.it_value = {.tv_sec = 10}};
    setitimer(ITIMER_REAL, &limit, NULL);
    char *const environment[] = {"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    if (dup2(ends[1], 1) == 1) execve(path, argv, environment);
    _exit(127);
  }
  close(ends[1]);
  size_t used = 0;
  for (;;) {
    char rest[512];
    ssize_t count = used < size ? read(ends[0], buffer + used, size - used) : read(ends[0], rest, sizeof rest);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    if (used < size) used += (size_t)count;
  }
  close(ends[0]);
  int code = 0;
  while (waitpid(child, &code, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(code) && WEXITSTATUS(code) == 0 ? (int64_t)used : -1;
}

int cl_launch_unshare_ipc(void) { return unshare(CLONE_NEWIPC); }
int cl_launch_setns_ipc(int fd) { return setns(fd, CLONE_NEWIPC); }

void cl_launch_exit(int code) { _exit(code); }
