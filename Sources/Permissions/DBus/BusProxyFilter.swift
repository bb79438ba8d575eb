internal import ByteText

/// Arguments for `xdg-dbus-proxy`, which stands before a bus where the kernel does not look into messages.
///
/// Its language knows less than AppArmor's rules, and what it does not know is refused (``inexpressible``):
///  - It knows the other side by its well-known name only, not by its label. A rule that names no name is given the
///    names that its path and interface spell (`/org/freedesktop/hostname1` is of `org.freedesktop.hostname1`):
///    fewer than the rule allows, never more.
///  - A member needs its interface, and globs are known at ends only: other patterns are written out as far as their
///    alternatives go, and left out beyond.
///  - `/x/**` is `/x` and all below: the one place where a grant gets wider, by the parent object of the same service
///    with the same methods.
///  - Calls and signals that others send to a name that the app owns are all let through, and replies once a call.
///    Rules about objects of such a name are not said again: a service's proxy stays the same whoever is connected
///    with it, and the service keeps its connection to the bus.
///  - It refuses nothing by itself: a grant that a refusal of the set could touch is left out as a whole.
public struct BusProxyFilter: Hashable, Sendable {
  /// `--talk=`, `--own=`, `--call=`, `--broadcast=`; without `--filter`, address and socket.
  public var arguments: [String]
  /// Rules of which nothing can be said.
  public var inexpressible: [DBusRule]
  /// The grants are everything: no proxy is needed.
  public var isUnrestricted: Bool

  /// Compiles the rules for one bus.
  public init(_ grants: PermissionSet, bus: DBusRule.Bus, _ variables: PatternVariables = PatternVariables()) {
    arguments = []
    inexpressible = []
    isUnrestricted = grants.traits.contains(.everything)
    guard !isUnrestricted else { return }
    let rules = grants.dbus.filter { $0.bus == nil || $0.bus == bus }
    let refusals = rules.filter { $0.effect != .allow }
    let owned = rules.filter { $0.effect == .allow }.flatMap { rule in
      if case .own(let pattern) = rule.action { Self.names(pattern, variables) } else { [String]() }
    }
    var known: Set<String> = []
    for rule in rules where rule.effect == .allow && !Self.isOfOwnObjects(rule, owned, variables) {
      let words = Self.words(for: rule, variables)
      guard !words.isEmpty, !refusals.contains(where: { Self.mayTouch($0, rule) }) else {
        inexpressible.append(rule)
        continue
      }
      for word in words where known.insert(word).inserted { arguments.append(word) }
    }
  }

  /// Whether a rule that names no name is about objects of a name that the app itself owns.
  private static func isOfOwnObjects(_ rule: DBusRule, _ owned: [String], _ variables: PatternVariables) -> Bool {
    guard case .messages = rule.action, rule.peerName == nil, !owned.isEmpty else { return false }
    return spelled(rule, variables).contains { name in
      owned.contains { own in
        own.hasSuffix(".*") ? (name + ".").hasPrefix(own.dropLast()) : own == name
      }
    }
  }

  private static func words(for rule: DBusRule, _ variables: PatternVariables) -> [String] {
    switch rule.action {
    case .own(let pattern): return names(pattern, variables).map { "--own=" + $0 }
    case .messages(let operations):
      let names = rule.peerName.map { Self.names($0, variables) } ?? spelled(rule, variables)
      let methods = methods(rule, variables)
      let paths = paths(rule.path, variables)
      var words: [String] = []
      for name in names where name != "org.freedesktop.DBus" {
        for method in methods {
          for path in paths {
            let scope = method + (path.map { "@" + $0 } ?? "")
            if scope == "*", operations.isEmpty || operations.count == 2 {
              words.append("--talk=\(name)")
              continue
            }
            if operations.isEmpty || operations.contains(.send) { words.append("--call=\(name)=\(scope)") }
            if operations.isEmpty || operations.contains(.receive) { words.append("--broadcast=\(name)=\(scope)") }
          }
        }
      }
      return words
    }
  }

  /// Alternatives of a pattern without any other glob; those that have one are dropped, but for an ending in `suffix`.
  private static func literals(_ pattern: PolicyPattern, _ variables: PatternVariables) -> [String] {
    guard let text = variables.expand(pattern), let expanded = try? PolicyPattern(text) else { return [] }
    return expanded.alternatives(limit: 256).map(\.rawValue).filter { !$0.contains("\\") && !$0.contains("{") }
  }

