// snap-probe: attacks the sandbox it runs in, and says what became of each attempt.
//
//   snap-probe attack [KEY=VALUE…]   one line a probe: `refused  …`, `ALLOWED  …: how` or `not tried  …: why`;
//                                    ends with 0 when nothing was allowed, with 1 otherwise
//   snap-probe service               the same, with the arguments in $SNAP/targets, to $SNAP_COMMON/report
//   snap-probe plant KEY=VALUE…      outside: makes the targets, prints them as the arguments of `attack`, and takes
//                                    them away when its standard input ends (plant.c)
//   snap-probe races …                inside: races against who mounts for an app (races.h)
//   snap-probe list                  the probes: who could do it unconfined, class, name, meaning; separated by tabs
#include "probe.h"
#include "races.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

struct targets targets;
char scratch[64];

/// Written by the probe's process, read by its parent.
static struct verdict {
  enum { none, was_refused, was_allowed, was_not_tried } kind;
  int error;
  char text[256];
} *verdict;

_Noreturn void allowed(const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(verdict->text, sizeof verdict->text, format, list);
  va_end(list);
  verdict->kind = was_allowed;
  _exit(0);
}

_Noreturn void not_tried(const char *why) {
  snprintf(verdict->text, sizeof verdict->text, "%s", why);
  verdict->kind = was_not_tried;
  _exit(0);
}

void refused(int error) {
  verdict->kind = was_refused;
  verdict->error = error;
}

void attempt(long result) {
  if (result >= 0) allowed("it worked");
  refused(errno);
}

void reach(long result) {
  if (result >= 0) allowed("it worked");
  if (errno != EPERM && errno != EACCES && errno != ENOSYS) allowed("it was tried: %s", strerror(errno));
  refused(errno);
}

void need(bool planted) {
  if (!planted) not_tried("no target was planted");
}

const char *path(const char *directory, const char *name) {
  static char texts[8][512];
  static unsigned next;
  char *text = texts[next++ % 8];
  snprintf(text, sizeof texts[0], "%s/%s", directory, name);
  return text;
}

const char *of_victim(const char *name) {
  need(targets.victim > 0);
  char directory[32];
  snprintf(directory, sizeof directory, "/proc/%d", targets.victim);
  return path(directory, name);
}

bool in_child(bool (*function)(void)) {
  pid_t child = fork();
  if (child == 0) _exit(function() ? 0 : errno == 0 ? 255 : errno);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return false;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  return false;
}

static int remove_one(const char *name, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)kind, (void)place;
  remove(name);
  return 0;
}

/// Waits for a probe's process, and for no longer than it may take.
static bool await(pid_t child) {
  const struct timespec pause = {.tv_nsec = 200 * 1000};
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  int status;
  for (;;) {
    pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) break;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (ended < 0 || now.tv_sec - start.tv_sec > 20) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return false;
    }
    nanosleep(&pause, NULL);
  }
  // The filter may kill instead of refusing.
  if (WIFSIGNALED(status) && verdict->kind == none) refused(-WTERMSIG(status));
  return true;
}

static void run(const struct probe *probe, bool shows_reason) {
  memset(verdict, 0, sizeof *verdict);
  const char *places[] = {getenv("SNAP_DATA"), "/tmp"};
  for (int place = getuid() == 0 ? 0 : 1; place < 2; place++) {
    snprintf(scratch, sizeof scratch, "%.40s/probe.XXXXXX", places[place] ? places[place] : "/tmp");
    if (mkdtemp(scratch)) break;
  }
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    umask(0);
    // A session of its own: nothing that is attempted reaches the terminal of the caller.
    setsid();
    probe->attempt();
    _exit(0);
  }
  if (child < 0 || !await(child)) {
    verdict->kind = was_not_tried;
    strcpy(verdict->text, child < 0 ? "no process could be made" : "it did not end");
  }
  nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  switch (verdict->kind) {
    case none: printf("not tried  %s: the probe came to no end\n", probe->name); break;
    case was_not_tried: printf("not tried  %s: %s\n", probe->name, verdict->text); break;
    case was_allowed: printf("ALLOWED    %s: %s\n", probe->name, verdict->text); break;
    case was_refused:
      if (!shows_reason) {
        printf("refused    %s\n", probe->name);
      } else {
        int error = verdict->error;
        printf("refused    %s: %s\n", probe->name, error < 0 ? strsignal(-error) : strerror(error));
      }
  }
}

