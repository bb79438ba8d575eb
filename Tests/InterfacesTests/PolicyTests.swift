import Snap
import TestSupport
import Testing

@testable import Interfaces

/// Rules of declarations: reading them, matching them, and the reference's words.
@Suite struct PolicyTests {
  struct Match: Sendable, CustomTestStringConvertible {
    var pattern: String
    var yes: [String] = []
    var no: [String] = []
    var testDescription: String { pattern }
  }

  @Test(arguments: [
    Match(pattern: "abc", yes: ["abc"], no: ["", "abcd", "xabc"]),
    Match(pattern: "a|bc", yes: ["a", "bc"], no: ["ab", "abc"]),
    Match(pattern: ".+", yes: ["x", "xyz"], no: ["", "a\nb"]),
    Match(pattern: "org\\.foo(\\.[a-z]+)*", yes: ["org.foo", "org.foo.bar.baz"], no: ["orgxfoo", "org.foo."]),
    Match(pattern: "[^/]+/[[:digit:]]{2,3}", yes: ["a/12", "ab/123"], no: ["a/1", "a/1234", "/12"]),
    Match(pattern: "(?:x{0,2}y?)+", yes: ["", "xxy", "yyxx"], no: ["z"]),
    Match(pattern: "/dev/[a-z\\-\\]]+\\d", yes: ["/dev/a-]1"], no: ["/dev/A1"]),
    Match(pattern: "(a*)*b", yes: ["b", "aab"], no: ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"]),
    Match(pattern: "^a$", yes: ["a"], no: ["^a$"]),
    Match(pattern: "ü+", yes: ["üü"], no: ["u"]),
  ]) func patternsMatchWholeTexts(match: Match) throws {
    let pattern = try RulePattern(match.pattern)
    for text in match.yes { #expect(pattern.matches(text), "\(text)") }
    for text in match.no { #expect(!pattern.matches(text), "\(text)") }
  }

  @Test(arguments: [
    "(", ")", "a**b", "[a", "*", "\\", "\\q", "(?i)a", "a{9999}", "((a{999}){999}){999}", "[b-a]",
    "(((()){999}){999}){999}",
  ])
  func badPatternsAreRefused(text: String) {
    #expect(throws: RulePattern.Invalid.self) { try RulePattern(text) }
  }

  /// Whatever is in a pattern, it is refused or matched in bounded time.
  @Test func hostilePatternsEnd() {
    var generator = SeededGenerator(seed: 7)
    let letters = Array("ab(|)*+?{}[]^$\\d,19-:.é")
    func text(_ length: Int) -> String {
      String(
        (0..<Int.random(in: 0...length, using: &generator)).map { _ in
          letters[Int.random(in: 0..<letters.count, using: &generator)]
        })
    }
    var compiled = 0
    for _ in 0..<3000 {
      guard let pattern = try? RulePattern(text(24)) else { continue }
      compiled += 1
      _ = pattern.matches(text(40))
    }
    #expect(compiled > 300)
    let long = String(repeating: "a", count: 10_000)
    let clock = ContinuousClock()
    let time = clock.measure { #expect((try? RulePattern("(a|a)*(a|aa)*(a*)*b"))?.matches(long) == false) }
    #expect(time < .seconds(20))
    #expect((try? RulePattern("(" + String(repeating: "(", count: 5000))) == nil)
  }

  /// Declarations are the store's, but a tree as deep or as odd as one likes must not bring the daemon down.
  @Test func hostileRulesAreRefused() {
    var deep: RuleValue = "x"
    for _ in 0..<2000 { deep = ["a": deep] }
    let rule: RuleValue = ["allow-connection": ["plug-attributes": deep]]
    #expect(throws: RuleError.self) { try SideRules(rule, .plug, interface: "i") }
    for odd in [[:], [], "", ["plug-attributes": []], ["plug-names": ["$X"]], ["on-classic": [[:]]]] as [RuleValue] {
      #expect(throws: RuleError.self) { try SideRules(["deny-connection": odd], .slot, interface: "i") }
    }
  }

  @Test(arguments: [
    ("foo-1", "foo-1", true), ("foo-1", "foo-2", false), ("foo-(1..3)-bar", "foo-2-bar", true),
    ("foo-(1..3)", "foo-(4..5)", false), ("foo", "foo-0", true), ("foo-1", "bar-1", false),
    ("foo-1 OR bar-2", "bar-2", true), ("foo-1 AND bar-2", "bar-2", false), ("foo-", "foo", false),
    ("(1..2)", "(1..2)", false), ("foo-(3..1)", "foo-2", false), ("foo OR", "foo", false),
  ]) func labelsAreCompatible(left: String, right: String, isCompatible: Bool) {
    let found =
      (try? CompatibilityExpression(left)).flatMap { left in
        (try? CompatibilityExpression(right)).map { left.isCompatible(with: $0) }
      } ?? false
    #expect(found == isCompatible)
  }

  @Test(
    arguments: [
      (
        RuleValue.text("maybe"), "plug rule for interface \"i\" must be a map or one of the shortcuts 'true' or 'false'"
      ),
      (
        [:],
        "plug rule for interface \"i\" must specify at least one of allow-installation, deny-installation, "
          + "allow-connection, deny-connection, allow-auto-connection, deny-auto-connection"
      ),
      (
        ["allow-connection": "perhaps"],
        "allow-connection in plug rule for interface \"i\" must be a map or one of the shortcuts 'true' or 'false'"
      ),
      (
        ["allow-connection": ["true", "perhaps"]],
        "alternative 2 of allow-connection in plug rule for interface \"i\" must be a map or one of the shortcuts 'true' "
          + "or 'false'"
      ),
      (
        ["allow-connection": ["plug-attributes": ["a": "("]]],
        "cannot compile plug-attributes in allow-connection in plug rule for interface \"i\": error parsing regexp: "
          + "missing closing ): `(`"
      ),
      (
        ["allow-connection": ["slots-per-plug": "0"]],
        "slots-per-plug in allow-connection in plug rule for interface \"i\" must be an integer >=1 or *"
      ),
    ] as [(RuleValue, String)]) func badRulesAreNamed(value: RuleValue, message: String) throws
  {
    let error = #expect(throws: RuleError.self) { try SideRules(value, .plug, interface: "i") }
    #expect(error?.description == message)
  }

  /// One plug and one slot under one rule, which may be anywhere.
  struct Case: Sendable, CustomTestStringConvertible {
    var rule: RuleValue
    var message: String?
    var testDescription: String { "\(rule)" }

    init(_ rule: RuleValue, _ message: String? = nil) {
      self.rule = rule
      self.message = message
    }
  }

  static let denied = #"connection denied by plug rule of interface "content" for "consumer" snap"#
  static let refused = #"connection not allowed by plug rule of interface "content" for "consumer" snap"#

  @Test(arguments: [
    Case("true"), Case("false", denied), Case(["deny-connection": "true", "allow-connection": "true"], denied),
    Case(["allow-connection": ["slot-snap-type": ["app"]]]),
    Case(["allow-connection": ["slot-snap-type": ["core", "gadget"]]], refused),
    Case(["allow-connection": ["slot-snap-id": ["producer-id"]]]),
    Case(["allow-connection": ["slot-snap-id": ["other"]]], refused),
    Case(["allow-connection": ["slot-publisher-id": ["$PLUG_PUBLISHER_ID"]]]),
    Case(["allow-connection": ["slot-publisher-id": ["someone"]]], refused),
    Case(["allow-connection": ["plug-names": ["$INTERFACE"]]], refused),
    Case(["allow-connection": ["plug-names": ["the-.*"], "slot-names": ["$INTERFACE", "sh.*"]]]),
    Case(["allow-connection": ["plug-attributes": ["content": "$SLOT(content)"]]]),
    Case(["allow-connection": ["plug-attributes": ["content": "$SLOT(target)"]]], refused),
    Case(["allow-connection": ["plug-attributes": ["content": "$MISSING"]]], refused),
    Case(["allow-connection": ["plug-attributes": ["absent": "$MISSING"]]]),
    Case(["allow-connection": ["slot-attributes": ["read": "\\$SNAP/.*"]]]),
    Case(["allow-connection": ["slot-attributes": ["read": "\\$SNAP/a"]]], refused),
    Case(["allow-connection": [["slot-snap-type": ["core"]], ["slot-attributes": ["read": ["x", ".*"]]]]]),
    Case(["deny-connection": ["on-classic": "true"]], denied), Case(["deny-connection": ["on-classic": "false"]]),
    Case(["deny-connection": ["on-classic": ["fedora", "ubuntu"]]], denied),
    Case(["deny-connection": ["on-classic": ["ubuntu/core"]]]),
    Case(["deny-connection": ["on-core-desktop": "false"]], denied),
    Case(["allow-connection": ["on-brand": ["acme"], "on-model": ["acme/thing"], "on-store": ["friend"]]]),
    Case(["allow-connection": ["on-model": ["acme/other"]]], refused),
  ]) func rulesDecide(item: Case) throws {
    var repository = InterfaceRepository(machine: Machine(isClassic: true, distribution: "ubuntu"))
    repository.device = DeviceScope(brand: "acme", model: "thing", store: "own", friendlyStores: ["friend"])
    _ = try RepositoryTests.add(
      "name: consumer\nplugs: {the-plug: {interface: content, target: $SNAP/x, content: shared}}", to: &repository,
      snapID: "consumer-id", publisherID: "acme",
      declaration: try DeclarationRules(snapName: "consumer", plugs: ["content": item.rule], slots: nil))
    _ = try RepositoryTests.add(
      "name: producer\nslots: {shared: {interface: content, read: [$SNAP/a, $SNAP/b]}}", to: &repository,
      snapID: "producer-id", publisherID: "acme")
    let id = try ConnectionID("consumer:the-plug producer:shared")
    if let message = item.message {
      let error = #expect(throws: InterfaceError.self) { try repository.checkConnect(id) }
      #expect(error?.description == message)
      #expect(error?.kind == .policy)
    } else {
      try repository.checkConnect(id)
    }
  }

  @Test func theFirstRuleDecides() throws {
    var repository = InterfaceRepository(machine: Machine(isClassic: true))
    let allow = DeclarationRules(snapName: "consumer", plugs: ["camera": SideRules()])
    _ = try RepositoryTests.add("name: consumer\nplugs: {camera: null}", to: &repository, declaration: allow)
    _ = try RepositoryTests.add("name: other\nplugs: {camera: null}", to: &repository)
    try repository.checkAutoConnect(try ConnectionID("consumer:camera snapd:camera"))
    let error = #expect(throws: InterfaceError.self) {
      try repository.checkAutoConnect(try ConnectionID("other:camera snapd:camera"))
    }
    #expect(error?.description == #"auto-connection denied by slot rule of interface "camera""#)
  }

  @Test(
    arguments: [
      (
        "plugs: {docker-support: null}", false,
        #"installation not allowed by "docker-support" plug rule of interface "docker-support""#
      ),
      ("plugs: {docker-support: null}", true, nil), ("plugs: {home: null}", false, nil),
      ("slots: {c: camera}", true, #"installation not allowed by "c" slot rule of interface "camera""#),
      ("slots: {c: camera}", false, #"installation not allowed by "c" slot rule of interface "camera""#),
      ("slots: {d: docker}", false, #"installation denied by "d" slot rule of interface "docker""#),
      ("slots: {d: docker}", true, nil), ("slots: {l: lxd}", true, nil),
      ("slots: {l: lxd}", false, #"installation not allowed by "l" slot rule of interface "lxd""#),
    ] as [(String, Bool, String?)]) func installationIsJudged(yaml: String, dangerous: Bool, message: String?) throws
  {
    let repository = InterfaceRepository(machine: Machine(isClassic: true))
    let info = try SnapInfo(yaml: Array("name: foo\nversion: 1\n\(yaml)".utf8))
    let facts = SnapFacts(info.instance, revision: .local(1))
    var found: String?
    do throws(InterfaceError) {
      try repository.checkInstallation(info, facts, dangerous: dangerous)
    } catch { found = error.description }
    #expect(found == message)
    // A declaration that speaks of the interface stands above the base declaration.
    let allow = DeclarationRules(
      snapName: "foo", plugs: ["docker-support": SideRules()],
      slots: ["camera": SideRules(), "docker": SideRules(), "lxd": SideRules()])
    let declared = SnapFacts(info.instance, revision: .store(1), snapID: "id", declaration: allow)
    try repository.checkInstallation(info, declared, dangerous: false)
  }
}
