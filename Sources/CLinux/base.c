#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

int cl_errno(void) { return errno; }
const char *cl_strerror(int error) { return strerrordesc_np(error); }
int cl_close(int fd) { return close(fd); }
size_t cl_text_length(const char *text) { return strlen(text); }
