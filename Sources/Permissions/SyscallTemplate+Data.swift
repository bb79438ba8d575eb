// What every confined process may call, as data. The facts are those of `spec/default-access.tsv`; the grouping and
// the remarks are ours. Names that this machine lacks are skipped by the compiler, so calls of all architectures
// stand side by side.
extension SyscallTemplate {
  /// Calls that are granted whatever their arguments, separated by spaces.
  static let free = """
    # files and directories
    _llseek access arm_sync_file_range chdir chmod chroot creat faccessat faccessat2 fallocate fchdir fchmod
    fchmodat fchmodat2 fcntl fcntl64 fdatasync flock fstat fstat64 fstatat64 fstatfs fstatfs64 fstatvfs fsync
    ftruncate ftruncate64 futimesat getcwd getdents getdents64 inotify_add_watch inotify_init inotify_init1
    inotify_rm_watch link linkat llseek lseek lstat lstat64 mkdir mkdirat newfstatat oldfstat oldlstat oldstat
    open openat readdir readlink readlinkat rename renameat renameat2 rmdir stat stat64 statfs statfs64 statvfs
    statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs truncate truncate64 umask unlink
    unlinkat ustat utime utimensat utimensat_time64 utimes
    # extended attributes
    fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr
    lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat
    # reading and writing
    _newselect arm_fadvise64_64 close close_range dup dup2 dup3 epoll_create epoll_create1 epoll_ctl
    epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 fadvise64 fadvise64_64
    io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioctl memfd_create
    memfd_secret pipe pipe2 poll ppoll ppoll_time64 pread pread64 preadv pselect pselect6 pselect6_time64
    pwrite pwrite64 pwritev pwritev2 read readahead readv select sendfile sendfile64 splice tee vmsplice write
    writev
    # memory
    brk cacheflush get_mempolicy madvise map_shadow_stack mbind membarrier mincore mlock mlock2 mlockall mmap
    mmap2 mprotect mremap msync munlock munlockall munmap remap_file_pages set_mempolicy
    # processes and identity
    _exit arch_prctl breakpoint clone clone3 execve execveat exit exit_group fork get_thread_area get_tls
    getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid
    getrandom getresgid getresgid32 getresuid getresuid32 getsid gettid getuid getuid32 modify_ldt oldolduname
    olduname oldwait4 pidfd_open prctl restart_syscall rseq rseq_slice_yield set_thread_area
    set_tid_address set_tls setpgid setpgrp setsid sysinfo syslog uname usr26 usr32 vfork wait4 waitid waitpid
    # signals
    kill pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaction sigaltstack signal signalfd signalfd4
    sigpending sigprocmask sigreturn sigsuspend sigtimedwait sigwaitinfo tgkill tkill
    # time
    alarm clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64
    ftime getitimer gettimeofday nanosleep setitimer time timer_create timer_delete timer_getoverrun
    timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd timerfd_create timerfd_gettime
    timerfd_gettime64 timerfd_settime timerfd_settime64 times
    # sockets
    connect getpeername getsockname getsockopt recv recvfrom recvmmsg recvmmsg_time64 recvmsg send sendmmsg
    sendmsg sendto setsockopt shutdown socketpair
    # system V and futex
    futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list ipc msgctl msgget msgrcv
    msgsnd semctl semget semop semtimedop semtimedop_time64 set_robust_list shmat shmctl shmdt shmget
    # scheduling and limits
    getcpu getpriority getrlimit getrusage ioprio_get sched_get_priority_max sched_get_priority_min
    sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
    sched_rr_get_interval_time64 sched_yield setrlimit ugetrlimit
    # confining oneself further
    capget capset landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp
    """

  /// Owners may only be set to root or left alone. Without CAP_CHOWN even that succeeds for own files only;
  /// the rule keeps what unpacks archives as root from failing.
  static let ownership = """
    chown - u:root g:root
    chown32 - u:root g:root
    fchown - u:root g:root
    fchown32 - u:root g:root
    fchownat - - u:root g:root
    lchown - u:root g:root
    lchown32 - u:root g:root
    chown - u:root -1
    chown32 - u:root -1
    fchown - u:root -1
    fchown32 - u:root -1
    fchownat - - u:root -1
    lchown - u:root -1
    lchown32 - u:root -1
    chown - -1 g:root
    chown32 - -1 g:root
    fchown - -1 g:root
    fchown32 - -1 g:root
    fchownat - - -1 g:root
    lchown - -1 g:root
    lchown32 - -1 g:root
    """

  /// A node may be a plain file, a FIFO or a socket, never a device.
  static let nodes = """
    mknod - |S_IFREG -
    mknodat - - |S_IFREG -
    mknod - |S_IFIFO -
    mknodat - - |S_IFIFO -
    mknod - |S_IFSOCK -
    mknodat - - |S_IFSOCK -
    """

