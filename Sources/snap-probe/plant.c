// What the probes go for, put outside of the sandbox: a process, files, sockets, System V objects. It is all taken away
// when standard input ends.
//
//   snap-probe plant directory=DIR [uid=UID] [data=DIR] [home=DIR] [sockets=1]
//
// `uid` is the attacker's: the process and the `own` file are of that user, so that only the sandbox protects them.
// `data` is where another snap's data is made, `home` where two homes are. With `sockets` there are listeners at the
// well-known places of system services where the host has none.
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "probe.h"
#include "sockets.h"

static char made[64][256];
static int made_count;

/// To be removed at the end, the last first.
static const char *note(const char *name) {
  if (made_count < 64) snprintf(made[made_count++], sizeof made[0], "%s", name);
  return name;
}

static void make_directory(const char *name) {
  if (mkdir(name, 0755) == 0) note(name);
}

static void make_file(const char *name, uid_t owner) {
  int file = open(name, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return;
  if (write(file, "secret\n", 7) < 0 || fchown(file, owner, (gid_t)-1) < 0) perror(name);
  close(file);
  note(name);
}

static int listen_unix(const char *name, bool abstract, int type) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path + abstract, name, sizeof address.sun_path - 2);
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + abstract + strlen(name));
  int end = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (end < 0 || bind(end, (void *)&address, length) < 0) return -1;
  if (type == SOCK_STREAM && listen(end, 4096) < 0) return -1;
  return end;
}

/// The process that is attacked: it holds what it was given, and waits to be ended.
int victim(int count, char **arguments) {
  static char secret[] = "the victim's secret";
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  if (count < 1 || chdir(arguments[0]) < 0) return 1;
  char name[64];
  snprintf(name, sizeof name, "snap-probe-%d", getpid());
  listen_unix(name, true, SOCK_STREAM);
  printf("abstract=%s ", name);
  strcat(name, "-datagrams");
  listen_unix(name, true, SOCK_DGRAM);
  printf("stream=%s ", name);
  listen_unix(path(arguments[0], "socket"), false, SOCK_STREAM);
  chmod(path(arguments[0], "socket"), 0666);
  // Held open for reading and writing, so that a writer does not wait.
  open(path(arguments[0], "fifo"), O_RDWR);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(server, (void *)&address, length) == 0 && listen(server, 4096) == 0) {
    getsockname(server, (void *)&address, &length);
    printf("port=%d ", ntohs(address.sin_port));
  }
  printf("victim=%d address=%p descriptor=%d memory=%d queue=%d semaphores=%d\n", getpid(), (void *)secret,
         open("secret", O_RDONLY), shmget(IPC_PRIVATE, 4096, 0666), msgget(IPC_PRIVATE, 0666),
         semget(IPC_PRIVATE, 1, 0666));
  fclose(stdout);
  for (;;) pause();
}

/// Starts the victim, and prints what it says.
static pid_t start(const char *directory, uid_t uid, char *line, size_t size) {
  int ends[2];
  if (pipe(ends) < 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(ends[1], 1);
    close(ends[0]);
    close(ends[1]);
    umask(0);
    if (setgroups(0, NULL) < 0 || setgid(uid) < 0 || setuid(uid) < 0) _exit(1);
    char *arguments[] = {"snap-probe", "victim", (char *)directory, NULL};
    char *environment[] = {"SNAP_PROBE_SECRET=secret", NULL};
    execve("/proc/self/exe", arguments, environment);
    _exit(1);
  }
  close(ends[1]);
  FILE *stream = fdopen(ends[0], "r");
  if (!stream || !fgets(line, (int)size, stream)) line[0] = 0;
  if (stream) fclose(stream);
  return child;
}

static int number(const char *line, const char *key) {
  const char *found = strstr(line, key);
  return found ? atoi(found + strlen(key)) : -1;
}

int plant(int count, char **arguments) {
  const char *directory = NULL, *data = NULL, *home = NULL;
  uid_t uid = 0;
  bool sockets = false;
  for (int index = 0; index < count; index++) {
    char *value = strchr(arguments[index], '=');
    if (!value) return 2;
    *value++ = 0;
    if (strcmp(arguments[index], "directory") == 0) directory = value;
    else if (strcmp(arguments[index], "data") == 0) data = value;
    else if (strcmp(arguments[index], "home") == 0) home = value;
    else if (strcmp(arguments[index], "uid") == 0) uid = (uid_t)atoi(value);
    else if (strcmp(arguments[index], "sockets") == 0) sockets = true;
    else return 2;
  }
  if (!directory) return 2;
  // Whoever ends this process by a signal wants the same as by the end of standard input.
  signal(SIGPIPE, SIG_IGN);
  umask(0);
  if (mkdir(directory, 0777) < 0) return perror(directory), 1;
  note(directory);
  make_file(path(directory, "secret"), 0);
  if (mkfifo(path(directory, "fifo"), 0666) == 0) note(path(directory, "fifo"));
  note(path(directory, "socket"));
  note(path(directory, "linked"));
  note(path(directory, "written"));
  printf("directory=%s ", directory);
  if (data) {
    make_directory(path(data, "probe-victim"));
    make_directory(path(data, "probe-victim/common"));
    make_file(path(data, "probe-victim/common/secret"), 0);
    printf("data=/var/snap/probe-victim/common/secret ");
  }
  if (home) {
    make_directory(path(home, "probe-victim"));
    make_file(path(home, "probe-victim/diary"), 65533);
    make_directory(path(home, "probe-attacker"));
    make_file(path(home, "probe-attacker/.bashrc"), uid);
    printf("diary=%s own=%s ", path(home, "probe-victim/diary"), path(home, "probe-attacker/.bashrc"));
  }
  char shared[64];
  snprintf(shared, sizeof shared, "/dev/shm/snap-probe.%d", getpid());
  make_file(shared, 0);
  printf("shared=%s ", shared);
  for (size_t index = 0; sockets && index < service_socket_count; index++) {
    const char *name = service_sockets[index];
    char parents[128];
    snprintf(parents, sizeof parents, "%s", name);
    for (char *slash = strchr(parents + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
      *slash = 0;
      make_directory(parents);
      *slash = '/';
    }
    if (listen_unix(name, false, SOCK_STREAM) >= 0) note(name);
  }
  if (sockets) {
    char session[64];
    snprintf(session, sizeof session, "/run/user/%d", (int)uid);
    make_directory("/run/user");
    make_directory(session);
    if (listen_unix(path(session, "bus"), false, SOCK_STREAM) >= 0) note(path(session, "bus"));
    listen_unix("/tmp/.X11-unix/X0", true, SOCK_STREAM);
  }
  char line[1024] = "";
  pid_t child = start(directory, uid, line, sizeof line);
  // One write: whoever reads it has all of it.
  fputs(line, stdout);
  fflush(stdout);
  // Clients gave up their standard output by ending; they hold the input open as long as they need the targets.
  char byte;
  while (read(0, &byte, 1) > 0 || errno == EINTR) errno = 0;
  int id;
  if ((id = number(line, "memory=")) >= 0) shmctl(id, IPC_RMID, NULL);
  if ((id = number(line, "queue=")) >= 0) msgctl(id, IPC_RMID, NULL);
  if ((id = number(line, "semaphores=")) >= 0) semctl(id, 0, IPC_RMID);
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
  while (made_count > 0) remove(made[--made_count]);
  return line[0] ? 0 : 1;
}
