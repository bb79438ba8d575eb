#pragma once
// Starting a program that parses what somebody else made: it reads the files that are named, writes to the descriptors
// that it is given, and nothing else.
#include "base.h"

/// What held a program is told by bits.
enum {
  /// A root directory of its own, in which nothing is but what the program needs.
  CL_CONFINE_VIEW = 1,
  CL_CONFINE_LANDLOCK = 2,
};

struct cl_confine {
  // Lists end with NULL; paths are absolute.
  char *const *arguments;     // the first is the program's path, without symbolic links
  char *const *environment;
  char *const *interpreters;  // what the kernel executes besides: the dynamic linker
  char *const *libraries;     // directories and files that the linker reads; missing ones are passed over
  char *const *files;         // regular files, without symbolic links
  int streams[3];             // descriptors that become 0, 1 and 2
  uint64_t memory, seconds;   // most of the address space in bytes, most of a processor's time
  int nice;
  unsigned layers;            // CL_CONFINE_…: those that may be used
};

/// Where a child failed, for a message.
struct cl_confine_failure {
  int error;
  const char *call;
};

/// Starts a program as `confine` says. It has no capabilities, can gain none, has no network, may make no file larger,
/// and is killed when the thread that called this ends. 0 and the pid; -1 and `failure` when any part could not be had,
/// or neither its own root nor Landlock could.
int cl_spawn_confined(const struct cl_confine *confine, int *pid, struct cl_confine_failure *failure);
