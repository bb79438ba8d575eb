// The system calls of other architectures that the kernel also takes (x86-64): a filter that knows only its own numbers
// lets them through.
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "kernel.h"
#include "probe.h"

#ifdef __x86_64__

/// A system call of i386. Pointers must be below 4 GiB.
static long call32(long number, long first, long second, long third, long fourth, long fifth) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(first), "c"(second), "d"(third), "S"(fourth), "D"(fifth)
                   : "memory", "r8", "r9", "r10", "r11");
  result = (int)result;
  if (result < 0) {
    errno = (int)-result;
    return -1;
  }
  return result;
}

static long low(const char *text) {
  char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (page == MAP_FAILED) not_tried("no memory below 4 GiB");
  strcpy(page, text);
  return (long)page;
}

void mount32(void) {
  long target = low(scratch);
  long result = call32(21, low("none"), target, low("tmpfs"), 0, 0);
  if (result >= 0) call32(52, target, 2, 0, 0, 0);
  attempt(result);
}
void unshare32(void) { attempt(call32(310, 0x10000000, 0, 0, 0, 0)); }
void clone32(void) {
  long child = call32(120, 0x10000000 | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  if (child > 0) waitpid((pid_t)child, NULL, 0);
  attempt(child);
}
void key32(void) { attempt(call32(288, 0, -3, 0, 0, 0)); }
void socket32(void) { attempt(call32(359, 2, 1, 0, 0, 0)); }
void socketcall32(void) {
  int arguments[3] = {2, 1, 0};
  long page = low("");
  memcpy((void *)page, arguments, sizeof arguments);
  attempt(call32(102, 1, page, 0, 0, 0));
}
void ptrace32(void) {
  need(targets.victim > 0);
  long result = call32(26, PTRACE_ATTACH, targets.victim, 0, 0, 0);
  if (result >= 0) {
    waitpid(targets.victim, NULL, __WALL);
    ptrace(PTRACE_DETACH, targets.victim, 0, 0);
  }
  attempt(result);
}
void kill32(void) {
  need(targets.victim > 0);
  attempt(call32(37, targets.victim, SIGCONT, 0, 0, 0));
}
void mknod32(void) { attempt(call32(14, low(path(scratch, "node")), 0060666, 0x700, 0, 0)); }
void chmod32(void) {
  const char *file = path(scratch, "program");
  close((int)syscall(SYS_creat, file, 0755));
  attempt(call32(15, low(file), 04755, 0, 0, 0));
}
void setuid32(void) {
  long other = getuid() == 0 ? 65532 : 0;
  attempt(call32(213, other, 0, 0, 0, 0));
  attempt(call32(23, other, 0, 0, 0, 0));
}
void bpf32(void) {
  long page = low("");
  int *attributes = (int *)page;
  attributes[0] = 2, attributes[1] = attributes[2] = 4, attributes[3] = 1;
  attempt(call32(357, 0, page, 72, 0, 0));
}

/// The numbers of x32: the native ones with a bit set.
static const long x32 = 0x40000000;
void mount_x32(void) {
  long result = syscall(x32 | SYS_mount, "none", scratch, "tmpfs", 0, NULL);
  if (result >= 0) syscall(SYS_umount2, scratch, 2);
  attempt(result);
}
void key_x32(void) { attempt(syscall(x32 | SYS_keyctl, 0, -3, 0)); }
void ptrace_x32(void) { attempt(syscall(x32 | 521, PTRACE_SEIZE, targets.victim, 0, 0)); }

#else

static void other_machine(void) { not_tried("this architecture has no other system calls"); }
void mount32(void) { other_machine(); }
void unshare32(void) { other_machine(); }
void clone32(void) { other_machine(); }
void key32(void) { other_machine(); }
void socket32(void) { other_machine(); }
void socketcall32(void) { other_machine(); }
void ptrace32(void) { other_machine(); }
void kill32(void) { other_machine(); }
void mknod32(void) { other_machine(); }
void chmod32(void) { other_machine(); }
void setuid32(void) { other_machine(); }
void bpf32(void) { other_machine(); }
void mount_x32(void) { other_machine(); }
void key_x32(void) { other_machine(); }
void ptrace_x32(void) { other_machine(); }

#endif
