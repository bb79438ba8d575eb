// Becoming somebody else, and getting rights back.
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kernel.h"
#include "probe.h"

static uid_t other(void) { return getuid() == 0 ? 65532 : 0; }

// The C library would tell other threads; there are none.
void become_user(void) {
  attempt(syscall(SYS_setuid, other()));
  attempt(syscall(SYS_setreuid, other(), other()));
  attempt(syscall(SYS_setresuid, other(), other(), other()));
}
void become_group(void) {
  attempt(syscall(SYS_setgid, other()));
  attempt(syscall(SYS_setregid, other(), other()));
  attempt(syscall(SYS_setresgid, other(), other(), other()));
}
void join_groups(void) {
  gid_t group = other();
  attempt(syscall(SYS_setgroups, 1, &group));
}
void become_for_files(void) {
  syscall(SYS_setfsuid, other());
  if ((uid_t)syscall(SYS_setfsuid, -1) == other()) allowed("files are used as user %d", (int)other());
  refused(EPERM);
}

/// Whether the process has more than the defaults leave: with `sys_admin` it would.
static bool is_administrator(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  return syscall(SYS_capget, &header, data) == 0 && data[0].effective & 1u << CAP_SYS_ADMIN;
}

void set_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{~0u, ~0u, ~0u}, {0x1ff, 0x1ff, 0x1ff}};
  // What the bounding set of the machine leaves out cannot be asked for; what it has, one by one.
  data[0].effective = data[0].permitted = 1u << CAP_SYS_ADMIN | 1u << CAP_DAC_OVERRIDE;
  data[0].inheritable = data[1].effective = data[1].permitted = data[1].inheritable = 0;
  attempt(syscall(SYS_capset, &header, data));
}

void have_capabilities(void) {
  if (is_administrator()) allowed("the process has cap_sys_admin");
  refused(EPERM);
}

/// Root gets its capabilities back when it executes something, within the bounding set.
void regain_by_execution(void) {
  pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "snap-probe", "can-administrate", NULL);
    _exit(1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  if (status == 0) allowed("the executed program has cap_sys_admin");
  refused(EPERM);
}

void ambient(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  if (syscall(SYS_capget, &header, data) < 0) return refused(errno);
  data[0].inheritable |= 1u << CAP_SYS_ADMIN;
  if (syscall(SYS_capset, &header, data) < 0) refused(errno);
  attempt(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0));
}
void secure_bits(void) { attempt(prctl(PR_SET_SECUREBITS, prctl(PR_GET_SECUREBITS) | SECBIT_KEEP_CAPS)); }

void bounding_set(void) {
  for (int capability = 0; capability <= 40; capability++) {
    // What the defaults keep: ARCHITECTURE.md, "The sandbox".
    if (capability == CAP_IPC_LOCK || capability == CAP_SYS_CHROOT) continue;
    if (prctl(PR_CAPBSET_READ, capability) == 1) allowed("capability %d could be regained", capability);
  }
  refused(EPERM);
}

void new_privileges(void) {
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0) allowed("no_new_privs is not set");
  refused(EPERM);
}
void no_filter(void) {
  if (prctl(PR_GET_SECCOMP) == 0) allowed("there is no filter");
  refused(EPERM);
}
