import Client

/// Where the daemon has a snap.
enum SnapPath {
  /// `/v2/snaps/NAME`.
  ///
  /// - Throws: `Failure` for what would be another path; no snap is called that.
  static func of(_ name: String) throws(Failure) -> String {
    guard canBeSnap(name) else { throw Failure("snap \(quoted(name)) not found") }
    return "/v2/snaps/\(SnapdClient.escape(name))"
  }

  /// Nothing, `.` and `..` mean something else in a path (RFC 3986, 5.2.4), escaped or not.
  static func canBeSnap(_ name: String) -> Bool { !["", ".", ".."].contains(name) }
}
