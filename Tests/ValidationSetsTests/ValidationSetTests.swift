import Assertions
import State
import Synchronization
import TestSupport
import Testing

@testable import ValidationSets

/// Sets and installed snaps that a test chooses.
private final class Scene: ValidationSetSource, ValidatedSnaps, Sendable {
  private let sets = Mutex<[String: [ValidationSet]]>([:])
  private let snaps = Mutex<[SnapConstraints.Installed]>([])
  let directory: TemporaryDirectory
  let store: StateStore
  let runner: TaskRunner

  init() throws {
    directory = try TemporaryDirectory()
    store = try StateStore(path: directory.path + "/state.db")
    runner = TaskRunner(store: store)
  }

  func publish(_ name: String, _ sequence: Int, _ snaps: [String]) throws {
    let set = try makeSet(name, sequence, snaps)
    sets.withLock { $0["acme/\(name)", default: []].append(set) }
  }

  /// `name`, or `name=revision`; a number is from a store, anything else is local.
  func install(_ texts: [String]) {
    let installed = texts.map { text in
      let parts = text.split(separator: "=").map(String.init)
      let revision = parts.count > 1 ? Int(parts[1]) : 1
      return SnapConstraints.Installed(
        name: parts[0], id: revision == nil ? "" : identifier(parts[0]), revision: revision)
    }
    snaps.withLock { $0 = installed }
  }

  func fetch(_ key: ValidationSetKey, sequence: Int?) throws -> (set: ValidationSet, isLocalOnly: Bool) {
    let known = sets.withLock { $0[key.description] ?? [] }
    guard let set = sequence == nil ? known.last : known.first(where: { $0.sequence == sequence }) else {
      throw ValidationSetRefusal.notFound(key, sequence: sequence)
    }
    return (set, false)
  }

  func known(_ key: ValidationSetKey, sequence: Int) throws -> ValidationSet? {
    sets.withLock { $0[key.description]?.first { $0.sequence == sequence } }
  }

  func installed(in state: State) -> [SnapConstraints.Installed] { snaps.withLock { $0 } }

  func manager() -> ValidationSetManager {
    ValidationSetManager(store: store, runner: runner, source: self, snaps: self)
  }
}

private func identifier(_ name: String) -> String {
  String((name + String(repeating: "x", count: 32)).prefix(32)).replacing("-", with: "y")
}

/// `name`, `name=revision`, `name?=revision` for optional, `name!` for invalid.
private func makeSet(_ name: String, _ sequence: Int, _ snaps: [String]) throws -> ValidationSet {
  let members = snaps.map { text -> HeaderValue in
    let parts = text.split(separator: "=").map(String.init)
    let isOptional = parts[0].utf8.last == UInt8(ascii: "?")
    let isInvalid = parts[0].utf8.last == UInt8(ascii: "!")
    let name = isOptional || isInvalid ? String(parts[0].dropLast()) : parts[0]
    var map: [String: HeaderValue] = [
      "name": .text(name), "id": .text(identifier(name)),
      "presence": .text(isOptional ? "optional" : isInvalid ? "invalid" : "required"),
    ]
    if parts.count > 1 { map["revision"] = .text(parts[1]) }
    return .map(map)
  }
  let assertion = try Assertion.builtin(
    .validationSet,
    [
      "authority-id": "acme", "account-id": "acme", "series": "16", "name": .text(name),
      "sequence": .text("\(sequence)"), "snaps": .list(members), "timestamp": "2026-01-02T00:00:00Z",
    ])
  return try #require(assertion.value as? ValidationSet)
}

@Suite struct ValidationSetTests {
  @Test(
    arguments: [
      ("acme/one", "acme/one", nil), ("acme/one=3", "acme/one", 3), ("acme", nil, nil), ("acme/one/two", nil, nil),
      ("acme/one=0", nil, nil), ("acme/one=x", nil, nil), ("acme/one=", nil, nil), ("A/one", nil, nil),
      ("acme/One", nil, nil), ("acme/one-", nil, nil), ("acme/one=12345678901", nil, nil),
      ("abcdefghijklmnopqrstuvwxyzABCDEF/a-b", "abcdefghijklmnopqrstuvwxyzABCDEF/a-b", nil),
      ("acme/\u{301}one", nil, nil),
    ] as [(String, String?, Int?)])
  func names(text: String, key: String?, sequence: Int?) {
    let parsed = try? ValidationSetKey.parse(text)
    #expect(parsed?.key.description == key)
    #expect(parsed?.sequence == sequence)
  }

