// Runs and times commands on one side of the comparison, from inside that side's namespaces, so that entering them is
// not part of any measurement.
//
//   agent serve             see below
//   agent namespace PID     the id of a process's mount namespace
//   agent fresh             the id that a new mount namespace gets on each CPU: lines "CPU ID"
//
// `serve` reads one request per line, fields separated by tabs:
//   run ARG...              runs to its end, standard input is /dev/null
//   start LOG ARG...        runs in the background; the answer's status is the process id
//   end PID                 SIGTERM and wait (SIGKILL after 10 s)
// and answers "STATUS NANOSECONDS LENGTH\n" and LENGTH bytes of output. STATUS is the exit code, 128 + the signal,
// or negative errno when the command could not be started.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MAX_ARGUMENTS = 64, MAX_OUTPUT = 65536 };

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

// Standard input from /dev/null, output to a descriptor.
static int spawn(pid_t *pid, char **argv, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
  int error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

static void answer(int status, int64_t duration, const char *text, size_t length) {
  printf("%d %lld %zu\n", status, (long long)duration, length);
  fwrite(text, 1, length, stdout);
  fflush(stdout);
}

static void run(char **argv) {
  static char text[MAX_OUTPUT];
  int output = memfd_create("output", MFD_CLOEXEC);
  pid_t pid;
  int status = 0;
  int64_t begin = now();
  int error = spawn(&pid, argv, output);
  while (!error && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  int64_t end = now();
  ssize_t length = pread(output, text, sizeof text, 0);
  close(output);
  answer(error ? -error : exit_code(status), end - begin, text, length < 0 ? 0 : (size_t)length);
}

static void start(char **argv) {
  int output = open(argv[0], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  pid_t pid;
  int error = spawn(&pid, argv + 1, output);
  if (output >= 0) close(output);
  answer(error ? -error : pid, 0, "", 0);
}

static void end(pid_t pid) {
  int status = 0;
  int64_t begin = now();
  kill(pid, SIGTERM);
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (now() - begin > 10000000000) kill(pid, SIGKILL);
    usleep(2000);
  }
  answer(exit_code(status), now() - begin, "", 0);
}

static int serve(void) {
  char *line = NULL;
  size_t capacity = 0;
  ssize_t length;
  while ((length = getline(&line, &capacity, stdin)) > 0) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    char *fields[MAX_ARGUMENTS + 1];
    int count = 0;
    char *rest = line;
    while (rest && count < MAX_ARGUMENTS) fields[count++] = strsep(&rest, "\t");
    fields[count] = NULL;
    if (count >= 2 && !strcmp(fields[0], "run")) run(fields + 1);
    else if (count >= 3 && !strcmp(fields[0], "start")) start(fields + 1);
    else if (count == 2 && !strcmp(fields[0], "end")) end(atoi(fields[1]));
    else answer(-EINVAL, 0, "", 0);
  }
  return 0;
}

// Linux 6.18 calls it NS_GET_ID, for all namespaces; before, only mount namespaces had one.
static uint64_t namespace_id(const char *path) {
  uint64_t id = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  if (ioctl(fd, _IOR(0xb7, 13, uint64_t), &id) < 0 && ioctl(fd, _IOR(0xb7, 5, uint64_t), &id) < 0) id = 0;
  close(fd);
  return id;
}

static int fresh(void) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) < 0) return 1;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    pid_t child = fork();
    if (child == 0) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      if (sched_setaffinity(0, sizeof one, &one) < 0 || unshare(CLONE_NEWNS) < 0) _exit(1);
      printf("%d %llu\n", cpu, (unsigned long long)namespace_id("/proc/self/ns/mnt"));
      fflush(stdout);
      _exit(0);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "serve")) return serve();
  if (argc == 2 && !strcmp(argv[1], "fresh")) return fresh();
  if (argc == 3 && !strcmp(argv[1], "namespace")) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/ns/mnt", argv[2]);
    printf("%llu\n", (unsigned long long)namespace_id(path));
    return 0;
  }
  fprintf(stderr, "usage: agent serve | fresh | namespace PID\n");
  return 64;
}
