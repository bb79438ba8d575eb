internal import Host
internal import LaunchPlan
internal import Permissions

/// What of the message buses an app is let to: what a proxy lets through, or, where the kernel looks into messages, the
/// sockets themselves.
struct BusPlanner {
  let subject: PlanSubject
  let directories: Directories
  /// Whether the bus asks AppArmor about each message, and the app has a profile.
  let isMediated: Bool

  private struct Place {
    var bus: LaunchPlan.Bus
    /// Directory on the host, and inside.
    var source: String
    var target: String
    var file: String
  }

  private var sockets: [Place] {
    [
      Place(bus: .system, source: directories.systemBus, target: "/run/dbus", file: "system_bus_socket"),
      Place(bus: .session, source: "/run/user/$UID", target: "/run/user/$UID", file: "bus"),
    ]
  }

  /// Adds to what connections show the sockets that need no proxy, and refuses all others, whatever pattern they match:
  /// a bus that is shown is a bus without limits.
  func view(_ shown: [GrantedPlace]) -> [GrantedPlace] {
    guard subject.confinement == .strict else { return shown }
    var result = shown
    for socket in sockets {
      let isOpen = subject.entries.contains { entry in
        let rules = entry.grants.dbus.contains { $0.bus.map { $0 == rule(socket.bus) } ?? true }
        return entry.grants.traits.contains(.everything) || isMediated && rules
      }
      if isOpen {
        result.append(
          GrantedPlace(
            source: socket.source, target: socket.target, pattern: socket.file,
            options: socket.bus == .system ? [.write, .byDirectory] : .write))
        continue
      }
      for place in shown {
        guard let target = inside(place, socket) else { continue }
        let refusal = GrantedPlace(
          source: socket.source, target: target, pattern: socket.file, options: .hidden)
        if !result.contains(refusal) { result.append(refusal) }
      }
    }
    return result
  }

  /// Where a socket's directory would be seen if the place showed it; nil when the place is somewhere else.
  private func inside(_ place: GrantedPlace, _ socket: Place) -> String? {
    let isAnywhere = place.source == "/"
    guard isAnywhere || place.source == socket.source || socket.source.isBelow(place.source),
      !place.options.contains(.hidden)
    else { return nil }
    let rest = isAnywhere ? socket.source : String(socket.source.dropFirst(place.source.count))
    let next = (rest + "/" + socket.file).split(separator: "/").first.map(String.init) ?? ""
    let first = place.pattern.split(separator: "/", maxSplits: 1).first.map { Array($0.utf8) } ?? []
    // One that leaps over directories is taken to match.
    let isHit =
      first.starts(with: Array("**".utf8)) || first.contains(UInt8(ascii: "{"))
      || PathGlob.matches(first, Array(next.utf8))
    return isHit ? (place.target == "/" ? "" : place.target) + rest : nil
  }

  /// Adds what a proxy lets through.
  func add(_ entry: PlanSubject.Entry, to plan: inout LaunchPlan) {
    guard subject.confinement == .strict, !isMediated else { return }
    plan.systemBus = arguments(entry.grants, .system)
    plan.sessionBus = arguments(entry.grants, .session)
    plan.sharesSystemBus =
      !plan.systemBus.isEmpty && subject.entries.allSatisfy { arguments($0.grants, .system) == plan.systemBus }
  }

  private func arguments(_ grants: PermissionSet, _ bus: LaunchPlan.Bus) -> [String] {
    guard !grants.dbus.isEmpty else { return [] }
    return BusProxyFilter(grants, bus: rule(bus)).arguments.sorted()
  }

  private func rule(_ bus: LaunchPlan.Bus) -> DBusRule.Bus {
    switch bus {
    case .system: .system
    case .session: .session
    }
  }
}
