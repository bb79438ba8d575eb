#pragma once
// What the launcher and `snap run` need beyond files.h and mounts.h: namespaces, privileges, enforcement.
// Every call returns -1 and sets errno when it fails, unless it says otherwise.
#include "base.h"

struct cl_launch_status {
  uint32_t mode, uid, gid;
  /// Whether it is the root of a mount.
  uint32_t mount_root;
  uint64_t device, inode;
  /// When the inode was made, in nanoseconds; 0 where the file system doesn't tell. Inode numbers are used again.
  int64_t birth;
  /// When what it holds was last changed, in nanoseconds.
  int64_t modified;
  /// When anything about it was last changed, in nanoseconds: nobody can set that.
  int64_t changed;
  /// Bytes.
  uint64_t size;
};

int cl_launch_open(int directory, const char *path, int flags, unsigned mode);
/// Of an open file (any kind of descriptor).
int cl_launch_fstatus(int fd, struct cl_launch_status *status);
/// Of a path, following links (`follow`) or not.
int cl_launch_status_at(int directory, const char *path, int follow, struct cl_launch_status *status);
/// Of a name in a directory, itself if it is a link. Nothing is mounted by looking at it.
int cl_launch_entry_status(int directory, const char *name, struct cl_launch_status *status);
int cl_launch_mkdir(int directory, const char *name, unsigned mode);
/// An empty file; fails when the name is there.
int cl_launch_make_file(int directory, const char *name, unsigned mode);
/// A clone of a name in a directory (not of what a link says), or of what is open if the name is empty: mounted
/// nowhere, with its attributes set.
int cl_launch_clone(int directory, const char *name, int recursive, uint64_t attributes, uint64_t propagation);
/// Puts a mount on a name in a directory; a link is not followed.
int cl_launch_move_mount(int mount, int directory, const char *name);
int cl_launch_symlink(const char *content, int directory, const char *name);
int cl_launch_unlink(int directory, const char *name);
int cl_launch_rmdir(int directory, const char *name);
int cl_launch_rename(int directory, const char *from, const char *to);
/// Returns when no rename of a name in a directory that had begun before is under way any more. It is itself one, which
/// the kernel refuses since the name is there, after it has waited for the others.
void cl_launch_await_renames(int directory, const char *name);
int64_t cl_launch_readlink(int directory, const char *name, char *buffer, size_t size);
/// getdents64(2).
int64_t cl_launch_entries(int fd, void *buffer, size_t size);
int64_t cl_launch_read(int fd, void *buffer, size_t size);
int64_t cl_launch_write(int fd, const void *buffer, size_t size);
int cl_launch_truncate(int fd);
int cl_launch_chmod(int fd, unsigned mode);
int cl_launch_fchdir(int fd);
int cl_launch_chdir(const char *path);
/// 0 when the directory has no path.
int cl_launch_getcwd(char *buffer, size_t size);
unsigned cl_launch_umask(unsigned mask);
/// flock(2) without waiting.
int cl_launch_lock(int fd, int exclusive);
/// flock(2), waiting.
int cl_launch_lock_wait(int fd, int exclusive);
void cl_launch_pause(unsigned milliseconds);

int cl_launch_unshare_mounts(void);
int cl_launch_setns_mounts(int fd);
/// A user namespace with a mount namespace of its own, and an IPC namespace (`ipc`) or not.
int cl_launch_unshare_user(int ipc);
/// 1 when the process's mount namespace belongs to its user namespace or to one below, 0 when to one above, -1 when
/// that can't be told. NS_GET_USERNS of ioctl_ns(2).
int cl_launch_owns_mounts(void);
/// Makes an open directory the root and the working directory.
int cl_launch_chroot(int fd);
/// Whether the program was given privileges as it was executed (AT_SECURE of getauxval(3)).
int cl_launch_is_secure(void);
/// Makes the working directory the root; the old root then lies over it, to be unmounted at ".".
int cl_launch_pivot_root(void);
/// The magic number of the file system an open file is on (linux/magic.h); 0 when it can't be told.
int64_t cl_launch_filesystem(int fd);
/// 1 when the descriptor is a file of nsfs.
int cl_launch_is_namespace(int fd);
/// The kernel's number of an open mount namespace; 0 when it does not tell.
uint64_t cl_launch_namespace_id(int fd);
/// Pins the process to the `index`th of its CPUs, those that it had at the first call; 0 when there is none such.
int cl_launch_pin(int index);
void cl_launch_unpin(void);

