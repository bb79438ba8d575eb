import Permissions
import TestSupport
import Testing

/// Text from a snap can put nothing into any policy: what the types take stands in the output as it was meant, and
/// around it nothing changes.
struct PolicyTextTests {
  /// An emitted text without what stands in quotes, and what stood there.
  struct Parsed: Equatable {
    var skeleton: String
    var strings: [String]

    /// AppArmor: a quoted text ends at the next quote, before which no backslash may stand.
    static func appArmor(_ text: String) -> Parsed? {
      var result = Parsed(skeleton: "", strings: [])
      var rest = text.unicodeScalars[...]
      while let scalar = rest.popFirst() {
        guard scalar == "\"" else {
          // Nothing from outside stands bare.
          guard scalar == "\n" || scalar.value >= 0x20 && scalar.value < 0x7f else { return nil }
          result.skeleton.unicodeScalars.append(scalar)
          continue
        }
        var string = ""
        while let inner = rest.popFirst(), inner != "\"" {
          guard inner.value >= 0x20, inner.value != 0x7f else { return nil }
          string.unicodeScalars.append(inner)
          // The parser reads `\"` as a quote inside, even where the backslash is itself escaped.
          guard inner != "\\" || rest.first != "\"" else { return nil }
        }
        result.skeleton += "\"\""
        result.strings.append(string)
      }
      return result
    }

    /// XML: attributes' values and texts between tags, unescaped; anything else is markup.
    static func xml(_ text: String) -> Parsed? {
      var result = Parsed(skeleton: "", strings: [])
      var string = ""
      var quoted = false
      var inTag = false
      for character in text.unicodeScalars {
        if quoted {
          if character == "\"" {
            quoted = false
            result.strings.append(string)
            string = ""
            result.skeleton += "\""
          } else if character == "<" || character == ">" {
            return nil
          } else {
            string.unicodeScalars.append(character)
          }
        } else if inTag {
          if character == "\"" { quoted = true }
          if character == ">" { inTag = false }
          result.skeleton.unicodeScalars.append(character)
        } else if character == "<" {
          inTag = true
          result.strings.append(string)
          string = ""
          result.skeleton.unicodeScalars.append(character)
        } else {
          string.unicodeScalars.append(character)
        }
      }
      return result
    }
  }

  static let hostile = [
    "a b", "a\" rw,\n  / rw,\n  \"", "a\nb", "a\0b", "a#b", "a,b", "a}", "{a,b}", "*", "**", "[a", "@{HOME}", "\\",
    "\\\"",
    "a\\", "é/ü", "\u{2028}", "\u{85}", "\u{feff}a", "\u{301}a", "a',b", "<allow own=\"*\"/>", "]]>", "&lt;", "--",
    "a=b@c", "%n$x",
    "\r", "\t", "a;b|c`d", ")", "peer=(label=unconfined)", "a\u{7f}", "?", "^a", "$HOME/x", "x\\x00", "\\x22", "a//b",
    "..",
  ]

