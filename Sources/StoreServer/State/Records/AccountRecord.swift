internal import Time

/// How much the store knows of who is behind an account. Source: `spec/assertions-and-store.md` §4, account.
enum AccountValidation: String, Sendable, CaseIterable { case unproven, starred, verified, certified }

/// Somebody who publishes, or runs the store.
struct AccountRecord: Hashable, Sendable {
  /// As in assertions: 32 letters and digits, or a short name.
  let id: String
  /// Lower case; what people call it by. Nobody else has it.
  var username: String
  var displayName: String
  /// What it logs in with; nobody else has it.
  var email: String
  /// Nil while it can't log in.
  var password: PasswordHash?
  var validation = AccountValidation.unproven
  /// May do everything.
  var isAdmin = false
  /// Can't log in any more.
  var isDisabled = false
  let createdAt: Timestamp
}
