#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

int cl_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int cl_renameat2(int fromDirectory, const char *from, int toDirectory, const char *to, unsigned flags) {
  return (int)syscall(SYS_renameat2, fromDirectory, from, toDirectory, to, flags);
}

int cl_reflink(int to, int from) { return ioctl(to, FICLONE, from); }

int64_t cl_copy_file_range(int from, int64_t *fromOffset, int to, int64_t *toOffset, size_t count) {
  return syscall(SYS_copy_file_range, from, fromOffset, to, toOffset, count, 0);
}

int64_t cl_seek_data(int fd, int64_t from) { return lseek(fd, from, SEEK_DATA); }
int64_t cl_seek_hole(int fd, int64_t from) { return lseek(fd, from, SEEK_HOLE); }
unsigned cl_major(uint64_t device) { return major(device); }
unsigned cl_minor(uint64_t device) { return minor(device); }
uint64_t cl_makedev(unsigned maj, unsigned min) { return makedev(maj, min); }

int cl_is_namespace_file(const char *path) {
  struct statfs status;
  if (statfs(path, &status) < 0) return -1;
  return status.f_type == 0x6e736673;  // NSFS_MAGIC
}

int64_t cl_list_attributes(int fd, char *names, size_t size) { return flistxattr(fd, names, size); }
int64_t cl_list_link_attributes(const char *path, char *names, size_t size) { return llistxattr(path, names, size); }
int64_t cl_get_attribute(int fd, const char *name, void *value, size_t size) {
  return fgetxattr(fd, name, value, size);
}
int64_t cl_get_link_attribute(const char *path, const char *name, void *value, size_t size) {
  return lgetxattr(path, name, value, size);
}
int cl_set_attribute(int fd, const char *name, const void *value, size_t size) {
  return fsetxattr(fd, name, value, size, 0);
}
int cl_set_link_attribute(const char *path, const char *name, const void *value, size_t size) {
  return lsetxattr(path, name, value, size, 0);
}

int cl_syncfs(int fd) { return syncfs(fd); }
