import API
import ByteText
import Client
internal import Time

/// `snap model`
enum ModelCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "model", summary: "Get the active model for this device",
      help: """
        The model command returns the active model assertion information for this device.

        By default, only the essential model identification information is included in the output, but this can be \
        expanded to include all of an assertion's non-meta headers.

        The verbose output is presented in a structured, yaml-like format.

        Similarly, the active serial assertion can be used for the output instead of the model assertion.
        """,
      options: .color + .time + [
        .flag("serial", "Print the serial assertion instead of the model assertion"),
        .flag("verbose", "Print all specific assertion fields"),
        .flag("assertion", "Print the raw assertion"),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let verbose = arguments.has("verbose")
    if verbose, arguments.has("assertion") { throw Failure("cannot use --verbose with --assertion") }
    let serial = try current("/v2/model/serial", in: context)
    guard let model = try current("/v2/model", in: context) else {
      throw Failure("device not ready yet (no assertions found)")
    }
    let asksSerial = arguments.has("serial")
    if arguments.has("assertion") {
      guard let wanted = asksSerial ? serial : model else {
        throw Failure("device not ready yet (no assertions found)")
      }
      context.out.write(wanted)
      return
    }
    func header(_ name: String, _ text: String) -> String { Assertions.header(name, of: text) ?? "" }
    var table = TableWriter()
    if asksSerial, serial == nil {
      table.line("brand-id:", header("brand-id", model))
      table.line("model:", header("model", model))
      context.out.write(table.flush())
      throw Failure("device not registered yet (no serial assertion found)")
    }
    let main = asksSerial ? serial ?? model : model
    let escapes = context.escapes(arguments)
    let number =
      serial.map { header("serial", $0) } ?? "\(verbose ? escapes.dash : "-") (device not registered yet)"
    if asksSerial || verbose {
      table.line("brand-id:", header("brand-id", main))
      table.line("model:", header("model", main))
      table.line("serial:", number)
    } else {
      table.line("brand", try brand(header("brand-id", main), escapes, in: context))
      let name = header("model", model)
      let display = header("display-name", model)
      table.line("model", display.isEmpty ? name : "\(OneLine.text(display)) (\(name))")
      table.line("serial", number)
    }
    context.out.write(table.flush())
    if verbose { writeHeaders(main, arguments, in: context) }
  }

  private static func current(_ path: String, in context: Context) throws -> String? {
    do throws(ClientError) {
      return String(decoding: try context.client.content("GET", path), as: UTF8.self)
    } catch {
      if error.kind == .assertionNotFound { return nil }
      throw error
    }
  }

  /// The brand as a person knows it: from its account, if the machine has that.
  private static func brand(_ id: String, _ escapes: Escapes, in context: Context) throws -> String {
    let account = try Assertions.stream("account", [("account-id", id)], in: context)
    guard let username = Assertions.header("username", of: account) else { return id }
    return escapes.longPublisher(
      StoreAccountJSON(
        id: id, username: username, displayName: Assertions.header("display-name", of: account) ?? username,
        validation: Assertions.header("validation", of: account) ?? ""))
  }

  /// What is said of every assertion, and what was said above.
  private static let known: Set<String> = [
    "type", "format", "authority-id", "revision", "body-length", "sign-key-sha3-384", "brand-id", "model", "serial",
    "series",
  ]

  /// All other headers as they are in the assertion, which is much like YAML.
  private static func writeHeaders(_ assertion: String, _ arguments: Arguments, in context: Context) {
    var isShown = false
    for line in assertion.byteSplit("\n", keepingEmpty: true) {
      if line.isEmpty { return }
      if !line.hasBytePrefix(" ") {
        isShown = !known.contains(String(line.byteSplit(":").first ?? ""))
      }
      guard isShown else { continue }
      if let text = line.bytes(after: "timestamp: "), let time = Timestamp(String(text)) {
        context.out.line("timestamp: \(context.text(time, arguments))")
      } else {
        context.out.line(OneLine.text(String(line)))
      }
    }
  }
}
