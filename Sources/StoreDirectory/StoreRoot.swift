public import Assertions
internal import ByteText

/// The root of trust of a store: its account and its key, both signed by that key, whose digest is the fingerprint that
/// the administrator was told.
public struct StoreRoot: Sendable {
  /// What goes into `trusted.d`.
  public let stream: [UInt8]

  /// - Parameters:
  ///   - fingerprint: of the key.
  ///   - fetch: asks the store. What it answers is not believed.
  /// - Throws: what `fetch` throws, and a sentence for what is not the root.
  public init(fingerprint: String, fetch: (AssertionReference) throws -> Assertion) throws {
    let key = try fetch(AssertionReference(.accountKey, [fingerprint]))
    // The key's own digest has been compared with its header when it was decoded.
    guard let value = key.value as? AccountKey, value.publicKey.id == fingerprint else {
      throw StoreDirectoryError.root("cannot trust the store: its key is not \(fingerprint)")
    }
    let account = try fetch(AssertionReference(.account, [value.accountID]))
    guard let owner = account.value as? Account, owner.id == value.accountID else {
      throw StoreDirectoryError.root("cannot trust the store: it sent no account \(QuotedText.quote(value.accountID))")
    }
    for assertion in [key, account] where assertion.signKeyID != fingerprint {
      throw StoreDirectoryError.root(
        "cannot trust the store: \(assertion.reference) is not signed by the key \(fingerprint)")
    }
    do { try TrustedRoots.examine([account, key]) } catch {
      throw StoreDirectoryError.root("cannot trust the store: \(error)")
    }
    stream = [account, key].encodedStream
  }
}
