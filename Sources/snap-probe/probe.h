// What the probes share. Each probe is one small function that makes one attempt at getting out of the sandbox, in a
// process of its own. It ends with a verdict, or by returning: then every attempt it made was refused.
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Who could do it where nothing confines: what only root may do shows nothing about the sandbox of a user.
enum who { anyone, root };

struct probe {
  const char *name;   ///< What is attempted, as the line of the report says it.
  const char *class;  ///< What kind of attack it is: a class of threats.md, or a part of the kernel.
  enum who who;
  void (*attempt)(void);
  const char *meaning;  ///< One sentence: what would be lost.
};

/// Every probe, in the order of the report (table.c).
extern const struct probe probes[];
extern const size_t probe_count;

/// What `snap-probe plant` has put on the host for the probes to go for; empty or 0 where nothing was planted.
struct targets {
  const char *directory;  ///< A directory of the host's, open to everyone: `secret`, `socket`, `fifo`.
  const char *data;       ///< A file in another snap's data.
  const char *diary;      ///< A file of another user's.
  const char *own;        ///< A shell start file of the attacker's own, outside of ~/snap.
  const char *shared;     ///< A file in the host's /dev/shm.
  const char *abstract;   ///< The name of an abstract socket, without the leading zero byte.
  const char *stream;     ///< The same, for datagrams.
  int victim;             ///< A process outside the sandbox with the attacker's own user.
  unsigned long address;  ///< Where that process has its secret in memory.
  int descriptor;         ///< An open file of that process.
  int port;               ///< A TCP port on the loopback interface that is listened on.
  int memory, queue, semaphores;  ///< System V objects that everyone may use.
};
extern struct targets targets;

/// A directory of the attacker's own, fresh for each probe.
extern char scratch[];

/// It worked: ends the probe.
_Noreturn void allowed(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// It cannot be attempted here: ends the probe.
_Noreturn void not_tried(const char *why);
/// An attempt that works when it answers something that is not negative. `errno` is remembered otherwise.
void attempt(long result);
/// An attempt made so that it has no effect: it works when the kernel complains about its arguments, not its right.
void reach(long result);
/// Like attempt, for what failed in another way: the reason is `error`.
void refused(int error);

/// The path of a name in a directory; the text lasts until the eighth next call.
const char *path(const char *directory, const char *name);
/// A file of /proc/PID of the victim.
const char *of_victim(const char *name);
/// Needs a target: ends the probe where none was planted.
void need(bool planted);

/// Runs a function in a child, for attempts that change the process. True when it returned true.
bool in_child(bool (*function)(void));

int plant(int count, char **arguments);
int victim(int count, char **arguments);

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif
