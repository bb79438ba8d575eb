package import Assertions

/// An assertion as it is kept: its bytes, and what it is found by.
package struct StoredAssertion: Hashable, Sendable {
  package let type: String
  /// The primary key, all parts of it.
  package let key: [String]
  package let format: Int
  package let revision: Int
  /// The key that signed it.
  package let signKeyID: String
  /// Headers that it is searched by.
  package let index: [String: String]
  /// As it is sent.
  package let bytes: [UInt8]

  package init(
    type: String, key: [String], format: Int, revision: Int, signKeyID: String, index: [String: String], bytes: [UInt8]
  ) {
    self.type = type
    self.key = key
    self.format = format
    self.revision = revision
    self.signKeyID = signKeyID
    self.index = index
    self.bytes = bytes
  }

  package init(_ assertion: Assertion) {
    self.init(
      type: assertion.type.rawValue, key: assertion.reference.key, format: assertion.format,
      revision: assertion.revision, signKeyID: assertion.signKeyID,
      index: Self.indexed(assertion.type).reduce(into: [:]) { index, name in
        if let text = assertion.headers[name]?.text { index[name] = text }
      }, bytes: assertion.encoded)
  }

  package func decoded() throws(AssertionError) -> Assertion { try Assertion.decode(bytes) }

  /// Headers that assertions of a type are searched by, beside their keys.
  package static func indexed(_ type: AssertionType) -> [String] {
    switch type {
    case .account: ["username"]
    case .accountKey: ["account-id"]
    case .snapDeclaration: ["snap-name", "publisher-id", "snap-id"]
    case .snapRevision: ["snap-id"]
    case .snapBuild: ["snap-id", "snap-sha3-384"]
    case .validationSet: ["account-id"]
    case .serial: ["brand-id", "device-key-sha3-384"]
    case .model: ["brand-id"]
    default: []
    }
  }
}
