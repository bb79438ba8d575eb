import API
internal import ByteText
import Client

/// `snap why`
enum WhyCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "why", summary: "Tell what apps were refused, and what would grant it",
      help: """
        The why command tells what the sandbox has refused the apps of a snap lately, and which plug would grant it. \
        It reads the kernel's records of refusals; root sees those of all users.

        Not everything leaves a record: what is not in an app's view looks to it like a file that does not exist. \
        "snap run --explain" watches an app while it runs, and sees that too.
        """,
      positionals: [.init("<snap>[.<app>]", .optional, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var query: [(String, String)] = []
    if let named = arguments.positional(0) {
      let parts = named.byteSplit(".", maxSplits: 1, keepingEmpty: true).map { String($0) }
      guard !parts.contains(where: \.isEmpty) else {
        throw Failure("cannot tell what \(quoted(named)) is: <snap> or <snap>.<app> is expected")
      }
      query = Array(zip(["snap", "app"], parts))
    }
    let result: ExplainedJSON = try context.client.sync("GET", "/v2/explain", query: query)
    let name = arguments.positional(0) ?? "any app"
    if result.sources.isEmpty {
      context.err.line(
        "No record of refusals can be read here. Try: snap run --explain \(query.isEmpty ? "<app>" : name)")
      return
    }
    if result.unassigned > 0 {
      context.err.line("\(result.unassigned) refusals on record are of ended processes of snaps that are not told.")
    }
    guard !result.denials.isEmpty else {
      context.err.line(
        "No refusal of \(name) is on record. To watch an app: snap run --explain \(query.isEmpty ? "<app>" : name)")
      return
    }
    context.out.write(DenialText.lines(result))
  }
}

/// Refusals for people.
enum DenialText {
  static func lines(_ result: ExplainedJSON) -> String {
    var text = ""
    for denial in result.denials {
      let times = denial.count > 1 ? ", \(denial.count) times" : ""
      text += printable("\(denial.app): \(denial.what) (\(denial.layer)\(times))") + "\n"
      if denial.suggestions.isEmpty { text += "  no interface grants this\n" }
      for suggestion in denial.suggestions {
        let note = suggestion.superPrivileged ? "  # super-privileged" : ""
        text += "  " + printable(suggestion.text) + note + "\n"
      }
    }
    if result.truncated { text += "There is more that is not shown.\n" }
    return text
  }

  /// Names come from whoever made the file: nothing in them may steer a terminal.
  static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
