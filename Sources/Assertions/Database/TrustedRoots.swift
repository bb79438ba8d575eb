internal import ByteText
internal import Glibc
internal import Linux

/// Whom the machine believes: accounts and their keys in files that the packager or the administrator puts into
/// directories. Several roots stand side by side; a file of the later directory hides one with its name.
///
/// A file is a stream of `account` and `account-key` assertions, each signed by a key in the same file, so that
/// a damaged file is noticed. It must not be writable for others than its owner, who must be root or who runs this.
public struct TrustedRoots: Sendable {
  public private(set) var assertions: [Assertion] = []
  /// Files that were left out, with why.
  public private(set) var problems: [String] = []

  static let suffix = ".assert"
  static let fileLimit = 4 << 20

  /// - Parameter directories: the packager's, then the administrator's.
  public init(directories: [String]) {
    var files: [String: String] = [:]
    for directory in directories {
      do {
        guard try Files.status(directory) != nil else { continue }
        for name in try Files.list(directory) where name.hasByteSuffix(Self.suffix) && !name.hasBytePrefix(".") {
          files[name] = directory + "/" + name
        }
      } catch { problems.append("\(error)") }
    }
    var known: [AssertionReference: String] = [:]
    for path in files.sorted(by: { $0.key < $1.key }).map(\.value) {
      do {
        let root = try Self.read(path)
        // One account, one root: a file cannot add keys to another file's account.
        for assertion in root {
          let account = AssertionReference(
            .account, [(assertion.value as? AccountKey)?.accountID ?? assertion.reference.key[0]])
          for reference in [assertion.reference, account] where known[reference] != nil && known[reference] != path {
            throw AssertionError("\(reference) is in \(known[reference] ?? "") too")
          }
        }
        for assertion in root { known[assertion.reference] = path }
        assertions += root
      } catch { problems.append("cannot trust \(path): \(error)") }
    }
  }

  private static func read(_ path: String) throws -> [Assertion] {
    // An empty file says that the packager's file with this name is not wanted.
    let file = try OwnedFD.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    let status = try file.status()
    guard status.kind == .regular else { throw AssertionError("it is no regular file") }
    guard status.uid == 0 || status.uid == geteuid(), status.mode & 0o022 == 0 else {
      throw AssertionError("others than root can write it")
    }
    let assertions = try AssertionStreamReader.decode(file.readAll(limit: fileLimit, path: path))
    try examine(assertions)
    return assertions
  }

  /// Whether assertions could be a root of trust: accounts and keys, each signed by a key among them.
  ///
  /// - Throws: why not.
  public static func examine(_ assertions: [Assertion]) throws {
    var keys: [String: AccountKey] = [:]
    for case let key as AccountKey in assertions.map(\.value) { keys[key.publicKey.id] = key }
    var seen: Set<AssertionReference> = []
    for assertion in assertions {
      guard assertion.type == .account || assertion.type == .accountKey else {
        throw AssertionError("it has a \(assertion.type) assertion")
      }
      guard seen.insert(assertion.reference).inserted else {
        throw AssertionError("it has \(assertion.reference) twice")
      }
      guard let key = keys[assertion.signKeyID], key.accountID == assertion.authorityID else {
        throw AssertionError("the key that signed \(assertion.reference) is not in it")
      }
      try SigningChecks.signature(assertion, key) { _, _ in false }
    }
    for key in keys.values where !seen.contains(AssertionReference(.account, [key.accountID])) {
      throw AssertionError("the account \(quoted(key.accountID)) of a key is not in it")
    }
  }
}
