import Glibc

/// `snap userd`
enum UserdCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "userd", hidden: true, summary: "Start the userd service",
      help: """
        The userd command starts services of the user's session: those on the message bus by which snaps open URLs and \
        files, the agent through which the system controls the session's services, or what snaps start with the session.
        """,
      options: [
        .flag("autostart", "Autostart user applications"), .flag("agent", "Run the user session agent"),
      ])
  }

  /// Becomes `snap-userd`, which can speak on a message bus; this program cannot.
  static func run(_ arguments: Arguments, in context: Context) throws {
    if arguments.has("autostart"), arguments.has("agent") {
      throw Failure("cannot use --autostart and --agent together")
    }
    let program = Helper.directory(in: context) + "/snap-userd"
    let option = ["autostart", "agent"].filter { arguments.has($0) }.map { "--\($0)" }
    var words = ([program] + option).map { strdup($0) } + [nil]
    context.out.flush()
    execv(program, &words)
    let error = errno
    for word in words { free(word) }
    throw Failure("cannot run \(program): \(String(cString: strerror(error)))")
  }
}

/// `snap handle-link`: what a click on a link to the store runs.
enum HandleLinkCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "handle-link", hidden: true, summary: "Handle a snap:// URI",
      help: "The handle-link command installs the graphical store, and opens it at what a link names.",
      positionals: [.init("<uri>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let link = arguments.positional(0) ?? ""
    guard link.utf8.starts(with: "snap://".utf8), link.utf8.count > 7 else {
      throw Failure("cannot handle link \(quoted(link)): it is no snap:// link")
    }
    let name = link.utf8.dropFirst(7).prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    throw Failure(
      "cannot handle link \(quoted(link)): there is no graphical store on this system (try \"snap install "
        + "\(String(decoding: name, as: UTF8.self))\")")
  }
}
