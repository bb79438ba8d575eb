internal import Permissions

extension Interface {
  /// Run LXD daemon. Attributes: `enable-unconfined-mode`.
  static let lxdSupport = Interface(
    "lxd-support", "run LXD daemon", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/proc/**/attr/{,apparmor/}current")
      grants.files("ux", "/{,usr/}{,s}bin/aa-exec")
      grants.files(.read, "/var/lib/snapd/hostfs/{etc,usr/lib}/os-release")
      grants.namespaces = true
      grants.trait(.unrestrictedSyscalls)
      grants.trait(.managesDeviceGroup)
      grants.trait(.appArmorUnconfined)
    }
  }
}
