internal import Permissions

extension Interface {
  /// Pppd.
  static let ppp = Interface(
    "ppp", "pppd", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files("ix", "/usr/sbin/pppd")
      grants.files("rwix", "/etc/ppp/**")
      grants.files(.readWrite, "/dev/ppp", "/dev/tty[^0-9]*", "/run/lock/*tty[^0-9]*")
      grants.files("rwk", "/run/ppp*", "/var/run/ppp*")
      grants.files(.readWrite, "/var/log/ppp*")
      grants.files("ix", "/{,usr/}bin/run-parts")
      grants.files(.read, "/proc/@{pid}/loginuid")
      grants.capabilities(.setgid, .setuid)
      grants.files(.read, "/proc/tty/drivers")
      grants.udev(#"KERNEL=="ppp""#, #"KERNEL=="tty[a-zA-Z]*[0-9]*""#)
    }
  }
}
