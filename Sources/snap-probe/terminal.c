// Putting input into a terminal (CVE-2019-7303, CVE-2023-1523): on a terminal of the probe's own, so that nobody's gets
// it where it works.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "kernel.h"
#include "probe.h"

enum { linux_console = 0x541c /* TIOCLINUX */ };

/// The probe leads a session; the terminal becomes its own.
static int own_terminal(void) {
  int controller = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  int number = -1, locked = 0;
  if (controller < 0 || ioctl(controller, TIOCGPTN, &number) < 0 || ioctl(controller, TIOCSPTLCK, &locked) < 0)
    not_tried("no terminal can be made");
  char name[32];
  snprintf(name, sizeof name, "/dev/pts/%d", number);
  int terminal = open(name, O_RDWR | O_CLOEXEC);
  if (terminal < 0) not_tried("no terminal can be made");
  return terminal;
}

void terminal_input(void) {
  char byte = 'x';
  attempt(syscall(SYS_ioctl, own_terminal(), TIOCSTI, &byte));
}
void terminal_input_high_bits(void) {
  char byte = 'x';
  int terminal = own_terminal();
  attempt(syscall(SYS_ioctl, terminal, TIOCSTI | 1ul << 32, &byte));
  attempt(syscall(SYS_ioctl, terminal, TIOCSTI | 0xffffffffull << 32, &byte));
}
/// A pseudo-terminal has no console's selection: where it is permitted, the kernel says so.
void terminal_selection(void) {
  char subcode = 3;
  reach(syscall(SYS_ioctl, own_terminal(), linux_console, &subcode));
}
void terminal_selection_high_bits(void) {
  char subcode = 3;
  reach(syscall(SYS_ioctl, own_terminal(), linux_console | 1ul << 32, &subcode));
}
