internal import CYaml

/// Why text is no YAML document, or one that is not accepted.
public struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// 1 for the first line.
  public let line: Int
  /// What is wrong there.
  public let problem: String

  public var description: String { "yaml: line \(line): \(problem)" }
}

extension Node {
  /// What a document may cost. Aliases count with all they stand for, so that a small text cannot stand for a huge
  /// document.
  public struct Limits: Sendable {
    /// Nodes in all, aliases counted with what they stand for.
    public var nodes: Int
    /// Levels of sequences and mappings.
    public var depth: Int

    public init(nodes: Int = 100_000, depth: Int = 64) {
      self.nodes = nodes
      self.depth = depth
    }
  }

  /// Parses one document. Text without any is a null node.
  public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(YAMLError) -> Node {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { throw YAMLError(line: 1, problem: "out of memory") }
    defer { yaml_parser_delete(&parser) }
    // The parser keeps the pointer: everything happens while the buffer is held.
    let result: Result<Node, YAMLError> = bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      var reader = EventReader(limits: limits)
      do throws(YAMLError) {
        return .success(try reader.document(&parser))
      } catch { return .failure(error) }
    }
    return try result.get()
  }
}

/// Builds nodes from the events of libyaml.
private struct EventReader {
  let limits: Node.Limits
  private var remaining: Int
  private var anchors: [String: (node: Node, size: Int)] = [:]

  init(limits: Node.Limits) {
    self.limits = limits
    remaining = limits.nodes
  }

  private enum Event {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(String, isPlain: Bool, anchor: String?)
    case sequenceStart(anchor: String?), mappingStart(anchor: String?)
    case sequenceEnd, mappingEnd
    case alias(String)
  }

  private func next(_ parser: inout yaml_parser_t) throws(YAMLError) -> (event: Event, line: Int) {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else {
      let problem = parser.problem.map { String(cString: $0) } ?? "unreadable"
      let mark = parser.error == YAML_READER_ERROR ? parser.mark.line : parser.problem_mark.line
      throw YAMLError(line: Int(mark) + 1, problem: problem)
    }
    defer { yaml_event_delete(&event) }
    let line = Int(event.start_mark.line) + 1
    func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? { pointer.map { String(cString: $0) } }
    switch event.type {
    case YAML_STREAM_START_EVENT: return (.streamStart, line)
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return (.streamEnd, line)
    case YAML_DOCUMENT_START_EVENT: return (.documentStart, line)
    case YAML_DOCUMENT_END_EVENT: return (.documentEnd, line)
    case YAML_SEQUENCE_START_EVENT: return (.sequenceStart(anchor: text(event.data.sequence_start.anchor)), line)
    case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, line)
    case YAML_MAPPING_START_EVENT: return (.mappingStart(anchor: text(event.data.mapping_start.anchor)), line)
    case YAML_MAPPING_END_EVENT: return (.mappingEnd, line)
    case YAML_ALIAS_EVENT: return (.alias(text(event.data.alias.anchor) ?? ""), line)
    default:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      // An explicit tag decides over the style: `!!str 1` is text, `!!int "1"` a number.
      let isPlain: Bool
      switch text(scalar.tag) {
      case nil: isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      case YAML_BOOL_TAG, YAML_INT_TAG, YAML_FLOAT_TAG, YAML_NULL_TAG: isPlain = true
      default: isPlain = false
      }
      return (
        .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain, anchor: text(scalar.anchor)), line
      )
    }
  }

  mutating func document(_ parser: inout yaml_parser_t) throws(YAMLError) -> Node {
    var result: Node?
    while true {
      let (event, line) = try next(&parser)
      switch event {
      case .streamStart, .documentEnd: continue
      case .documentStart:
        // Further documents of the stream are not looked at, as the reference does not.
        if let result { return result }
        let (first, at) = try next(&parser)
        result = try node(first, at, &parser, depth: 0)
      case .streamEnd: return result ?? Node(.scalar("", isPlain: true), line: 1)
      default: throw YAMLError(line: line, problem: "unexpected content")
      }
    }
  }

  private mutating func node(
    _ event: Event, _ line: Int, _ parser: inout yaml_parser_t, depth: Int
  ) throws(YAMLError) -> Node {
    guard depth <= limits.depth else { throw YAMLError(line: line, problem: "exceeded max depth of \(limits.depth)") }
    let before = remaining
    try spend(1, line)
    switch event {
    case .scalar(let text, let isPlain, let anchor):
      return remember(Node(.scalar(text, isPlain: isPlain), line: line), anchor, before)
    case .sequenceStart(let anchor):
      var elements: [Node] = []
      while true {
        let (event, at) = try next(&parser)
        if case .sequenceEnd = event { break }
        elements.append(try node(event, at, &parser, depth: depth + 1))
      }
      return remember(Node(.sequence(elements), line: line), anchor, before)
    case .mappingStart(let anchor):
      let entries = try mapping(line, &parser, depth: depth)
      return remember(Node(.mapping(entries), line: line), anchor, before)
    case .alias(let name):
      guard let known = anchors[name] else {
        throw YAMLError(line: line, problem: "unknown anchor '\(name)' referenced")
      }
      try spend(known.size, line)
      return known.node
    default: throw YAMLError(line: line, problem: "unexpected content")
    }
  }

  private mutating func mapping(
    _ line: Int, _ parser: inout yaml_parser_t, depth: Int
  ) throws(YAMLError) -> [(key: String, value: Node)] {
    var entries: [(key: String, value: Node)] = []
    var seen: [String: Int] = [:]
    var merged: [Node] = []
    while true {
      let (event, at) = try next(&parser)
      if case .mappingEnd = event { break }
      let key = try node(event, at, &parser, depth: depth + 1)
      guard case .scalar(let name, let isPlain) = key.content else {
        throw YAMLError(line: at, problem: "a key must be a scalar")
      }
      let (valueEvent, valueLine) = try next(&parser)
      let value = try node(valueEvent, valueLine, &parser, depth: depth + 1)
      if name == "<<", isPlain {
        merged += value.sequence ?? [value]
        continue
      }
      guard seen[name] == nil else {
        throw YAMLError(line: at, problem: "key \"\(name)\" already set in map")
      }
      seen[name] = entries.count
      entries.append((name, value))
    }
    for other in merged {
      guard let more = other.mapping else {
        throw YAMLError(line: line, problem: "map merge requires map or sequence of maps as the value")
      }
      for entry in more where seen[entry.key] == nil {
        seen[entry.key] = entries.count
        entries.append(entry)
      }
    }
    return entries
  }

  private mutating func spend(_ count: Int, _ line: Int) throws(YAMLError) {
    remaining -= count
    guard remaining >= 0 else { throw YAMLError(line: line, problem: "document contains excessive aliasing or nodes") }
  }

  private mutating func remember(_ node: Node, _ anchor: String?, _ before: Int) -> Node {
    if let anchor { anchors[anchor] = (node, before - remaining) }
    return node
  }
}