  private static func names(_ pattern: PolicyPattern, _ variables: PatternVariables) -> [String] {
    literals(pattern, variables).filter { name in
      NameForm.isBusName(name.hasSuffix(".*") ? name.dropLast(2) : name[...])
    }
  }

  private static func isAnything(_ pattern: PolicyPattern?) -> Bool {
    pattern.map { ["*", "**", "/**", "/{,**}"].contains($0.rawValue) } ?? true
  }

  private static func methods(_ rule: DBusRule, _ variables: PatternVariables) -> [String] {
    guard let interface = rule.interface, !isAnything(interface) else { return isAnything(rule.member) ? ["*"] : [] }
    let interfaces = literals(interface, variables).filter { NameForm.isBusName($0) }
    guard let member = rule.member, !isAnything(member) else { return interfaces.map { $0 + ".*" } }
    let members = literals(member, variables).filter { NameForm.isBusNameElement($0.utf8) && !$0.contains("-") }
    return interfaces.flatMap { interface in members.map { interface + "." + $0 } }
  }

  /// Paths, or `nil` for any.
  private static func paths(_ pattern: PolicyPattern?, _ variables: PatternVariables) -> [String?] {
    guard let pattern, !isAnything(pattern) else { return [nil] }
    return literals(pattern, variables).compactMap { path in
      for ending in ["/**", "/*"] where path.hasSuffix(ending) {
        let parent = path.dropLast(ending.utf8.count)
        return isPath(parent) ? parent + "/*" : nil
      }
      return isPath(path[...]) ? path : nil
    }
  }

  private static func isPath(_ text: Substring) -> Bool {
    guard text.first == "/" else { return false }
    if text == "/" { return true }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") }
    }
  }

  /// Services whose objects are not called like their names.
  private static let exceptions: [(prefix: String, name: String)] = [
    ("/org/freedesktop/portal/desktop", "org.freedesktop.portal.Desktop"),
    ("/org/freedesktop/portal/documents", "org.freedesktop.portal.Documents"), ("/org/a11y/bus", "org.a11y.Bus"),
    ("/org/gtk/vfs", "org.gtk.vfs.Daemon"), ("/ca/desrt/dconf/Writer", "ca.desrt.dconf"),
  ]

  /// Names that a rule's path and interface spell, longest last. Two elements are a name only where there are no
  /// more (`org.bluez`).
  private static func spelled(_ rule: DBusRule, _ variables: PatternVariables) -> [String] {
    var names: [String] = []
    func add(_ parts: [Substring]) {
      guard parts.count >= 2, parts.allSatisfy({ NameForm.isBusNameElement($0.utf8) }),
        parts.prefix(3).joined(separator: ".") != "org.freedesktop.DBus"
      else { return }
      for count in (parts.count == 2 ? 2 : 3)...parts.count {
        let name = parts.prefix(count).joined(separator: ".")
        if !names.contains(name) { names.append(name) }
      }
    }
    if let path = rule.path {
      for path in literals(path, variables) {
        for exception in exceptions where path.hasPrefix(exception.prefix) { names.append(exception.name) }
        add(path.split(separator: "/").prefix { NameForm.isBusNameElement($0.utf8) })
      }
    }
    if let interface = rule.interface {
      for interface in literals(interface, variables) {
        add(interface.split(separator: ".").prefix { NameForm.isBusNameElement($0.utf8) })
      }
    }
    return names
  }

  /// Whether a refusal could be about something that a grant lets through: it is, unless both say something of the
  /// same field that cannot be the same.
  private static func mayTouch(_ refusal: DBusRule, _ grant: DBusRule) -> Bool {
    if case .own = refusal.action { if case .messages = grant.action { return false } }
    if case .messages = refusal.action { if case .own = grant.action { return false } }
    func differ(_ left: PolicyPattern?, _ right: PolicyPattern?) -> Bool {
      guard let left, let right else { return false }
      let isPlain = { (pattern: PolicyPattern) in !pattern.rawValue.contains { "*?[{\\@".contains($0) } }
      return isPlain(left) && isPlain(right) && left != right
    }
    return !differ(refusal.interface, grant.interface) && !differ(refusal.member, grant.member)
      && !differ(refusal.path, grant.path) && !differ(refusal.peerName, grant.peerName)
  }
}
