internal import ByteText

extension Constraints {
  /// One alternative of a rule.
  init(
    _ map: [String: RuleValue], _ question: SideRules.Question, _ role: ConnectionSide.Role, _ context: String
  ) throws(RuleError) {
    self.init()
    let reader = ConstraintReader(map: map, context: context)
    // Installation is a matter of one snap; a connection of two, each of which may be named from either side.
    let isPlug = role == .plug || !question.isInstallation
    let isSlot = role == .slot || !question.isInstallation
    var keys: [String] = []
    func wanted(_ key: String, _ admitted: Bool) -> Bool {
      guard admitted else { return false }
      keys.append(key)
      return map[key] != nil
    }
    if wanted("plug-names", isPlug) { plugNames = try reader.names("plug-names") }
    if wanted("slot-names", isSlot) { slotNames = try reader.names("slot-names") }
    if wanted("plug-attributes", isPlug) { plugAttributes = try reader.attributes("plug-attributes") }
    if wanted("slot-attributes", isSlot) { slotAttributes = try reader.attributes("slot-attributes") }
    if wanted("plug-snap-type", isPlug) { plugSnapTypes = try reader.types("plug-snap-type") }
    if wanted("slot-snap-type", isSlot) { slotSnapTypes = try reader.types("slot-snap-type") }
    if wanted("plug-snap-id", isPlug) { plugSnapIDs = try reader.ids("plug-snap-id") }
    if wanted("slot-snap-id", isSlot) { slotSnapIDs = try reader.ids("slot-snap-id") }
    if wanted("plug-publisher-id", isPlug) {
      plugPublisherIDs = try reader.ids("plug-publisher-id", special: "$SLOT_PUBLISHER_ID")
    }
    if wanted("slot-publisher-id", isSlot) {
      slotPublisherIDs = try reader.ids("slot-publisher-id", special: "$PLUG_PUBLISHER_ID")
    }
    if wanted("slots-per-plug", question.admitsArity) { anyNumberOfSlots = try reader.arity("slots-per-plug") }
    if wanted("plugs-per-slot", question.admitsArity) { anyNumberOfPlugs = try reader.arity("plugs-per-slot") }
    if wanted("on-classic", true) { onClassic = try reader.onClassic() }
    if wanted("on-core-desktop", true) { onCoreDesktop = try reader.bool("on-core-desktop") }
    if wanted("on-store", true) { onStore = try reader.list("on-store") }
    if wanted("on-brand", true) { onBrand = try reader.list("on-brand") }
    if wanted("on-model", true) { onModel = try reader.list("on-model") }
    guard keys.contains(where: { map[$0] != nil }) else {
      throw RuleError("\(context) must specify at least one of \(keys.joined(separator: ", "))")
    }
  }
}

/// Reads the constraints of one alternative.
struct ConstraintReader {
  let map: [String: RuleValue]
  let context: String

  /// A list of texts, none of them empty.
  func list(_ key: String) throws(RuleError) -> [String] {
    guard case .list(let elements)? = map[key] else {
      throw RuleError("\(key) in \(context) must be a list of strings")
    }
    var texts: [String] = []
    for element in elements {
      guard case .text(let text) = element else {
        throw RuleError("\(key) in \(context) must be a list of strings")
      }
      texts.append(text)
    }
    guard !texts.isEmpty else { throw RuleError("\(key) in \(context) must be a list of strings") }
    return texts
  }

  func ids(_ key: String, special: String? = nil) throws(RuleError) -> [String] {
    let ids = try list(key)
    for id in ids {
      let isWord = id.utf8.allSatisfy {
        $0.isASCIIAlphanumeric || $0 == 0x2d
      }
      guard id == special || (isWord && !id.isEmpty) else {
        throw RuleError("\(key) in \(context) contains an invalid element: \(quoted(id))")
      }
    }
    return ids
  }

  func types(_ key: String) throws(RuleError) -> [Constraints.SnapKind] {
    var kinds: [Constraints.SnapKind] = []
    for text in try list(key) {
      guard let kind = Constraints.SnapKind(rawValue: text) else {
        throw RuleError("\(key) in \(context) contains an invalid element: \(quoted(text))")
      }
      kinds.append(kind)
    }
    return kinds
  }

