import API
import ByteText
import Client
import Glibc

/// `snap set`
enum SetCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "set", summary: "Change configuration options",
      help: """
        The set command changes configuration options of a snap, or with "system" of the system itself.

        $ snap set snap-name username=frank password=$PASSWORD

        All changes are made at once, and only when the snap's configuration hook agrees.

        A dot goes one map deeper:

        $ snap set snap-name author.name=frank

        An option is taken away with an exclamation mark:

        $ snap set snap-name author!
        """,
      options: .wait + [
        .flag("", short: "t", "Parse the value strictly as JSON document"),
        .flag("", short: "s", "Parse the value as a string"),
      ],
      positionals: [
        .init("<snap>", .one, values: .installedSnaps), .init("<conf value>", .atLeastOne),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    if arguments.has("t"), arguments.has("s") { throw Failure("cannot use -t and -s together") }
    var patch: [String: JSONValue] = [:]
    for word in arguments.positionals.dropFirst() {
      let parts = word.byteSplit("=", maxSplits: 1, keepingEmpty: true).map { String($0) }
      if parts.count == 1, word.hasByteSuffix("!") {
        patch[String(decoding: word.utf8.dropLast(), as: UTF8.self)] = .null
        continue
      }
      guard parts.count == 2 else { throw Failure("invalid configuration: \(quoted(word)) (want key=value)") }
      patch[parts[0]] = try value(parts[1], arguments)
    }
    let change = try ConfigurationRequest.set(arguments.positional(0) ?? "", patch, in: context)
    _ = try Waiting.wait(for: change, arguments, in: context)
  }

  /// JSON where the text is JSON, the text itself otherwise.
  private static func value(_ text: String, _ arguments: Arguments) throws -> JSONValue {
    if arguments.has("s") { return .string(text) }
    do throws(JSONError) { return try JSONValue(parsing: text) } catch {
      if arguments.has("t") { throw Failure("failed to parse JSON: \(error)") }
      return .string(text)
    }
  }
}

/// `snap unset`
enum UnsetCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "unset", summary: "Remove configuration options",
      help: """
        The unset command takes configuration options of a snap away.

        $ snap unset snap-name name address

        All are taken away at once, and only when the snap's configuration hook agrees. A dot goes one map deeper.
        """,
      options: .wait,
      positionals: [.init("<snap>", .one, values: .installedSnaps), .init("<conf key>", .atLeastOne)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var patch: [String: JSONValue] = [:]
    for key in arguments.positionals.dropFirst() { patch[key] = .null }
    let change = try ConfigurationRequest.set(arguments.positional(0) ?? "", patch, in: context)
    _ = try Waiting.wait(for: change, arguments, in: context)
  }
}

/// `snap wait`
enum WaitCommand: Command {
  /// Between two looks, in microseconds.
  private static let pause: UInt32 = 500_000

  static var grammar: Grammar {
    Grammar(
      name: "wait", summary: "Wait for configuration",
      help: """
        The wait command waits until a configuration option of a snap, or of the system, is set to something true: not \
        false, 0, or empty.

        $ snap wait system seed.loaded
        """,
      positionals: [.init("<snap>", .one, values: .installedSnaps), .init("<key>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let snap = arguments.positional(0) ?? ""
    let key = arguments.positional(1) ?? ""
    while true {
      do {
        if let value = try ConfigurationRequest.get(snap, [key], in: context)[key], isTrue(value) { return }
      } catch let error as ClientError {
        guard error.kind == .configNoSuchOption else { throw error }
      }
      usleep(pause)
    }
  }

  static func isTrue(_ value: JSONValue) -> Bool {
    switch value {
    case .null: false
    case .bool(let truth): truth
    case .integer(let number): number != 0
    case .decimal(let text): (Double(text) ?? 1) != 0
    case .number(let number): number != 0
    case .string(let text): !text.isEmpty
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    }
  }
}
