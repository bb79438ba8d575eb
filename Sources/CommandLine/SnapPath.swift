import ByteText

/// Where the daemon has a snap.
enum SnapPath {
  /// `/v2/snaps/NAME`.
  ///
  /// - Throws: `Failure` for what would be another path; no snap is called that.
  static func of(_ name: String) throws(Failure) -> String {
    guard canBeSnap(name) else { throw Failure("snap \(quoted(name)) not found") }
    return "/v2/snaps/\(PercentCoding.encode(name))"
  }

  /// Of one snap; of several, where all are.
  static func of(_ names: [String]) throws(Failure) -> String {
    names.count == 1 ? try of(names[0]) : "/v2/snaps"
  }

  /// Nothing, `.` and `..` mean something else in a path (RFC 3986, 5.2.4), escaped or not.
  static func canBeSnap(_ name: String) -> Bool { !["", ".", ".."].contains(name) }
}
