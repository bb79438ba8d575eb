/// A pattern of AppArmor's kind (apparmor.d(5), "Globbing"), made ready to be compared with texts.
///
/// A text is read once, with all places of the pattern that fit so far side by side: time grows with text times
/// pattern, whatever the pattern says. Patterns come from interfaces and, escaped, from snaps. ``PathGlob`` is for names
/// that are looked for, this for texts that are there.
public struct GlobMatcher {
  private enum Step {
    case byte(UInt8)
    /// Any byte of the set; 256 bits.
    case set(ByteSet)
    case split(Int, Int)
    case jump(Int)
    case match
  }

  /// Bytes, by number.
  struct ByteSet: Hashable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }
    func hash(into hasher: inout Hasher) { hasher.combine(words.0 ^ words.1 ^ words.2 ^ words.3) }

    func contains(_ byte: UInt8) -> Bool {
      let bit = UInt64(1) << UInt64(byte & 63)
      switch byte >> 6 {
      case 0: return words.0 & bit != 0
      case 1: return words.1 & bit != 0
      case 2: return words.2 & bit != 0
      default: return words.3 & bit != 0
      }
    }

    mutating func insert(_ byte: UInt8) {
      let bit = UInt64(1) << UInt64(byte & 63)
      switch byte >> 6 {
      case 0: words.0 |= bit
      case 1: words.1 |= bit
      case 2: words.2 |= bit
      default: words.3 |= bit
      }
    }

    mutating func invert() { words = (~words.0, ~words.1, ~words.2, ~words.3) }

    mutating func remove(_ byte: UInt8) {
      guard contains(byte) else { return }
      invert()
      insert(byte)
      invert()
    }

    /// All but NUL.
    static let any: ByteSet = {
      var set = ByteSet()
      set.insert(0)
      set.invert()
      return set
    }()
    /// All but NUL and the slash.
    static let name: ByteSet = {
      var set = any
      set.remove(UInt8(ascii: "/"))
      return set
    }()
  }

  private var steps: [Step] = []

  /// A pattern without variables; they are replaced before.
  public init(_ pattern: String) {
    let bytes = Array(pattern.utf8)
    /// Open groups: the split before the alternative at hand, and the jumps from alternatives to the group's end.
    var groups: [(split: Int, jumps: [Int])] = []
    var afterSlash = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      var isSlash = false
      switch byte {
      case UInt8(ascii: "\\"):
        guard index < bytes.count else { break }
        if bytes[index] == UInt8(ascii: "x"), let value = Self.hexadecimal(bytes[(index + 1)...].prefix(2)) {
          steps.append(.byte(value))
          index += 3
        } else {
          steps.append(.byte(bytes[index]))
          index += 1
        }
      case UInt8(ascii: "?"): steps.append(.set(.name))
      case UInt8(ascii: "*"):
        let isDeep = index < bytes.count && bytes[index] == UInt8(ascii: "*")
        while index < bytes.count, bytes[index] == UInt8(ascii: "*") { index += 1 }
        // A star that is a whole element of a path is no empty one.
        if afterSlash, index == bytes.count || bytes[index] == UInt8(ascii: "/") { steps.append(.set(.name)) }
        let loop = steps.count
        steps += [.split(loop + 1, loop + 3), .set(isDeep ? .any : .name), .jump(loop)]
      case UInt8(ascii: "["): steps.append(.set(Self.readClass(bytes, &index)))
      case UInt8(ascii: "{"):
        groups.append((steps.count, []))
        steps.append(.match)
      case UInt8(ascii: ",") where !groups.isEmpty:
        let last = groups.count - 1
        groups[last].jumps.append(steps.count)
        steps.append(.match)
        steps[groups[last].split] = .split(groups[last].split + 1, steps.count)
        groups[last].split = steps.count
        steps.append(.match)
      case UInt8(ascii: "}") where !groups.isEmpty:
        let group = groups.removeLast()
        steps[group.split] = .jump(group.split + 1)
        for jump in group.jumps { steps[jump] = .jump(steps.count) }
      default:
        steps.append(.byte(byte))
        isSlash = byte == UInt8(ascii: "/")
      }
      afterSlash = isSlash
    }
    // PolicyPattern closes its groups; what does not is closed at the end.
    while let group = groups.popLast() {
      steps[group.split] = .jump(group.split + 1)
      for jump in group.jumps { steps[jump] = .jump(steps.count) }
    }
    steps.append(.match)
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt8? {
    digits.count == 2 ? UInt8(String(decoding: digits, as: UTF8.self), radix: 16) : nil
  }

  /// `[a-z]`, `[^x]`; `index` stands behind the opening bracket and is moved behind the closing one.
  private static func readClass(_ bytes: [UInt8], _ index: inout Int) -> ByteSet {
    var set = ByteSet()
    var isNegated = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "^") {
      isNegated = true
      index += 1
    }
    var last: UInt8?
    while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
      var byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "-"), let from = last, index < bytes.count, bytes[index] != UInt8(ascii: "]") {
        byte = next(bytes, &index)
        if from <= byte { for value in from...byte { set.insert(value) } }
        last = nil
        continue
      }
      if byte == UInt8(ascii: "\\"), index < bytes.count {
        byte = bytes[index]
        index += 1
      }
      set.insert(byte)
      last = byte
    }
    index += 1
    if isNegated {
      set.invert()
      set.remove(0)
    }
    return set
  }

  private static func next(_ bytes: [UInt8], _ index: inout Int) -> UInt8 {
    if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
    defer { index += 1 }
    return bytes[index]
  }

  /// Whether the whole text fits.
  public func matches(_ text: some Collection<UInt8>) -> Bool {
    var current: [Int] = []
    var following: [Int] = []
    // When a step was last put on the list: each is there once, so that the list is no longer than the pattern.
    var seen = [Int](repeating: -1, count: steps.count)
    var stack: [Int] = []
    func add(_ start: Int, _ position: Int, _ list: inout [Int]) {
      stack.append(start)
      while let step = stack.popLast() {
        guard seen[step] != position else { continue }
        seen[step] = position
        switch steps[step] {
        case .jump(let target): stack.append(target)
        case .split(let first, let second):
          stack.append(second)
          stack.append(first)
        case .byte, .set, .match: list.append(step)
        }
      }
    }
    add(0, 0, &current)
    var position = 0
    for byte in text {
      position += 1
      following.removeAll(keepingCapacity: true)
      for step in current {
        switch steps[step] {
        case .byte(let wanted) where wanted == byte: add(step + 1, position, &following)
        case .set(let set) where set.contains(byte): add(step + 1, position, &following)
        default: break
        }
      }
      swap(&current, &following)
      if current.isEmpty { return false }
    }
    return current.contains { if case .match = steps[$0] { true } else { false } }
  }
}
