import Permissions

/// Policies made of what others wrote: around a text that a type takes, nothing changes.
enum Policies {
  /// A text in every place for one, in every output language; then read again by small strict parsers.
  static func check(_ text: String) {
    if let pattern = try? PatternText(text) {
      if (try? PathPattern("/p/" + pattern.escaped)) != nil {
        let output = quoted(profile(pattern))
        precondition(output?.skeleton == plainProfile, "internal error: a text changed a profile")
        precondition(
          (output?.strings.filter { Array($0.utf8).contains(Array(pattern.escaped.utf8)) }.count ?? 0) >= 12,
          "text lost")
      }
      if let bus = bus(pattern) {
        precondition(attributes(bus)?.skeleton == plainBus, "internal error: a text changed a bus policy")
      }
      var set = PermissionSet()
      set.dbus(nil, [.send], path: "/\(pattern)", interface: "\(pattern)", member: "\(pattern)", peerName: "\(pattern)")
      set.ownName(nil, "\(pattern)")
      for argument in BusProxyFilter(set, bus: .session).arguments {
        precondition(argument.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "internal error: an argument with a space")
      }
    }
    // A whole pattern, globs and all.
    if let pattern = try? PolicyPattern(text) {
      var set = PermissionSet()
      set.ownName(.system, pattern)
      if let path = try? PathPattern(pattern) { set.files("rPx", path) }
      precondition(quoted(profile(set)) != nil, "internal error: a pattern ended its quotes")
      _ = BusProxyFilter(set, bus: .system)
    }
    if let rule = try? UdevRule(text) {
      precondition(!text.contains("\n") && !text.contains("+="), "internal error: more than a match: \(rule.match)")
    }
    if let tag = DeviceTag.securityTag(of: text), let name = try? PolicyName(tag) {
      precondition(DeviceTag.securityTag(of: DeviceTag.tag(of: name)) == tag, "internal error: a tag changed")
    }
    if let module = try? KernelModule("a", options: [text]) {
      let lines = ModuleFiles([module]).modprobe?.split(separator: "\n") ?? []
      precondition(lines.count == 2, "internal error: an option made a line")
    }
    if let mounts = try? UpdateNamespaceProfile(
      instance: PolicyName("foo"), mounts: [ContentMount(source: "/" + text, target: "/a/" + text)]
    ).text() {
      precondition(quoted(mounts) != nil, "internal error: a path ended its quotes")
    }
  }

  /// A pattern and a text, parted by a line feed.
  static func glob(_ text: String) {
    let parts = text.split(separator: "\n", maxSplits: 1)
    guard let pattern = parts.first.flatMap({ try? PolicyPattern(String($0)) }) else { return }
    let path = parts.count > 1 ? String(parts[1]) : ""
    let matched = pattern.matches(path)
    // What has no meaning matches itself alone.
    if !pattern.rawValue.contains(where: { "\\*?[{@$".contains($0) }) {
      precondition(matched == (pattern.rawValue == path), "internal error: a plain pattern")
    }
    if let plain = try? PatternText(path), let itself = try? PolicyPattern(plain.escaped), !path.isEmpty {
      precondition(itself.matches(path), "internal error: an escaped text is not itself")
    }
  }

  private static let subject = try? PolicySubject(tag: "snap.foo.app", snap: "foo", instance: "foo", revision: "1")
  private static let plainProfile = (try? PatternText("plain")).flatMap { quoted(profile($0))?.skeleton }
  private static let plainBus = (try? PatternText("plain")).flatMap { bus($0).flatMap(attributes)?.skeleton }

  private static func profile(_ text: PatternText) -> String {
    var set = PermissionSet()
    if let path = try? PathPattern("/p/" + text.escaped) { set.files("rwix", path) }
    set.unix([.bind], address: "@\(text)", peer: .named("\(text)"), peerAddress: "@\(text)")
    set.dbus(.system, [.send], path: "\(text)", interface: "\(text)", member: "\(text)", peerName: "\(text)")
    set.signals(peer: .named("\(text)"))
    set.mount(from: "\(text)", to: "/\(text)")
    set.changeProfile(to: "\(text)")
    return profile(set)
  }

  private static func profile(_ set: PermissionSet) -> String {
    subject.map { AppArmorProfile($0, confinement: .strict, grants: set, features: .version4).text } ?? ""
  }

  private static func bus(_ text: PatternText) -> String? {
    BusPolicyFile([BusPolicy(.everyone, [.own(text), .deny(.receive(sender: text, interface: text))])]).text
  }

  struct Parsed {
    var skeleton = ""
    var strings: [String] = []
  }

  /// Quoted texts out of a profile; nil when a byte stands bare that should not.
  private static func quoted(_ text: String) -> Parsed? {
    var result = Parsed()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\"" else {
        guard scalar == "\n" || scalar.value >= 0x20 && scalar.value < 0x7f else { return nil }
        result.skeleton.unicodeScalars.append(scalar)
        continue
      }
      var string = ""
      while let inner = rest.popFirst(), inner != "\"" {
        guard inner.value >= 0x20, inner.value != 0x7f else { return nil }
        string.unicodeScalars.append(inner)
        // The parser reads on, even where the backslash is itself escaped.
        guard inner != "\\" || rest.first != "\"" else { return nil }
      }
      result.skeleton += "\"\""
      result.strings.append(string)
    }
    return result
  }

  /// Attributes out of XML that has no text between its tags.
  private static func attributes(_ text: String) -> Parsed? {
    var result = Parsed()
    var string: String?
    for scalar in text.unicodeScalars {
      if let open = string {
        if scalar == "\"" {
          result.strings.append(open)
          result.skeleton += "\"\""
          string = nil
        } else {
          guard scalar != "<", scalar != ">" else { return nil }
          string = open + String(scalar)
        }
      } else if scalar == "\"" {
        string = ""
      } else {
        result.skeleton.unicodeScalars.append(scalar)
      }
    }
    return string == nil ? result : nil
  }
}
