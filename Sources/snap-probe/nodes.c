// File nodes that carry power: setuid programs and device nodes.
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "files.h"
#include "probe.h"

static const char *fresh(void) {
  const char *file = path(scratch, "program");
  int made = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0755);
  if (made < 0) refused(errno);
  close(made);
  return file;
}

/// A system call may succeed and leave the bit out.
static void look(const char *file, long result) {
  struct stat status;
  if (result < 0) return refused(errno);
  if (stat(file, &status) == 0 && status.st_mode & (S_ISUID | S_ISGID))
    allowed("the file has mode %o", (unsigned)status.st_mode & 07777);
  refused(EPERM);
}

void setuid_by_chmod(void) {
  const char *file = fresh();
#ifdef SYS_chmod
  look(file, syscall(SYS_chmod, file, 04755));
  look(file, syscall(SYS_chmod, file, 02755));
#endif
  look(file, syscall(SYS_fchmodat, AT_FDCWD, file, 04755));
  look(file, syscall(SYS_fchmodat, AT_FDCWD, file, 02755));
}

void setuid_by_fchmod(void) {
  const char *file = fresh();
  int opened = open(file, O_RDWR | O_CLOEXEC);
  look(file, fchmod(opened, 04755));
  look(file, fchmod(opened, 02755));
}

void setuid_by_fchmodat2(void) {
  const char *file = fresh();
  look(file, syscall(SYS_fchmodat2, AT_FDCWD, file, 04755, 0));
  look(file, syscall(SYS_fchmodat2, AT_FDCWD, file, 02755, AT_SYMLINK_NOFOLLOW));
}

void setuid_by_open(void) {
  const char *file = path(scratch, "made");
#ifdef SYS_open
  look(file, syscall(SYS_open, file, O_CREAT | O_RDWR, 04755));
  unlink(file);
  look(file, syscall(SYS_creat, file, 04755));
  unlink(file);
#endif
  look(file, syscall(SYS_openat, AT_FDCWD, file, O_CREAT | O_RDWR, 04755));
  unlink(file);
  look(file, syscall(SYS_openat, AT_FDCWD, file, O_CREAT | O_RDWR, 02755));
}

void setuid_by_openat2(void) {
  const char *file = path(scratch, "made");
  struct open_how how = {.flags = O_CREAT | O_RDWR, .mode = 04755};
  look(file, syscall(SYS_openat2, AT_FDCWD, file, &how, sizeof how));
}

void setuid_by_mknod(void) {
  const char *file = path(scratch, "made");
#ifdef SYS_mknod
  look(file, syscall(SYS_mknod, file, S_IFREG | 04755, 0));
  unlink(file);
#endif
  look(file, syscall(SYS_mknodat, AT_FDCWD, file, S_IFREG | 04755, 0));
}

/// A directory that gives its group to what is made in it.
void setgid_directory(void) {
  const char *directory = path(scratch, "directory");
  if (mkdir(directory, 0755) < 0) refused(errno);
  look(directory, chmod(directory, 02755));
}

void file_capabilities(void) {
  // VFS_CAP_REVISION_2, effective, everything permitted.
  static const uint32_t value[] = {0x02000001, 0xffffffff, 0, 0xffffffff, 0};
  attempt(setxattr(fresh(), "security.capability", value, sizeof value, 0));
}

void trusted_attribute(void) { attempt(setxattr(fresh(), "trusted.snap-probe", "x", 1, 0)); }

void make_block_device(void) {
  attempt(mknod(path(scratch, "node"), S_IFBLK | 0666, makedev(7, 0)));
  attempt(mknodat(AT_FDCWD, "/dev/shm/snap-probe-node", S_IFBLK | 0666, makedev(7, 0)));
}

void make_character_device(void) {
  attempt(mknod(path(scratch, "node"), S_IFCHR | 0666, makedev(1, 1)));
  attempt(mknod(path(scratch, "node"), S_IFCHR | 0666, makedev(1, 3)));
}

void change_owner(void) {
  const char *file = fresh();
  attempt(chown(file, 1, 1));
  attempt(lchown(file, 1, 1));
  attempt(fchownat(AT_FDCWD, file, 1, 1, 0));
}
