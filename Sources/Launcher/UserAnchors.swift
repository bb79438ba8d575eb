internal import CLinux

/// Whose directories `$HOME` and `$UID` in a plan stand for.
struct UserAnchors {
  let uid: UInt32
  /// The home directory as the sandbox shows it; nil: none.
  let home: String?
  /// What precedes it on the host: the root prefix.
  let prefix: String

  /// A place in the sandbox; nil when there is no home, or the result is not clean.
  func expand(_ path: String) -> String? { Enforcement.expand(path, home: home, uid: uid)?.path }

  /// A place on the host, and whether it must be looked at with the user's rights.
  func expandOnHost(_ path: String) -> (path: String, isUsers: Bool)? {
    guard let expanded = Enforcement.expand(path, home: home.map { prefix + $0 }, uid: uid) else { return nil }
    return (expanded.path, expanded.isUsers || path.utf8.contains(UInt8(ascii: "$")))
  }

  /// Opens a place on the host, following no link. Only the home itself may be reached through links, as on hosts where
  /// `/home` is one.
  func open(_ path: String, isDirectory: Bool) -> Descriptor? {
    let flags = isDirectory ? pathOfDirectory : pathOnly
    let raw: Int32
    if let home = homeOnHost, path == home || isBelow(path, home) {
      let top = openRaw(atWorkingDirectory, home, flags: pathOfDirectory, walk: .links)
      guard top >= 0 else { return nil }
      if path == home {
        raw = top
      } else {
        raw = openRaw(top, Self.rest(of: path, below: home), flags: flags, walk: .beneath)
        _ = cl_close(top)
      }
    } else {
      raw = openRaw(atWorkingDirectory, path, flags: flags, walk: .plain)
    }
    do throws(LaunchError) { return try Descriptor(raw, path) } catch { return nil }
  }

  /// Where the home is on the host.
  var homeOnHost: String? { home.map { prefix + $0 } }

  /// Opens a directory below the home, which is open already; nil when there is none.
  static func open(_ path: String, below home: String, _ top: Int32) -> Descriptor? {
    guard top >= 0 else { return nil }
    let raw = openRaw(top, rest(of: path, below: home), flags: pathOfDirectory, walk: .beneath)
    do throws(LaunchError) { return try Descriptor(raw, path) } catch { return nil }
  }

  private static func rest(of path: String, below directory: String) -> String {
    String(Substring(path.utf8.dropFirst(directory.utf8.count + 1)))
  }

  /// When each watched directory last changed; one line.
  func changes(of watched: [String]) -> String {
    var text = "seen"
    for place in watched {
      var status = cl_launch_status()
      guard let path = expandOnHost(place)?.path, cl_launch_status_at(atWorkingDirectory, path, 1, &status) == 0 else {
        text += " 0"
        continue
      }
      text += " \(status.modified)"
    }
    return text + "\n"
  }
}
