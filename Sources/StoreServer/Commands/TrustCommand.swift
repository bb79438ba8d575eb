internal import CommandGrammar

/// `snap-store trust`.
enum TrustCommand: StoreCommand {
  static let grammar = Grammar(
    name: "trust", summary: "Print what devices have to trust",
    help: """
      The trust command prints the store's account and root key, as they go into /etc/snapd/trusted.d, or the \
      fingerprint of the root key alone.
      """,
    options: [.flag("fingerprint", "Print the fingerprint alone")], positionals: [.directory])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
    let trust = try arguments.directory.trust()
    if arguments.has("fingerprint") {
      output.line(trust.fingerprint)
    } else {
      output.write(String(decoding: trust.file, as: UTF8.self))
    }
  }
}