  /// Made of the bytes that mean something somewhere.
  static func random(_ count: Int) -> [String] {
    var random = SeededGenerator(seed: 7)
    let alphabet = Array("ab/\"\\\n\0{}[],*?^@#$%<>&'=().:;-_ é\u{2028}".unicodeScalars)
    return (0..<count).map { _ in
      var text = ""
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
      }
      return text
    }
  }

  /// A set that has a text in every place for one.
  static func set(_ text: PatternText) -> PermissionSet {
    var set = PermissionSet()
    let pattern: PolicyPattern = "\(text)"
    if let path = try? PathPattern("/p/" + text.escaped) {
      set.files(.readWrite, path)
      set.files("rUx", owner: true, path)
      set.denyFiles("wx", audited: true, path)
    }
    set.unix([.bind], type: .stream, address: "@\(text)", peer: .named(pattern), peerAddress: "@\(text)")
    set.dbus(
      .system, [.send], path: pattern, interface: pattern, member: pattern, peerName: pattern, peer: .named(pattern))
    set.ownName(.session, pattern)
    set.signals([.send], peer: .named(pattern))
    set.ptrace([.read], peer: .named(pattern), effect: .deny)
    set.mount(types: pattern, options: ["ro", "bind", text.text], from: pattern, to: "/\(text)")
    set.unmount(types: pattern, pattern)
    set.pivotRoot(oldRoot: pattern, newRoot: pattern)
    set.changeProfile(program: pattern, to: pattern, unsafe: true)
    set.dbus(.system, [.send], interface: "a.b", peer: .tags([text.text]))
    return set
  }

  static func profile(_ set: PermissionSet) throws -> String {
    AppArmorProfile(
      try PolicySubject(tag: "snap.foo.app", snap: "foo", instance: "foo", revision: "1"), grants: set,
      features: .version4
    ).text
  }

  @Test func appArmorHoldsWhatWasMeant() throws {
    let plain = try #require(Parsed.appArmor(try Self.profile(Self.set(PatternText("plain/")))))
    var accepted = 0
    for text in Self.hostile + Self.random(500) {
      guard let pattern = try? PatternText(text) else {
        #expect(
          text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f || $0 == "\"" || $0 == "\\" }, "\(text)")
        continue
      }
      // Whatever is no clean path is no file rule.
      guard (try? PathPattern("/p/" + pattern.escaped)) != nil else { continue }
      accepted += 1
      let parsed = try #require(Parsed.appArmor(try Self.profile(Self.set(pattern))), "\(text)")
      let plainTags = plain.skeleton == parsed.skeleton || (try? PolicyName(text)) != nil
      #expect(plainTags, "\(text)")
      let meant = parsed.strings.filter { Array($0.utf8).contains(Array(pattern.escaped.utf8)) }
      #expect(meant.count >= 18, "\(text)")
    }
    #expect(accepted > 100)
  }

  @Test func namespacesHoldWhatWasMeant() throws {
    func text(_ path: String) throws -> String {
      try UpdateNamespaceProfile(
        instance: PolicyName("foo"),
        mounts: [
          ContentMount(source: "/snap/bar/1/\(path)", target: "/snap/foo/1/\(path)"),
          ContentMount(source: "/snap/bar/1/\(path)", target: "/usr/\(path)", kind: .file, readOnly: false),
          ContentMount(source: "", target: "/opt/\(path)", kind: .tmpfs),
          ContentMount(source: "", target: "/opt/\(path)", kind: .symlink),
        ]
      ).text()
    }
    let plain = try #require(Parsed.appArmor(try text("plain")))
    for path in Self.hostile + Self.random(500) where !path.utf8.contains(UInt8(ascii: "/")) {
      guard let output = try? text(path) else { continue }
      let parsed = try #require(Parsed.appArmor(output), "\(path)")
      #expect(parsed.skeleton == plain.skeleton, "\(path)")
      #expect(parsed.strings.contains("/snap/bar/1/" + (try PatternText(path).escaped) + "/"), "\(path)")
    }
    for path in ["../x", "a\nb", "a\"", "a//b", "."] { #expect(throws: (any Error).self) { try text(path) } }
  }

  @Test func busPoliciesHoldWhatWasMeant() throws {
    func text(_ name: PatternText, account: String) -> String? {
      BusPolicyFile([
        BusPolicy(
          .user("root"), [.own(name), .deny(.send(destination: name, interface: name, member: name, path: name))]),
        BusPolicy(.everyone, [.receive(sender: name, interface: nil)]), BusPolicy(.group(account), [.own(name)]),
      ]).text
    }
    let plain = try #require(Parsed.xml(text(PatternText("a.b"), account: "adm") ?? ""))
    for hostile in Self.hostile + Self.random(1000) {
      guard let name = try? PatternText(hostile), let output = text(name, account: "adm") else { continue }
      let parsed = try #require(Parsed.xml(output), "\(hostile)")
      #expect(parsed.skeleton == plain.skeleton, "\(hostile)")
      #expect(parsed.strings.filter { Self.unescaped($0) == hostile }.count == 7, "\(hostile)")
      let other = text(name, account: hostile) ?? ""
      #expect(!other.contains("<policy group") || (try? PolicyName(hostile)) != nil, "\(hostile)")
    }
  }

  @Test func polkitHoldsWhatWasMeant() throws {
    func text(_ message: String) throws -> String {
      PolkitPolicyFile([
        try PolkitAction(id: "org.a.b", prefix: "org.a", description: message, message: message, active: .authAdmin)
      ]).text
    }
    let plain = try #require(Parsed.xml(try text("plain")))
    for hostile in Self.hostile + Self.random(1000) {
      let parsed = try #require(Parsed.xml(try text(hostile)), "\(hostile)")
      #expect(parsed.skeleton == plain.skeleton, "\(hostile)")
      #expect(throws: PolkitAction.Invalid.self) {
        try PolkitAction(id: "x" + hostile, prefix: "org.a", description: "", message: "")
      }
    }
  }

  static func unescaped(_ text: String) -> String {
    var result = text
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
      result = result.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
    }
    return result
  }

  /// Every argument is one word of the proxy's language, whatever the rules' texts are.
  @Test func proxyArgumentsHoldWhatWasMeant() throws {
    let grammar = try Regex(
      "--(own|talk)=[A-Za-z0-9_.*-]+|--(call|broadcast)=[A-Za-z0-9_.*-]+=[A-Za-z0-9_.*-]+(@[A-Za-z0-9_/*]+)?")
    for hostile in Self.hostile + Self.random(1000) {
      guard let text = try? PatternText(hostile) else { continue }
      var set = Self.set(text)
      set.dbus(.session, [.send], interface: "org.a.\(text)", peerName: "org.a.b")
      set.dbus(.session, path: "/org/a/\(text)", peerName: "org.a.b")
      for bus in [DBusRule.Bus.system, .session] {
        for argument in BusProxyFilter(set, bus: bus).arguments {
          #expect(try grammar.wholeMatch(in: argument) != nil, "\(argument)")
        }
      }
    }
  }

  /// A combining character makes one Character of the slash before it.
  @Test(
    arguments: [
      "/a/../\u{301}b", "/a/..", "/a/./\u{301}b", "/\u{301}a//b", "/a//\u{301}", "$HOME/\u{301}../../x", "a/\u{301}",
      "/a\\", #"/a\\"#, "/[]", "/[^]a", "/{a", "/a]", "", #"/\x22"#, "/\u{301}/../x",
    ]) func pathsAreClean(_ text: String)
  {
    #expect(throws: PolicyPattern.Invalid.self) { try PathPattern(text) }
  }

  @Test func homesAreFoundByBytes() throws {
    let path: PathPattern = "$HOME/\u{301}a"
    #expect(path.matches("/home/ann/\u{301}a"))
    var set = PermissionSet()
    set.files(.read, path)
    #expect(try Self.profile(set).contains("  \"@{HOME}/\u{301}a\" r,\n"))
  }

  @Test func namesRefuseWhatIsNoName() {
    for hostile in Self.hostile + ["", ".", "..", "a/b", "snap.foo.app\n"] where hostile != "--" {
      #expect(throws: PolicyName.Invalid.self) {
        try PolicySubject(tag: "snap.foo." + hostile, snap: "foo", instance: "foo", revision: hostile)
      }
    }
    #expect(throws: PolicyName.Invalid.self) {
      try PolicySubject(tag: "snap.bar.app", snap: "foo", instance: "foo", revision: "1")
    }
  }
}