  func names(_ key: String) throws(RuleError) -> [String] {
    let names = try list(key)
    for name in names where name != "$INTERFACE" {
      guard !name.hasPrefix("$") else {
        throw RuleError("\(key) in \(context) special value \(quoted(name)) is invalid")
      }
      try checkPattern(name, key)
    }
    return names
  }

  func arity(_ key: String) throws(RuleError) -> Bool {
    guard case .text(let text)? = map[key] else { throw RuleError("\(key) in \(context) must be an integer >=1 or *") }
    if text == "*" { return true }
    guard let number = Int(text), number >= 1 else {
      throw RuleError("\(key) in \(context) must be an integer >=1 or *")
    }
    return false
  }

  func bool(_ key: String) throws(RuleError) -> Bool {
    switch map[key] {
    case .text("true")?: return true
    case .text("false")?: return false
    default: throw RuleError("\(key) in \(context) must be 'true' or 'false'")
    }
  }

  func onClassic() throws(RuleError) -> Constraints.OnClassic {
    switch map["on-classic"] {
    case .text("true")?: return .yes
    case .text("false")?: return .no
    case .list?:
      return .distributions(try list("on-classic"))
    default: throw RuleError("on-classic in \(context) must be 'true', 'false' or a list of operating system IDs")
    }
  }

  // MARK: - Attributes

  func attributes(_ key: String) throws(RuleError) -> AttributeConstraint {
    guard let value = map[key] else { return .map([:]) }
    if case .text = value { throw bad(key, "cannot be only a constraint text: must be a map or a list of maps") }
    return try constraint(value, key, depth: 0, alternatives: true)
  }

  private func constraint(
    _ value: RuleValue, _ key: String, depth: Int, alternatives: Bool
  ) throws(RuleError) -> AttributeConstraint {
    guard depth < 32 else { throw bad(key, "constraints nest too deeply") }
    switch value {
    case .map(let map):
      guard !map.isEmpty else { throw bad(key, "constraint map must not be empty") }
      var entries: [String: AttributeConstraint] = [:]
      for (name, value) in map {
        entries[name] = try constraint(value, key, depth: depth + 1, alternatives: true)
      }
      return .map(entries)
    case .list(let list):
      guard alternatives else { throw bad(key, "cannot nest alternative constraints directly") }
      guard !list.isEmpty else { throw bad(key, "alternative constraints must not be empty") }
      var parts: [AttributeConstraint] = []
      for element in list {
        parts.append(try constraint(element, key, depth: depth + 1, alternatives: false))
      }
      return .anyOf(parts)
    case .text(let text):
      if text.hasPrefix("$") { return try special(text, key) }
      try checkPattern(text, key)
      return .matches(text)
    }
  }

  /// `$MISSING`, `$SLOT(path)` and its like.
  private func special(_ text: String, _ key: String) throws(RuleError) -> AttributeConstraint {
    switch text {
    case "$MISSING": return .missing
    case "$PLUG_PUBLISHER_ID": return .plugPublisherID
    case "$SLOT_PUBLISHER_ID": return .slotPublisherID
    default: break
    }
    if let open = text.firstIndex(of: "("), text.last == ")" {
      let path = String(text[text.index(after: open)...].dropLast())
      let words = path.split(separator: ".", omittingEmptySubsequences: false)
      if words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isKey) }) {
        switch text[..<open] {
        case "$SLOT": return .slotAttribute(path)
        case "$PLUG": return .plugAttribute(path)
        case "$SLOT_COMPAT": return .compatibleWithSlot(path)
        case "$PLUG_COMPAT": return .compatibleWithPlug(path)
        default: break
        }
      }
    }
    throw bad(key, "invalid constraint \(quoted(text))")
  }

  private static func isKey(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == 0x2d
      || byte == 0x5f
  }

  private func checkPattern(_ text: String, _ key: String) throws(RuleError) {
    do { _ = try RulePattern(text) } catch { throw bad(key, error.description) }
  }

  private func bad(_ key: String, _ why: String) -> RuleError {
    RuleError("cannot compile \(key) in \(context): \(why)")
  }
}