static const struct {
  const char *name;
  const char **text;
  int *number;
} keys[] = {
  {"directory", &targets.directory, NULL}, {"data", &targets.data, NULL},     {"diary", &targets.diary, NULL},
  {"own", &targets.own, NULL},             {"shared", &targets.shared, NULL}, {"abstract", &targets.abstract, NULL},
  {"stream", &targets.stream, NULL},       {"victim", NULL, &targets.victim}, {"port", NULL, &targets.port},
  {"descriptor", NULL, &targets.descriptor}, {"memory", NULL, &targets.memory}, {"queue", NULL, &targets.queue},
  {"semaphores", NULL, &targets.semaphores},
};

static bool read_target(const char *argument) {
  const char *value = strchr(argument, '=');
  if (!value) return false;
  size_t length = (size_t)(value++ - argument);
  if (strncmp(argument, "address", length) == 0) return targets.address = strtoul(value, NULL, 0), true;
  for (size_t key = 0; key < sizeof keys / sizeof keys[0]; key++) {
    if (strlen(keys[key].name) != length || strncmp(argument, keys[key].name, length) != 0) continue;
    if (keys[key].text) *keys[key].text = value;
    if (keys[key].number) *keys[key].number = atoi(value);
    return true;
  }
  return false;
}

static int attack(int count, char **arguments) {
  targets.memory = targets.queue = targets.semaphores = targets.descriptor = -1;
  const char *only = NULL;
  bool shows_reason = false;
  for (int index = 0; index < count; index++) {
    if (strcmp(arguments[index], "--reasons") == 0) {
      shows_reason = true;
    } else if (strncmp(arguments[index], "only=", 5) == 0) {
      only = arguments[index] + 5;
    } else if (!read_target(arguments[index])) {
      fprintf(stderr, "snap-probe: cannot use target %s\n", arguments[index]);
      return 2;
    }
  }
  verdict = mmap(NULL, sizeof *verdict, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (verdict == MAP_FAILED) return perror("snap-probe: cannot map memory"), 2;
  bool holds = true;
  for (size_t index = 0; index < probe_count; index++) {
    if (only && strcmp(only, probes[index].name) != 0) continue;
    run(&probes[index], shows_reason);
    if (verdict->kind == was_allowed) holds = false;
  }
  return fflush(stdout) != 0 ? 2 : holds ? 0 : 1;
}

/// A service is told its arguments, and tells its report, by files: it has a fixed command and no output of its own.
static int service(void) {
  static char line[4096], partial[512];
  char *arguments[64];
  int count = 0;
  const char *common = getenv("SNAP_COMMON");
  const char *snap = getenv("SNAP");
  FILE *file = snap && common ? fopen(path(snap, "targets"), "re") : NULL;
  if (!file || !fgets(line, sizeof line, file)) return 2;
  fclose(file);
  for (char *word = strtok(line, " \n"); word && count < 64; word = strtok(NULL, " \n")) arguments[count++] = word;
  snprintf(partial, sizeof partial, "%s/report.partial", common);
  int output = open(partial, O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (output < 0 || dup2(output, 1) < 0) return 2;
  close(output);
  int status = attack(count, arguments);
  // That something was allowed is in the report: a service that fails would take its snap along.
  return rename(partial, path(common, "report")) == 0 && status != 2 ? 0 : 2;
}

static int list(void) {
  for (size_t index = 0; index < probe_count; index++) {
    const struct probe *probe = &probes[index];
    printf("%s\t%s\t%s\t%s\n", probe->who == root ? "root" : "anyone", probe->class, probe->name, probe->meaning);
  }
  return 0;
}

int main(int count, char **arguments) {
  if (count >= 2 && strcmp(arguments[1], "attack") == 0) return attack(count - 2, arguments + 2);
  if (count >= 2 && strcmp(arguments[1], "service") == 0) return service();
  if (count >= 2 && strcmp(arguments[1], "plant") == 0) return plant(count - 2, arguments + 2);
  if (count >= 2 && strcmp(arguments[1], "victim") == 0) return victim(count - 2, arguments + 2);
  // What `execute with capabilities` executes: whether it can administrate the system now.
  if (count >= 2 && strcmp(arguments[1], "can-administrate") == 0)
    return syscall(SYS_swapon, "/nonexistent/swap", 0) < 0 && errno == EPERM;
  if (count >= 2 && strcmp(arguments[1], "races") == 0) return races(count - 2, arguments + 2);
  if (count >= 2 && strcmp(arguments[1], "list") == 0) return list();
  fputs("usage: snap-probe attack [--reasons] [KEY=VALUE…] | plant KEY=VALUE… | list\n", stderr);
  return 2;
}
