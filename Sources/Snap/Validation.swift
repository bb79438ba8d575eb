internal import ByteText

extension SnapInfo {
  /// Checks what the parts of the metadata must be together. Rules and texts: `spec/features.md` §4.
  ///
  /// - Throws: ``InvalidText`` for the first rule that is broken.
  public func validate() throws(InvalidText) {
    try validateTexts()
    try validateApps()
    try validateHooks()
    try validateInterfaces()
    try validateBase()
    try validateSystemUsernames()
    try validateLinks()
    try validateAssumes()
    try validateLayouts()
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
      !NameForm.areDashedWords(provenance, first: \.isASCIIAlphanumeric, rest: \.isASCIIAlphanumeric)
    {
      throw InvalidText("invalid provenance: \(InvalidText.quote(provenance))")
    }
    if !license.isEmpty { try LicenseExpression.validate(license) }
    for variable in environment + apps.flatMap(\.environment) + hooks.flatMap(\.environment)
    where variable.value.hasByte("\0") {
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
    if base.contains("_") { throw InvalidText("base cannot specify a snap instance name: \(InvalidText.quote(base))") }
    guard SnapName.isValid(base) else {
      throw InvalidText("invalid base name: invalid snap name: \(InvalidText.quote(base))")
    }
  }

  private func validateInterfaces() throws(InvalidText) {
    for (side, ends) in [("plug", plugs), ("slot", slots)] {
      for end in ends where !InterfaceWord.isValid(end.interface) {
        throw InvalidText("invalid interface name \(InvalidText.quote(end.interface)) for \(side) \"\(end.name)\"")
      }
    }
    let hooks = hooks + components.flatMap(\.hooks)
    for (side, names) in [
      ("plug", apps.flatMap(\.plugs) + hooks.flatMap(\.plugs)),
      ("slot", apps.flatMap(\.slots) + hooks.flatMap(\.slots)),
    ] {
      for name in names where !InterfaceWord.isValid(name) {
        throw InvalidText("invalid \(side) name: \(InvalidText.quote(name))")
      }
    }
    let plugNames = Set(plugs.map(\.name))
    for slot in slots where plugNames.contains(slot.name) {
      throw InvalidText("cannot have plug and slot with the same name: \"\(slot.name)\"")
    }
  }

  private func validateHooks() throws(InvalidText) {
    let names = Set(hooks.map(\.name.rawValue))
    for hook in hooks + components.flatMap(\.hooks) {
      for element in hook.commandChain where !CommandText.isValid(element, allowsSpace: false) {
        throw InvalidText(
          "hook command-chain contains illegal \(InvalidText.quote(element)) (legal: '\(CommandText.chainPattern)')")
      }
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

  private func validateLinks() throws(InvalidText) {
    for (key, urls) in links.sorted(by: { $0.key < $1.key }) {
      guard !key.isEmpty else { throw InvalidText("links key cannot be empty") }
      let isKey = NameForm.areDashedWords(
        key, first: \.isASCIILetter, rest: \.isASCIIAlphanumeric)
      guard isKey else { throw InvalidText("links key is invalid: \(InvalidText.plain(key))") }
      guard !urls.isEmpty else { throw InvalidText("\"\(key)\" links cannot be specified and empty") }
      for url in urls { try validate(link: url, of: key) }
    }
  }

  private func validate(link: String, of key: String) throws(InvalidText) {
    guard !link.isEmpty else { throw InvalidText("empty \"\(key)\" link") }
    let quoted = InvalidText.quote(link)
    guard link.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw InvalidText("invalid \"\(key)\" link \(quoted)")
    }
    switch Self.scheme(of: link) {
    case "http", "https": break
    case nil, "mailto":
      guard link.hasByte("@") else { throw InvalidText("invalid \"\(key)\" email address \(quoted)") }
    default:
      throw InvalidText(
        "\"\(key)\" link must have one of http|https schemes or it must be an email address: \(quoted)")
    }
  }

  /// What stands before the first colon, when it may be the scheme of a URL.
  private static func scheme(of link: String) -> String? {
    guard let colon = link.byteIndex(of: ":"), let first = link.utf8.first,
      first.isASCIILetter,
      link[..<colon].utf8.allSatisfy({ $0.isASCIIAlphanumeric || "+-.".utf8.contains($0) })
    else { return nil }
    return link[..<colon].lowercased()
  }

  private func validateSystemUsernames() throws(InvalidText) {
    let known: Set<String> = ["_daemon_", "snap_daemon", "snap_microk8s", "snap_aziotedge", "snap_aziotdu"]
    for (user, scope) in systemUsernames.sorted(by: { $0.key < $1.key }) {
      let allowed = user.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == 0x5F || $0 == 0x2D }
      guard allowed, user.utf8.count <= 32 else {
        throw InvalidText("invalid system username \(InvalidText.quote(user))")
      }
      guard known.contains(user) else {
        throw InvalidText("snap \"\(instance)\" requires unsupported system username \"\(user)\"")
      }
      guard scope == "shared" else {
        let later = scope == "private" || scope == "external" ? " for this version of snapd" : ""
        throw InvalidText(
          "snap \"\(instance)\" requires unsupported user scope \(InvalidText.quote(scope))\(later)")
      }
    }
  }

  private func validateAssumes() throws(InvalidText) {
    for feature in assumes {
      if feature.hasPrefix("isa-"), Features.instructionSet(feature) == nil {
        throw InvalidText("\(InvalidText.plain(feature)): must be in the format 'isa-<arch>-<isa_val>'")
      }
      guard Features.isWellFormed(feature) else {
        throw InvalidText("invalid assumes: \(InvalidText.quote(feature))")
      }
    }
  }
}
