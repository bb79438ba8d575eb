internal import Crypto
internal import Host
internal import Linux
internal import Snap
public import State

extension RecordKind where Value == String {
  /// The secrets of snaps: the instance name by the cookie.
  public static let snapCookies = RecordKind<String>("snap-cookies")
}

/// The secret by which the apps and services of a snap are known to `snapctl`. Only root can read the file; the launcher
/// does, and hands it to the snap's own processes.
extension SnapManager {
  private func path(of instance: InstanceName) -> String { "\(directories.cookies)/snap.\(instance)" }

  /// The snap has a cookie, in the record and on disk; one that is there stays, since running services have it.
  func ensureCookie(of instance: InstanceName) throws {
    let cookie: String
    if let known = store.read({ $0.cookie(of: instance) }) {
      cookie = known
    } else {
      cookie = Self.newCookie()
      try store.write { $0[.snapCookies, cookie] = instance.description }
    }
    let bytes = [UInt8](cookie.utf8)
    if let known = try? Files.read(path(of: instance), limit: 256), known == bytes { return }
    try Files.makeDirectories(directories.cookies, mode: 0o700)
    try Files.writeAtomically(bytes, to: path(of: instance), mode: 0o600)
  }

  /// The snap is gone: nobody is known by its cookie any more.
  func forgetCookie(of instance: InstanceName) throws {
    try Files.remove(path(of: instance))
    guard store.read({ $0.cookie(of: instance) }) != nil else { return }
    try store.write { state in
      while let cookie = state.cookie(of: instance) { state[.snapCookies, cookie] = nil }
    }
  }

  /// A secret that nobody guesses, in letters that need no escaping anywhere.
  public static func newCookie() -> String { Base64.encodeForURL(SecureRandom.bytes(39)) }

  /// What is wrong with the cookie of an installed snap; nil on a healthy system.
  func cookieFault(of instance: InstanceName) throws -> String? {
    let path = path(of: instance)
    guard let known = store.read({ $0.cookie(of: instance) }),
      let bytes = try? Files.read(path, limit: 256), bytes == [UInt8](known.utf8)
    else { return "\(path) is not the cookie of \(instance)" }
    return nil
  }
}

extension State {
  /// The cookie of a snap.
  fileprivate func cookie(of instance: InstanceName) -> String? {
    all(.snapCookies).first { $0.value == instance.description }?.key
  }
}
