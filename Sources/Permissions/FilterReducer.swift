/// Rewrites a seccomp program into a shorter one that decides the same.
///
/// libseccomp compares each call's number for itself: some 900 instructions for the default template, and every start
/// of an app pays for their translation by the kernel (0.2 µs each). Here numbers that are decided alike are told apart
/// by ranges, and what is asked of arguments is there once: a third remains.
///
/// The program is run symbolically: architecture and number are known, arguments are not. What remains of it for a
/// number is a graph of questions about arguments. The result is run in the same way, and is used only when for
/// every architecture and every number the same graph comes out.
struct FilterReducer {
  /// The shorter program; the given one when it has something that is not understood here, or is no longer.
  static func reduced(_ program: [UInt8]) -> [UInt8] {
    var reducer = FilterReducer()
    guard let original = reducer.table(of: program) else { return program }
    var assembler = FilterAssembler()
    let root = reducer.tree(of: original)
    guard let result = assembler.assemble(root, reducer.nodes), result.count < program.count,
      let again = reducer.table(of: result), again == original
    else { return program }
    return result
  }

  /// What a program asks of the call at a point: a word of `struct seccomp_data` against a number, or nothing more.
  enum Node: Hashable {
    case answer(UInt32)
    case question(Field, Comparison, UInt32, yes: Int, no: Int)
  }

  /// A word of the call, with what is masked out of it.
  struct Field: Hashable {
    static let number = Field(offset: 0, mask: ~0)
    static let architecture = Field(offset: 4, mask: ~0)

    var offset: UInt32
    var mask: UInt32
  }

  enum Comparison: UInt16 {
    case equal = 0x15
    case greater = 0x25
    case greaterOrEqual = 0x35
    case anyBit = 0x45

    func holds(_ value: UInt32, _ constant: UInt32) -> Bool {
      switch self {
      case .equal: value == constant
      case .greater: value > constant
      case .greaterOrEqual: value >= constant
      case .anyBit: value & constant != 0
      }
    }

    /// The last value from `value` on for which the answer is the same; nil when the values are not contiguous.
    func last(_ value: UInt32, _ constant: UInt32) -> UInt32? {
      switch self {
      case .equal: value == constant ? value : value < constant ? constant - 1 : .max
      case .greater: value > constant ? .max : constant
      case .greaterOrEqual: value >= constant ? .max : constant - 1
      case .anyBit: nil
      }
    }
  }

  /// From a first number on, to where the next begins: what is decided.
  struct Range: Hashable {
    var first: UInt32
    var node: Int
  }

  /// The same of architectures, each with its numbers.
  struct Architecture: Hashable {
    var first: UInt32
    var ranges: [Range]
  }

  /// Every node once, so that equal graphs have equal numbers.
  private(set) var nodes: [Node] = []
  private var known: [Node: Int] = [:]

  /// The node for a question, in the form that is shortest to ask.
  mutating func question(
    _ field: Field, _ comparison: Comparison, _ constant: UInt32, yes: Int, no: Int
  ) -> Int {
    if field.mask == 0 { return comparison.holds(0, constant) ? yes : no }
    let whole = Field(offset: field.offset, mask: ~0)
    if comparison == .equal, field.mask.nonzeroBitCount == 1, constant & ~field.mask == 0 {
      // One bit: asked of the whole word, which questions about other bits can ask, too.
      return constant == 0
        ? node(.question(whole, .anyBit, field.mask, yes: no, no: yes))
        : node(.question(whole, .anyBit, field.mask, yes: yes, no: no))
    }
    return node(.question(field, comparison, constant, yes: yes, no: no))
  }

  mutating func node(_ node: Node) -> Int {
    if case .question(_, _, _, let yes, let no) = node, yes == no { return yes }
    if let index = known[node] { return index }
    nodes.append(node)
    known[node] = nodes.count - 1
    return nodes.count - 1
  }

  // MARK: Taking apart

  /// What a program decides, for every architecture and number; nil when it has something unknown.
  mutating func table(of program: [UInt8]) -> [Architecture]? {
    guard let instructions = FilterInstruction.list(program) else { return nil }
    var table: [Architecture] = []
    var architecture: UInt32 = 0
    while true {
      var lastArchitecture = UInt32.max
      var ranges: [Range] = []
      var number: UInt32 = 0
      while true {
        var run = FilterRun(instructions, architecture: architecture, number: number)
        guard let node = run.node(&self) else { return nil }
        lastArchitecture = min(lastArchitecture, run.lastArchitecture)
        if ranges.last?.node != node { ranges.append(Range(first: number, node: node)) }
        if run.lastNumber == .max { break }
        guard ranges.count < 4096 else { return nil }
        number = run.lastNumber + 1
      }
      if table.last?.ranges != ranges { table.append(Architecture(first: architecture, ranges: ranges)) }
      if lastArchitecture == .max { return table }
      guard table.count < 64 else { return nil }
      architecture = lastArchitecture + 1
    }
  }

