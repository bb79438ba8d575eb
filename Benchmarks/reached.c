// Which functions of a program run, and when: breakpoints at their first instructions, each taken away when it is reached.
//
//   reached OUT ADDRESSES READY PROGRAM ARG...
//
// ADDRESSES is a file of the functions' addresses in PROGRAM, hexadecimal, a line each. Those that are reached are written
// to OUT in the order in which they are first reached. When the one at READY is, and whenever SIGUSR1 comes, the line "--"
// is written, and all count as not reached yet. SIGTERM is passed on; children that execute something else are let go.
// x86-64 only.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t *address;
static unsigned char *first, *reached;
static size_t count;
static volatile sig_atomic_t again;
static volatile pid_t child;

static void on_signal(int number) { again = number; }

// It ends as it would by itself, and then so do we.
static void on_end(int number) {
  if (child > 0) kill(child, number);
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void read_addresses(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  size_t room = 0;
  char line[32];
  while (fgets(line, sizeof line, file)) {
    if (count == room && !(address = realloc(address, (room = room * 2 + 65536) * sizeof *address))) fail("realloc");
    address[count++] = strtoull(line, NULL, 16);
  }
  fclose(file);
  if (!count) exit(1);
  qsort(address, count, sizeof *address, compare);
  size_t kept = 1;
  for (size_t i = 1; i < count; i++)
    if (address[i] != address[kept - 1]) address[kept++] = address[i];
  count = kept;
  if (!(first = calloc(count, 1)) || !(reached = calloc(count, 1))) fail("calloc");
}

// All breakpoints, in what `code` holds of the program, then in the program.
static void set_all(int memory, uint64_t base, unsigned char *code, size_t size) {
  for (size_t i = 0; i < count; i++) code[address[i] - address[0]] = 0xcc;
  memset(reached, 0, count);
  for (size_t at = 0; at < size;) {
    ssize_t written = pwrite(memory, code + at, size - at, base + address[0] + at);
    if (written <= 0) fail("write");
    at += written;
  }
}

static void take_away(pid_t thread, uint64_t at, unsigned char byte) {
  long word = ptrace(PTRACE_PEEKTEXT, thread, at, NULL);
  ptrace(PTRACE_POKETEXT, thread, at, (word & ~0xffL) | byte);
}

int main(int argc, char **argv) {
  if (argc < 5) return 64;
  FILE *out = fopen(argv[1], "w");
  if (!out) fail(argv[1]);
  read_addresses(argv[2]);
  uint64_t ready = strtoull(argv[3], NULL, 16);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL);
  struct sigaction end = {.sa_handler = on_end};
  sigaction(SIGTERM, &end, NULL);
  child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(argv[4], argv + 4);
    _exit(127);
  }
  int status;
  if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) fail("start");
  ptrace(PTRACE_SETOPTIONS, child, NULL,
         PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
  char path[64], line[512] = "";
  snprintf(path, sizeof path, "/proc/%d/maps", child);
  FILE *maps = fopen(path, "r");
  if (!maps || !fgets(line, sizeof line, maps)) fail(path);
  fclose(maps);
  uint64_t base = strtoull(line, NULL, 16);
  snprintf(path, sizeof path, "/proc/%d/mem", child);
  int memory = open(path, O_RDWR);
  size_t size = address[count - 1] - address[0] + 1;
  unsigned char *code = malloc(size);
  if (memory < 0 || !code) fail(path);
  for (size_t at = 0; at < size;) {
    ssize_t got = pread(memory, code + at, size - at, base + address[0] + at);
    if (got <= 0) fail("read");
    at += got;
  }
  for (size_t i = 0; i < count; i++) first[i] = code[address[i] - address[0]];
  set_all(memory, base, code, size);
  ptrace(PTRACE_CONT, child, NULL, NULL);

  for (;;) {
    pid_t thread = waitpid(-1, &status, __WALL);
    if (again) {
      again = 0;
      fputs("--\n", out);
      fflush(out);
      set_all(memory, base, code, size);
    }
    if (thread < 0 && errno == EINTR) continue;
    if (thread < 0) return 0;
    if (!WIFSTOPPED(status)) {
      if (thread == child) return fclose(out) != 0;
      continue;
    }
    int number = WSTOPSIG(status);
    if (number == SIGTRAP && status >> 16 == PTRACE_EVENT_EXEC) {
      ptrace(PTRACE_DETACH, thread, NULL, NULL);
      continue;
    }
    if (number == SIGTRAP && status >> 16 == 0) {
      struct user_regs_struct registers;
      ptrace(PTRACE_GETREGS, thread, NULL, &registers);
      uint64_t at = registers.rip - 1 - base, *found = bsearch(&at, address, count, sizeof at, compare);
      if (found) {
        size_t index = found - address;
        take_away(thread, registers.rip - 1, first[index]);
        if (!reached[index]) {
          reached[index] = 1;
          fprintf(out, "%lx\n", (unsigned long)at);
          fflush(out);
        }
        if (at == ready) {
          ready = 0;
          again = 1;
        }
        registers.rip--;
        ptrace(PTRACE_SETREGS, thread, NULL, &registers);
        number = 0;
      }
    }
    // New threads begin with a stop, and events with a trap: neither is the program's.
    if (number == SIGSTOP || number == SIGTRAP) number = 0;
    ptrace(PTRACE_CONT, thread, NULL, (void *)(long)number);
  }
}
