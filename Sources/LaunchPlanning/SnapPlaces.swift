internal import ByteText
internal import Host
internal import LaunchPlan

/// Where a snap is: inside the sandbox by its plain name, on the host by its instance's.
struct SnapPlaces {
  let name: String
  let revision: String
  let hostImage: String
  let hostData: String

  init(_ subject: PlanSubject, _ directories: Directories) {
    name = subject.name
    revision = subject.revision
    hostImage = directories.snaps + "/" + subject.instance + "/" + subject.revision
    hostData = directories.data + "/" + subject.instance
  }

  var image: String { "/snap/\(name)/\(revision)" }
  var data: String { "/var/snap/\(name)/\(revision)" }
  var common: String { "/var/snap/\(name)/common" }

  /// Replaces a leading `$SNAP`, `$SNAP_DATA` or `$SNAP_COMMON`, and refuses what is not a clean absolute path then.
  func expand(_ text: String) throws(PlanningError) -> String {
    var path = text
    for (variable, value) in [("$SNAP_DATA", data), ("$SNAP_COMMON", common), ("$SNAP", image)] {
      if let rest = text.after(variable) {
        path = value + rest
        break
      }
    }
    let plain = path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    guard plain, !path.hasByte("$"), path != "/", LaunchPlan.isCleanAbsolute(path) else {
      throw .layout(path: text, reason: "not a clean path")
    }
    return path
  }
}
