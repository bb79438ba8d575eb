import ByteText
import Client
import Linux

/// Digests of files, which the helper with libcrypto computes.
enum Digests {
  /// Hexadecimal, as stores write it; `nil` when it cannot be computed.
  static func sha3_384(of path: String, in context: Context) -> String? {
    let program = Helper.directory(in: context) + "/snap-keys"
    guard
      let result = try? ChildProcess.run(
        [program, "digest", path.hasBytePrefix("/") ? path : "./" + path], environment: ["LC_ALL": "C.UTF-8"],
        captureLimit: 4096,
        timeout: .seconds(600)),
      case .exited(0) = result.status
    else { return nil }
    return String(decoding: result.output, as: UTF8.self).byteSplit("\n").first.map { String($0) }
  }

  /// `snap-sha3-384` of assertions for the hexadecimal digest of a store.
  static func forAssertions(_ hexadecimal: String) -> String? {
    guard let bytes = Hexadecimal.bytes(hexadecimal, acceptsUpperCase: true), bytes.count == 48 else { return nil }
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    // 48 bytes are 16 groups of three: no padding.
    for index in stride(from: 0, to: bytes.count, by: 3) {
      let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
      for shift in [18, 12, 6, 0] { text.append(alphabet[Int(group >> UInt32(shift)) & 63]) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// The assertions that a snap needs to be installed, from the store through the daemon.
final class SnapAssertions {
  private let context: Context
  private var found: [String] = []
  private var seen: Set<String> = []
  /// Accounts of roots, which are here already and are refused when they come again.
  private var roots: Set<String> = []

  init(in context: Context) { self.context = context }

  /// What goes into the `.assert` file: each behind what it needs, without the root of trust.
  func of(image: String, digest: String, name: String) throws(ClientError) -> [UInt8] {
    guard let digest = Digests.forAssertions(digest) else {
      throw ClientError(
        origin: .answer, message: "cannot fetch assertions: the store says no digest of \(quoted(name))")
    }
    let revision = try remote("snap-revision", [("snap-sha3-384", digest)])
    let id = try header("snap-id", of: revision, "snap-revision")
    let declaration = try remote("snap-declaration", [("series", "16"), ("snap-id", id)])
    let declared = try header("snap-name", of: declaration, "snap-declaration")
    guard declared == name else {
      throw ClientError(
        origin: .answer,
        message: "cannot download \(quoted(name)): its assertions are of the snap \(quoted(declared))")
    }
    try add(declaration, "snap-declaration")
    try add(revision, "snap-revision")
    return Array(found.joined(separator: "\n").utf8)
  }

  /// Adds an assertion behind the key that signed it and the accounts that it names.
  private func add(_ assertion: String, _ type: String) throws(ClientError) {
    try addKey(try header("sign-key-sha3-384", of: assertion, type))
    for name in ["publisher-id", "developer-id"] {
      if let account = Assertions.header(name, of: assertion) { try addAccount(account) }
    }
    found.append(assertion)
  }

  private func addAccount(_ id: String) throws(ClientError) {
    guard seen.insert("account " + id).inserted else { return }
    let account = try remote("account", [("account-id", id)])
    try addKey(try header("sign-key-sha3-384", of: account, "account"))
    if !roots.contains(id) { found.append(account) }
  }

  private func addKey(_ id: String) throws(ClientError) {
    // A chain ends at a root, which signs itself and is here already, or nowhere.
    guard seen.count < 64, seen.insert("account-key " + id).inserted else { return }
    let local = try context.client.content(
      "GET", "/v2/assertions/account-key", query: [("public-key-sha3-384", id)])
    let known = String(decoding: local, as: UTF8.self)
    if Assertions.header("sign-key-sha3-384", of: known) == id {
      if let account = Assertions.header("account-id", of: known) { roots.insert(account) }
      return
    }
    let key = try remote("account-key", [("public-key-sha3-384", id)])
    let signer = try header("sign-key-sha3-384", of: key, "account-key")
    if signer == id { return }
    try addKey(signer)
    if let account = Assertions.header("account-id", of: key) { try addAccount(account) }
    found.append(key)
  }

  private func remote(_ type: String, _ headers: [(String, String)]) throws(ClientError) -> String {
    let bytes = try context.client.content(
      "GET", "/v2/assertions/\(type)", query: headers + [("remote", "true")])
    let text = String(decoding: bytes, as: UTF8.self)
    guard Assertions.header("type", of: text) == type else {
      let key = headers.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
      throw ClientError(origin: .answer, message: "cannot fetch assertions: \(type) (\(key)) not found")
    }
    return text
  }

  private func header(_ name: String, of assertion: String, _ type: String) throws(ClientError) -> String {
    guard let value = Assertions.header(name, of: assertion) else {
      throw ClientError(origin: .answer, message: "cannot fetch assertions: \(type) has no header \(quoted(name))")
    }
    return value
  }
}