  /// Calls with one harmless form: no flags yet unknown, nobody else's priority or limits, comparing descriptors only.
  ///
  /// A C library names the policy of a thread by its number, which a filter cannot tell from that of a foreign process:
  /// of the policies, those are open that do not starve it.
  ///
  /// Of the personalities: asking, those of `setarch` (Linux, Linux in 32 bits, with an old version number), and with
  /// addresses that are not random. Others make data executable and page zero usable, or lead into code that nobody
  /// uses.
  static let limited = """
    cachestat - - - 0
    mseal - - 0
    copy_file_range - - - - - 0
    kcmp - - KCMP_FILE
    nice <=19
    prlimit64 0
    sched_setscheduler 0
    sched_setscheduler - 0
    sched_setscheduler - 1
    sched_setscheduler - 2
    personality 0
    personality 8
    personality 131072
    personality 131080
    personality 262144
    personality 262152
    personality 4294967295
    setpriority PRIO_PROCESS 0 <=19
    sched_setaffinity 0 - -
    sched_setparam 0 -
    """

  /// No file may become setuid or setgid, by whatever call makes it: another user could run it.
  static let noSetuid = """
    ~chmod - |S_ISUID
    ~fchmod - |S_ISUID
    ~fchmodat - - |S_ISUID
    ~fchmodat2 - - |S_ISUID -
    ~chmod - |S_ISGID
    ~fchmod - |S_ISGID
    ~fchmodat - - |S_ISGID
    ~fchmodat2 - - |S_ISGID -
    ~creat - |S_ISUID
    ~creat - |S_ISGID
    ~mknod - |S_ISUID
    ~mknodat - - |S_ISUID
    ~mknod - |S_ISGID
    ~mknodat - - |S_ISGID
    ~open - |O_CREAT |S_ISUID
    ~openat - - |O_CREAT |S_ISUID
    ~open - |O_CREAT |S_ISGID
    ~openat - - |O_CREAT |S_ISGID
    ~open - |O_TMPFILE |S_ISUID
    ~openat - - |O_TMPFILE |S_ISUID
    ~open - |O_TMPFILE |S_ISGID
    ~openat - - |O_TMPFILE |S_ISGID
    """

  /// Typing into the terminal that one was started from runs commands outside (CVE-2019-7303, CVE-2023-1523).
  /// The second form looks at the low 32 bits only, as the kernel does.
  static let noTerminalInjection = """
    ~ioctl - TIOCSTI
    ~ioctl - TIOCLINUX
    ~ioctl - 4294967295|TIOCSTI
    ~ioctl - 4294967295|TIOCLINUX
    """

  /// `openat2` takes its mode through a pointer, which a filter cannot follow; notification pipes read kernel keys.
  static let noBlindSpots = """
    ~openat2
    ~pipe2 - |O_NOTIFICATION_PIPE
    """

  /// Families that a kernel with AppArmor sorts out by its own rules.
  static let everyFamily = """
    socket AF_UNIX
    socket AF_LOCAL
    socket AF_INET
    socket AF_INET6
    socket AF_IPX
    socket AF_XDP
    socket AF_X25
    socket AF_AX25
    socket AF_ATMPVC
    socket AF_APPLETALK
    socket AF_PACKET
    socket AF_ALG
    socket AF_CAN
    socket AF_BRIDGE
    socket AF_NETROM
    socket AF_ROSE
    socket AF_NETBEUI
    socket AF_SECURITY
    socket AF_KEY
    socket AF_ASH
    socket AF_ECONET
    socket AF_SNA
    socket AF_IRDA
    socket AF_PPPOX
    socket AF_WANPIPE
    socket AF_BLUETOOTH
    socket AF_RDS
    socket AF_LLC
    socket AF_TIPC
    socket AF_IUCV
    socket AF_RXRPC
    socket AF_ISDN
    socket AF_PHONET
    socket AF_IEEE802154
    socket AF_CAIF
    socket AF_NFC
    socket AF_VSOCK
    socket AF_MPLS
    socket AF_IB
    socket AF_QIPCRTR
    """

  /// With users declared: identities may be set to root, and supplementary groups only dropped.
  static let rootIdentity = """
    setgroups 0 -
    setgroups32 0 -
    setgid g:root
    setgid32 g:root
    setuid u:root
    setuid32 u:root
    setregid g:root g:root
    setregid32 g:root g:root
    setregid -1 g:root
    setregid32 -1 g:root
    setregid g:root -1
    setregid32 g:root -1
    setresgid g:root g:root g:root
    setresgid32 g:root g:root g:root
    setresgid -1 g:root -1
    setresgid32 -1 g:root -1
    setresgid g:root g:root -1
    setresgid32 g:root g:root -1
    setreuid u:root u:root
    setreuid32 u:root u:root
    setreuid -1 u:root
    setreuid32 -1 u:root
    setreuid u:root -1
    setreuid32 u:root -1
    setresuid u:root u:root u:root
    setresuid32 u:root u:root u:root
    setresuid -1 u:root -1
    setresuid32 -1 u:root -1
    setresuid u:root u:root -1
    setresuid32 u:root u:root -1
    """

  /// Without users declared there is no CAP_SETUID, so these reach only identities the process already has.
  static let bareIdentity = """
    setgid
    setgid32
    setregid
    setregid32
    setresgid
    setresgid32
    setresuid
    setresuid32
    setreuid
    setreuid32
    setuid
    setuid32
    """

}
