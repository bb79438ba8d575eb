// Files: those of others, of the host, and ways around the path.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "files.h"
#include "probe.h"

/// Opens, to see whether it may be; nothing is read or written.
static void open_to(const char *name, int flags) {
  int file = open(name, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
  if (file >= 0) {
    if (flags & O_CREAT) unlink(name);
    allowed("%s was opened", name);
  }
  refused(errno);
}

static void read_file(const char *name) {
  char byte;
  int file = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return refused(errno);
  if (read(file, &byte, 1) >= 0) allowed("%s was read", name);
  refused(errno);
}

static const char *secret(void) {
  need(targets.directory);
  return path(targets.directory, "secret");
}

void read_host_file(void) { read_file(secret()); }
void write_host_file(void) { open_to(secret(), O_WRONLY); }

void create_host_file(void) {
  need(targets.directory);
  open_to(path(targets.directory, "written"), O_CREAT | O_WRONLY);
}

void read_other_data(void) {
  need(targets.data);
  read_file(targets.data);
}

void write_other_data(void) {
  need(targets.data);
  open_to(targets.data, O_WRONLY);
}

void read_diary(void) {
  need(targets.diary);
  read_file(targets.diary);
}

void write_start_file(void) {
  need(targets.own);
  open_to(targets.own, O_WRONLY);
}

void read_shared_memory(void) {
  need(targets.shared);
  read_file(targets.shared);
}

void through_fifo(void) {
  need(targets.directory);
  open_to(path(targets.directory, "fifo"), O_WRONLY);
}

// Ways around the path.

static void below(const char *root) {
  char name[600];
  snprintf(name, sizeof name, "%s%s", root, secret());
  read_file(name);
}

void through_own_root(void) { below("/proc/self/root"); }
void through_first_root(void) { below("/proc/1/root"); }
void through_victim_root(void) { below(of_victim("root")); }
void through_victim_directory(void) { read_file(of_victim("cwd/secret")); }

void through_victim_descriptor(void) {
  need(targets.descriptor >= 0);
  char name[32];
  snprintf(name, sizeof name, "fd/%d", targets.descriptor);
  read_file(of_victim(name));
}

/// The caller gives a directory of the host's as standard input.
void through_input(void) {
  struct stat status;
  if (fstat(0, &status) < 0 || !S_ISDIR(status.st_mode)) not_tried("standard input is no directory");
  int file = openat(0, "secret", O_RDONLY | O_CLOEXEC);
  if (file >= 0) allowed("the file was opened from the directory");
  refused(errno);
  read_file("/proc/self/fd/0/secret");
  read_file("/dev/stdin/secret");
  if (fchdir(0) == 0) read_file("secret");
}

void inherited_descriptors(void) {
  for (int number = 3; number < 1024; number++) {
    struct stat status;
    char link[32], name[256];
    if (fstat(number, &status) < 0) continue;
    snprintf(link, sizeof link, "/proc/self/fd/%d", number);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) length = 0;
    name[length] = 0;
    allowed("descriptor %d is open: %s", number, name);
  }
  refused(EBADF);
}

void through_symlink(void) {
  const char *link = path(scratch, "link");
  if (symlink(secret(), link) < 0) return refused(errno);
  read_file(link);
}

void write_through_symlink(void) {
  const char *link = path(scratch, "link");
  if (symlink(targets.directory ? targets.directory : "/", link) < 0) return refused(errno);
  need(targets.directory);
  open_to(path(link, "written"), O_CREAT | O_WRONLY);
}

void hard_link(void) {
  const char *places[] = {path(scratch, "linked"), path(targets.directory ? targets.directory : "/", "linked")};
  for (int place = 0; place < 2; place++) {
    long result = link(secret(), places[place]);
    if (result < 0) result = linkat(AT_FDCWD, secret(), AT_FDCWD, places[place], AT_SYMLINK_FOLLOW);
    if (result == 0) unlink(places[place]);
    attempt(result);
  }
  if (targets.data) attempt(link(targets.data, path(scratch, "linked")));
}

