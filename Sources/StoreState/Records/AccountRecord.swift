package import Time

/// How much the store knows of who is behind an account. Source: `spec/assertions-and-store.md` §4, account.
package enum AccountValidation: String, Sendable, CaseIterable { case unproven, starred, verified, certified }

/// Somebody who publishes, or runs the store.
package struct AccountRecord: Hashable, Sendable {
  /// As in assertions: 32 letters and digits, or a short name.
  package let id: String
  /// Lower case; what people call it by. Nobody else has it.
  package var username: String
  package var displayName: String
  /// What it logs in with; nobody else has it.
  package var email: String
  /// Nil while it can't log in.
  package var password: PasswordHash?
  package var validation = AccountValidation.unproven
  /// May do everything.
  package var isAdmin = false
  /// Can't log in any more.
  package var isDisabled = false
  package let createdAt: Timestamp

  package init(
    id: String, username: String, displayName: String, email: String, password: PasswordHash? = nil,
    validation: AccountValidation = .unproven, isAdmin: Bool = false, isDisabled: Bool = false, createdAt: Timestamp
  ) {
    self.id = id
    self.username = username
    self.displayName = displayName
    self.email = email
    self.password = password
    self.validation = validation
    self.isAdmin = isAdmin
    self.isDisabled = isDisabled
    self.createdAt = createdAt
  }
}

/// A session of a publisher's client: what a macaroon's identifier stands for, so that it can be ended.
package struct SessionRecord: Hashable, Sendable {
  package let id: String
  package let accountID: String
  /// What the client calls itself.
  package let description: String
  /// The root key of its macaroon.
  package let rootKey: [UInt8]
  package let createdAt: Timestamp
  /// Nil for never.
  package let expiresAt: Timestamp?
  package var isRevoked: Bool

  package init(
    id: String, accountID: String, description: String, rootKey: [UInt8], createdAt: Timestamp, expiresAt: Timestamp?,
    isRevoked: Bool
  ) {
    self.id = id
    self.accountID = accountID
    self.description = description
    self.rootKey = rootKey
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.isRevoked = isRevoked
  }
}
