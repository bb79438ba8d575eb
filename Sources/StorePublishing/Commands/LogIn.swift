internal import CommandGrammar
internal import ByteText
internal import Glibc
internal import JSONValues
internal import Linux
internal import Macaroons

/// `snap-store login EMAIL --url URL`.
enum LogIn: PublishingCommand {
  static let grammar = Grammar(
    name: "login", summary: "Log in to a store",
    help:
      "The password is read from the terminal, or from standard input. What is kept (~/.config/snap-store/credentials) is a token that the store can end, not the password.",
    options: [
      .value("url", label: "URL", "the store, such as https://store.example.org"),
      .value("permissions", label: "LIST", "only these, with commas between"),
      .value("snaps", label: "LIST", "for these snaps only"),
      .value("channels", label: "LIST", "to release to these channels only, such as edge or 2/*"),
      .value("days", label: "N", "how long it lasts, 366 at the most"),
      .value(
        "export", label: "FILE",
        "write it to this file, for snapcraft's SNAPCRAFT_STORE_CREDENTIALS, and do not log in here"),
    ],
    positionals: [Grammar.Positional("<email>", .one)])

  /// What a log-in without `--permissions` may do: all that its account may.
  private static let all = [
    "account-manage-keys", "account-manage-metadata", "account-register-package", "account-view-packages",
    "package-manage", "package-view", "store-manage", "store-view",
  ]

  static func run(_ words: Arguments) throws {
    let url = try self.url(words)
    var wanted: [String: JSONValue] = [
      "permissions": .array((words.list("permissions") ?? all).map { .string($0) }), "description": "snap-store",
    ]
    let days = words.value("days").map { Int64($0) } ?? 366
    guard let days, (1...366).contains(days) else { throw WrongUsage("--days is a number from 1 to 366") }
    wanted["ttl"] = .integer(days * 86_400)
    if let snaps = words.list("snaps") { wanted["packages"] = .array(snaps.map { ["name": .string($0)] }) }
    if let channels = words.list("channels") { wanted["channels"] = .array(channels.map { .string($0) }) }
    let answer = try PublisherClient.ask(url, "/v1/tokens", .object(wanted))
    guard let text = answer["macaroon"]?.string else { throw PublishingError("cannot log in: the store gave no token") }
    let root = try Macaroon(serialized: text)
    guard let caveat = root.caveats.first(where: { $0.thirdParty != nil }) else {
      throw PublishingError("cannot log in: the store does not ask who you are")
    }
    let password = try Password.read("Password for \(words.positionals[0]): ")
    let login = try PublisherClient.ask(
      url, "/api/v2/tokens/discharge",
      [
        "email": .string(words.positionals[0]), "password": .string(password),
        "caveat_id": .string(String(decoding: caveat.identifier, as: UTF8.self)),
      ])
    guard let discharge = login["discharge_macaroon"]?.string else {
      throw PublishingError("cannot log in: the store gave no token")
    }
    let credentials = Credentials(url: url, root: text, discharge: discharge)
    guard let file = words.value("export") else {
      try credentials.save()
      print("Logged in to \(shown(url)) as \(shown(words.positionals[0])).")
      return
    }
    try Files.writeAtomically(Array(credentials.exported().utf8) + [0x0A], to: file, mode: 0o600)
    print("Wrote \(shown(file)).")
  }

  private static func url(_ words: Arguments) throws -> String {
    guard let text = words.value("url") ?? (try? Credentials.load().url) else {
      throw WrongUsage("--url is needed: where the store is")
    }
    guard text.hasBytePrefix("https://") || text.hasBytePrefix("http://") else {
      throw WrongUsage("--url begins with https:// or http://")
    }
    var url = Substring(text)
    while url.hasByteSuffix("/") { url = url.dropLast() }
    return String(url)
  }
}

/// A password from whoever types it, or from standard input.
enum Password {
  static func read(_ prompt: String) throws -> String {
    var settings = termios()
    let isTerminal = tcgetattr(STDIN_FILENO, &settings) == 0
    if isTerminal {
      var silent = settings
      silent.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
      complain(prompt)
    }
    defer {
      if isTerminal {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        complain("\n")
      }
    }
    guard let line = readLine(), !line.isEmpty else { throw PublishingError("cannot log in: no password was given") }
    return line
  }
}
