// Mounting, by the old calls and the new ones, and moving the root. What works is taken back at once.
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel.h"
#include "probe.h"

// <sys/mount.h> and <linux/mount.h> cannot be read together everywhere.
enum { ms_remount = 32, ms_bind = 4096, ms_move = 8192, ms_private = 1 << 18, detach = 2, nofollow = 8 };

static long mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
  return syscall(SYS_mount, source, target, type, flags, data);
}

static const char *place(const char *name) {
  const char *directory = path(scratch, name);
  mkdir(directory, 0755);
  return directory;
}

/// Mounts on a directory of its own.
static void mount_there(const char *source, const char *type, unsigned long flags, const char *data) {
  const char *target = place("a");
  if (mount(source, target, type, flags, data) < 0) return refused(errno);
  syscall(SYS_umount2, target, detach | nofollow);
  allowed("it was mounted");
}

void mount_tmpfs(void) { mount_there("none", "tmpfs", 0, NULL); }
void mount_proc(void) { mount_there("proc", "proc", 0, NULL); }
void mount_sysfs(void) { mount_there("sysfs", "sysfs", 0, NULL); }
void mount_bind(void) { mount_there("/", NULL, ms_bind, NULL); }
void mount_high_bits(void) {
  const char *target = place("a");
  long result = mount("none", target, "tmpfs", 1ul << 32, NULL);
  if (result == 0) syscall(SYS_umount2, target, detach | nofollow);
  reach(result);
}

/// Needs no mount of one's own: any in the view would do. This one is none, so nothing changes.
void mount_remount(void) { reach(mount(NULL, scratch, NULL, ms_remount | ms_bind, NULL)); }
void mount_move(void) { reach(mount(scratch, place("a"), NULL, ms_move, NULL)); }
void mount_propagation(void) { reach(mount(NULL, scratch, NULL, ms_private, NULL)); }

void mount_overlay(void) {
  char options[400];
  snprintf(options, sizeof options, "lowerdir=/usr,upperdir=%s,workdir=%s", place("upper"), place("work"));
  mount_there("overlay", "overlay", 0, options);
}

void mount_fuse(void) {
  char options[100];
  int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device < 0) refused(errno);
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%d,group_id=%d", device < 0 ? 0 : device,
           (int)getuid(), (int)getgid());
  mount_there("fuse", "fuse", 0, options);
}

void unmount(void) {
  reach(syscall(SYS_umount2, place("a"), detach | nofollow));
}

void pivot(void) { reach(syscall(SYS_pivot_root, place("a"), place("a"))); }

void file_system_context(void) { attempt(syscall(SYS_fsopen, "tmpfs", 1)); }

void file_system_pick(void) { reach(syscall(SYS_fspick, AT_FDCWD, "/", 1)); }

void tree_clone(void) { attempt(syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)); }

void tree_clone_with_attributes(void) {
  struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
  attempt(syscall(SYS_open_tree_attr, AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, &attributes, sizeof attributes));
}

void mount_move_new(void) {
  reach(syscall(SYS_move_mount, AT_FDCWD, scratch, AT_FDCWD, place("a"), 0));
}

/// Makes a read-only mount writable; of a directory that is no mount, so that nothing changes.
void mount_attributes(void) {
  struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
  reach(syscall(SYS_mount_setattr, AT_FDCWD, scratch, 0, &attributes, sizeof attributes));
}
