internal import Permissions

extension Interface {
  /// Sockets of the host's libvirtd.
  static let libvirt = Interface(
    "libvirt", "allows controlling virtual machines through libvirt", implicitSlot: .onClassic,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/run/libvirt/libvirt-sock-ro", "/run/libvirt/libvirt-sock")
      grants.files(.read, "/etc/libvirt/*", "/var/lib/snapd/hostfs/var/lib/libvirt/dnsmasq/{,**}")
      grants.syscalls("listen", "accept", "accept4")
    }
  }
}
