import API
import ByteText
import Client

/// `snap validate`
enum ValidateCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "validate", summary: "List or apply validation sets",
      help: """
        The validate command lists or applies validation sets, which say what snaps are required or permitted to be \
        installed together, optionally constrained to fixed revisions.

        A validation set can either be in monitoring mode, in which case its constraints aren't enforced, or in \
        enforcing mode, in which case operations that would break its constraints are refused.
        """,
      options: [
        .flag("monitor", "Monitor the given validation set"),
        .flag("enforce", "Enforce the given validation set"),
        .flag("forget", "Forget the given validation set"),
        .flag("refresh", "Refresh or install snaps to satisfy the validation set that is enforced"),
      ] + .color + .wait,
      positionals: [
        .init(
          "<validation-set>", .optional,
          help: "Validation set with an optional pinned sequence point, i.e. account-id/name[=seq]")
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let chosen = ["monitor", "enforce", "forget"].filter { arguments.has($0) }
    if chosen.count > 1 { throw Failure("cannot use --\(chosen[0]) and --\(chosen[1]) together") }
    let action = chosen.first
    let typed = arguments.positional(0) ?? ""
    if typed.isEmpty, action != nil { throw Failure("missing validation set argument") }
    if arguments.has("refresh"), action != "enforce" {
      throw Failure("--refresh can only be used together with --enforce")
    }
    if typed.isEmpty { return try list(in: context) }
    let set = try ValidationSetName(typed)
    switch action {
    case nil:
      let found: ValidationSetJSON = try asked("cannot query validation set") { () throws(ClientError) in
        try context.client.sync(
          "GET", set.path, query: set.sequence == 0 ? [] : [("sequence", String(set.sequence))])
      }
      context.out.line(validity(found))
    case "forget":
      let instruction = ValidationSetInstruction(action: "forget", sequence: set.sequence)
      let _: JSONValue = try asked("cannot forget validation set") { () throws(ClientError) in
        try context.client.sync("POST", set.path, body: instruction)
      }
    case "enforce" where arguments.has("refresh"): try refresh(typed, arguments, in: context)
    case let mode?:
      let instruction = ValidationSetInstruction(action: "apply", mode: mode, sequence: set.sequence)
      let applied: ValidationSetJSON = try asked("cannot apply validation set") { () throws(ClientError) in
        try context.client.sync("POST", set.path, body: instruction)
      }
      // One that is enforced is valid, or was refused.
      if mode == "monitor" { context.out.line(validity(applied)) }
    }
  }

  private static func asked<Result>(
    _ what: String, _ body: () throws(ClientError) -> Result
  ) throws(ClientError) -> Result {
    do throws(ClientError) { return try body() } catch { throw error.prefixed(what) }
  }

  private static func refresh(_ typed: String, _ arguments: Arguments, in context: Context) throws {
    var instruction = SnapInstruction(action: "refresh")
    instruction.validationSets = [typed]
    let id: String
    do throws(ClientError) { id = try context.client.async("POST", "/v2/snaps", body: instruction) } catch {
      context.err.line(try DaemonMessage.explain(error, DaemonMessage.Request(operation: "refresh"), in: context))
      return
    }
    guard let change = try Waiting.wait(for: id, arguments, in: context) else { return }
    let names = Results.names(of: change)
    if !names.isEmpty { try Results.show(names, "refresh", arguments, in: context) }
    context.out.line("Refreshed/installed snaps to enforce validation set \(quoted(typed))")
  }

  private static func list(in context: Context) throws {
    let sets: [ValidationSetJSON] = try asked("cannot list validation sets") { () throws(ClientError) in
      try context.client.sync("GET", "/v2/validation-sets")
    }
    guard !sets.isEmpty else {
      context.err.line("No validations are available")
      return
    }
    var table = TableWriter()
    table.line("Validation", "Mode", "Seq", "Current", "Publisher", "Notes")
    for set in sets {
      let pin = set.pinnedAt == 0 ? "" : "=\(set.pinnedAt)"
      table.line(
        "\(set.accountID)/\(set.name)\(pin)", set.mode, String(set.sequence), validity(set), set.accountID, "-")
    }
    context.out.write(table.flush())
  }

  private static func validity(_ set: ValidationSetJSON) -> String { set.valid ? "valid" : "invalid" }
}

/// `account/name[=sequence]`, as it is typed.
struct ValidationSetName: Equatable {
  var account: String
  var name: String
  /// 0 for none.
  var sequence = 0

  /// - Throws: `Failure` in the reference's words.
  init(_ text: String) throws(Failure) {
    let problem = "cannot parse validation set \(quoted(text))"
    let parts = text.byteSplit("=", keepingEmpty: true)
    guard parts.count <= 2 else { throw Failure("\(problem): expected account/name=seq") }
    if parts.count == 2 {
      guard let number = Int(parts[1]) else {
        throw Failure(
          "\(problem): invalid sequence: strconv.Atoi: parsing \(quoted(String(parts[1]))): invalid syntax")
      }
      guard number > 0 else { throw Failure("\(problem): invalid sequence: \(number)") }
      sequence = number
    }
    let names = parts[0].byteSplit("/", keepingEmpty: true).map(String.init)
    guard names.count == 2 else { throw Failure("\(problem): expected a single account/name") }
    guard NameForm.isAccountID(names[0]) else { throw Failure("\(problem): invalid account ID \(quoted(names[0]))") }
    guard NameForm.areSmallWords(names[1]) else {
      throw Failure("\(problem): invalid validation set name \(quoted(names[1]))")
    }
    (account, name) = (names[0], names[1])
  }

  var path: String { "/v2/validation-sets/\(PercentCoding.encode(account))/\(PercentCoding.encode(name))" }
}
