internal import LaunchPlan

extension PolicyPattern {
  /// Whether a text fits the pattern. Bounded: time grows with the product of both lengths.
  public func matches(_ text: String, _ variables: PatternVariables = PatternVariables()) -> Bool {
    guard let expanded = variables.expand(self) else { return false }
    return GlobMatcher(expanded).matches(text.utf8)
  }
}

extension PathPattern {
  /// Whether a path fits the pattern; a directory's path may end in a slash or not, as in AppArmor.
  public func matches(_ path: String, _ variables: PatternVariables = PatternVariables()) -> Bool {
    pattern.matches(path, variables)
  }

  /// A quick look that spares most comparisons: whether the text begins as the pattern does before its first special
  /// character.
  func mayMatch(_ path: String) -> Bool {
    let special: [UInt8] = Array("*?[{@$\\".utf8)
    var left = rawValue.utf8.makeIterator()
    var right = path.utf8.makeIterator()
    while let byte = left.next() {
      if special.contains(byte) { return true }
      // A directory's path may end in a slash or not.
      guard let other = right.next() else { return byte == UInt8(ascii: "/") }
      if byte != other { return false }
    }
    return true
  }
}
