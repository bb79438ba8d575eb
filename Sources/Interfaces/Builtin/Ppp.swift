internal import Permissions

extension Interface {
  /// pppd(8), its configuration and its lines.
  static let ppp = Interface(
    "ppp", "allows operating as a PPP service", implicitSlot: .always, slotRules: .manualSystemSlot
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
      grants.modules("ppp_generic")
      grants.udev(#"KERNEL=="ppp""#, #"KERNEL=="tty[a-zA-Z]*[0-9]*""#)
    }
  }
}
