/// Why the rules of a declaration cannot be read: the reference's sentence.
public struct RuleError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

extension DeclarationRules {
  /// Reads the `plugs` and `slots` headers of a snap-declaration or base-declaration. Source:
  /// `spec/assertions-and-store.md` §5.
  ///
  /// - Throws: ``RuleError`` naming the rule.
  public init(snapName: String, plugs: RuleValue?, slots: RuleValue?) throws(RuleError) {
    self.init(snapName: snapName)
    for (interface, value) in try Self.rules(plugs, "plugs") {
      self.plugs[interface] = try SideRules(value, .plug, interface: interface)
    }
    for (interface, value) in try Self.rules(slots, "slots") {
      self.slots[interface] = try SideRules(value, .slot, interface: interface)
    }
  }

  private static func rules(_ value: RuleValue?, _ header: String) throws(RuleError) -> [(String, RuleValue)] {
    guard let value else { return [] }
    guard case .map(let rules) = value else { throw RuleError("\(quoted(header)) header must be a map") }
    return rules.sorted { $0.key < $1.key }
  }
}

extension SideRules {
  /// One interface's rule of a declaration for one side.
  ///
  /// - Throws: ``RuleError`` naming what is wrong.
  public init(_ value: RuleValue, _ role: ConnectionSide.Role, interface: String) throws(RuleError) {
    let context = "\(role.rawValue) rule for interface \(quoted(interface))"
    self.init()
    switch value {
    case .text("true"): return
    case .text("false"):
      (allowInstallation, allowConnection, allowAutoConnection) = (.never, .never, .never)
      (denyInstallation, denyConnection, denyAutoConnection) = (.always, .always, .always)
    case .map(let map):
      var found = false
      for question in Question.allCases {
        guard let value = map[question.rawValue] else { continue }
        found = true
        self[keyPath: question.keyPath] = try Alternatives(value, question, role, context)
      }
      guard found else {
        let names = Question.allCases.map(\.rawValue).joined(separator: ", ")
        throw RuleError("\(context) must specify at least one of \(names)")
      }
    default: throw RuleError("\(context) must be a map or one of the shortcuts 'true' or 'false'")
    }
  }

  /// The six questions, in the order in which messages name them.
  enum Question: String, CaseIterable {
    case allowInstallation = "allow-installation"
    case denyInstallation = "deny-installation"
    case allowConnection = "allow-connection"
    case denyConnection = "deny-connection"
    case allowAutoConnection = "allow-auto-connection"
    case denyAutoConnection = "deny-auto-connection"

    var keyPath: WritableKeyPath<SideRules, Alternatives> {
      switch self {
      case .allowInstallation: \.allowInstallation
      case .denyInstallation: \.denyInstallation
      case .allowConnection: \.allowConnection
      case .denyConnection: \.denyConnection
      case .allowAutoConnection: \.allowAutoConnection
      case .denyAutoConnection: \.denyAutoConnection
      }
    }

    var isInstallation: Bool { self == .allowInstallation || self == .denyInstallation }
    var admitsArity: Bool { self == .allowConnection || self == .allowAutoConnection }
  }
}

extension SideRules.Alternatives {
  init(
    _ value: RuleValue, _ question: SideRules.Question, _ role: ConnectionSide.Role, _ context: String
  ) throws(RuleError) {
    guard case .list(let list) = value else {
      self = try Self.one(value, question, role, "\(question.rawValue) in \(context)")
      return
    }
    // An empty denial would deny nothing.
    guard !list.isEmpty else {
      throw RuleError("\(question.rawValue) in \(context) must be a map or one of the shortcuts 'true' or 'false'")
    }
    var alternatives: [Constraints] = []
    var always = false
    for (index, element) in list.enumerated() {
      let context = "alternative \(index + 1) of \(question.rawValue) in \(context)"
      switch try Self.one(element, question, role, context) {
      case .always: always = true
      case .never: break
      case .any(let constraints): alternatives += constraints
      }
    }
    self = always ? .always : .any(alternatives)
  }

  private static func one(
    _ value: RuleValue, _ question: SideRules.Question, _ role: ConnectionSide.Role, _ context: String
  ) throws(RuleError) -> Self {
    switch value {
    case .text("true"): return .always
    case .text("false"): return .never
    case .map(let map): return .when(try Constraints(map, question, role, context))
    default: throw RuleError("\(context) must be a map or one of the shortcuts 'true' or 'false'")
    }
  }
}
