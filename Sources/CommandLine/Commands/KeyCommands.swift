import API
import Client

extension Grammar.Option {
  /// The key to sign with.
  fileprivate static func key(_ help: String) -> Grammar.Option {
    .value("", short: "k", label: "<key-name>", preset: "default", help)
  }
}

/// What all commands about keys say of them in their help.
private let whereKeysAre = """
  Keys are kept by the program that SNAPD_EXT_KEYMGR names, else by GnuPG in ~/.snap/gnupg, else in files in \
  ~/.snap/private-keys-v1 that nothing but their mode protects.
  """

/// `snap create-key`
enum CreateKeyCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "create-key", hidden: true, summary: "Create cryptographic key pair",
      help: """
        The create-key command creates a cryptographic key pair that can be used for signing assertions.

        \(whereKeysAre)
        """,
      positionals: [.init("<key-name>", .optional, help: "Name of key to create; defaults to 'default'")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    _ = try Helper.keys(["create", arguments.positional(0) ?? "default"], in: context)
  }
}

/// `snap delete-key`
enum DeleteKeyCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "delete-key", hidden: true, summary: "Delete cryptographic key pair",
      help: "The delete-key command deletes the local cryptographic key pair with the given name.",
      positionals: [.init("<key-name>", .one, help: "Name of key to delete")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    _ = try Helper.keys(["delete", arguments.positional(0) ?? ""], in: context)
  }
}

/// `snap keys`
enum KeysCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "keys", hidden: true, summary: "List cryptographic keys",
      help: """
        The keys command lists cryptographic keys that can be used for signing assertions.

        \(whereKeysAre)
        """,
      options: [.flag("json", "Output results in JSON format")])
  }

  /// A key in JSON.
  private struct KeyJSON: Codable {
    var name: String
    var digest: String
    enum CodingKeys: String, CodingKey {
      case name
      case digest = "sha3-384"
    }
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let lines = String(decoding: try Helper.keys(["list"], in: context), as: UTF8.self).split(separator: "\n")
    let keys = lines.compactMap { line in
      let fields = line.split(separator: "\t", maxSplits: 1)
      return fields.count == 2 ? KeyJSON(name: String(fields[1]), digest: String(fields[0])) : nil
    }
    if arguments.has("json") {
      context.out.line(String(decoding: try WireJSON.encode(keys), as: UTF8.self))
      return
    }
    guard !keys.isEmpty else {
      context.err.line("No keys registered, see `snapcraft create-key`")
      return
    }
    var table = TableWriter()
    table.line("Name", "SHA3-384")
    for key in keys { table.line(key.name, key.digest) }
    context.out.write(table.flush())
  }
}

/// `snap export-key`
enum ExportKeyCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "export-key", summary: "Export cryptographic public key",
      help: """
        The export-key command exports a public key assertion body that may be imported by other systems.
        """,
      options: [
        .value("account", label: "", "Format public key material as a request for an account-key for this account-id")
      ],
      positionals: [.init("<key-name>", .optional, help: "Name of key to export")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var words = ["export", arguments.positional(0) ?? "default"]
    if let account = arguments.value("account"), !account.isEmpty { words.append(account) }
    context.out.write(String(decoding: try Helper.keys(words, in: context), as: UTF8.self))
  }
}

/// `snap sign`
enum SignCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "sign", summary: "Sign an assertion",
      help: """
        The sign command signs an assertion using the specified key, using the input for headers from a JSON mapping \
        provided through a file or on standard input. The body of the assertion can be specified through a "body" \
        pseudo-header.

        \(whereKeysAre)
        """,
      options: [
        .key("Name of the key to use, otherwise use the default key"),
        .flag(
          "chain",
          "Append the account and account-key assertions necessary to allow any device to validate the signed assertion."
        ),
        .flag("update-timestamp", "Update the timestamp of the assertion"),
      ],
      positionals: [
        .init(
          "<filename>", .optional, help: "File to sign (defaults to stdin if not specified or if specified as \"-\")",
          values: .files)
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var words = ["sign", arguments.value("k") ?? "default", arguments.positional(0) ?? "-"]
    if arguments.has("update-timestamp") { words.append("--update-timestamp") }
    let signed = String(decoding: try Helper.keys(words, in: context), as: UTF8.self)
    var chain = ""
    if arguments.has("chain") {
      let key = Assertions.header("sign-key-sha3-384", of: signed) ?? ""
      let accountKey = try one("account-key", ("public-key-sha3-384", key), in: context)
      let account = Assertions.header("account-id", of: accountKey) ?? ""
      chain = "\n" + (try one("account", ("account-id", account), in: context)) + "\n" + accountKey
    }
    context.out.write(signed + chain)
  }

  private static func one(_ type: String, _ filter: (String, String), in context: Context) throws -> String {
    let found = try Assertions.stream(type, [filter], in: context)
    guard !found.isEmpty else {
      throw Failure("cannot create assertion chain: \(type) (\(filter.1)) not found")
    }
    return found
  }
}

/// `snap sign-build`
enum SignBuildCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "sign-build", hidden: true, summary: "Create a snap-build assertion",
      help: "The sign-build command creates a snap-build assertion for the provided snap file.",
      options: [
        .value("developer-id", label: "", "Identifier of the signer"),
        .value("snap-id", label: "", "Identifier of the snap package associated with the build"),
        .key("Name of the GnuPG key to use (defaults to 'default' as key name)"),
        .value(
          "grade", choices: ["devel", "stable"], preset: "stable",
          "Grade states the build quality of the snap (defaults to 'stable')"),
      ],
      positionals: [
        .init("<filename>", .one, help: "Filename of the snap you want to assert a build for", values: .files)
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let required = ["developer-id", "snap-id"]
    let missing = required.filter { (arguments.value($0) ?? "").isEmpty }.map { "`--\($0)'" }
    guard missing.isEmpty else {
      throw Failure(
        missing.count == 1
          ? "the required flag \(missing[0]) was not specified"
          : "the required flags \(missing.joined(separator: " and ")) were not specified", exitCode: 64)
    }
    let words = [
      "sign-build", arguments.value("k") ?? "default", arguments.positional(0) ?? "",
      arguments.value("developer-id") ?? "",
      arguments.value("snap-id") ?? "", arguments.value("grade") ?? "stable",
    ]
    context.out.write(String(decoding: try Helper.keys(words, in: context), as: UTF8.self))
  }
}
