import API
import ByteText
import Client
import Glibc
import Linux

/// `snap known`
enum KnownCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "known", summary: "Show known assertions of the provided type",
      help: """
        The known command shows the assertions of a type that the system knows. With header=value pairs behind the \
        type, only those are shown that have these headers.

        With --remote, a store is asked, which needs all headers that tell an assertion from others of its type. It is \
        always the daemon that asks: --direct is the same here.
        """,
      options: [
        .flag("remote", "Query the store for the assertion"),
        .flag("direct", "Query the store for the assertion, the same as --remote"),
      ],
      positionals: [
        .init("<assertion type>", .one, help: "Assertion type name"),
        .init("<header filter>", .any, help: "Constrain listing to those matching header=value"),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var query: [(String, String)] = []
    for filter in arguments.positionals.dropFirst() {
      let parts = filter.byteSplit("=", maxSplits: 1, keepingEmpty: true)
      guard parts.count == 2 else {
        throw Failure("invalid header filter: \(QuotedText.quote(filter)) (want key=value)")
      }
      query.append((String(parts[0]), String(parts[1])))
    }
    if arguments.has("remote") || arguments.has("direct") { query.append(("remote", "true")) }
    context.out.write(try Assertions.stream(arguments.positional(0) ?? "", query, in: context))
  }
}

/// Assertions of the daemon, as text.
enum Assertions {
  static func stream(
    _ type: String, _ query: [(String, String)], in context: Context
  ) throws(ClientError) -> String {
    let bytes = try context.client.content("GET", "/v2/assertions/\(PercentCoding.encode(type))", query: query)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A header of the first assertion of a stream whose value is on its own line.
  static func header(_ name: String, of stream: String) -> String? {
    for line in stream.byteSplit("\n", keepingEmpty: true) {
      if line.isEmpty { return nil }
      if let value = line.bytes(after: name + ": ") { return String(value) }
    }
    return nil
  }
}

/// `snap ack`
enum AckCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "ack", summary: "Add an assertion to the system",
      help: """
        The ack command tries to add an assertion to the system assertion database.

        The assertion may also be a newer revision of one that is there, which it then replaces.

        To succeed the assertion must be valid, its signature verified with a known public key, and the assertion \
        consistent with and its prerequisite in the database.
        """,
      positionals: [.init("<assertion file>", .one, help: "Assertion file", values: .files)])
  }

  /// More than the daemon takes.
  private static let limit = 16 << 20

  static func run(_ arguments: Arguments, in context: Context) throws {
    let path = arguments.positional(0) ?? ""
    let bytes: [UInt8]
    do throws(SyscallError) {
      // Of a pipe too: `snap ack <(...)`.
      bytes = try OwnedFD.open(path, O_RDONLY | O_CLOEXEC).readAll(limit: limit, path: path)
    } catch {
      throw Failure("cannot open \(path): \(error.message)")
    }
    do throws(ClientError) {
      _ = try context.client.content(
        "POST", "/v2/assertions", contentType: "application/x.ubuntu.assertion", body: bytes)
    } catch {
      guard error.origin == .daemon else { throw error }
      throw Failure("cannot assert: \(error.message)")
    }
  }
}
