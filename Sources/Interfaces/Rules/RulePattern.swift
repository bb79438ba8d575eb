/// A regular expression of a rule, matched against whole texts in time linear in the text.
///
/// Patterns come from declarations, texts from snaps, so a matcher that backtracks could be made to run for ever: this
/// one follows all ways at once (Thompson's construction). The language is what rules use of RE2: literals, `.`,
/// classes, `\d \w \s`, groups, `|`, `*`, `+`, `?` and counts.
public struct RulePattern: Sendable {
  /// Why a text is no pattern.
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// States of a compiled pattern are at most this many, so that counts of counts cannot take all memory.
  static let stateLimit = 2048
  /// Texts longer than this match nothing.
  static let textLimit = 16 * 1024

  enum State: Sendable {
    case scalar(ScalarSet, next: Int)
    case split(Int, Int)
    case start(next: Int)
    case end(next: Int)
    case accept
  }

  private let states: [State]
  private let first: Int

  /// - Throws: ``Invalid`` when the text is no regular expression, or too large.
  public init(_ text: String) throws(Invalid) {
    var parser = PatternParser(text)
    let tree = try parser.parse()
    var compiler = PatternCompiler()
    let accept = try compiler.add(.accept)
    first = try compiler.compile(tree, next: accept)
    states = compiler.states
  }

  /// Whether the pattern matches all of the text.
  public func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars.prefix(Self.textLimit + 1))
    guard scalars.count <= Self.textLimit else { return false }
    // Where a state was reached last, so that none is taken twice at one place.
    var reached = Array(repeating: -1, count: states.count)
    var current = reach(first, at: 0, of: scalars.count, &reached)
    for (index, scalar) in scalars.enumerated() {
      var following: [Int] = []
      for state in current {
        if case .scalar(let set, let next) = states[state], set.contains(scalar) {
          following += reach(next, at: index + 1, of: scalars.count, &reached)
        }
      }
      current = following
      if current.isEmpty { return false }
    }
    return current.contains { if case .accept = states[$0] { true } else { false } }
  }

  /// A pattern that is none matches nothing: declarations are checked when they are read.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    (try? RulePattern(pattern))?.matches(text) ?? false
  }

  /// A state and all that are reached from it without a character, but for those that were reached already.
  private func reach(_ state: Int, at position: Int, of length: Int, _ reached: inout [Int]) -> [Int] {
    var found: [Int] = []
    var pending = [state]
    while let state = pending.popLast() {
      guard reached[state] != position else { continue }
      reached[state] = position
      switch states[state] {
      case .split(let left, let right): pending += [left, right]
      case .start(let next): if position == 0 { pending.append(next) }
      case .end(let next): if position == length { pending.append(next) }
      case .scalar, .accept: found.append(state)
      }
    }
    return found
  }
}

/// A set of characters, by ranges.
struct ScalarSet: Sendable, Equatable {
  var ranges: [ClosedRange<UInt32>]
  var isInverted = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } != isInverted
  }

  /// Everything but the end of a line.
  static let any = ScalarSet(ranges: [10...10], isInverted: true)
  static let digits = ScalarSet(ranges: [0x30...0x39])
  static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
  static let space = ScalarSet(ranges: [9...10, 12...13, 32...32])

  init(ranges: [ClosedRange<UInt32>], isInverted: Bool = false) {
    self.ranges = ranges
    self.isInverted = isInverted
  }

  init(_ scalar: Unicode.Scalar) { self.init(ranges: [scalar.value...scalar.value]) }

  /// The ranges of everything that is not in the set.
  var complement: [ClosedRange<UInt32>] {
    var low: UInt32 = 0
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > low { result.append(low...(range.lowerBound - 1)) }
      low = max(low, range.upperBound + 1)
    }
    result.append(low...0x10ffff)
    return result
  }
}

/// A pattern as it was written.
indirect enum PatternTree {
  case empty, start, end
  case set(ScalarSet)
  case sequence([PatternTree])
  case choice([PatternTree])
  case repeated(PatternTree, least: Int, most: Int?)
}

/// From the tree to states; built from the end, so that each part knows what follows it.
struct PatternCompiler {
  private(set) var states: [RulePattern.State] = []
  /// Parts compiled so far: what is empty makes no state, however often it is repeated.
  private var steps = 0

  mutating func add(_ state: RulePattern.State) throws(RulePattern.Invalid) -> Int {
    guard states.count < RulePattern.stateLimit else {
      throw RulePattern.Invalid(description: "regular expression is too large")
    }
    states.append(state)
    return states.count - 1
  }

  mutating func compile(_ tree: PatternTree, next: Int) throws(RulePattern.Invalid) -> Int {
    steps += 1
    guard steps <= 16 * RulePattern.stateLimit else {
      throw RulePattern.Invalid(description: "regular expression is too large")
    }
    switch tree {
    case .empty: return next
    case .start: return try add(.start(next: next))
    case .end: return try add(.end(next: next))
    case .set(let set): return try add(.scalar(set, next: next))
    case .sequence(let parts):
      var next = next
      for part in parts.reversed() { next = try compile(part, next: next) }
      return next
    case .choice(let parts):
      var entry: Int?
      for part in parts.reversed() {
        let way = try compile(part, next: next)
        if let other = entry { entry = try add(.split(way, other)) } else { entry = way }
      }
      return entry ?? next
    case .repeated(let part, let least, let most):
      var next = next
      if let most {
        let end = next
        for _ in least..<max(least, most) { next = try add(.split(try compile(part, next: next), end)) }
      } else {
        let loop = try add(.split(next, next))
        let body = try compile(part, next: loop)
        states[loop] = .split(body, next)
        next = loop
      }
      for _ in 0..<least { next = try compile(part, next: next) }
      return next
    }
  }
}
