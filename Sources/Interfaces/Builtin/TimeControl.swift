internal import Permissions

extension Interface {
  /// The clock, the hardware's clock, and `timedate1`.
  static let timeControl = Interface(
    "time-control", "allows setting the time", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timedate1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timedate1", interface: "org.freedesktop.timedate1",
        member: "Set{Time,LocalRTC}", peer: connection.slot.peer)
      grants.readsProperties(.system, "/org/freedesktop/timedate1", of: connection.slot.peer)
      grants.files(.run, "/usr/bin/timedatectl{,.real}")
      grants.denyFiles(.read, "/proc/1/environ")
      grants.capabilities(.sysTime)
      grants.files(
        .readWrite,
        "/dev/rtc[0-9]*", "/sys/class/rtc/*/", "/sys/class/rtc/*/**", "/sys/devices/**/rtc/*/**", "/dev/pps[0-9]*",
        "/sys/devices/virtual/pps/*/**")
      grants.files(.run, "/{,usr/}sbin/hwclock")
      grants.syscalls(
        "settimeofday", "adjtimex", "clock_adjtime", "clock_adjtime64", "clock_settime", "clock_settime64", "bind",
        "socket AF_NETLINK - NETLINK_AUDIT")
      grants.udev(#"SUBSYSTEM=="rtc""#, #"KERNEL=="pps[0-9]*""#)
    }
  }
}