void rename_out(void) {
  need(targets.directory);
  const char *file = path(scratch, "file");
  close(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  attempt(rename(file, path(targets.directory, "written")));
  attempt(renameat2(AT_FDCWD, file, AT_FDCWD, secret(), RENAME_EXCHANGE));
  // From another file system nothing can be renamed to the host's directory: one within it.
  const char *written = path(targets.directory, "written");
  long result = rename(secret(), written);
  if (result == 0) rename(written, secret());
  attempt(result);
}

static bool leave_root(void) {
  const char *jail = path(scratch, "jail");
  if (mkdir(jail, 0755) < 0 || chroot(jail) < 0) return false;
  for (int level = 0; level < 32; level++)
    if (chdir("..") < 0) return false;
  if (chroot(".") < 0) return false;
  return access(secret(), R_OK) == 0;
}

void leave_by_chroot(void) {
  need(targets.directory);
  if (in_child(leave_root)) allowed("the host's root was found");
  refused(errno);
}

void by_handle(void) {
  struct {
    struct file_handle handle;
    unsigned char bytes[128];
  } buffer = {.handle.handle_bytes = 128};
  int mount_id;
  const char *file = path(scratch, "file");
  close(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  if (name_to_handle_at(AT_FDCWD, file, &buffer.handle, &mount_id, 0) < 0) refused(errno);
  int directory = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  reach(open_by_handle_at(directory, &buffer.handle, O_RDONLY | O_CLOEXEC));
}

// The whole view.

static const char *writable[24];
static int writable_count;

static void add_writable(const char *variable, const char *fallback) {
  const char *value = variable ? getenv(variable) : NULL;
  if (!value) value = fallback;
  if (value && *value && writable_count < 24) writable[writable_count++] = value;
}

static bool may_be_written(const char *name) {
  for (int index = 0; index < writable_count; index++) {
    size_t length = strlen(writable[index]);
    if (strncmp(name, writable[index], length) == 0 && (name[length] == '/' || name[length] == 0)) return true;
  }
  return false;
}

/// What may be written is told by the environment that the system itself makes, and is documented in ARCHITECTURE.md.
static void find_writable(void) {
  static char places[4][256];
  const char *snap = getenv("SNAP_NAME"), *instance = getenv("SNAP_INSTANCE_NAME");
  for (int place = 0; place < 4; place++)
    snprintf(places[place], sizeof places[0], "%s%s", place % 2 ? "/run/lock/snap." : "/run/snap.",
             place < 2 ? (snap ? snap : "none") : (instance ? instance : "none"));
  for (int place = 0; place < 4; place++) add_writable(NULL, places[place]);
  add_writable("SNAP_DATA", NULL);
  add_writable("SNAP_COMMON", NULL);
  add_writable("SNAP_USER_DATA", NULL);
  add_writable("SNAP_USER_COMMON", NULL);
  add_writable("XDG_RUNTIME_DIR", NULL);
  add_writable(NULL, "/tmp");
  add_writable(NULL, "/dev/shm");
  add_writable(NULL, "/dev/pts");
  add_writable(NULL, scratch);
}

/// Tries to make something in a directory.
static void try_directory(const char *directory) {
  char name[4200];
  snprintf(name, sizeof name, "%s/.snap-probe", strcmp(directory, "/") == 0 ? "" : directory);
  int file = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) {
    unlink(name);
    allowed("a file was made in %s", directory);
  }
  if (mkdir(name, 0700) == 0) {
    rmdir(name);
    allowed("a directory was made in %s", directory);
  }
  if (symlink("x", name) == 0) {
    unlink(name);
    allowed("a link was made in %s", directory);
  }
  refused(errno);
}

/// Walks the view, but for what may be written and the processes' own directories.
static void walk(const char *directory, void (*on_directory)(const char *), void (*on_file)(const char *, mode_t)) {
  if (on_directory) on_directory(directory);
  DIR *stream = opendir(directory);
  if (!stream) return;
  const char *prefix = strcmp(directory, "/") == 0 ? "" : directory;
  for (struct dirent *entry; (entry = readdir(stream));) {
    char name[4096];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (snprintf(name, sizeof name, "%s/%s", prefix, entry->d_name) >= (int)sizeof name) continue;
    bool is_process = strcmp(directory, "/proc") == 0
      && (strspn(entry->d_name, "0123456789") == strlen(entry->d_name) || strstr(entry->d_name, "self"));
    if (is_process || may_be_written(name)) continue;
    struct stat status;
    if (lstat(name, &status) < 0) continue;
    if (S_ISDIR(status.st_mode)) walk(name, on_directory, on_file);
    else if (on_file) on_file(name, status.st_mode);
  }
  closedir(stream);
}

static void try_file(const char *name, mode_t mode) {
  if (S_ISREG(mode)) open_to(name, O_WRONLY);
}

void write_anywhere(void) {
  find_writable();
  walk("/", try_directory, NULL);
}

void change_any_file(void) {
  find_writable();
  walk("/", NULL, try_file);
}

static void try_device(const char *name, mode_t mode) {
  static const char *const granted[] = {"/dev/null", "/dev/zero", "/dev/full",   "/dev/random", "/dev/urandom",
                                        "/dev/tty",  "/dev/ptmx", "/dev/console"};
  if (!S_ISCHR(mode) && !S_ISBLK(mode)) return;
  for (size_t index = 0; index < sizeof granted / sizeof granted[0]; index++)
    if (strcmp(granted[index], name) == 0) return;
  open_to(name, O_RDONLY);
}

void open_any_device(void) {
  find_writable();
  refused(ENOENT);
  walk("/dev", NULL, try_device);
}

/// Opens the first of a list that can be opened.
static void open_one(const char *const *names, size_t count, int flags) {
  for (size_t index = 0; index < count; index++) open_to(names[index], flags);
}

void open_disk(void) {
  static const char *const names[] = {"/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/loop0", "/dev/loop-control",
                                      "/dev/sg0", "/dev/mapper/control", "/dev/btrfs-control"};
  open_one(names, sizeof names / sizeof names[0], O_RDONLY);
}

void open_memory(void) {
  static const char *const names[] = {"/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/nvram", "/dev/cpu/0/msr",
                                      "/proc/kcore", "/proc/kmsg"};
  open_one(names, sizeof names / sizeof names[0], O_RDONLY);
}

void open_hardware(void) {
  static const char *const names[] = {"/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/uinput", "/dev/input/event0",
                                      "/dev/vhost-net", "/dev/rfkill", "/dev/dri/card0", "/dev/hwrng", "/dev/tty0",
                                      "/dev/ttyS0", "/dev/vcs", "/dev/snapshot", "/dev/cpu_dma_latency"};
  open_one(names, sizeof names / sizeof names[0], O_RDWR);
}

void write_kernel_settings(void) {
  static const char *const names[] = {"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
                                      "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches",
                                      "/proc/sys/fs/suid_dumpable", "/proc/sys/net/ipv4/ip_forward"};
  open_one(names, sizeof names / sizeof names[0], O_WRONLY);
}

void write_trigger(void) { open_to("/proc/sysrq-trigger", O_WRONLY); }

void write_sys(void) {
  static const char *const names[] = {"/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run",
                                      "/sys/bus/pci/rescan", "/sys/kernel/profiling", "/sys/kernel/uevent_seqnum",
                                      "/sys/block/loop0/uevent", "/sys/class/net/lo/uevent"};
  open_one(names, sizeof names / sizeof names[0], O_WRONLY);
}

void write_group(void) {
  static const char *const names[] = {
    "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/unified/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs",
    "/sys/fs/cgroup/pids/cgroup.procs", "/sys/fs/cgroup/devices/devices.allow", "/sys/fs/cgroup/systemd/cgroup.procs"};
  open_one(names, sizeof names / sizeof names[0], O_WRONLY);
}

void write_release_agent(void) {
  static const char *const names[] = {"/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/pids/release_agent",
                                      "/sys/fs/cgroup/systemd/release_agent", "/sys/fs/cgroup/devices/release_agent"};
  open_one(names, sizeof names / sizeof names[0], O_WRONLY);
}

void make_group(void) {
  static const char *const names[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids"};
  for (size_t index = 0; index < 3; index++) {
    const char *group = path(names[index], "snap-probe");
    if (mkdir(group, 0755) == 0) {
      rmdir(group);
      allowed("%s was made", group);
    }
    refused(errno);
  }
}

static void list_directory(const char *name) {
  DIR *stream = opendir(name);
  if (!stream) return refused(errno);
  int entries = 0;
  while (readdir(stream)) entries++;
  closedir(stream);
  if (entries > 2) allowed("%s was listed", name);
  refused(ENOENT);
}

void list_host_root(void) { list_directory("/var/lib/snapd/hostfs"); }

void list_snapd(void) {
  list_directory("/var/lib/snapd/snaps");
  list_directory("/var/lib/snapd/launch");
  open_to("/var/lib/snapd/state.db", O_RDONLY);
  open_to("/var/lib/snapd/state.json", O_RDONLY);
}
