internal import Permissions
internal import Snap

extension Interface {
  /// The LXD daemon: a container manager, which confines what it runs by itself. `enable-unconfined-mode` makes
  /// AppArmor's profile one without enforcement.
  static let lxdSupport = Interface(
    "lxd-support", "allows operating as the LXD service", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      guard plug["enable-unconfined-mode"] == nil || plug.read.flag("enable-unconfined-mode") != nil else {
        throw InterfaceError("lxd-support plug requires bool with 'enable-unconfined-mode'")
      }
    }
    $0.plug = { grants, _ in grants.trait(.delegatesGroups) }
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/proc/**/attr/{,apparmor/}current")
      grants.files("ux", "/{,usr/}{,s}bin/aa-exec")
      grants.files(.read, "/var/lib/snapd/hostfs/{etc,usr/lib}/os-release")
      grants.namespaces = true
      grants.trait(.unrestrictedSyscalls)
      grants.trait(.managesDeviceGroup)
      if connection.plug.read.flag("enable-unconfined-mode") == true { grants.trait(.appArmorUnconfined) }
    }
  }
}
