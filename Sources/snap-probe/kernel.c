// The kernel's privileged services. Each call is made so that it changes nothing where it is permitted: an argument is
// wrong in a way that is looked at only after the right, or the value set is the one that is.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <time.h>

#include "kernel.h"
#include "probe.h"

enum { session_keyring = -3, process_keyring = -2, get_keyring_id = 0 };

void key_add(void) { attempt(syscall(SYS_add_key, "user", "snap-probe", "x", 1, process_keyring)); }
void key_control(void) { attempt(syscall(SYS_keyctl, get_keyring_id, session_keyring, 0)); }
void key_request(void) { reach(syscall(SYS_request_key, "user", "snap-probe-none", NULL, process_keyring)); }

void bpf_map(void) {
  union bpf_attr attributes = {0};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = attributes.value_size = 4;
  attributes.max_entries = 1;
  attempt(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

void perf(void) {
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes,
                                       .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1, .exclude_hv = 1};
  attempt(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

void user_faults(void) { attempt(syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */)); }

void ring(void) {
  struct io_uring_params parameters = {0};
  attempt(syscall(SYS_io_uring_setup, 1, &parameters));
}

void kexec(void) {
  reach(syscall(SYS_kexec_load, 0, 0, NULL, 0xffff0000ul));
#ifdef SYS_kexec_file_load
  reach(syscall(SYS_kexec_file_load, -1, -1, 0, NULL, 0xfffful));
#endif
}

void module_load(void) {
  static const char image[] = "no module";
  reach(syscall(SYS_init_module, image, sizeof image, ""));
  reach(syscall(SYS_finit_module, -1, "", 0));
}
void module_unload(void) { reach(syscall(SYS_delete_module, "snap_probe_none", O_NONBLOCK)); }

void quota(void) {
  reach(syscall(SYS_quotactl, 0x80000500 /* Q_GETINFO of users */, "/dev/snap-probe-none", 0, scratch));
  reach(syscall(SYS_quotactl_fd, -1, 0x80000500, 0, scratch));
}
void swap_on(void) { reach(syscall(SYS_swapon, "/nonexistent/swap", 0)); }
void swap_off(void) { reach(syscall(SYS_swapoff, "/nonexistent/swap")); }

/// With numbers that the kernel takes for a mistake.
void restart(void) { reach(syscall(SYS_reboot, 0, 0, 0, NULL)); }

/// Neither time nor zone: the right is looked at, and nothing is set.
void set_time(void) { attempt(syscall(SYS_settimeofday, NULL, NULL)); }
void set_clock(void) {
  struct timespec wrong = {.tv_nsec = -1};
  // The C library would refuse it by itself.
  reach(syscall(SYS_clock_settime, CLOCK_REALTIME, &wrong));
}
void adjust_clock(void) {
  struct timex now = {0};
  if (adjtimex(&now) < 0) return refused(errno);
  struct timex same = {.modes = ADJ_TICK, .tick = now.tick};
  attempt(adjtimex(&same));
  attempt(clock_adjtime(CLOCK_REALTIME, &same));
}

void host_name(void) {
  char name[256];
  gethostname(name, sizeof name);
  attempt(sethostname(name, strlen(name)));
}
void domain_name(void) {
  char name[256];
  if (getdomainname(name, sizeof name) == 0) attempt(setdomainname(name, strlen(name)));
}

void ports(void) {
#ifdef SYS_iopl
  attempt(syscall(SYS_iopl, 3));
  attempt(syscall(SYS_ioperm, 0x80, 1, 1));
#else
  not_tried("this architecture has no ports");
#endif
}

void kernel_log(void) {
  char text[256];
  attempt(syscall(SYS_syslog, 3, text, sizeof text));
}

void accounting(void) { reach(syscall(SYS_acct, "/nonexistent/accounting")); }

/// What other personalities change weakens the process itself, and old ones reach rarely used code.
void personality_tricks(void) {
  attempt(personality(PER_SVR4));
  attempt(personality(READ_IMPLIES_EXEC | MMAP_PAGE_ZERO));
}

void watch_all_files(void) { attempt(syscall(SYS_fanotify_init, 0x4 /* FAN_CLASS_CONTENT */, O_RDONLY)); }
/// In a session of its own, without a terminal to hang up.
void hang_up(void) { attempt(syscall(SYS_vhangup)); }
void memory_layout(void) { reach(syscall(SYS_prctl, 35 /* PR_SET_MM */, 1, 4096, 0, 0)); }

void real_time(void) {
  struct sched_param first = {.sched_priority = 1};
  attempt(sched_setscheduler(0, SCHED_FIFO, &first));
}
void better_priority(void) { attempt(setpriority(PRIO_PROCESS, 0, -5)); }
void higher_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return refused(errno);
  limit.rlim_max++;
  attempt(setrlimit(RLIMIT_NOFILE, &limit));
}
