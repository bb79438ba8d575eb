// Other processes: looking into them, changing them, sending them signals.
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "kernel.h"
#include "probe.h"

static void open_of_victim(const char *name, int flags) {
  char byte;
  int file = open(of_victim(name), flags | O_CLOEXEC);
  if (file < 0) return refused(errno);
  if (flags == O_WRONLY) allowed("%s was opened for writing", of_victim(name));
  attempt(read(file, &byte, 1));
}

static int pidfd(void) {
  need(targets.victim > 0);
  int file = (int)syscall(SYS_pidfd_open, targets.victim, 0);
  if (file < 0) refused(errno);
  return file;
}

void see_victim(void) { attempt(access(of_victim("status"), R_OK)); }
void see_command(void) { open_of_victim("cmdline", O_RDONLY); }
void read_environment(void) { open_of_victim("environ", O_RDONLY); }
void read_maps(void) { open_of_victim("maps", O_RDONLY); }

void read_victim_memory(void) {
  char byte;
  need(targets.address);
  int file = open(of_victim("mem"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return refused(errno);
  attempt(pread(file, &byte, 1, (off_t)targets.address));
}

void write_victim_memory(void) { open_of_victim("mem", O_WRONLY); }

void write_victim_settings(void) {
  open_of_victim("oom_score_adj", O_WRONLY);
  open_of_victim("coredump_filter", O_WRONLY);
  open_of_victim("clear_refs", O_WRONLY);
  open_of_victim("attr/current", O_WRONLY);
  open_of_victim("uid_map", O_WRONLY);
}

void attach(void) {
  need(targets.victim > 0);
  long result = ptrace(PTRACE_ATTACH, targets.victim, 0, 0);
  if (result == 0) {
    waitpid(targets.victim, NULL, __WALL);
    ptrace(PTRACE_DETACH, targets.victim, 0, 0);
  }
  attempt(result);
}

void seize(void) {
  need(targets.victim > 0);
  attempt(ptrace(PTRACE_SEIZE, targets.victim, 0, 0));
}

void read_by_call(void) {
  char byte;
  need(targets.address);
  struct iovec own = {&byte, 1}, other = {(void *)targets.address, 1};
  attempt(process_vm_readv(targets.victim, &own, 1, &other, 1, 0));
}

void write_by_call(void) {
  char byte = 't';
  need(targets.address);
  struct iovec own = {&byte, 1}, other = {(void *)targets.address, 1};
  attempt(process_vm_writev(targets.victim, &own, 1, &other, 1, 0));
}

void take_descriptor(void) {
  need(targets.descriptor >= 0);
  attempt(syscall(SYS_pidfd_getfd, pidfd(), targets.descriptor, 0));
}

void compare(void) {
  need(targets.victim > 0);
  attempt(syscall(SYS_kcmp, getpid(), targets.victim, KCMP_VM, 0, 0));
}

void advise_memory(void) {
  need(targets.address);
  struct iovec page = {(void *)(targets.address & ~4095ul), 4096};
  attempt(syscall(SYS_process_madvise, pidfd(), &page, 1, 20 /* MADV_COLD */, 0));
}

void watch_victim(void) {
  need(targets.victim > 0);
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes,
                                       .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1, .exclude_hv = 1};
  attempt(syscall(SYS_perf_event_open, &attributes, targets.victim, -1, -1, 0));
}

void signal_kill(void) {
  need(targets.victim > 0);
  attempt(kill(targets.victim, SIGCONT));
}

void signal_null(void) {
  need(targets.victim > 0);
  attempt(kill(targets.victim, 0));
}

void signal_thread(void) {
  need(targets.victim > 0);
  attempt(syscall(SYS_tgkill, targets.victim, targets.victim, SIGCONT));
  attempt(syscall(SYS_tkill, targets.victim, SIGCONT));
}

void signal_queue(void) {
  need(targets.victim > 0);
  attempt(sigqueue(targets.victim, SIGCONT, (union sigval){0}));
  siginfo_t info = {.si_signo = SIGCONT, .si_code = SI_QUEUE, .si_pid = getpid(), .si_uid = getuid()};
  attempt(syscall(SYS_rt_tgsigqueueinfo, targets.victim, targets.victim, SIGCONT, &info));
}

void signal_pidfd(void) { attempt(syscall(SYS_pidfd_send_signal, pidfd(), SIGCONT, NULL, 0)); }

void signal_group(void) {
  need(targets.victim > 0);
  pid_t group = getpgid(targets.victim);
  if (group <= 1) return refused(errno);
  attempt(kill(-group, 0));
}

void change_priority(void) {
  need(targets.victim > 0);
  int now = getpriority(PRIO_PROCESS, (id_t)targets.victim);
  attempt(setpriority(PRIO_PROCESS, (id_t)targets.victim, now));
}

void change_limits(void) {
  need(targets.victim > 0);
  struct rlimit limit;
  if (prlimit(targets.victim, RLIMIT_NOFILE, NULL, &limit) < 0) return refused(errno);
  attempt(prlimit(targets.victim, RLIMIT_NOFILE, &limit, NULL));
}

void change_scheduling(void) {
  need(targets.victim > 0);
  cpu_set_t set;
  if (sched_getaffinity(targets.victim, sizeof set, &set) == 0) attempt(sched_setaffinity(targets.victim, sizeof set, &set));
  refused(errno);
  struct sched_param none = {0};
  attempt(sched_setscheduler(targets.victim, SCHED_IDLE, &none));
  attempt(syscall(SYS_ioprio_set, 1, targets.victim, 0));
}

void move_pages(void) {
  need(targets.address);
  void *page = (void *)(targets.address & ~4095ul);
  int status;
  attempt(syscall(SYS_move_pages, targets.victim, 1, &page, NULL, &status, 0));
  unsigned long nodes = 1;
  attempt(syscall(SYS_migrate_pages, targets.victim, 8, &nodes, &nodes));
}
