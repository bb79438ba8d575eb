extension SnapInfo {
  /// Checks what the parts of the metadata must be together. Rules and texts: `spec/features.md` §4.
  ///
  /// - Throws: ``InvalidText`` for the first rule that is broken.
  public func validate() throws(InvalidText) {
    try validateTexts()
    try validateBase()
    try validateInterfaces()
    for app in apps {
      do throws(InvalidText) {
        try validate(app)
      } catch {
        throw InvalidText("invalid definition of application \"\(app.name)\": \(error)")
      }
    }
    try validateOrder()
    try validateHooks()
    try validateCommonIDs()
    for layout in layouts { try validate(layout) }
    try validateLinks()
    try validateSystemUsernames()
    for token in assumes
    where !Characters.areDashedWords(
      token.split(separator: ".").joined(), first: { Characters.isLower($0) },
      rest: { Characters.isLower($0) || Characters.isDigit($0) || $0 == UInt8(ascii: "_") })
    { throw InvalidText("invalid assumes: \(InvalidText.quote(token))") }
  }

  private func validateTexts() throws(InvalidText) {
    if title.unicodeScalars.count > 40 {
      throw InvalidText("title can have up to 40 codepoints, got \(title.unicodeScalars.count)")
    }
    if description.unicodeScalars.count > 4096 {
      throw InvalidText("description can have up to 4096 codepoints, got \(description.unicodeScalars.count)")
    }
    if provenance == "global-upload" {
      throw InvalidText("provenance cannot be set to default (global-upload) explicitly")
    }
    if !provenance.isEmpty,
      !Characters.areDashedWords(provenance, first: Characters.isAlphanumeric, rest: Characters.isAlphanumeric)
    {
      throw InvalidText("invalid provenance: \(InvalidText.quote(provenance))")
    }
    if !license.isEmpty { try LicenseExpression.validate(license) }
    for variable in environment + apps.flatMap(\.environment) + hooks.flatMap(\.environment)
    where variable.value.contains("\0") {
      throw InvalidText("invalid value of environment variable \(InvalidText.quote(variable.key))")
    }
  }

  private func validateBase() throws(InvalidText) {
    guard let base, !base.isEmpty else { return }
    if type == .os || type == .base, base != "none" {
      throw InvalidText("cannot have \"base\" field on \"\(type)\" snap \"\(name)\"")
    }
    if base == "none" {
      guard apps.isEmpty, hooks.isEmpty else {
        throw InvalidText("cannot have apps or hooks with base \"none\"")
      }
      return
    }
    if base.contains("_") { throw InvalidText("base cannot specify a snap instance name: \"\(base)\"") }
    guard SnapName.isValid(base) else { throw InvalidText("invalid base name: invalid snap name: \"\(base)\"") }
  }

  private func validateInterfaces() throws(InvalidText) {
    let plugNames = Set(plugs.map(\.name))
    for slot in slots where plugNames.contains(slot.name) {
      throw InvalidText("cannot have plug and slot with the same name: \"\(slot.name)\"")
    }
    for (side, ends) in [("plug", plugs), ("slot", slots)] {
      for end in ends where !InterfaceWord.isValid(end.interface) {
        throw InvalidText("\(side) \"\(end.name)\" has invalid interface name: \"\(end.interface)\"")
      }
    }
    for (owner, names) in apps.map({ ("app \"\($0.name)\"", $0.plugs + $0.slots) })
      + hooks.map({ ("hook \"\($0.name)\"", $0.plugs + $0.slots) })
    {
      for name in names where !InterfaceWord.isValid(name) {
        throw InvalidText("invalid plug or slot name \"\(name)\" of \(owner)")
      }
    }
  }

  private func validateHooks() throws(InvalidText) {
    let names = Set(hooks.map(\.name.rawValue))
    for hook in hooks {
      guard hook.name.isSupported else {
        throw InvalidText("unsupported hook name: \"\(hook.name)\"")
      }
      for element in hook.commandChain { try CommandText.validate(element, as: "command-chain", allowsSpace: false) }
    }
    if names.contains("default-configure"), !names.contains("configure") {
      throw InvalidText("cannot specify \"default-configure\" hook without \"configure\" hook")
    }
    if names.contains("default-configure"), type == .snapd || type.isBase {
      throw InvalidText("cannot specify \"default-configure\" hook for \"\(type)\" snap \"\(name)\"")
    }
    if names.contains("configure"), type == .snapd || type == .base {
      throw InvalidText("cannot specify \"configure\" hook for \"\(type)\" snap \"\(name)\"")
    }
  }

  private func validateCommonIDs() throws(InvalidText) {
    var seen: [String: AppName] = [:]
    for app in apps {
      guard let id = app.commonID else { continue }
      if let other = seen[id] {
        throw InvalidText("application (\"\(app.name)\" and \"\(other)\") common-id \"\(id)\" must be unique")
      }
      seen[id] = app.name
    }
  }

  private func validateLinks() throws(InvalidText) {
    for (key, urls) in links.sorted(by: { $0.key < $1.key }) {
      let isKey = Characters.areDashedWords(
        key, first: { Characters.isLower($0) || Characters.isUpper($0) }, rest: Characters.isAlphanumeric)
      guard isKey else { throw InvalidText("links key is invalid: \(key)") }
      guard !urls.isEmpty else { throw InvalidText("\"\(key)\" links cannot be specified and empty") }
      for url in urls {
        guard !url.isEmpty else { throw InvalidText("empty \"\(key)\" link") }
        let isWeb = url.hasPrefix("https://") || url.hasPrefix("http://")
        guard isWeb || url.contains("@") else {
          throw InvalidText("invalid \"\(key)\" email address or link \"\(url)\"")
        }
      }
    }
  }

  private func validateSystemUsernames() throws(InvalidText) {
    let known: Set<String> = ["_daemon_", "snap_daemon", "snap_microk8s", "snap_aziotedge", "snap_aziotdu"]
    for (user, scope) in systemUsernames.sorted(by: { $0.key < $1.key }) {
      guard known.contains(user) else { throw InvalidText("unsupported system username \"\(user)\"") }
      guard scope == "shared" else {
        throw InvalidText("system username \"\(user)\" has unsupported scope \"\(scope)\"")
      }
    }
  }
}

