// The app that is run: it does nothing, so that what is measured is what running costs. Without a C library, so that
// its image is as small as an image can be (4 kB).
void _start(void) {
#if defined(__x86_64__)
  __asm__ volatile("xor %%edi, %%edi\n mov $231, %%eax\n syscall" ::: "memory");
#elif defined(__aarch64__)
  __asm__ volatile("mov x0, #0\n mov x8, #94\n svc #0" ::: "memory");
#else
#error "the no-op app is not written for this architecture"
#endif
  for (;;) {
  }
}