  // MARK: Putting together

  /// The graph that finds architecture and number, and leads to the graphs of the table.
  private mutating func tree(of table: [Architecture]) -> Int {
    var ranges: [Range] = []
    for architecture in table {
      let node = search(.number, architecture.ranges[...])
      if ranges.last?.node != node { ranges.append(Range(first: architecture.first, node: node)) }
    }
    return search(.architecture, ranges[...])
  }

  /// Halves the ranges until few are left; single numbers among others that are decided alike are asked for one by one.
  private mutating func search(_ field: Field, _ ranges: ArraySlice<Range>) -> Int {
    if let first = ranges.first, ranges.count == 1 { return first.node }
    var singles: [Range] = []
    var rest: Int?
    var isSimple = true
    for (index, range) in zip(ranges.indices, ranges) {
      if index + 1 < ranges.endIndex, range.first < .max, ranges[index + 1].first == range.first + 1,
        index > ranges.startIndex
      {
        singles.append(range)
      } else {
        isSimple = isSimple && (rest == nil || rest == range.node)
        rest = range.node
      }
    }
    if let rest, isSimple, singles.count <= 4 {
      return singles.reversed().reduce(rest) { no, single in
        node(.question(field, .equal, single.first, yes: single.node, no: no))
      }
    }
    let middle = ranges.startIndex + ranges.count / 2
    let upper = search(field, ranges[middle...])
    let lower = search(field, ranges[..<middle])
    return node(.question(field, .greaterOrEqual, ranges[middle].first, yes: upper, no: lower))
  }
}

/// One instruction of classic BPF: `struct sock_filter`.
struct FilterInstruction {
  static let load: UInt16 = 0x20
  static let loadMemory: UInt16 = 0x60
  static let store: UInt16 = 0x02
  static let and: UInt16 = 0x54
  static let jump: UInt16 = 0x05
  static let answer: UInt16 = 0x06

  var code: UInt16
  var yes: UInt8 = 0
  var no: UInt8 = 0
  var constant: UInt32

  static func list(_ program: [UInt8]) -> [FilterInstruction]? {
    guard program.count % 8 == 0 else { return nil }
    return program.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map { offset in
        FilterInstruction(
          code: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self), yes: bytes[offset + 2],
          no: bytes[offset + 3], constant: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      }
    }
  }

  func append(to bytes: inout [UInt8]) {
    withUnsafeBytes(of: code) { bytes.append(contentsOf: $0) }
    bytes.append(yes)
    bytes.append(no)
    withUnsafeBytes(of: constant) { bytes.append(contentsOf: $0) }
  }
}

/// Runs a program for one architecture and number, and finds up to where others take the very same way.
private struct FilterRun {
  private struct Place: Hashable {
    var counter: Int
    var accumulator: FilterReducer.Field
    var memory: [FilterReducer.Field]
  }

  private let instructions: [FilterInstruction]
  private let architecture: UInt32
  private let number: UInt32
  private(set) var lastArchitecture = UInt32.max
  private(set) var lastNumber = UInt32.max
  private var seen: [Place: Int] = [:]

  init(_ instructions: [FilterInstruction], architecture: UInt32, number: UInt32) {
    self.instructions = instructions
    self.architecture = architecture
    self.number = number
  }

  mutating func node(_ reducer: inout FilterReducer) -> Int? {
    let nothing = FilterReducer.Field(offset: 0, mask: 0)
    return node(
      Place(counter: 0, accumulator: nothing, memory: Array(repeating: nothing, count: 16)), &reducer)
  }

