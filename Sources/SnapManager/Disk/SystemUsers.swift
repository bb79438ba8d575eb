internal import Host
internal import Permissions
internal import Snap

/// The users that a snap declares (`system-usernames`). Source: `spec/features.md` §4.
extension SnapManager {
  /// Whether the users can be had; changes nothing.
  func checkSystemUsers(of info: SnapInfo) throws {
    try eachSystemUser(of: info) { accounts, name, number in try accounts.check(name, number: number) }
  }

  /// Makes the users that do not exist yet. They stay when the snap goes.
  func ensureSystemUsers(of info: SnapInfo) throws {
    try eachSystemUser(of: info) { accounts, name, number in try accounts.ensure(name, number: number) }
  }

  private func eachSystemUser(
    of info: SnapInfo, _ body: (SystemAccounts, _ name: String, _ number: UInt32) throws -> Void
  ) throws {
    let accounts = SystemAccounts(directories: directories)
    for name in info.systemUsernames.keys.sorted() {
      guard let user = SystemUser(rawValue: name) else {
        throw Refusal.systemUser(info.instance, name, reason: "unsupported")
      }
      do {
        // What gives out ranges of 65536 numbers to containers sees by this user that the range is in use.
        let start = user.identifier & 0xffff_0000
        try body(accounts, "snapd-range-\(start)-root", start)
        try body(accounts, name, user.identifier)
      } catch { throw Refusal.systemUser(info.instance, name, reason: "\(error)") }
    }
  }
}