  /// Sets, what is installed, and what is said.
  @Test(
    arguments: [
      ([["a"]], ["a=1"], nil),
      ([["a=2"]], ["a=2", "b"], nil),
      ([["a?=2"]], [], nil),
      ([["a!"]], ["b"], nil),
      ([["a"]], [], "missing required snaps:\n  - a (required at any revision by sets acme/s0)"),
      ([["a=2"]], [], "missing required snaps:\n  - a (required at revision 2 by sets acme/s0)"),
      ([["a!"]], ["a"], "invalid snaps:\n  - a (invalid for sets acme/s0)"),
      (
        [["a=2"], ["a?=2"]], ["a=1"],
        "snaps at wrong revisions:\n  - a (required at revision 2 by sets acme/s0,acme/s1)"
      ),
      // One from a file is known by its name, and of no revision.
      ([["a=2"]], ["a=file"], "snaps at wrong revisions:\n  - a (required at revision 2 by sets acme/s0)"),
      ([["a"]], ["a=file"], nil),
    ] as [([[String]], [String], String?)])
  func checking(sets: [[String]], installed: [String], problem: String?) throws {
    let constraints = SnapConstraints(try sets.enumerated().map { try makeSet("s\($0.offset)", 1, $0.element) })
    let scene = try Scene()
    scene.install(installed)
    let problems = constraints.problems(with: scene.store.read { scene.installed(in: $0) })
    #expect(problems.isEmpty == (problem == nil))
    if let problem { #expect("\(problems)" == "validation sets assertions are not met:\n- \(problem)") }
  }

  @Test(
    arguments: [
      ([["a=1"], ["a=1"]], []), ([["a=1"], ["a?"]], []), ([["a!"], ["a?=1"]], []),
      ([["a=1"], ["a=2"]], ["cannot constrain snap \"a\" at different revisions 1 (acme/s0), 2 (acme/s1)"]),
      (
        [["a!"], ["a"]],
        ["cannot constrain snap \"a\" as both invalid (acme/s0) and required at any revision (acme/s1)"]
      ),
    ] as [([[String]], [String])])
  func conflicts(sets: [[String]], lines: [String]) throws {
    let constraints = SnapConstraints(try sets.enumerated().map { try makeSet("s\($0.offset)", 1, $0.element) })
    #expect(constraints.conflicts == lines)
  }

  @Test func following() throws {
    let scene = try Scene()
    let manager = scene.manager()
    let key = try ValidationSetKey(account: "acme", name: "one")
    #expect(throws: ValidationSetRefusal.notFound(key, sequence: nil)) { try manager.monitor(key) }
    try scene.publish("one", 1, ["a=1"])
    #expect(try manager.monitor(key).isValid == false)
    scene.install(["a=1"])
    #expect(try manager.list().map(\.isValid) == [true])
    try scene.publish("one", 2, ["a=2"])
    #expect(try manager.refresh() == [:])
    #expect(try manager.show(key).tracked.current == 2)
    #expect(try manager.show(key, sequence: 1).isValid)
    // What is enforced has to be met; it then binds installations and removals.
    do {
      _ = try manager.enforce(key)
      Issue.record("a set that is not met is enforced")
    } catch { #expect("\(error)".hasPrefix("validation sets assertions are not met")) }
    let pinned = try manager.enforce(key, sequence: 1)
    #expect(pinned.tracked.pinnedAt == 1)
    #expect(pinned.tracked.mode == .enforce)
    #expect(try manager.revision(of: "a", id: identifier("a"), wanted: nil) == 1)
    #expect(throws: ValidationSetRefusal.wrongRevision("a", wanted: 2, required: 1, sets: ["acme/one"])) {
      try manager.revision(of: "a", id: identifier("a"), wanted: 2)
    }
    #expect(throws: ValidationSetRefusal.requiredSnap("a", sets: ["acme/one"])) {
      try manager.refuseRemoval(of: "a", id: identifier("a"))
    }
    #expect(try manager.keys(concerning: "a", id: identifier("a")) == [["16", "acme", "one", "1"]])
    #expect(try manager.keys(concerning: "b", id: identifier("b")) == [])
    // Pinned: a newer one changes nothing.
    try scene.publish("one", 3, ["a!"])
    #expect(try manager.refresh() == [:])
    #expect(try manager.show(key).tracked.current == 1)
    // Another that does not go with it.
    let other = try ValidationSetKey(account: "acme", name: "two")
    try scene.publish("two", 1, ["a!"])
    #expect(throws: ValidationSetRefusal.self) { try manager.enforce(other) }
    try manager.forget(key)
    #expect(throws: ValidationSetRefusal.notTracked(key, sequence: nil)) { try manager.forget(key) }
    #expect(throws: ValidationSetRefusal.invalidSnap("a", sets: ["acme/two"])) {
      scene.install([])
      _ = try manager.enforce(other)
      _ = try manager.revision(of: "a", id: identifier("a"), wanted: nil)
    }
    // Back to what was before the last change.
    try scene.store.write { $0.restorePreviousValidationSets() }
    #expect(try manager.list().isEmpty)
  }

  /// The last task of a change enforces, or fails it.
  @Test(arguments: [true, false]) func task(isMet: Bool) async throws {
    let scene = try Scene()
    let manager = scene.manager()
    try scene.publish("one", 1, ["a=1"])
    scene.install(isMet ? ["a=1"] : [])
    scene.runner.start()
    let change = try scene.store.write { state in
      let change = state.newChange(kind: "refresh-snap", summary: "Enforce")
      ValidationSetManager.addEnforcing(["acme/one=1"], after: [], to: change, in: &state)
      return change
    }
    scene.runner.ensure()
    #expect(await scene.runner.awaitChange(change) == (isMet ? .done : .error))
    #expect(try manager.list().count == (isMet ? 1 : 0))
    await scene.runner.stop()
  }
}
