/// Builds the text of a unit. The one place that knows how values are written in unit files, so that no value
/// can add a line of its own (`spec/threats.md`, policy injection).
struct UnitText {
  private(set) var rendered = ""

  /// Starts a section; a blank line parts it from the one before.
  mutating func section(_ name: String) {
    if !rendered.isEmpty { rendered += "\n" }
    rendered += "[\(name)]\n"
  }

  mutating func comment(_ text: String) { rendered += "# \(Self.oneLine(text))\n" }

  mutating func set(_ key: String, _ value: String) { rendered += "\(key)=\(Self.oneLine(value))\n" }

  mutating func set(_ key: String, _ value: String?) {
    if let value { set(key, value) }
  }

  /// Lines that an interface contributes, each of them a whole assignment.
  mutating func lines(_ lines: [String]) {
    for line in lines { rendered += Self.oneLine(line) + "\n" }
  }

  /// A duration in seconds the way the reference prints it: `30`, `0.1`, `1.5`.
  static func seconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard attoseconds > 0 else { return String(seconds) }
    var fraction = String(attoseconds)
    fraction = String(repeating: "0", count: max(0, 18 - fraction.utf8.count)) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(seconds).\(fraction)"
  }

  /// `%` starts a specifier in most values.
  static func escapePercent(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      result.unicodeScalars.append(scalar)
      if scalar == "%" { result.unicodeScalars.append("%") }
    }
    return result
  }

  /// A command line: words with blanks, quotes or other special characters are quoted (systemd.service(5),
  /// "Command lines").
  static func commandLine(_ words: [String]) -> String {
    words.map { word in
      // The reference always quotes a schedule, and inside the word.
      let option = "--timer="
      guard word.hasPrefix(option) else { return quoted(word, escapeDollar: true) }
      return option + quoted(String(word.dropFirst(option.utf8.count)), escapeDollar: true, always: true)
    }.joined(separator: " ")
  }

  /// An assignment for `Environment=`, quoted where needed. A `$` has no meaning there.
  static func assignment(_ name: String, _ value: String) -> String {
    quoted("\(name)=\(value)", escapeDollar: false)
  }

  private static func quoted(_ word: String, escapeDollar: Bool, always: Bool = false) -> String {
    var result = ""
    var needsQuotes = always || word.isEmpty
    for scalar in word.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
        needsQuotes = true
      case "\n":
        result += "\\n"
        needsQuotes = true
      case "%": result += "%%"
      case "$" where escapeDollar: result += "$$"
      case " ", "\t", "'", ";":
        result.unicodeScalars.append(scalar)
        needsQuotes = true
      default: result.unicodeScalars.append(scalar)
      }
    }
    return needsQuotes ? "\"\(result)\"" : result
  }

  /// Control characters would end the line and begin another assignment.
  private static func oneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar)
    }
    return result
  }
}
