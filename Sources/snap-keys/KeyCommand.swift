import Assertions
import ByteText
import Glibc
import Linux
import Time

/// What cannot be done, in a sentence.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// What `snap` asks for.
enum KeyCommand {
  case create(String)
  case delete(String)
  case list
  case export(String, account: String?)
  case sign(String, file: String, updatesTimestamp: Bool)
  case signBuild(String, file: String, developer: String, snapID: String, grade: String)
  case digest(file: String)

  init?(_ words: [String]) {
    switch (words.first, words.count) {
    case ("create", 2): self = .create(words[1])
    case ("delete", 2): self = .delete(words[1])
    case ("list", 1): self = .list
    case ("export", 2...3): self = .export(words[1], account: words.count == 3 ? words[2] : nil)
    case ("sign", 3): self = .sign(words[1], file: words[2], updatesTimestamp: false)
    case ("sign", 4) where words[3] == "--update-timestamp":
      self = .sign(words[1], file: words[2], updatesTimestamp: true)
    case ("sign-build", 6):
      self = .signBuild(words[1], file: words[2], developer: words[3], snapID: words[4], grade: words[5])
    case ("digest", 2): self = .digest(file: words[1])
    default: return nil
    }
  }

  /// - Returns: what to print.
  func run() throws -> [UInt8] {
    if case .digest(let file) = self { return Array("\(try Self.digest(of: file).hexadecimal)\n".utf8) }
    let keys = try KeyPlace.keys()
    let now = Self.now()
    switch self {
    case .digest: return []
    case .create(let name):
      try keys.generate(name)
      return []
    case .delete(let name):
      try keys.delete(name)
      return []
    case .list: return Array(try keys.list().map { "\($0.id)\t\($0.name)\n" }.joined().utf8)
    case .export(let name, nil): return try keys.key(named: name).publicKey.encoded + [UInt8(ascii: "\n")]
    case .export(let name, let account?):
      let key = try keys.key(named: name)
      let headers: Headers = [
        "account-id": .text(account), "name": .text(name), "public-key-sha3-384": .text(key.publicKey.id),
        "since": .text(now.wholeSeconds),
      ]
      return try Assertion.sign(.accountKeyRequest, headers, body: key.publicKey.encoded, with: key, at: now).encoded
    case .sign(let name, let file, let updatesTimestamp):
      var input = try SigningInput(json: Self.input(file))
      if updatesTimestamp { input.headers["timestamp"] = .text(now.wholeSeconds) }
      return try input.signed(with: Self.key(name, keys), at: now).encoded
    case .signBuild(let name, let file, let developer, let snapID, let grade):
      let digest = try Self.digest(of: file)
      let headers: Headers = [
        "authority-id": .text(developer), "snap-sha3-384": .text(digest.assertionText), "snap-id": .text(snapID),
        "snap-size": .text(String(digest.size)), "grade": .text(grade), "timestamp": .text(now.wholeSeconds),
      ]
      return try Assertion.sign(.snapBuild, headers, with: Self.key(name, keys), at: now).encoded
    }
  }

  private static func key(_ name: String, _ keys: any NamedKeyManager) throws -> any SigningKey {
    do { return try keys.key(named: name) } catch {
      throw Failure("cannot use \(QuotedText.quote(name)) key: \(error)")
    }
  }

  private static func now() -> Timestamp {
    Timestamp(seconds: Clock.realTime().seconds)
  }

  private static func input(_ file: String) throws -> [UInt8] {
    let limit = 4 << 20
    do {
      return file == "-"
        ? try OwnedFD.open("/dev/stdin", O_RDONLY | O_CLOEXEC).readAll(limit: limit, path: "standard input")
        : try Files.read(file, limit: limit)
    } catch { throw Failure("cannot read assertion input: \(error)") }
  }

  private static func digest(of path: String) throws -> FileDigest {
    do {
      let file = try OwnedFD.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard try file.status().kind == .regular else { throw Failure("it is no regular file") }
      return try FileDigest(of: file, path: path)
    } catch { throw Failure("cannot compute snap \(QuotedText.quote(path)) digest: \(error)") }
  }
}
