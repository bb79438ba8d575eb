#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined(__i386__)
#define MACHINE AUDIT_ARCH_I386
#elif defined(__arm__)
#define MACHINE AUDIT_ARCH_ARM
#elif defined(__riscv)
#define MACHINE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__)
#define MACHINE AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define MACHINE AUDIT_ARCH_S390X
#endif

// What a program does that reads files, works on them, and writes to a pipe; from the linker's first call on. No socket,
// no other process, no mount, nothing of another process.
static const uint32_t allowed[] = {
#ifdef SYS_arch_prctl
    SYS_arch_prctl,
#endif
#ifdef SYS_open
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_poll, SYS_time, SYS_getrlimit,
#endif
#ifdef SYS_mmap
    SYS_mmap,
#endif
#ifdef SYS_mmap2
    SYS_mmap2, SYS_fstat64, SYS__llseek, SYS_fcntl64,
#endif
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_set_thread_area
    SYS_set_thread_area,
#endif
#ifdef SYS_riscv_hwprobe
    SYS_riscv_hwprobe,
#endif
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_statx
    SYS_statx,
#endif
    SYS_openat, SYS_read, SYS_readv, SYS_pread64, SYS_write, SYS_writev, SYS_lseek, SYS_close, SYS_fstat, SYS_fcntl,
    SYS_ioctl, SYS_faccessat, SYS_readlinkat, SYS_dup, SYS_dup3, SYS_ppoll, SYS_fadvise64, SYS_brk, SYS_munmap,
    SYS_mprotect, SYS_mremap, SYS_madvise, SYS_execve, SYS_exit, SYS_exit_group, SYS_set_tid_address,
    SYS_set_robust_list, SYS_prlimit64, SYS_getrandom, SYS_futex, SYS_rt_sigaction, SYS_rt_sigprocmask,
    SYS_rt_sigreturn, SYS_sigaltstack, SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday,
    SYS_sysinfo, SYS_uname, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_getcwd, SYS_getrusage, SYS_sched_getaffinity, SYS_sched_yield, SYS_restart_syscall,
};

enum { allowed_count = sizeof allowed / sizeof *allowed };
_Static_assert(allowed_count < 250, "jumps of a filter are of 8 bits");

static int filter(void) {
#ifdef MACHINE
  struct sock_filter program[allowed_count + 6];
  unsigned next = 0;
  program[next++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  program[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
  program[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_THREAD);
  program[next++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (unsigned i = 0; i < allowed_count; i++) {
    program[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], allowed_count - i, 0);
  }
  // As of a kernel that does not know the call, so that C libraries try the older ones.
  program[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
  program[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog code = {(unsigned short)next, program};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &code, 0, 0);
#else
  errno = ENOSYS;
  return -1;
#endif
}

// MARK: A root of its own

/// Directories down to a name that is relative to the new root.
static int make_parents(const char *name) {
  char path[PATH_MAX];
  if (strlen(name) >= sizeof path) return errno = ENAMETOOLONG, -1;
  strcpy(path, name);
  for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    if (mkdir(path, 0755) != 0 && errno != EEXIST) return -1;
    *slash = '/';
  }
  return 0;
}

static int read_only(const char *name) {
  struct {
    uint64_t set, clear, propagation, userns;
  } how = {MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0};  // of the same values as MOUNT_ATTR_…
  if (syscall(442 /* mount_setattr */, AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, &how, sizeof how) == 0) return 0;
  if (errno != ENOSYS) return -1;
  return mount(NULL, name, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL);
}

/// Shows what has a path at the same path below the working directory; a symbolic link as the same link.
static int show(const char *path, int may_be_missing) {
  const char *name = path + 1;
  struct stat status, there;
  if (lstat(path, &status) != 0) return may_be_missing && (errno == ENOENT || errno == ENOTDIR) ? 0 : -1;
  // Within what is shown already.
  if (lstat(name, &there) == 0) {
    if (there.st_dev == status.st_dev && there.st_ino == status.st_ino) return 0;
    if (S_ISLNK(there.st_mode)) return 0;
  }
  if (make_parents(name) != 0) return may_be_missing ? 0 : -1;
  if (S_ISLNK(status.st_mode)) {
    char text[PATH_MAX];
    ssize_t count = readlink(path, text, sizeof text - 1);
    if (count < 0) return -1;
    text[count] = 0;
    return symlink(text, name);
  }
  if (S_ISDIR(status.st_mode)) {
    if (mkdir(name, 0755) != 0 && errno != EEXIST) return -1;
  } else if (S_ISREG(status.st_mode)) {
    if (mknod(name, S_IFREG | 0644, 0) != 0) return -1;
  } else {
    return errno = EINVAL, -1;
  }
  if (mount(path, name, NULL, MS_BIND, NULL) != 0) return -1;
  return read_only(name);
}

static int show_all(char *const *paths, int may_be_missing) {
  for (; *paths; paths++) {
    if (show(*paths, may_be_missing) != 0) return -1;
  }
  return 0;
}

/// A file system in memory as the working directory. It covers a directory of which nothing is shown.
static int begin_view(void) {
  static const char *const covered[] = {"/sys", "/proc"};
  for (int i = 0; i < 2; i++) {
    const char *options = "size=64k,nr_inodes=256,mode=0755";
    if (mount("tmpfs", covered[i], "tmpfs", MS_NOSUID | MS_NODEV, options) == 0) return chdir(covered[i]);
  }
  return -1;
}

static int build_view(const struct cl_confine *confine) {
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || begin_view() != 0) return -1;
  if (show_all(confine->libraries, 1) != 0 || show_all(confine->interpreters, 0) != 0) return -1;
  if (show(confine->arguments[0], 0) != 0 || show_all(confine->files, 0) != 0) return -1;
  if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) return -1;
  return read_only("/");
}

