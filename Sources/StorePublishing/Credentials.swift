internal import Crypto
internal import Glibc
internal import JSONValues
internal import Linux
internal import Macaroons

/// A log-in as it is kept between commands.
struct Credentials {
  /// Where the store is, without a slash at the end.
  var url: String
  var root: String
  var discharge: String

  /// `~/.config/snap-store/credentials`.
  static func path() throws -> String {
    guard let home = getenv("HOME").map({ String(cString: $0) }), home.utf8.first == UInt8(ascii: "/") else {
      throw PublishingError("cannot find credentials: HOME is not set")
    }
    return "\(home)/.config/snap-store/credentials"
  }

  static func load() throws -> Credentials {
    let path = try path()
    guard try Files.status(path) != nil else {
      throw PublishingError("cannot do that: nobody is logged in (see \"snap-store login\")")
    }
    let value = try JSONValue(parsing: try Files.read(path, limit: 1 << 20))
    guard let url = value["url"]?.string, let root = value["root"]?.string, let discharge = value["discharge"]?.string
    else { throw PublishingError("cannot use \(path): it is no log-in; remove it and log in again") }
    return Credentials(url: url, root: root, discharge: discharge)
  }

  func save() throws {
    let path = try Self.path()
    let directory = String(path.dropLast("/credentials".count))
    try Files.makeDirectories(directory, mode: 0o700)
    let value: JSONValue = ["url": .string(url), "root": .string(root), "discharge": .string(discharge)]
    try Files.writeAtomically(value.bytes + [0x0A], to: path, mode: 0o600)
  }

  static func remove() throws { try Files.remove(try path()) }

  /// The header that proves the log-in: the discharge is bound to its root for each request.
  func authorization() throws -> String {
    let root = try Macaroon(serialized: root)
    let discharge = try Macaroon(serialized: discharge)
    return "Macaroon root=\"\(try root.serialized())\", discharge=\"\(try discharge.bound(to: root).serialized())\""
  }

  /// What `snapcraft` (`SNAPCRAFT_STORE_CREDENTIALS`) and `craft-store` read from their environment.
  func exported() -> String {
    let value: JSONValue = ["t": "u1-macaroon", "v": ["r": .string(root), "d": .string(discharge)]]
    return String(decoding: Base64.encode(value.bytes), as: UTF8.self)
  }
}
