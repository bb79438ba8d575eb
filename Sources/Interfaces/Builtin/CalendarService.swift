internal import Permissions

extension Interface {
  /// Lets a snap read and change the user's calendars.
  static let calendarService = Interface(
    "calendar-service", "allows a snap to read and change the user's calendars",
    implicitSlot: .init(onCore: .no, onClassic: .when { !($0.distribution == "ubuntu" && $0.version == "14.04") }),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.usesEvolutionData("Calendar", views: ["CalendarView"], server: connection.slot.peer)
    }
  }
}
