#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <fcntl.h>
#include <sys/syscall.h>


int cl_loop_free(int control) { return ioctl(control, LOOP_CTL_GET_FREE); }

int cl_loop_configure(int device, int backing, const char *name) {
  struct loop_config config;
  memset(&config, 0, sizeof config);
  config.fd = (uint32_t)backing;
  config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
  strncpy((char *)config.info.lo_file_name, name, LO_NAME_SIZE - 1);
  return ioctl(device, LOOP_CONFIGURE, &config);
}

int cl_loop_clear(int device) { return ioctl(device, LOOP_CLR_FD, 0); }

int cl_fsopen(const char *type) { return (int)syscall(SYS_fsopen, type, 1 /* FSOPEN_CLOEXEC */); }
int cl_fsconfig_string(int context, const char *key, const char *value) {
  return (int)syscall(SYS_fsconfig, context, 1 /* FSCONFIG_SET_STRING */, key, value, 0);
}
int cl_fsconfig_flag(int context, const char *key) {
  return (int)syscall(SYS_fsconfig, context, 0 /* FSCONFIG_SET_FLAG */, key, NULL, 0);
}
int cl_fsconfig_create(int context) {
  return (int)syscall(SYS_fsconfig, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0);
}
int cl_fsmount(int context, unsigned attributes) {
  return (int)syscall(SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, attributes);
}
int cl_open_tree(int directory, const char *path, unsigned flags) {
  return (int)syscall(SYS_open_tree, directory, path, flags);
}
int cl_move_mount(int mount, int target) {
  // MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH
  return (int)syscall(SYS_move_mount, mount, "", target, "", 0x4 | 0x40);
}
int cl_mount_setattr(int mount, unsigned flags, uint64_t set, uint64_t clear, uint64_t propagation) {
  struct {
    uint64_t set, clear, propagation, userns;
  } attributes = {set, clear, propagation, 0};
  return (int)syscall(SYS_mount_setattr, mount, "", flags | 0x1000 /* AT_EMPTY_PATH */, &attributes,
                      sizeof attributes);
}
int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
  return mount(source, target, type, flags, data);
}
int cl_umount(const char *target, int flags) { return umount2(target, flags); }

int64_t cl_filesystem_magic(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (int64_t)(uint32_t)status.f_type : -errno;
}

int cl_is_mount_point(const char *path) {
  struct statx status;
  if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &status) != 0) return -errno;
  // Every kernel since 5.8 says so; an older one is asked for the table.
  if (!(status.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT)) return -EOPNOTSUPP;
  return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}
