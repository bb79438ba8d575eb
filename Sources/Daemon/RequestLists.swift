internal import ByteText
internal import HTTP

extension Request {
  /// A parameter that is a list, given with commas or repeatedly.
  func lists(_ name: String) -> [String] {
    query.all(name).flatMap { $0.byteSplit(",").map { $0.trimmingSpaces() } }.filter { !$0.isEmpty }
  }
}

extension Substring {
  /// The text without spaces at its ends.
  func trimmingSpaces() -> String {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
