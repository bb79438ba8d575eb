#pragma once
// Not for Swift: with it, types such as fd_set differ from those of its own Glibc module.
#if !defined(_GNU_SOURCE) && !defined(__swift__)
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/// errno of the calling thread, which Swift cannot read through the macro.
static inline int cl_errno(void) { return errno; }

/// The words for an errno, from the C library's constant table.
extern const char *strerrordesc_np(int error);
static inline const char *cl_strerror(int error) { return strerrordesc_np(error); }

static inline int cl_close(int fd) { return close(fd); }
