#define _GNU_SOURCE
#include "CSeccomp.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/kcmp.h>
#include <linux/netlink.h>
#include <pwd.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

int cs_anonymous_file(void) { return memfd_create("seccomp", MFD_CLOEXEC); }

int64_t cs_user_id(const char *name) {
  struct passwd entry, *found = NULL;
  char buffer[16384];
  if (getpwnam_r(name, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL) return -1;
  return (int64_t)entry.pw_uid;
}

int64_t cs_group_id(const char *name) {
  struct group entry, *found = NULL;
  char buffer[65536];
  if (getgrnam_r(name, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL) return -1;
  return (int64_t)entry.gr_gid;
}

#ifndef O_NOTIFICATION_PIPE
#define O_NOTIFICATION_PIPE O_EXCL
#endif
#ifndef AF_IPX
#define AF_IPX 4
#endif
#ifndef AF_CONN
#define AF_CONN 123
#endif
#ifndef AF_QIPCRTR
#define AF_QIPCRTR 42
#endif
#ifndef AF_SMC
#define AF_SMC 43
#endif
#ifndef AF_XDP
#define AF_XDP 44
#endif
#ifndef AF_MCTP
#define AF_MCTP 45
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#ifndef NETLINK_RDMA
#define NETLINK_RDMA 20
#endif
#ifndef NETLINK_SMC
#define NETLINK_SMC 22
#endif
#define CS_Q_XCMD(x) (('X' << 8) + (x))

// Walks the table of constants: returns 0 past its end. `name` points to static storage.
int cs_constant_at(unsigned index, const char **name, uint64_t *value) {
#define C(x) {#x, (uint64_t)(uint32_t)(x)}
  static const struct { const char *name; uint64_t value; } table[] = {
    C(AF_UNIX), C(AF_LOCAL), C(AF_INET), C(AF_AX25), C(AF_IPX), C(AF_APPLETALK), C(AF_NETROM), C(AF_BRIDGE),
    C(AF_ATMPVC), C(AF_X25), C(AF_INET6), C(AF_ROSE), C(AF_NETBEUI), C(AF_SECURITY), C(AF_KEY), C(AF_NETLINK),
    C(AF_ROUTE), C(AF_PACKET), C(AF_ASH), C(AF_ECONET), C(AF_ATMSVC), C(AF_RDS), C(AF_SNA), C(AF_IRDA),
    C(AF_PPPOX), C(AF_WANPIPE), C(AF_LLC), C(AF_IB), C(AF_MPLS), C(AF_CAN), C(AF_TIPC), C(AF_BLUETOOTH),
    C(AF_IUCV), C(AF_RXRPC), C(AF_ISDN), C(AF_PHONET), C(AF_IEEE802154), C(AF_CAIF), C(AF_ALG), C(AF_NFC),
    C(AF_VSOCK), C(AF_KCM), C(AF_QIPCRTR), C(AF_SMC), C(AF_XDP), C(AF_MCTP), C(AF_CONN),
    {"PF_UNIX", AF_UNIX}, {"PF_LOCAL", AF_LOCAL}, {"PF_INET", AF_INET}, {"PF_INET6", AF_INET6},
    {"PF_NETLINK", AF_NETLINK}, {"PF_PACKET", AF_PACKET},
    C(SOCK_STREAM), C(SOCK_DGRAM), C(SOCK_SEQPACKET), C(SOCK_RAW), C(SOCK_RDM), C(SOCK_PACKET),
    C(NETLINK_ROUTE), C(NETLINK_USERSOCK), C(NETLINK_FIREWALL), C(NETLINK_SOCK_DIAG), C(NETLINK_INET_DIAG),
    C(NETLINK_NFLOG), C(NETLINK_XFRM), C(NETLINK_SELINUX), C(NETLINK_ISCSI), C(NETLINK_AUDIT),
    C(NETLINK_FIB_LOOKUP), C(NETLINK_CONNECTOR), C(NETLINK_NETFILTER), C(NETLINK_IP6_FW), C(NETLINK_DNRTMSG),
    C(NETLINK_KOBJECT_UEVENT), C(NETLINK_GENERIC), C(NETLINK_SCSITRANSPORT), C(NETLINK_ECRYPTFS), C(NETLINK_RDMA),
    C(NETLINK_CRYPTO), C(NETLINK_SMC),
    C(CLONE_NEWNS), C(CLONE_NEWCGROUP), C(CLONE_NEWUTS), C(CLONE_NEWIPC), C(CLONE_NEWUSER), C(CLONE_NEWPID),
    C(CLONE_NEWNET), C(CLONE_NEWTIME),
    C(S_IFREG), C(S_IFIFO), C(S_IFSOCK), C(S_IFCHR), C(S_IFBLK), C(S_IFDIR), C(S_IFLNK), C(S_ISUID), C(S_ISGID),
    C(S_ISVTX),
    C(O_RDONLY), C(O_WRONLY), C(O_RDWR), C(O_CREAT), C(O_EXCL), C(O_TMPFILE), C(O_NOTIFICATION_PIPE), C(O_TRUNC),
    C(O_APPEND), C(O_CLOEXEC), C(O_NONBLOCK),
    C(PRIO_PROCESS), C(PRIO_PGRP), C(PRIO_USER),
    C(TIOCSTI), C(TIOCLINUX), C(TIOCSCTTY),
    C(KCMP_FILE), C(KCMP_VM), C(KCMP_FILES), C(KCMP_FS), C(KCMP_SIGHAND), C(KCMP_IO), C(KCMP_SYSVSEM),
    {"PTRACE_TRACEME", 0}, {"PTRACE_PEEKTEXT", 1}, {"PTRACE_PEEKDATA", 2}, {"PTRACE_PEEKUSER", 3},
    {"PTRACE_CONT", 7}, {"PTRACE_GETREGS", 12}, {"PTRACE_GETFPREGS", 14}, {"PTRACE_ATTACH", 16},
    {"PTRACE_DETACH", 17}, {"PTRACE_GETFPXREGS", 18}, {"PTRACE_GETREGSET", 0x4204},
    C(Q_SYNC), C(Q_QUOTAON), C(Q_QUOTAOFF), C(Q_GETFMT), C(Q_GETINFO), C(Q_SETINFO), C(Q_GETQUOTA), C(Q_SETQUOTA),
    {"Q_XQUOTAON", CS_Q_XCMD(1)}, {"Q_XQUOTAOFF", CS_Q_XCMD(2)}, {"Q_XGETQUOTA", CS_Q_XCMD(3)},
    {"Q_XSETQLIM", CS_Q_XCMD(4)}, {"Q_XGETQSTAT", CS_Q_XCMD(5)}, {"Q_XQUOTARM", CS_Q_XCMD(6)},
    C(PR_CAP_AMBIENT), C(PR_CAP_AMBIENT_RAISE), C(PR_CAPBSET_DROP), C(PR_CAPBSET_READ), C(PR_SET_DUMPABLE),
    C(PR_SET_KEEPCAPS), C(PR_SET_MM), C(PR_SET_NAME), C(PR_SET_NO_NEW_PRIVS), C(PR_SET_PDEATHSIG),
    C(PR_SET_PTRACER), C(PR_SET_SECCOMP), C(PR_SET_SECUREBITS), C(PR_SET_TIMERSLACK),
    C(MFD_CLOEXEC),
  };
#undef C
  if (index >= sizeof table / sizeof table[0]) return 0;
  *name = table[index].name;
  *value = table[index].value;
  return 1;
}
