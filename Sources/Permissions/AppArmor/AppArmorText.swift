/// The words of AppArmor's language (apparmor.d(5)). Everything that comes from a pattern goes through ``quote(_:)``.
enum AppArmorText {
  /// A pattern in quotes. ``PolicyPattern`` admits no quote, no control character and no backslash that would take
  /// the closing quote's meaning away, so the text ends where it should.
  static func quote(_ pattern: PolicyPattern) -> String {
    let text = pattern.rawValue
    guard text.utf8.starts(with: "$HOME/".utf8) else { return "\"" + text + "\"" }
    return "\"@{HOME}" + String(text.unicodeScalars.dropFirst(5)) + "\""
  }

  /// AppArmor's name of a capability.
  static func name(_ capability: Capability) -> String {
    // Case names are the kernel's, humped: `dacReadSearch`.
    var text = ""
    for scalar in "\(capability)".unicodeScalars {
      if scalar.properties.isUppercase {
        text += "_" + scalar.properties.lowercaseMapping
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  static func prefix(_ effect: RuleEffect) -> String {
    switch effect {
    case .allow: ""
    case .deny: "deny "
    case .auditedDeny: "audit deny "
    }
  }

  /// `(a, b) `, or nothing for no words.
  static func list(_ words: [String]) -> String { words.isEmpty ? "" : "(" + words.joined(separator: ", ") + ") " }

  /// The text of a label; nil when any will do.
  /// - Throws: ``Nobody`` when no process can have it.
  static func label(_ peer: PeerLabel) throws(Nobody) -> String? {
    switch peer {
    case .any: return nil
    case .unconfined: return "\"unconfined\""
    case .own: return "\"snap.@{SNAP_INSTANCE_NAME}.*\""
    case .named(let pattern): return quote(pattern)
    case .tags(let tags):
      // A text that is no name is nobody's label.
      let names = tags.compactMap { try? PolicyName($0).rawValue }
      guard let first = names.first else { throw Nobody() }
      return names.count == 1 ? "\"" + first + "\"" : "\"{" + names.joined(separator: ",") + "}\""
    }
  }

  /// A rule about processes that cannot exist: it is left out.
  struct Nobody: Error {}
}

/// A file access in the letters of one AppArmor rule.
struct AppArmorAccess {
  /// Without transitions, `w` and `a` made exclusive; empty when AppArmor has no word for it.
  let letters: String
  /// How programs are run out of the profile: `Ux`, `ux`, `Px`. Such rules have to name their programs one by one:
  /// for a pattern the parser would find them in conflict with the profile's own `ix`.
  let transition: String?

  init(_ access: FileAccess, effect: RuleEffect) {
    var text = ""
    if access.contains(.map) { text += "m" }
    if access.contains(.read) { text += "r" }
    if access.contains(.write) { text += "w" } else if access.contains(.append) { text += "a" }
    if access.contains(.lock) { text += "k" }
    if access.contains(.link) { text += "l" }
    guard effect == .allow else {
      letters = access.isDisjoint(with: .anyExecution) ? text : text + "x"
      transition = nil
      return
    }
    // A child profile would have all the grants of the union, which is what running it in place means.
    if !access.isDisjoint(with: [.execute, .executeChild]) {
      text += "ix"
      transition = nil
    } else if access.contains(.executeUnconfined) {
      transition = "Ux"
    } else if access.contains(.executeUnconfinedRaw) {
      transition = "ux"
    } else {
      transition = access.contains(.executeProfile) ? "Px" : nil
    }
    letters = text
  }
}