static int write_once(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t count = write(file, text, strlen(text));
  close(file);
  return count == (ssize_t)strlen(text) ? 0 : -1;
}

/// "ID ID 1\n" as user_namespaces(7) has it: nobody but the user exists in the namespace.
static int map_id(const char *path, unsigned id) {
  char digits[12], text[32];
  char *start = digits + sizeof digits - 1;
  *start = 0;
  do *--start = (char)('0' + id % 10);
  while (id /= 10);
  strcpy(text, start);
  strcat(text, " ");
  strcat(text, start);
  strcat(text, " 1\n");
  return write_once(path, text);
}

/// - Returns: 1 when it stands, 0 when the process may have none, -1 on errors.
static int enter_view(const struct cl_confine *confine) {
  int flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  unsigned uid = geteuid(), gid = getegid();
  if (unshare(flags) == 0) return build_view(confine) == 0 ? 1 : -1;
  // Who is not root may have it in a user namespace, unless the machine says otherwise or hides mounts of its own.
  if (unshare(flags | CLONE_NEWUSER) != 0) return 0;
  // Who is not in the namespace makes no file there.
  if (write_once("/proc/self/setgroups", "deny") != 0 || map_id("/proc/self/uid_map", uid) != 0 ||
      map_id("/proc/self/gid_map", gid) != 0)
    return 0;
  return build_view(confine) == 0;
}

// MARK: Landlock

enum { LANDLOCK_EXECUTE = 1, LANDLOCK_READ_FILE = 4 };

static int allow(int ruleset, const char *path, uint64_t access, int may_be_missing) {
  int file = open(path, O_PATH | O_CLOEXEC);
  if (file < 0) return may_be_missing ? 0 : -1;
  int result = cl_launch_landlock_allow(ruleset, file, access);
  int error = errno;
  close(file);
  errno = error;
  return result;
}

static int allow_all(int ruleset, char *const *paths, uint64_t access, int may_be_missing) {
  for (; *paths; paths++) {
    if (allow(ruleset, *paths, access, may_be_missing) != 0) return -1;
  }
  return 0;
}

/// - Returns: 1 when it stands, 0 when the kernel has none, -1 on errors.
static int enter_landlock(const struct cl_confine *confine) {
  int abi = cl_launch_landlock_abi();
  if (abi < 1) return 0;
  uint64_t files = abi >= 5 ? 0xffff : abi >= 3 ? 0x7fff : abi >= 2 ? 0x3fff : 0x1fff;
  int ruleset = cl_launch_landlock_ruleset(files, abi >= 4 ? 3 : 0, abi >= 6 ? 3 : 0);
  if (ruleset < 0) return -1;
  if (allow_all(ruleset, confine->libraries, LANDLOCK_READ_FILE, 1) != 0 ||
      allow_all(ruleset, confine->interpreters, LANDLOCK_READ_FILE | LANDLOCK_EXECUTE, 0) != 0 ||
      allow(ruleset, confine->arguments[0], LANDLOCK_READ_FILE | LANDLOCK_EXECUTE, 0) != 0 ||
      allow_all(ruleset, confine->files, LANDLOCK_READ_FILE, 0) != 0)
    return -1;
  if (cl_launch_landlock_restrict(ruleset, 0) != 0) return -1;
  close(ruleset);
  return 1;
}