uint32_t cl_launch_uid(void);
uint32_t cl_launch_gid(void);
uint32_t cl_launch_euid(void);
int32_t cl_launch_pid(void);
/// setfsuid(2) and setfsgid(2); -1 when it did not take.
int cl_launch_set_file_ids(uint32_t uid, uint32_t gid);
/// No group but the process's own.
int cl_launch_clear_groups(void);
int cl_launch_get_capabilities(uint64_t *effective, uint64_t *permitted);
/// Inheritable and ambient capabilities are always emptied.
int cl_launch_set_capabilities(uint64_t effective, uint64_t permitted);
/// Drops from the bounding set what is not in `keep`.
int cl_launch_limit_capabilities(uint64_t keep);
int cl_launch_no_new_privileges(void);
/// The process's own name, of which the kernel keeps 15 bytes, until the next program is executed.
int cl_launch_rename_process(const char *name);

/// The kernel's Landlock ABI; 0 when it has none.
int cl_launch_landlock_abi(void);
int cl_launch_landlock_ruleset(uint64_t files, uint64_t network, uint64_t scopes);
int cl_launch_landlock_allow(int ruleset, int path, uint64_t access);
/// `flags` are those of landlock_restrict_self(2).
int cl_launch_landlock_restrict(int ruleset, unsigned flags);
/// Loads a sock_filter program of `size` bytes, with what it refuses logged where the kernel can.
int cl_launch_seccomp(const void *program, size_t size);

/// Closes every descriptor from `first` on.
int cl_launch_close_from(unsigned first);
/// The descriptors from one to another, which are all the caller's.
int cl_launch_close_range(unsigned first, unsigned last);
/// Marks every descriptor from `first` on to be closed at execve(2).
int cl_launch_close_on_exec_from(unsigned first);
char **cl_launch_environment(void);
int cl_launch_exec(const char *path, char *const *argv, char *const *environment);
/// Runs a program and gives the first `size` bytes of its output; -1 when it fails or takes 10 s.
int64_t cl_launch_capture(const char *path, char *const *argv, char *buffer, size_t size);
/// A clock that never steps, in milliseconds.
int64_t cl_launch_clock(void);
/// Nanoseconds since 1970, on the clock of file times.
int64_t cl_launch_time(void);
int cl_launch_unshare_ipc(void);
int cl_launch_setns_ipc(int fd);
/// Ends the process at once.
_Noreturn void cl_launch_exit(int code);

#define CL_LAUNCH_O_RDONLY 0
#define CL_LAUNCH_O_WRONLY 01
#define CL_LAUNCH_O_RDWR 02
#define CL_LAUNCH_O_CREAT 0100
#define CL_LAUNCH_O_EXCL 0200
#ifdef __aarch64__
#define CL_LAUNCH_O_DIRECTORY 040000
#define CL_LAUNCH_O_NOFOLLOW 0100000
#else
#define CL_LAUNCH_O_DIRECTORY 0200000
#define CL_LAUNCH_O_NOFOLLOW 0400000
#endif
#define CL_LAUNCH_O_CLOEXEC 02000000
#define CL_LAUNCH_O_NONBLOCK 04000
#define CL_LAUNCH_O_PATH 010000000
#define CL_LAUNCH_AT_FDCWD -100

#define CL_LAUNCH_TMPFS 0x01021994
#define CL_LAUNCH_LOG_NEW_EXEC 2u
#define CL_LAUNCH_FIRST_USER_NAMESPACE 0xEFFFFFFDu
#define CL_LAUNCH_EPERM 1
#define CL_LAUNCH_ENOENT 2
#define CL_LAUNCH_EINTR 4
#define CL_LAUNCH_EACCES 13
#define CL_LAUNCH_ELOOP 40
#define CL_LAUNCH_EEXIST 17
#define CL_LAUNCH_ENOTDIR 20
#define CL_LAUNCH_EINVAL 22
#define CL_LAUNCH_EAGAIN 11
#define CL_LAUNCH_ECONNREFUSED 111
#define CL_LAUNCH_ENOSPC 28
#define CL_LAUNCH_EUSERS 87
