#pragma once
// Loop devices and the mount calls by descriptor (fsopen(2), open_tree(2), move_mount(2), mount_setattr(2)).
#include "base.h"

/// The number of a free loop device, from an open /dev/loop-control.
int cl_loop_free(int control);
/// Attaches `backing` to the loop device, read-only, freed with its last user (LOOP_CONFIGURE).
int cl_loop_configure(int device, int backing, const char *name);
/// Detaches the loop device.
int cl_loop_clear(int device);

int cl_fsopen(const char *type);
int cl_fsconfig_string(int context, const char *key, const char *value);
int cl_fsconfig_flag(int context, const char *key);
int cl_fsconfig_create(int context);
int cl_fsmount(int context, unsigned attributes);
int cl_open_tree(int directory, const char *path, unsigned flags);
/// Puts a detached mount on an open directory or file.
int cl_move_mount(int mount, int target);
/// mount_setattr(2) on an open mount.
int cl_mount_setattr(int mount, unsigned flags, uint64_t set, uint64_t clear, uint64_t propagation);
int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);
int cl_umount(const char *target, int flags);

/// Whether a path, whose last element is not followed, is the root of a mount: 1 or 0, or -errno. statx(2).
int cl_is_mount_point(const char *path);

/// The magic number of the file system at a path (statfs(2), linux/magic.h), or -errno.
int64_t cl_filesystem_magic(const char *path);

#define CL_MOUNT_ATTR_RDONLY 0x1u
#define CL_MOUNT_ATTR_NOSUID 0x2u
#define CL_MOUNT_ATTR_NODEV 0x4u
#define CL_MOUNT_ATTR_NOEXEC 0x8u
#define CL_OPEN_TREE_CLONE 1u
#define CL_OPEN_TREE_CLOEXEC 02000000u
#define CL_AT_EMPTY_PATH 0x1000u
#define CL_AT_RECURSIVE 0x8000u
#define CL_MS_RDONLY 1ul
#define CL_MS_NOSUID 2ul
#define CL_MS_NODEV 4ul
#define CL_MS_REC 16384ul
#define CL_MS_BIND 4096ul
#define CL_MS_UNBINDABLE (1ul << 17)
#define CL_MS_PRIVATE (1ul << 18)
#define CL_MS_SLAVE (1ul << 19)
#define CL_MS_SHARED (1ul << 20)
#define CL_MNT_DETACH 2
#define CL_UMOUNT_NOFOLLOW 8
