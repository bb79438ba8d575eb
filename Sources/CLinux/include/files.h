#pragma once
// Files: calls and constants that Swift cannot import (macros, missing wrappers).
#include "base.h"

/// openat2(2); flags and resolve as the kernel defines them.
int cl_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
/// renameat2(2).
int cl_renameat2(int fromDirectory, const char *from, int toDirectory, const char *to, unsigned flags);
/// Makes `to` share the blocks of `from` (FICLONE, ioctl_ficlonerange(2)).
int cl_reflink(int to, int from);
int64_t cl_copy_file_range(int from, int64_t *fromOffset, int to, int64_t *toOffset, size_t count);
int64_t cl_seek_data(int fd, int64_t from);
int64_t cl_seek_hole(int fd, int64_t from);
unsigned cl_major(uint64_t device);
unsigned cl_minor(uint64_t device);
uint64_t cl_makedev(unsigned major, unsigned minor);

#define CL_RESOLVE_NO_XDEV 0x01
#define CL_RESOLVE_NO_MAGICLINKS 0x02
#define CL_RESOLVE_NO_SYMLINKS 0x04
#define CL_RESOLVE_BENEATH 0x08
#define CL_RESOLVE_IN_ROOT 0x10
#define CL_RENAME_NOREPLACE 1u
#define CL_RENAME_EXCHANGE 2u

/// Whether the path is a file of the kernel's namespace file system (1), another (0), or can't be asked (-1).
int cl_is_namespace_file(const char *path);

/// Extended attributes of an open file, or of a path without following its last element.
int64_t cl_list_attributes(int fd, char *names, size_t size);
int64_t cl_list_link_attributes(const char *path, char *names, size_t size);
int64_t cl_get_attribute(int fd, const char *name, void *value, size_t size);
int64_t cl_get_link_attribute(const char *path, const char *name, void *value, size_t size);
int cl_set_attribute(int fd, const char *name, const void *value, size_t size);
int cl_set_link_attribute(const char *path, const char *name, const void *value, size_t size);

#define CL_O_PATH 010000000
#define CL_DT_DIR 4
int cl_syncfs(int fd);