  private mutating func node(_ start: Place, _ reducer: inout FilterReducer) -> Int? {
    var place = start
    while instructions.indices.contains(place.counter) {
      let instruction = instructions[place.counter]
      let constant = instruction.constant
      place.counter += 1
      switch instruction.code {
      case FilterInstruction.load:
        guard constant <= 60, constant % 4 == 0 else { return nil }
        place.accumulator = FilterReducer.Field(offset: constant, mask: ~0)
      case FilterInstruction.loadMemory, FilterInstruction.store:
        guard constant < 16 else { return nil }
        if instruction.code == FilterInstruction.store {
          place.memory[Int(constant)] = place.accumulator
        } else {
          place.accumulator = place.memory[Int(constant)]
        }
      case FilterInstruction.and: place.accumulator.mask &= constant
      case FilterInstruction.jump: place.counter += Int(constant)
      case FilterInstruction.answer: return reducer.node(.answer(constant))
      default:
        guard let comparison = FilterReducer.Comparison(rawValue: instruction.code) else { return nil }
        let yes = place.counter + Int(instruction.yes)
        let no = place.counter + Int(instruction.no)
        switch place.accumulator {
        case .architecture:
          guard let last = comparison.last(architecture, constant) else { return nil }
          lastArchitecture = min(lastArchitecture, last)
          place.counter = comparison.holds(architecture, constant) ? yes : no
        case .number:
          guard let last = comparison.last(number, constant) else { return nil }
          lastNumber = min(lastNumber, last)
          place.counter = comparison.holds(number, constant) ? yes : no
        case let field:
          guard field.offset >= 16 else { return nil }
          if let node = seen[place] { return node }
          let here = place
          place.counter = yes
          guard let whenYes = node(place, &reducer) else { return nil }
          place.counter = no
          guard let whenNo = node(place, &reducer) else { return nil }
          let node = reducer.question(field, comparison, constant, yes: whenYes, no: whenNo)
          seen[here] = node
          return node
        }
      }
    }
    return nil
  }
}

/// Writes a graph as a program, from its end to its beginning: jumps lead forward, over 255 instructions at most.
private struct FilterAssembler {
  /// The program so far, last instruction first.
  private var reversed: [FilterInstruction] = []
  /// Where a node begins that finds its field loaded, and where it loads it first.
  private var loaded: [Int: Int] = [:]
  private var whole: [Int: Int] = [:]
  /// Nodes that are come to from where another field is loaded.
  private var unprepared: Set<Int> = []

  /// - Returns: nil when the program would be longer than the kernel takes.
  mutating func assemble(_ root: Int, _ nodes: [FilterReducer.Node]) -> [UInt8]? {
    // Nodes are numbered when their children are: what is reached is found from the root down.
    var reached: Set<Int> = [root]
    unprepared = [root]
    for index in stride(from: root, through: 0, by: -1) where reached.contains(index) {
      guard case .question(let field, _, _, let yes, let no) = nodes[index] else { continue }
      for child in [yes, no] {
        reached.insert(child)
        if case .question(field, _, _, _, _) = nodes[child] { continue }
        unprepared.insert(child)
      }
    }
    place(root, nodes)
    guard reversed.count * 8 <= SeccompPrograms.programLimit else { return nil }
    var bytes: [UInt8] = []
    for instruction in reversed.reversed() { instruction.append(to: &bytes) }
    return bytes
  }

  private mutating func place(_ index: Int, _ nodes: [FilterReducer.Node]) {
    guard whole[index] == nil, loaded[index] == nil else { return }
    switch nodes[index] {
    case .answer(let answer):
      reversed.append(FilterInstruction(code: FilterInstruction.answer, constant: answer))
    case .question(let field, let comparison, let constant, let yes, let no):
      // What is placed later is nearer.
      place(yes, nodes)
      place(no, nodes)
      bringNear(yes, field, nodes)
      bringNear(no, field, nodes)
      let here = reversed.count
      reversed.append(
        FilterInstruction(
          code: comparison.rawValue, yes: UInt8(here - 1 - target(yes, field, nodes)),
          no: UInt8(here - 1 - target(no, field, nodes)), constant: constant))
      loaded[index] = here
      guard unprepared.contains(index) else { return }
      if field.mask != ~0 {
        reversed.append(FilterInstruction(code: FilterInstruction.and, constant: field.mask))
      }
      reversed.append(FilterInstruction(code: FilterInstruction.load, constant: field.offset))
    }
    whole[index] = reversed.count - 1
  }

  /// Where to jump to for a node, from one that has a field loaded.
  private func target(_ index: Int, _ field: FilterReducer.Field, _ nodes: [FilterReducer.Node]) -> Int {
    if case .question(field, _, _, _, _) = nodes[index], let place = loaded[index] { return place }
    return whole[index] ?? 0  // placed before anything that leads to it
  }

  /// Makes sure that a node can be reached from the next two instructions: by a copy of an answer, or a far jump.
  private mutating func bringNear(_ index: Int, _ field: FilterReducer.Field, _ nodes: [FilterReducer.Node]) {
    let place = target(index, field, nodes)
    guard reversed.count - place > 254 else { return }
    if case .answer(let answer) = nodes[index] {
      reversed.append(FilterInstruction(code: FilterInstruction.answer, constant: answer))
      whole[index] = reversed.count - 1
      return
    }
    reversed.append(
      FilterInstruction(code: FilterInstruction.jump, constant: UInt32(reversed.count - 1 - place)))
    if place == loaded[index], place != whole[index] {
      loaded[index] = reversed.count - 1
    } else {
      whole[index] = reversed.count - 1
    }
  }
}
