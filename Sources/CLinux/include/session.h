#pragma once

// What servers of a session need and Glibc's module does not show.

/// accept4(2), close-on-exec. Returns a descriptor or a negative errno.
int cl_session_accept(int socket);
/// Holds back SIGTERM and SIGINT in this thread and those it starts. Returns a descriptor that is readable once one came
/// (signalfd(2)), or a negative errno.
int cl_session_stop_signals(void);
