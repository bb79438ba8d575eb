internal import ByteText

/// SPDX licence expressions: identifiers joined by `AND`, `OR` and `WITH`, in parentheses. Which identifiers SPDX has
/// is not checked: the list grows with every release of it.
enum LicenseExpression {
  static func validate(_ text: String) throws(InvalidText) {
    do throws(InvalidText) { try check(tokens(text)) } catch {
      throw InvalidText("cannot validate license \(InvalidText.quote(text)): \(error)")
    }
  }

  private static func tokens(_ text: String) -> [String] {
    var spaced = ""
    for scalar in text.unicodeScalars { spaced += scalar == "(" || scalar == ")" ? " \(scalar) " : String(scalar) }
    return spaced.unicodeScalars.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
  }

  private static func check(_ tokens: [String]) throws(InvalidText) {
    let operators: Set<String> = ["AND", "OR", "WITH"]
    /// What came before, in each open parenthesis.
    var before = [""]
    for token in tokens {
      let last = before[before.count - 1]
      switch token {
      case "(":
        if last == "WITH" { throw InvalidText("\"(\" not allowed after WITH") }
        if !last.isEmpty, !operators.contains(last) { throw missingOperator(last, token) }
        guard before.count < 32 else { throw InvalidText("too many parentheses") }
        before[before.count - 1] = token
        before.append("")
      case ")":
        guard before.count > 1 else { throw InvalidText("unexpected \")\"") }
        try checkEnd(last)
        before.removeLast()
      case _ where operators.contains(token):
        switch last {
        case "": throw InvalidText("missing license before \(token)")
        case "AND", "OR": throw InvalidText("expected license name, got \"\(token)\"")
        case "WITH": throw InvalidText("expected exception name, got \"\(token)\"")
        default: before[before.count - 1] = token
        }
      default:
        if !last.isEmpty, !operators.contains(last) { throw missingOperator(last, token) }
        let name = token.hasSuffix("+") && last != "WITH" ? String(token.dropLast()) : token
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isASCIIAlphanumeric || ".-:".utf8.contains($0) }) else {
          throw InvalidText("unknown license\(last == "WITH" ? " exception" : ""): \(InvalidText.plain(name))")
        }
        before[before.count - 1] = token
      }
    }
    guard before.count == 1 else { throw InvalidText("expected \")\" got \"\"") }
    try checkEnd(before[0])
  }

  private static func missingOperator(_ left: String, _ right: String) -> InvalidText {
    InvalidText("missing AND or OR between \(InvalidText.quote(left)) and \(InvalidText.quote(right))")
  }

  private static func checkEnd(_ last: String) throws(InvalidText) {
    switch last {
    case "": throw InvalidText("empty expression")
    case "AND", "OR", "WITH": throw InvalidText("missing license after \(last)")
    default: break
    }
  }
}
