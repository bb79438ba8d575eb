internal import Permissions

extension Interface {
  /// The session's calendar service, and its clients.
  static let unity8Calendar = Interface(
    "unity8-calendar", "allows operating as the calendar of Unity 8, or using it",
    slotRules: .providedSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.exchangesEvolutionData(
        "Calendar", backend: "Calendar", others: unity8CalendarPaths, peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService(
        "org.gnome.evolution.dataserver.Calendar7", "com.canonical.SyncMonitor", callers: .everyone)
      grants.syscalls("accept", "accept4", "bind", "listen")
      grants.ownName(.session, "org.gnome.evolution.dataserver.Calendar7")
      grants.ownName(.session, "org.gnome.evolution.dataserver.Subprocess.Backend.Calendar*")
      grants.ownName(.session, "com.canonical.SyncMonitor")
      grants.exchangesEvolutionData(
        "Calendar", backend: "Calendar", others: unity8CalendarPaths, [.receive])
    }
    $0.connectedSlot = { grants, connection in
      grants.exchangesEvolutionData(
        "Calendar", backend: "Calendar", others: unity8CalendarPaths, peer: connection.plug.peer)
    }
  }

  private static let unity8CalendarPaths: [PolicyPattern] = ["/com/canonical/SyncMonitor"]
}
