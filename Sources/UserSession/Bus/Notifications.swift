/// Shows notifications through `org.freedesktop.Notifications`, each snap's in the place of its last.
final class Notifications {
  private let bus: SessionBus
  private var shown: [String: UInt32] = [:]

  init(_ session: Session) throws { bus = try SessionBus(session) }

  func show(_ notification: AgentRoutes.Notification) throws(BusFailure) {
    var hints: [String: BusHint] = ["urgency": .byte(notification.isUrgent ? 2 : 0)]
    if !notification.desktopEntry.isEmpty { hints["desktop-entry"] = .text(notification.desktopEntry) }
    let place = "org.freedesktop.Notifications"
    let number = try bus.call(
      place, "/org/freedesktop/Notifications", place, "Notify",
      [
        .text("Snapd"), .number(shown[notification.identifier] ?? 0), .text(notification.icon),
        .text(notification.title),
        .text(notification.body), .texts([]), .hints(hints), .signed(-1),
      ])
    if let number { shown[notification.identifier] = number }
  }
}
