import API
import Client

/// `snap install`
enum InstallCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "install", summary: "Install snaps on the system",
      help: """
        The install command installs snaps, from a store by name or from an image file by path. What has a slash in \
        it or ends in .snap is a path. With a channel, the snap follows that one from then on; 'snap info' shows \
        which there are.

        A snap installed from a file has no signature to check: --dangerous says that you know. A further instance \
        of a snap is installed under a name with an underscore and a key, with --name for a file.

        Installing a file over an installed snap adds a revision, as a refresh does.
        """,
      options: .color + .wait + .channel + .mode + [
        .value("revision", "Install this revision, which needs permission from the snap's developer"),
        .flag("dangerous", "Install a file although nobody signed it (--devmode implies this)"),
        .flag("force-dangerous", "Alias for --dangerous", hidden: true),
        .flag("unaliased", "Install without enabling the automatic aliases"),
        .flag("prefer", "Enable all aliases of the snap in preference to those of others"),
        .value("name", "Install the file under this instance name"),
        .value("cohort", "Install from this cohort"),
        .flag("ignore-validation", "Ignore validation by other snaps"),
        .flag("ignore-running", "Ignore running hooks or programs that block the installation", hidden: true),
        .value(
          "transaction", choices: ["per-snap", "all-snaps"], preset: "per-snap",
          "Undo a failed snap alone, or all of them"),
        .value("quota-group", "Put the snap in this quota group"),
      ],
      positionals: [.init("<snap>", .atLeastOne, values: .files)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let names = arguments.positionals
    let channel = try Modes.check(arguments, in: context)
    let dangerous = arguments.has("dangerous") || arguments.has("force-dangerous")
    if names.contains(where: \.isEmpty) { throw Failure("cannot install snap with empty name") }
    if arguments.has("unaliased"), arguments.has("prefer") {
      throw Failure("cannot use --unaliased and --prefer flags together")
    }
    let files = names.filter(isPath)
    if names.count > 1 {
      if arguments.has("name") { throw Failure("cannot use instance name when installing multiple snaps") }
      if files.isEmpty, Modes.anyMode(arguments) || !channel.isEmpty || arguments.has("revision") {
        throw Failure("a single snap name is needed to specify mode or channel flags")
      }
      if !files.isEmpty, files.count != names.count {
        throw Failure("cannot install local and store snaps together")
      }
    } else if files.isEmpty, arguments.has("name") {
      throw Failure("cannot use explicit name when installing from store")
    }

    let path = try files.isEmpty ? SnapPath.of(names) : "/v2/snaps"
    let id = try SnapOperation.send("install", names, dangerous: dangerous, in: context) { () throws(ClientError) in
      if !files.isEmpty {
        return try context.client.upload(path, fields: fields(arguments, dangerous: dangerous), files: files)
      }
      var instruction = SnapInstruction(action: "install", snaps: names.count > 1 ? names : [])
      Modes.apply(arguments, channel: channel, to: &instruction)
      instruction.unaliased = arguments.has("unaliased")
      instruction.prefer = arguments.has("prefer")
      instruction.quotaGroup = arguments.value("quota-group") ?? ""
      if arguments.has("transaction") { instruction.transaction = arguments.value("transaction") ?? "" }
      return try context.client.async("POST", path, body: instruction)
    }
    guard let id, let change = try Waiting.wait(for: id, arguments, in: context) else { return }
    var installed = Results.names(of: change)
    if installed.isEmpty, files.isEmpty, names.count == 1 { installed = names }
    if installed.isEmpty, !files.isEmpty {
      throw Failure("cannot extract the snap-name from local file \(quoted(files[0]))")
    }
    if !installed.isEmpty {
      try Results.show(
        installed, "install", arguments, askedForClassic: arguments.has("classic"), in: context)
    }
    if files.isEmpty, names.count > 1 {
      for name in names where !installed.contains(name) { context.out.line("\(name) already installed") }
    }
  }

  /// Whether an argument means a file rather than a name in a store.
  static func isPath(_ argument: String) -> Bool {
    argument.contains("/") || argument.hasSuffix(".snap") || argument.contains(".snap.")
  }

  private static func fields(_ arguments: Arguments, dangerous: Bool) -> [(SideloadField, String)] {
    var fields: [(SideloadField, String)] = []
    if let name = arguments.value("name") { fields.append((.name, name)) }
    // The daemon takes --devmode as leave to install what nobody signed; said in full for any daemon.
    if dangerous || arguments.has("devmode") { fields.append((.dangerous, "true")) }
    for (option, field) in [
      ("devmode", SideloadField.devmode), ("jailmode", .jailmode), ("classic", .classic), ("unaliased", .unaliased),
      ("prefer", .prefer), ("ignore-running", .ignoreRunning),
    ] where arguments.has(option) {
      fields.append((field, "true"))
    }
    if arguments.has("transaction"), let value = arguments.value("transaction") { fields.append((.transaction, value)) }
    if let group = arguments.value("quota-group") { fields.append((.quotaGroup, group)) }
    return fields
  }
}

/// The options for confinement and channel that several commands share.
enum Modes {
  static func anyMode(_ arguments: Arguments) -> Bool {
    ["devmode", "jailmode", "classic"].contains { arguments.has($0) }
  }

  /// - Returns: the channel that was asked for, empty for none.
  /// - Throws: `Failure` for options that exclude each other.
  @discardableResult
  static func check(_ arguments: Arguments, in context: Context) throws -> String {
    let channel = try Channels.chosen(arguments, in: context)
    if arguments.has("devmode"), arguments.has("jailmode") {
      throw Failure("cannot use devmode and jailmode flags together")
    }
    if arguments.has("devmode"), arguments.has("classic") {
      throw Failure("cannot use classic and devmode flags together")
    }
    return channel
  }

  static func apply(_ arguments: Arguments, channel: String, to instruction: inout SnapInstruction) {
    instruction.channel = channel
    instruction.revision = arguments.value("revision") ?? ""
    instruction.devmode = arguments.has("devmode")
    instruction.jailmode = arguments.has("jailmode")
    instruction.classic = arguments.has("classic")
    instruction.ignoreValidation = arguments.has("ignore-validation")
    instruction.ignoreRunning = arguments.has("ignore-running")
    instruction.cohortKey = arguments.value("cohort") ?? ""
  }
}
