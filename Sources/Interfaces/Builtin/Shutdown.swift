internal import Permissions

extension Interface {
  /// logind and systemd, asked to end or to sleep.
  static let shutdown = Interface(
    "shutdown", "allows turning the machine off and starting it again", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "{Reboot,PowerOff,Halt}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member:
          "{ListInhibitors,Inhibit,PowerOff,Reboot,Suspend,Hibernate,SuspendThenHibernate,HybridSleep,CanPowerOff,CanReboot,CanSuspend,CanHibernate,CanSuspendThenHibernate,CanHybridSleep,ScheduleShutdown,CancelScheduledShutdown,SetWallMessage,SetRebootParameter}",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.unix([.bind], type: .stream, address: "@*/bus/*/system")
      grants.syscalls("bind")
    }
  }
}
