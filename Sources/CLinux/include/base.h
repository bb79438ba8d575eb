#pragma once
// Headers of this module must not define _GNU_SOURCE or include system headers beyond these two: Swift's Glibc module
// was built without it, and types that differ (fd_set) would then clash in files that import both. The .c files
// define it.
#include <stddef.h>
#include <stdint.h>

/// errno of the calling thread, which Swift cannot read through the macro.
int cl_errno(void);

/// The words for an errno, from the C library's constant table.
const char *cl_strerror(int error);

int cl_close(int fd);

/// strlen(3), which Swift can name through a C library only.
size_t cl_text_length(const char *text);
