#define _GNU_SOURCE 1
#include "CLinux.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

int cl_session_accept(int socket) {
  int descriptor = accept4(socket, NULL, NULL, SOCK_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int cl_session_stop_signals(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int status = pthread_sigmask(SIG_BLOCK, &signals, NULL);
  if (status) return -status;
  int descriptor = signalfd(-1, &signals, SFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}
