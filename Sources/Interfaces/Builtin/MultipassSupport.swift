internal import Permissions

extension Interface {
  /// Virtual machines under AppArmor profiles of the snap's own.
  static let multipassSupport = Interface(
    "multipass-support", "allows operating as the Multipass service", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/{,usr/}sbin/apparmor_parser")
      grants.files(.read, "/etc/apparmor{,.d}/{,**}", "/sys/kernel/security/apparmor/{,**}")
      grants.files("w", "/sys/kernel/security/apparmor/.remove", "/sys/kernel/security/apparmor/.replace")
      grants.capabilities(.macAdmin, .chown, .setuid, .setgid, .kill)
      grants.changeProfile(
        program: "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/usr/bin/*", to: "multipass.*", unsafe: true)
      grants.signals([.send], peer: .named("multipass.*"))
      grants.ptrace([.read, .trace], peer: .named("multipass.*"))
      grants.syscalls(
        "setgroups 0 -", "setgroups32 0 -", "chown", "chown32", "fchown", "fchown32", "fchownat", "lchown",
        "lchownat")
    }
  }
}
