internal import ByteText

/// What was typed for one command.
struct Words {
  /// How a command is typed.
  struct Usage {
    var name: String
    /// For the list of commands.
    var summary: String
    /// What follows the name: `<snap> <channel>...`.
    var arguments = ""
    /// Options without a value, and with one (its label).
    var flags: [String: String] = [:]
    var values: [String: String] = [:]
    /// How many arguments.
    var count: ClosedRange<Int>

    var text: String {
      var text = "usage: snap-store \(name)"
      if !arguments.isEmpty { text += " \(arguments)" }
      if !flags.isEmpty || !values.isEmpty { text += " [options]" }
      text += "\n\n\(summary)\n"
      for (option, help) in flags.sorted(by: { $0.key < $1.key }) { text += "\n  --\(option)\n      \(help)" }
      for (option, help) in values.sorted(by: { $0.key < $1.key }) { text += "\n  --\(option)=…\n      \(help)" }
      return text
    }
  }

  private(set) var arguments: [String] = []
  private var flags: Set<String> = []
  private var values: [String: [String]] = [:]

  init(_ words: [String], _ usage: Usage) throws(UsageError) {
    var rest = words[...]
    var onlyArguments = false
    while let word = rest.popFirst() {
      if onlyArguments || !word.hasBytePrefix("--") {
        arguments.append(word)
      } else if word.utf8.count == 2 {
        onlyArguments = true
      } else {
        let parts = word.dropFirst(2).byteSplit("=", maxSplits: 1, keepingEmpty: true)
        let name = String(parts[0])
        if usage.flags[name] != nil {
          guard parts.count == 1 else { throw UsageError("option --\(name) takes no value") }
          flags.insert(name)
        } else if usage.values[name] != nil {
          guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
            throw UsageError("option --\(name) needs a value")
          }
          values[name, default: []].append(value)
        } else {
          throw UsageError("unknown option --\(shown(name))")
        }
      }
    }
    guard usage.count.contains(arguments.count) else {
      throw UsageError(arguments.count < usage.count.lowerBound ? "an argument is missing" : "too many arguments")
    }
  }

  func has(_ flag: String) -> Bool { flags.contains(flag) }
  func value(_ option: String) -> String? { values[option]?.last }
  func all(_ option: String) -> [String]? { values[option] }
  /// The values of an option, which may be given with commas between, or several times.
  func list(_ option: String) -> [String]? {
    values[option].map { $0.flatMap { value in value.byteSplit(",").map { String($0) } } }
  }
}
