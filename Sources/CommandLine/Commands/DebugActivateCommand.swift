import API
import Client

/// `snap debug activate`: what the activation files of buses say to run where no systemd is.
enum DebugActivateCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "activate", hidden: true, summary: "Start a service for a message bus",
      help: """
        The activate command starts a service that the use of a D-Bus name starts. Message buses run it where no \
        service manager of the machine does it for them.
        """,
      positionals: [.init("<service>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let instruction = DebugInstruction(action: "activate", message: arguments.positionals[0])
    _ = try context.client.sync("POST", "/v2/debug", body: instruction, as: JSONValue.self)
  }
}