// MARK: The process

static int limit(int resource, uint64_t most) {
  struct rlimit now;
  if (getrlimit((__rlimit_resource_t)resource, &now) != 0) return -1;
  rlim_t hard = now.rlim_max < most ? now.rlim_max : most;
  struct rlimit wanted = {hard, hard};
  return setrlimit((__rlimit_resource_t)resource, &wanted);
}

/// Descriptors 0 to 2, `report` at 3, and no others.
static int take_streams(const int *streams, int report) {
  int high[4];
  for (int i = 0; i < 4; i++) {
    high[i] = fcntl(i < 3 ? streams[i] : report, F_DUPFD, 4);
    if (high[i] < 0) return -1;
  }
  for (int i = 0; i < 4; i++) {
    if (dup2(high[i], i) < 0) return -1;
  }
  if (cl_launch_close_from(4) != 0) {
    if (errno != ENOSYS) return -1;
    // Before Linux 5.9.
    for (int i = 4; i < 65536; i++) close(i);
  }
  return fcntl(3, F_SETFD, FD_CLOEXEC);
}

/// Devices and directories would be more than files.
static int check_files(char *const *files) {
  for (; *files; files++) {
    struct stat status;
    if (lstat(*files, &status) != 0) return -1;
    if (!S_ISREG(status.st_mode)) return errno = EINVAL, -1;
  }
  return 0;
}

static _Noreturn void fail(const char *call) {
  struct cl_confine_failure failure = {errno, call};
  ssize_t written = write(3, &failure, sizeof failure);
  (void)written;
  _exit(127);
}

static _Noreturn void run(const struct cl_confine *confine, pid_t parent, int report) {
  // Here other threads are no more, and locks of theirs may be held for ever: system calls only.
  if (take_streams(confine->streams, report) != 0) _exit(127);
  if (setpgid(0, 0) != 0) fail("make process group");
  for (int number = 1; number < NSIG; number++) {
    struct sigaction usual = {.sa_handler = SIG_DFL};
    (void)sigaction(number, &usual, NULL);
  }
  if (confine->nice && setpriority(PRIO_PROCESS, 0, confine->nice) != 0) fail("set priority");
  if (check_files(confine->files) != 0) fail("read files");
  int view = confine->layers & CL_CONFINE_VIEW ? enter_view(confine) : 0;
  if (view < 0) fail("make a root directory");
  if (cl_launch_no_new_privileges() != 0) fail("give up privileges");
  if (geteuid() == 0 && cl_launch_clear_groups() != 0 && errno != EPERM) fail("give up groups");
  if (cl_launch_limit_capabilities(0) != 0 && errno != EPERM) fail("give up capabilities");
  if (cl_launch_set_capabilities(0, 0) != 0) fail("give up capabilities");
  if (limit(RLIMIT_AS, confine->memory) != 0 || limit(RLIMIT_CPU, confine->seconds) != 0 ||
      limit(RLIMIT_FSIZE, 0) != 0 || limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_MEMLOCK, 0) != 0)
    fail("set limits");
  int landlock = confine->layers & CL_CONFINE_LANDLOCK ? enter_landlock(confine) : 0;
  if (landlock < 0) fail("use Landlock");
  errno = ENOSYS;
  if (!view && !landlock) fail("hide files");
  if (limit(RLIMIT_NOFILE, 16) != 0) fail("set limits");
  // Cleared by changes of what a process may do, so here. The parent may be gone by now.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) fail("die with parent");
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (filter() != 0) fail("filter system calls");
  execve(confine->arguments[0], confine->arguments, confine->environment);
  fail("execute");
}

int cl_spawn_confined(const struct cl_confine *confine, int *pid, struct cl_confine_failure *failure) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    *failure = (struct cl_confine_failure){errno, "make pipe"};
    return -1;
  }
  pid_t parent = getpid();
  // No handler of this process may run in the child.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0) run(confine, parent, ends[1]);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    *failure = (struct cl_confine_failure){error, "fork"};
    return -1;
  }
  ssize_t count;
  do count = read(ends[0], failure, sizeof *failure);
  while (count < 0 && errno == EINTR);
  close(ends[0]);
  if (count == 0) {
    // The program runs, or the child died without a word, which who waits for it will see.
    *pid = child;
    return 0;
  }
  if (count != (ssize_t)sizeof *failure) *failure = (struct cl_confine_failure){EIO, "confine"};
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
  }
  return -1;
}
