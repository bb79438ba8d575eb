internal import Permissions

extension Interface {
  /// Lets a snap run a whole classic system beside this one.
  static let classicSupport = Interface(
    "classic-support", "allows a snap to run a whole classic system beside this one", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/{,usr/}bin/unsquashfs")
      grants.files(.read, "/var/lib/snapd/snaps/core_*.snap")
      grants.capabilities(.chown, .fowner, .mknod)
      grants.files("rUx", "/{,usr/}bin/sudo")
      grants.capabilities(.fsetid, .dacOverride)
      grants.files(.read, "/etc/{,**}", "/var/lib/extrausers/{,*}")
      grants.capabilities(.sysAdmin)
      grants.files(.run, "/{,usr/}bin/mount", "/{,usr/}bin/mountpoint")
      grants.files(.readWrite, "/run/mount/utab")
      grants.mount(
        options: ["rw", "bind"], from: "/home/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.mount(options: ["rw", "bind"], from: "/run/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.mount(
        options: ["rw", "bind"], from: "/proc/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.mount(options: ["rw", "bind"], from: "/sys/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.mount(options: ["rw", "bind"], from: "/dev/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.mount(options: ["rw", "bind"], from: "/", to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.mount(types: "devpts", options: ["rw"], from: "devpts", to: "/dev/pts/")
      grants.mount(options: ["rw", "rprivate"], to: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.files(.run, "/{,usr/}bin/umount")
      grants.unmount("/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/")
      grants.files("rUx", "/usr/bin/systemd-run", "/bin/systemctl")
      grants.syscalls(
        "chown", "chown32", "lchown", "lchown32", "fchown", "fchown32", "fchownat", "mknod", "chroot", "bind",
        "sendmsg", "sendmmsg", "sendto", "recvfrom", "recvmsg", "setgroups", "setgroups32", "mount", "getsockopt",
        "umount", "umount2")
    }
  }
}
