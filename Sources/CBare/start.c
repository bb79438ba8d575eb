#define _GNU_SOURCE 1
#include "bare.h"
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

// The kernel starts a program with the stack pointer at: argc, argv…, NULL, environment…, NULL, auxiliary vector.
#if defined(__x86_64__)
__asm__(
    ".text\n.globl _start\n.type _start,@function\n_start:\n"
    "  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call bare_start\n  hlt\n");
#elif defined(__aarch64__)
__asm__(
    ".text\n.globl _start\n.type _start,%function\n_start:\n"
    "  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  bl bare_start\n  brk #0\n");
#else
#error "no entry point for this processor"
#endif

char **environ;
// What the kernel tells of the program beside its arguments.
static const unsigned long *auxiliary;
int main(int argc, char **argv);

// Compiled functions compare the canary that they put on their stack frames with the original: at %fs:0x28, or in a
// variable of this name.
#if defined(__x86_64__)
static uintptr_t thread[6];
#else
uintptr_t __stack_chk_guard;
#endif

static void set_canary(const void *random) {
  uintptr_t canary = 0;
  if (random) memcpy(&canary, random, sizeof canary);
  // Its first byte is zero, so that no string can carry it.
  canary &= ~(uintptr_t)0xff;
#if defined(__x86_64__)
  thread[0] = (uintptr_t)thread;
  thread[5] = canary;
  if (bare_call(SYS_arch_prctl, 0x1002 /* ARCH_SET_FS */, (long)thread, 0, 0, 0, 0) != 0) _exit(127);
#else
  __stack_chk_guard = canary;
#endif
}

// What the linker has put aside as constant (tables of pointers) is made so. The program is where it was linked to be.
static void protect_constants(const Elf64_Phdr *headers, unsigned long count) {
  for (unsigned long index = 0; headers && index < count; index++) {
    if (headers[index].p_type != PT_GNU_RELRO) continue;
    uintptr_t start = headers[index].p_vaddr & ~(uintptr_t)4095;
    uintptr_t end = (headers[index].p_vaddr + headers[index].p_memsz) & ~(uintptr_t)4095;
    if (end > start) (void)bare_call(SYS_mprotect, (long)start, (long)(end - start), PROT_READ, 0, 0, 0);
  }
}

unsigned long getauxval(unsigned long type) {
  for (const unsigned long *entry = auxiliary; entry[0] != AT_NULL; entry += 2) {
    if (entry[0] == type) return entry[1];
  }
  errno = ENOENT;
  return 0;
}

_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }

_Noreturn void abort(void) { __builtin_trap(); }

_Noreturn __attribute__((used)) void bare_start(long *stack) {
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1);
  environ = argv + argc + 1;
  char **end = environ;
  while (*end) end++;
  auxiliary = (const unsigned long *)(end + 1);
  const void *random = NULL;
  const Elf64_Phdr *headers = NULL;
  unsigned long count = 0;
  for (const unsigned long *entry = auxiliary; entry[0] != AT_NULL; entry += 2) {
    if (entry[0] == AT_RANDOM) random = (const void *)entry[1];
    if (entry[0] == AT_PHDR) headers = (const Elf64_Phdr *)entry[1];
    if (entry[0] == AT_PHNUM) count = entry[1];
  }
  set_canary(random);
  protect_constants(headers, count);
  for (int file = 0; file < 3; file++) {
    if (fcntl(file, F_GETFD) >= 0) continue;
    if (openat(AT_FDCWD, "/dev/null", O_RDWR | O_NOFOLLOW) != file) _exit(127);
  }
  _exit(main(argc, argv));
}