/// Text that ends up in commands.
enum CommandText {
  /// - Throws: when a character is not one that commands may have.
  static func validate(_ text: String, as field: String, allowsSpace: Bool = true) throws(InvalidText) {
    let others = Set("/._#:$-".utf8)
    let isValid = text.utf8.allSatisfy { byte in
      Characters.isAlphanumeric(byte) || others.contains(byte) || (allowsSpace && byte == UInt8(ascii: " "))
    }
    guard isValid else {
      let pattern = allowsSpace ? "^[A-Za-z0-9/. _#:$-]*$" : "^[A-Za-z0-9/._#:$-]*$"
      throw InvalidText(
        "app description field '\(field)' contains illegal \(InvalidText.quote(text)) (legal: '\(pattern)')")
    }
  }
}

/// SPDX licence expressions: identifiers joined by `AND`, `OR` and `WITH`, in parentheses.
enum LicenseExpression {
  static func validate(_ text: String) throws(InvalidText) {
    let invalid = InvalidText("cannot validate license \(InvalidText.quote(text)): invalid expression")
    var depth = 0
    var expectsOperand = true
    var spaced = ""
    for character in text { spaced += character == "(" || character == ")" ? " \(character) " : String(character) }
    for word in spaced.split(separator: " ") {
      switch word {
      case "(":
        guard expectsOperand, depth < 32 else { throw invalid }
        depth += 1
      case ")":
        guard !expectsOperand, depth > 0 else { throw invalid }
        depth -= 1
      case "AND", "OR", "WITH":
        guard !expectsOperand else { throw invalid }
        expectsOperand = true
      default:
        guard expectsOperand,
          word.utf8.allSatisfy({ Characters.isAlphanumeric($0) || [0x2E, 0x2D, 0x2B, 0x3A].contains($0) })
        else { throw invalid }
        expectsOperand = false
      }
    }
    guard depth == 0, !expectsOperand else { throw invalid }
  }
}
