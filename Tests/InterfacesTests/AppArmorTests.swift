import Interfaces
import Linux
import Permissions
import Snap
import TestSupport
import Testing

/// The profiles of all builtin interfaces, as the machine's parser reads them.
@Suite struct AppArmorTests {
  /// One profile to check.
  struct Case {
    var name: String
    var text: String
  }

  static func side(_ role: ConnectionSide.Role, _ interface: String, snap: String, isSystem: Bool = false) throws
    -> ConnectionSide
  {
    let instance = try InstanceName(snap)
    return ConnectionSide(
      role: role, name: try InterfaceEndName(interface), interface: interface,
      snap: .init(
        instance: instance, revision: try Revision("7"), type: isSystem ? .snapd : .app,
        isSystem: isSystem), tags: [.app(try AppName("app"), of: instance), .app(try AppName("other"), of: instance)])
  }

  /// What each side of an interface is granted, connected and not. Checks of attributes are not made here: a grant
  /// that misses an attribute grants what does not need it.
  static func grants(_ interface: Interface) throws -> [(String, PermissionSet)] {
    let plug = try side(.plug, interface.name, snap: "consumer_key")
    var result: [(String, PermissionSet)] = []
    for (kind, isSystem) in [("app", false), ("system", true)] {
      let connection = Connection(
        plug: plug, slot: try side(.slot, interface.name, snap: "producer", isSystem: isSystem))
      var set = PermissionSet()
      try? interface.plug(&set, plug)
      try? interface.connectedPlug(&set, connection)
      result.append(("plug.\(kind)", set))
      guard !isSystem else { continue }
      set = PermissionSet()
      try? interface.slot(&set, connection.slot)
      try? interface.connectedSlot(&set, connection)
      result.append(("slot", set))
    }
    return result
  }

  static func cases() throws -> [Case] {
    let subject = try PolicySubject(
      tag: "snap.consumer_key.app", snap: "consumer", instance: "consumer_key", revision: "7")
    var cases: [Case] = []
    var known: Set<PermissionSet> = []
    for interface in Interface.builtin {
      for (side, grants) in try grants(interface) where known.insert(grants).inserted {
        // Of the base's rules only those about programs can be in conflict with a grant's.
        let runs =
          !grants.profileChanges.isEmpty || grants.files.contains { !$0.access.isDisjoint(with: .anyExecution) }
        for (name, base) in [("core", AppArmorTemplate.Base.core), ("other", .other)] where base == .core || runs {
          let profile = AppArmorProfile(subject, base: base, grants: grants)
          cases.append(Case(name: "\(interface.name).\(side).\(name)", text: profile.text))
        }
      }
    }
    for confinement in [AppArmorProfile.Confinement.devmode, .classic, .jailmode] {
      for base in [AppArmorTemplate.Base.core, .other] {
        let profile = AppArmorProfile(
          subject, confinement: confinement, base: base, users: [.snapDaemon], onCore: base == .core)
        cases.append(Case(name: "\(confinement).\(base)", text: profile.text))
      }
    }
    for (index, text) in Self.hostile.enumerated() {
      guard let text = try? PatternText(text), let path = try? PathPattern("/p/" + text.escaped) else { continue }
      var grants = PermissionSet()
      grants.files(.readWrite, path)
      grants.unix([.connect], type: .stream, peer: .named("\(text)"), peerAddress: "@\(text)")
      grants.dbus(.system, [.send], path: "/\(text)", interface: "\(text)", member: "\(text)", peerName: "\(text)")
      grants.mount(types: "tmpfs", options: ["rw"], from: "\(text)", to: "/\(text)")
      cases.append(Case(name: "hostile.\(index)", text: AppArmorProfile(subject, grants: grants).text))
      let mounts = [ContentMount(source: "/snap/a/\(text.text)", target: "/snap/b/\(text.text)", readOnly: false)]
      cases.append(
        Case(
          name: "snap.hostile-ns.\(index)",
          text: try UpdateNamespaceProfile(instance: PolicyName("consumer_key"), mounts: mounts).text()))
    }
    return cases
  }

  /// Texts that the types take and the parser must as well, without a word of them getting out.
  static let hostile = [
    "a b", "a#b", "a,b", "{a,b}", "*", "[a", "@{HOME}", "\\", "a\\", "é", "\u{2028}", "a',b", "a=b@c", ")", "%n", "^$",
    "?x", "-> b",
    "$HOME", "(x)", "<abstractions/base>", "#include <x>", "deny", "a\u{85}b", "\\x41", "\\101", "\\n",
  ]

  @Test func theParserAcceptsEveryProfile() throws {
    let parser = "/usr/sbin/apparmor_parser"
    try #require(Files.status(parser, followSymlinks: true) != nil, "apparmor is not installed: Tools/setup test")
    let directory = try TemporaryDirectory()
    let cases = try Self.cases()
    for (index, item) in cases.enumerated() {
      // One name each, or the parser would drop all but the last.
      let text = item.text.replacing("profile \"snap", with: "profile \"p\(index)-\(item.name)-snap")
      try Files.writeAtomically(Array(text.utf8), to: directory(item.name), mode: 0o644)
    }
    // The names it finds are the profiles, and no more.
    let names = try ChildProcess.run(
      [parser, "--names", "--features-file", "/etc/apparmor.d/abi/3.0", directory.path], captureLimit: 1 << 20,
      timeout: .seconds(100))
    #expect(String(decoding: names.output, as: UTF8.self).split(separator: "\n").count == cases.count)
    let result = try ChildProcess.run(
      [
        parser, "--skip-kernel-load", "--skip-cache", "--features-file", "/etc/apparmor.d/abi/3.0", "-O",
        "no-expr-simplify", "--jobs=4", directory.path,
      ],
      captureLimit: 1 << 20, timeout: .seconds(500))
    #expect(result.status == .exited(0), "\(String(decoding: result.errorOutput.prefix(4000), as: UTF8.self))")
  }
}
