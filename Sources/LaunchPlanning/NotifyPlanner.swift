internal import Host
internal import LaunchPlan
internal import Permissions

/// Where services tell their manager that they are ready or alive. What the plug `daemon-notify` grants names systemd's
/// socket; where the built-in supervisor is the manager, each service has one of its own instead.
struct NotifyPlanner {
  let subject: PlanSubject
  let directories: Directories

  /// Whether a pattern of the grant is that of systemd's socket.
  static let granted = "/run/systemd/notify"

  /// The supervisor hears the main process of a service only, so it is no harm that the view is the snap's.
  func places() -> [GrantedPlace] {
    guard subject.confinement == .strict else { return [] }
    return subject.entries.filter { entry in
      entry.kind == .service
        && entry.grants.files.contains {
          $0.effect == .allow && $0.access.isWriting && $0.pattern.rawValue == Self.granted
        }
    }.map { entry in
      let directory = directories.notifyDirectory(of: entry.securityTag + ".service")
      return GrantedPlace(
        source: directory, target: directories.stripping(directory), pattern: "socket", options: [.write, .byDirectory])
    }
  }
}
