/// Reads a regular expression of a rule.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  typealias Invalid = RulePattern.Invalid

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func parse() throws(Invalid) -> PatternTree {
    guard scalars.count <= 4096 else { throw Invalid(description: "regular expression is too large") }
    let tree = try choice()
    guard position == scalars.count else { throw error("unexpected )") }
    return tree
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func takeAny() throws(Invalid) -> Unicode.Scalar {
    guard let scalar = next else { throw error("unexpected end") }
    position += 1
    return scalar
  }

  private func error(_ what: String) -> Invalid {
    Invalid(description: "error parsing regexp: \(what): `\(String(String.UnicodeScalarView(scalars)))`")
  }

  private mutating func choice() throws(Invalid) -> PatternTree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else { throw error("expression nests too deeply") }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws(Invalid) -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repeated()) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repeated() throws(Invalid) -> PatternTree {
    var tree = try atom()
    var repetitions = 0
    while let scalar = next {
      switch scalar {
      case "*": tree = .repeated(tree, least: 0, most: nil)
      case "+": tree = .repeated(tree, least: 1, most: nil)
      case "?": tree = .repeated(tree, least: 0, most: 1)
      case "{":
        guard let (least, most, end) = count() else { return tree }
        guard least <= 1000, (most ?? 0) <= 1000, most.map({ $0 >= least }) ?? true else {
          throw error("invalid repeat count")
        }
        tree = .repeated(tree, least: least, most: most)
        position = end - 1
      default: return tree
      }
      position += 1
      repetitions += 1
      // Lazy or greedy is all the same to a match of the whole.
      if next == "?" { position += 1 }
      guard repetitions < 2 || next == nil else { throw error("invalid nested repetition operator") }
    }
    return tree
  }

  /// `{2}`, `{2,}`, `{2,4}`; anything else is a brace that means itself.
  private func count() -> (least: Int, most: Int?, end: Int)? {
    var index = position + 1
    func digits() -> Int? {
      var value: Int?
      while index < scalars.count, (0x30...0x39).contains(scalars[index].value) {
        value = min((value ?? 0) * 10 + Int(scalars[index].value - 0x30), 100_000)
        index += 1
      }
      return value
    }
    guard let least = digits(), index < scalars.count else { return nil }
    var most: Int? = least
    if scalars[index] == "," {
      index += 1
      most = digits()
    }
    guard index < scalars.count, scalars[index] == "}" else { return nil }
    return (least, most, index + 1)
  }

  private mutating func atom() throws(Invalid) -> PatternTree {
    switch try takeAny() {
    case "(":
      if take("?") {
        // Only a group without a number; flags and names are not used by rules.
        guard take(":") else { throw error("invalid or unsupported Perl syntax") }
      }
      let tree = try choice()
      guard take(")") else { throw error("missing closing )") }
      return tree
    case "[": return .set(try characterClass())
    case ".": return .set(.any)
    case "^": return .start
    case "$": return .end
    case "\\": return try escape()
    case "*", "+", "?": throw error("missing argument to repetition operator")
    case let scalar: return .set(ScalarSet(scalar))
    }
  }

  private mutating func escape() throws(Invalid) -> PatternTree {
    if take("A") { return .start }
    if take("z") { return .end }
    return .set(try escapedSet())
  }

  private mutating func escapedSet() throws(Invalid) -> ScalarSet {
    let scalar = try takeAny()
    switch scalar {
    case "d": return .digits
    case "w": return .word
    case "s": return .space
    case "D": return ScalarSet(ranges: ScalarSet.digits.complement)
    case "W": return ScalarSet(ranges: ScalarSet.word.complement)
    case "S": return ScalarSet(ranges: ScalarSet.space.complement)
    case "n": return ScalarSet("\n")
    case "t": return ScalarSet("\t")
    case "r": return ScalarSet("\r")
    default:
      // A letter or digit could mean something that this language does not have.
      guard !ScalarSet.word.contains(scalar) || scalar == "_" else { throw error("invalid escape sequence") }
      return ScalarSet(scalar)
    }
  }

  private mutating func characterClass() throws(Invalid) -> ScalarSet {
    var set = ScalarSet(ranges: [])
    set.isInverted = take("^")
    var isFirst = true
    while isFirst || next != "]" {
      isFirst = false
      if let named = try namedClass() {
        set.ranges += named.ranges
        continue
      }
      var low = try takeAny()
      if low == "\\" {
        let escaped = try escapedSet()
        guard escaped.ranges.count == 1, let only = escaped.ranges.first, only.count == 1,
          let scalar = Unicode.Scalar(only.lowerBound)
        else {
          set.ranges += escaped.ranges
          continue
        }
        low = scalar
      }
      guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        set.ranges.append(low.value...low.value)
        continue
      }
      position += 1
      var high = try takeAny()
      if high == "\\" { high = try takeAny() }
      guard low.value <= high.value else { throw error("invalid character class range") }
      set.ranges.append(low.value...high.value)
    }
    position += 1
    return set
  }

  /// `[:alpha:]` inside a class.
  private mutating func namedClass() throws(Invalid) -> ScalarSet? {
    guard next == "[", position + 1 < scalars.count, scalars[position + 1] == ":" else { return nil }
    var end = position + 2
    while end < scalars.count, scalars[end] != ":" { end += 1 }
    guard end + 1 < scalars.count, scalars[end + 1] == "]" else { return nil }
    let name = String(String.UnicodeScalarView(scalars[(position + 2)..<end]))
    guard let ranges = Self.named[name] else { throw error("invalid character class range") }
    position = end + 2
    return ScalarSet(ranges: ranges)
  }

  private static let named: [String: [ClosedRange<UInt32>]] = [
    "alpha": [0x41...0x5a, 0x61...0x7a], "digit": [0x30...0x39], "alnum": [0x30...0x39, 0x41...0x5a, 0x61...0x7a],
    "lower": [0x61...0x7a], "upper": [0x41...0x5a], "space": [9...13, 32...32], "word": ScalarSet.word.ranges,
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66], "punct": [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e],
  ]
}
