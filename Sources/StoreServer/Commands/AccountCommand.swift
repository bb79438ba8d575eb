internal import ByteText
internal import CommandGrammar
internal import Crypto
internal import StoreState

/// `snap-store account …`.
enum AccountCommand: StoreCommand {
  static let grammar = Grammar(
    name: "account", summary: "Manage accounts",
    help: "The account command has commands for the accounts of people who publish, or run the store.",
    children: [Create.self, List.self, SetPassword.self, Verify.self, Admin.self])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {}

  private static let account = Grammar.Positional("<account>", .one, help: "Its username or id")
  private static let passwordFile = Grammar.Option.value(
    "password-file", label: "<file>", "Take the password from the first line of a file, - for standard input")

  /// `snap-store account create`.
  enum Create: StoreCommand {
    static let grammar = Grammar(
      name: "create", summary: "Make an account", help: "The create command makes an account that can log in.",
      options: [
        .value("email", label: "<email>", "What it logs in with"),
        .value("display-name", label: "<name>", "What people read"),
        .value("id", label: "<id>", "2 to 28 of a-z, 0-9 and -, or 32 letters and digits; made up when not given"),
        .flag("admin", "It may do everything"), passwordFile,
      ], positionals: [.directory, Grammar.Positional("<username>", .one)])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let username = arguments.required(1)
      guard NameForm.isUsername(username) else {
        throw CommandFailure("cannot use username \(quoted(username)): 2 to 28 of a-z, 0-9 and - are expected")
      }
      guard let email = arguments.value("email"), AccountText.isEmail(email) else {
        throw CommandFailure("cannot make an account without an email to log in with (see --email)")
      }
      let id = arguments.value("id") ?? SecureRandom.name(32)
      guard NameForm.isAccountID(id) else { throw CommandFailure("cannot use account id \(quoted(id))") }
      let context = try arguments.directory.open()
      let password = try Password.read(arguments.value("password-file"))
      let account = AccountRecord(
        id: id, username: username, displayName: arguments.value("display-name") ?? username, email: email,
        password: try PasswordHash(of: password), isAdmin: arguments.has("admin"), createdAt: context.now())
      if try context.state.read({ try $0.account(id: id) }) != nil {
        throw CommandFailure("cannot make account \(quoted(id)): there is one")
      }
      try context.state.write { try $0.insert(account) }
      try context.signing.sign(account)
      output.line("Account \(username) made, with id \(id)")
    }
  }

  /// `snap-store account list`.
  enum List: StoreCommand {
    static let grammar = Grammar(
      name: "list", summary: "List accounts", help: "The list command lists all accounts.", positionals: [.directory])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      var table = TableWriter()
      table.line("Username", "Id", "Email", "Validation", "Notes")
      for account in try arguments.directory.open().state.read({ try $0.accounts() }) {
        var notes: [String] = []
        if account.isAdmin { notes.append("admin") }
        if account.isDisabled { notes.append("disabled") }
        if account.password == nil { notes.append("no password") }
        table.line(
          account.username, account.id, account.email.isEmpty ? "-" : account.email, account.validation.rawValue,
          notes.isEmpty ? "-" : notes.joined(separator: ","))
      }
      output.write(table.flush())
    }
  }

  /// `snap-store account password`.
  enum SetPassword: StoreCommand {
    static let grammar = Grammar(
      name: "password", summary: "Set an account's password",
      help: "The password command gives an account another password, and ends its log-ins; or takes it away.",
      options: [
        passwordFile, .flag("disable", "It cannot log in any more"), .value("email", label: "<email>", "And its email"),
      ],
      positionals: [.directory, account])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      var account = try context.account(arguments.required(1))
      if let email = arguments.value("email") {
        guard AccountText.isEmail(email) else { throw CommandFailure("cannot use email \(quoted(email))") }
        account.email = email
      }
      account.isDisabled = arguments.has("disable")
      account.password =
        arguments.has("disable")
        ? nil : try PasswordHash(of: try Password.read(arguments.value("password-file")))
      try context.state.write { [account] state in
        try state.update(account)
        for session in try state.sessions(of: account.id) { try state.revokeSession(id: session.id) }
      }
      output.line(
        account.isDisabled ? "Account \(account.username) is disabled" : "Password of \(account.username) set")
    }
  }

  /// `snap-store account verify`.
  enum Verify: StoreCommand {
    static let grammar = Grammar(
      name: "verify", summary: "Say how well an account is known",
      help: "The verify command says in the account's assertion how well the store knows who is behind it.",
      options: [
        .value(
          "as", choices: AccountValidation.allCases.map(\.rawValue), preset: "verified", "How well")
      ], positionals: [.directory, account])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      var account = try context.account(arguments.required(1))
      guard account.id != context.configuration.id else {
        throw CommandFailure("cannot change the store's own account: devices have it in a file")
      }
      account.validation = AccountValidation(rawValue: arguments.value("as") ?? "") ?? .verified
      try context.state.write { [account] in try $0.update(account) }
      try context.signing.sign(account)
      output.line("Account \(account.username) is \(account.validation.rawValue)")
    }
  }

  /// `snap-store account admin`.
  enum Admin: StoreCommand {
    static let grammar = Grammar(
      name: "admin", summary: "Let an account do everything, or not",
      help: "The admin command makes an account an administrator of the store.",
      options: [.flag("revoke", "It is none any more")], positionals: [.directory, account])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      var account = try context.account(arguments.required(1))
      account.isAdmin = !arguments.has("revoke")
      try context.state.write { [account] in try $0.update(account) }
      output.line("Account \(account.username) is \(account.isAdmin ? "" : "not ")an administrator")
    }
  }
}

/// What accounts are called, judged by bytes.
enum AccountText {
  /// Something with one "@" in it, without spaces and controls.
  static func isEmail(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
    return text.utf8.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
  }
}
