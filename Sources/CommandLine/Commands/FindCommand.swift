import API
import ByteText
import Client

/// `snap find`
enum FindCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "find", aliases: ["search"], summary: "Find packages to install",
      help: """
        The find command asks the stores that are set up for packages.

        With the --private flag, which requires the user to be logged in to the store (see 'snap help login'), it \
        looks for the private snaps of which the user is a developer, directly or as a collaborator.

        A green tick (or two asterisks) after a publisher's name means that the publisher has been verified.
        """,
      options: [
        .flag("private", "Search private snaps"),
        .flag("narrow", "Only search for snaps in \"stable\""),
        .init(
          long: "section", kind: .optionalValue(label: "<section>"),
          help: "Restrict the search to a section; without one, list the sections"),
      ] + .color,
      positionals: [.init("<query>", .optional)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var query = arguments.positional(0) ?? ""
    if query.utf8.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { query = "" }
    var section = ""
    if arguments.has("section") {
      section = arguments.value("section") ?? ""
      if section.isEmpty { return try listSections(in: context) }
    }
    // Nothing asked for: what the store would like to be seen.
    let isFeatured = query.isEmpty && section.isEmpty
    if isFeatured { section = "featured" }
    if section != "featured", !section.isEmpty, try !sections(in: context).contains(section) {
      throw Failure("No matching section \(quoted(section)), use --section to list existing sections")
    }
    var parameters: [(String, String)] = []
    if !query.isEmpty { parameters.append(("q", query)) }
    if !arguments.has("narrow") { parameters.append(("scope", "wide")) }
    if !section.isEmpty { parameters.append(("section", section)) }
    if arguments.has("private") { parameters.append(("select", "private")) }
    let snaps = try Searching.find(parameters, in: context)
    guard !snaps.isEmpty else {
      let place = section.isEmpty ? "" : " in section \(quoted(section))"
      context.err.line("No matching snaps for \(quoted(query))\(place)")
      return
    }
    if isFeatured { context.out.line("No search term specified. Here are some interesting snaps:\n") }
    let escapes = context.escapes(arguments)
    let currency = context.client.remarks.suggestedCurrency ?? ""
    var table = TableWriter()
    table.line("Name", "Version", "Publisher", "Notes", "Summary")
    for snap in snaps {
      table.line(
        snap.name, snap.version, escapes.shortPublisher(snap.publisher), SnapNotes.remote(snap, currency: currency),
        OneLine.text(snap.summary))
    }
    context.out.write(table.flush())
    if isFeatured { context.out.line("\nProvide a search term for more specific results.") }
  }

  private static func listSections(in context: Context) throws {
    let sections = try sections(in: context).sorted()
    context.out.line("No section specified. Available sections:")
    for section in sections { context.out.line(" * \(section)") }
    context.out.line("Please try 'snap find --section=<selected section>'")
  }

  private static func sections(in context: Context) throws -> [String] {
    do throws(ClientError) { return try context.client.sync("GET", "/v2/sections", as: [String].self) } catch {
      throw try Searching.explained(error.prefixed("cannot get snap sections"))
    }
  }
}

/// Asking stores for snaps, through the daemon.
enum Searching {
  /// The snaps that match.
  ///
  /// - Throws: the daemon's error; one sentence for a store that cannot be reached.
  static func find(_ parameters: [(String, String)], in context: Context) throws -> [SnapJSON] {
    do throws(ClientError) {
      return try context.client.sync("GET", "/v2/find", query: parameters, as: [SnapJSON].self)
    } catch {
      throw try explained(error.origin == .daemon ? error : error.prefixed("cannot list snaps"))
    }
  }

  static func explained(_ error: ClientError) throws -> any Error {
    error.kind == .networkTimeout || error.kind == .dnsFailure ? Failure("unable to contact snap store") : error
  }
}
