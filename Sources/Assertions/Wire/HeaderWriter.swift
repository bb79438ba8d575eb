internal import ByteText

/// Writes headers in the one form that is signed. Source: `spec/assertions-and-store.md` §1.
struct HeaderWriter {
  private(set) var text = ""

  /// Adds a header; empty lists and maps are left out.
  mutating func add(_ name: String, _ value: HeaderValue) {
    guard !value.isNothing else { return }
    if !text.isEmpty { text += "\n" }
    text += "\(name):"
    write(value, indent: 0)
  }

  private mutating func write(_ value: HeaderValue, indent: Int) {
    let prefix = String(repeating: " ", count: indent)
    switch value {
    case .text(let value):
      guard value.hasByte("\n") else {
        text += " \(value)"
        return
      }
      for line in value.byteSplit("\n", keepingEmpty: true) { text += "\n\(prefix)    \(line)" }
    case .list(let list):
      for item in list where !item.isNothing {
        text += "\n\(prefix)  -"
        write(item, indent: indent + 2)
      }
    case .map(let map):
      for (key, item) in map.sorted(by: { $0.key < $1.key }) where !item.isNothing {
        text += "\n\(prefix)  \(key):"
        write(item, indent: indent + 2)
      }
    }
  }
}
