/// Paragraphs broken into lines no longer than a terminal.
public enum Wrapping {
  /// Breaks each line of a text at spaces so that it fits `width` columns with its indent. Words longer than a
  /// line are broken where they must.
  public static func wrap(_ text: String, indent: String, width: Int) -> String {
    let room = max(width - indent.unicodeScalars.count, 10)
    var out = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      // What fits stays as it is: it may be a line of a table.
      if line.count <= room, line.last != " ", !line.isEmpty {
        out += indent + line + "\n"
        continue
      }
      // An indented line stays indented, and so does what is broken off it.
      let own = String(line.prefix { $0 == " " })
      var current = ""
      var emitted = false
      func flush() {
        out += (current.isEmpty ? "" : indent + own + current) + "\n"
        emitted = true
        current = ""
      }
      for word in line.split(separator: " ") {
        var word = word
        if !current.isEmpty {
          if own.count + current.count + 1 + word.count <= room {
            current += " " + word
            continue
          }
          flush()
        }
        while own.count + word.count > room {
          current = String(word.prefix(max(1, room - own.count)))
          word = word.dropFirst(max(1, room - own.count))
          flush()
        }
        current = String(word)
      }
      if !current.isEmpty || !emitted { flush() }
    }
    return out
  }

  /// A message for people, indented but for its first line, which follows `error: ` (the reference's `fill`).
  public static func fill(_ text: String, indent: Int, columns: Int) -> String {
    // Some terminals wrap when the last column is written, hence one less.
    let wrapped = wrap(text, indent: String(repeating: " ", count: indent), width: min(columns, 100) - 1)
    var view = wrapped[...]
    while view.first?.isWhitespace == true { view.removeFirst() }
    while view.last?.isWhitespace == true { view.removeLast() }
    return String(view)
  }
}
