import API

/// How things are marked on this terminal: colour or none, symbols or ASCII.
struct Escapes: Sendable {
  var green = ""
  var bold = ""
  var end = ""
  /// What stands for nothing.
  var dash: String
  /// What marks a verified publisher, and a starred one.
  var tick, star: String
  /// What stands for "as the line above".
  var upArrow: String

  /// - Parameters:
  ///   - color, unicode: `auto`, `never` or `always`.
  init(color: String, unicode: String, context: Context) {
    let symbols = unicode == "always" || (unicode == "auto" && context.outputIsTerminal && context.localeIsUTF8)
    dash = symbols ? "–" : "--"
    upArrow = symbols ? "↑" : "^"
    tick = symbols ? "✓" : "**"
    star = symbols ? "✪" : "*"
    let colors =
      color == "always"
      || (color == "auto" && context.outputIsTerminal && context.environment("NO_COLOR") == nil
        && context.environment("TERM") != "dumb")
    if colors {
      green = "\u{1b}[32m"
      bold = "\u{1b}[1m"
      end = "\u{1b}[0m"
    }
  }

  /// `canonical**`, `-` for nobody: the narrow form of tables.
  func shortPublisher(_ account: StoreAccountJSON?) -> String {
    guard let account else { return "-" }
    return account.username + badge(account)
  }

  /// `Canonical**`, `Some One (someone)`: the wide form of messages.
  func longPublisher(_ account: StoreAccountJSON?) -> String {
    guard let account else { return dash }
    let folded = String(account.username.lowercased().map { $0 == "-" ? " " : $0 })
    if folded == account.displayName.lowercased() { return account.displayName + badge(account) }
    return "\(account.displayName) (\(account.username)\(badge(account)))"
  }

  private func badge(_ account: StoreAccountJSON) -> String {
    switch account.validation {
    case "verified": green + tick + end
    case "starred": green + star + end
    default: ""
    }
  }
}
