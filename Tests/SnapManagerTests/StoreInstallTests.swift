import Assertions
import Host
import Linux
import MachineSupport
import Snap
import State
import StoreProtocol
import Testing
import Time

@testable import SnapManager

extension Machine {
  /// Starts installing from the store.
  func get(
    _ names: String..., channel: String = "", revision: Revision? = nil, transaction: Bool = false
  ) throws -> ChangeID {
    var request = StoreInstallRequest(try names.map { try InstanceName($0) }, isOfOne: names.count == 1)
    request.channel = channel
    request.revision = revision
    request.isTransaction = transaction
    return try snaps.install(request).change
  }

  /// Starts refreshing from the store, and waits; returns how it ended.
  @discardableResult
  func refresh(_ name: String, _ change: (inout StoreRefreshRequest) -> Void = { _ in }) async throws -> Status {
    var request = StoreRefreshRequest([try InstanceName(name)], isOfOne: true)
    change(&request)
    guard let id = try snaps.refresh(request).change else { return .hold }
    return try await end(of: id)
  }

  /// The snaps in the order in which a change has made them available, `name revision` each.
  func linked(by change: ChangeID) -> [String] {
    store.read { state in
      state.tasks(of: change).filter { $0.kind == LinkSnap.kind && $0.status == .done }
        .sorted { $0.readyTime.map(Self.order) ?? (0, 0) < $1.readyTime.map(Self.order) ?? (0, 0) }
        .compactMap { try? $0.input(as: SnapSetup.self) }.map { "\($0.instance) \($0.revision)" }
    }
  }

  private static func order(_ time: Timestamp) -> (Int64, Int32) { (time.seconds, time.nanoseconds) }

  /// What is among the images.
  var images: [String] { ((try? Files.list(directories.blobs)) ?? []).sorted() }

  /// Why something is refused; empty when it is not.
  func whyNot(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return ""
  }
}

/// Snaps that come from a store.
@Suite(.timeLimit(.minutes(5))) struct StoreInstallTests {
  /// "Installing any app on an empty machine brings `core` (or its base, its default providers, `snapd`) first, in one
  /// change, in the right order" (`seeds/`).
  @Test func whatIsNeededComesFirst() async throws {
    let store = try StoreInMemory()
    try await Machine.with(base: false, store: store) { machine in
      let content =
        "plugs:\n  lib:\n    interface: content\n    content: lib\n    target: $SNAP\n    default-provider: lib"
      let offer = "slots:\n  lib:\n    interface: content\n    content: lib\n    read: [/]"
      for source in [
        SnapSource("core", type: "os"), SnapSource("base24", type: "base"), SnapSource("snapd", type: "snapd"),
        SnapSource("lib", yaml: offer), SnapSource("app", yaml: content), SnapSource("new", yaml: "base: base24"),
        SnapSource("lost", yaml: "base: nowhere"),
      ] { try store.publish(try machine.pack(source), revision: 7) }
      let change = try machine.get("app")
      #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
      #expect(machine.linked(by: change) == ["core 7", "lib 7", "app 7"])
      #expect(machine.connections["app:lib lib:lib"]?.hasPrefix("connected true") == true)
      let record = try #require(machine.state("app"))
      #expect(
        record.channel == "latest/stable" && record.store == "test" && record.snapID == StoreInMemory.snapID(of: "app"))
      #expect(record.sequence.first?.channel == "latest/stable")
      #expect(machine.snaps.signatures.publisher(of: StoreInMemory.snapID(of: "app"))?.username == "pub")
      #expect(store.kept.count == 3)
      #expect(machine.images == ["app_7.snap", "core_7.snap", "lib_7.snap"])
      // What is there already comes no second time; with `core` there is a snapd.
      let second = try machine.get("new")
      #expect(try await machine.end(of: second) == .done)
      #expect(machine.linked(by: second) == ["base24 7", "new 7"])
      // A base that nobody has.
      let third = try machine.get("lost")
      #expect(try await machine.end(of: third) == .error)
      #expect(machine.errorText(of: third).contains("cannot install snap base \"nowhere\": snap not found"))
      #expect(machine.state("lost") == nil && !machine.images.contains("lost_7.snap"))
      #expect(machine.whyNot { _ = try machine.get("app") } == "snap \"app\" is already installed")
      #expect(machine.whyNot { _ = try machine.get("nosuch") } == "snap not found")
      #expect(try machine.snaps.inconsistencies().isEmpty)
    }
  }

  /// What there is of content when a snap comes that wants it (`spec/engine.md` §8).
  enum Supply: CaseIterable, Sendable {
    /// The provider has it in a later revision, by name and by what it is compatible with.
    case outdated, outdatedCompatible
    /// No revision has it; one that has it cannot be used; the provider is from a file.
    case nowhere, broken, local
    /// Another snap has it, and the provider is here or is not.
    case elsewhere, elsewhereAlone
  }

  @Test(arguments: Supply.allCases) func contentComesWithWhoWantsIt(supply: Supply) async throws {
    let store = try StoreInMemory()
    try await Machine.with(store: store) { machine in
      let key = supply == .outdatedCompatible ? "compatibility" : "content"
      let (plugLabel, slotLabel) = supply == .outdatedCompatible ? ("lib-(1..3)", "lib-2") : ("lib-2", "lib-2")
      let want =
        "plugs:\n  lib:\n    interface: content\n    \(key): \(plugLabel)\n    target: $SNAP\n    default-provider: lib"
      func offer(_ label: String) -> String {
        "slots:\n  lib:\n    interface: content\n    \(key): \(label)\n    read: [/]"
      }
      let old = supply == .outdatedCompatible ? "lib-4" : "lib-1"
      switch supply {
      case .local: try await machine.install(machine.pack(SnapSource("lib", yaml: offer(old))))
      case .elsewhereAlone: try store.publish(try machine.pack(SnapSource("lib", yaml: offer(old))), revision: 1)
      default:
        try store.publish(try machine.pack(SnapSource("lib", yaml: offer(old))), revision: 1)
        #expect(try await machine.end(of: machine.get("lib")) == .done)
      }
      switch supply {
      case .outdated, .outdatedCompatible:
        try store.publish(try machine.pack(SnapSource("lib", version: "2", yaml: offer(slotLabel))), revision: 2)
      case .broken:
        try store.publish(
          try machine.pack(SnapSource("lib", version: "2", yaml: offer(slotLabel), hooks: ["post-refresh": "exit 1"])),
          revision: 2)
      case .elsewhere, .elsewhereAlone:
        try store.publish(try machine.pack(SnapSource("lib", version: "2", yaml: offer(slotLabel))), revision: 2)
        try store.publish(try machine.pack(SnapSource("other", yaml: offer(slotLabel))), revision: 1)
        #expect(try await machine.end(of: machine.get("other")) == .done)
      case .nowhere, .local: break
      }
      try store.publish(try machine.pack(SnapSource("app", yaml: want)), revision: 1)
      let change = try machine.get("app")
      let status = try await machine.end(of: change)
      // What it brings has a lane of its own.
      #expect(status == (supply == .broken ? .error : .done), "\(machine.errorText(of: change))")
      #expect(machine.state("app")?.current == .store(1))
      switch supply {
      case .outdated, .outdatedCompatible:
        #expect(machine.linked(by: change) == ["lib 2", "app 1"])
        #expect(machine.connections["app:lib lib:lib"]?.hasPrefix("connected true") == true)
      case .nowhere, .broken: #expect(machine.state("lib")?.current == .store(1))
      case .local: #expect(machine.state("lib")?.current == .local(1))
      case .elsewhere:
        #expect(machine.state("lib")?.current == .store(1) && machine.linked(by: change) == ["app 1"])
      case .elsewhereAlone: #expect(machine.state("lib") == nil && machine.linked(by: change) == ["app 1"])
      }
      let log = machine.store.read { state in state.tasks(of: change).flatMap(\.log).map(\.description).joined() }
      let reasons: [Supply: String] = [
        .nowhere: "snap has no updates available", .local: "local snap",
      ]
      if let reason = reasons[supply] {
        #expect(log.contains("cannot refresh \"lib\", which lacks the content \"lib-2\": \(reason)"), "\(log)")
      }
      #expect(try machine.snaps.inconsistencies().isEmpty)
    }
  }

  /// Two that want the same base at the same time; and snapd, where nothing else has it.
  @Test func sharedNeeds() async throws {
    let store = try StoreInMemory()
    try await Machine.with(base: false, store: store) { machine in
      for source in [
        SnapSource("base24", type: "base"), SnapSource("snapd", type: "snapd"), SnapSource("one", yaml: "base: base24"),
        SnapSource("two", yaml: "base: base24"),
      ] { try store.publish(try machine.pack(source), revision: 1) }
      let changes = [try machine.get("one"), try machine.get("two")]
      for change in changes { #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))") }
      #expect(store.downloads.sorted() == ["base24/1", "one/1", "snapd/1", "two/1"])
      #expect(try machine.snaps.inconsistencies().isEmpty)
    }
  }

  /// A local file whose base a store has.
  @Test func aFileBringsItsBase() async throws {
    let store = try StoreInMemory()
    try await Machine.with(base: false, store: store) { machine in
      try store.publish(try machine.pack(SnapSource("core", type: "os")), revision: 3)
      try await machine.install(machine.pack(SnapSource("hello")))
      #expect(machine.state("core")?.current == .store(3) && machine.state("hello")?.current == .local(1))
    }
  }

  /// What is wrong with what comes, and what is said of it. Nothing is installed, and nothing kept.
  enum Wrong: String, CaseIterable, Sendable {
    case unsigned, forgedRevision, forgedDeclaration, noDeclaration, noAccount, otherSize, otherRevision
    case otherID, otherName, otherSnap, image, revoked, denied, otherBase, unknownRoot

    var text: String {
      switch self {
      case .unsigned: "cannot verify snap \"hello\", no matching signatures found"
      case .forgedRevision, .forgedDeclaration: "cannot resolve prerequisite assertion: account-key ("
      case .noDeclaration: "cannot resolve prerequisite assertion: snap-declaration (hello"
      case .noAccount: "cannot resolve prerequisite assertion: account ("
      case .unknownRoot: "circular assertions are not expected: account-key ("
      case .otherSize: "file does not have expected size according to signatures (download is broken or tampered)"
      case .otherRevision, .otherID:
        "does not have expected ID or revision according to assertions (metadata is broken or tampered)"
      case .otherName: "cannot install \"hello\", snap \"hello\" is undergoing a rename to \"other\""
      case .otherSnap: "cannot use what the store answers for \"hello\": it is about \"other\""
      case .image: "sha3-384 mismatch"
      case .revoked: "cannot install snap \"hello\" with a revoked snap declaration"
      case .denied: "installation not allowed by \"c\" slot rule of interface \"content\" for \"hello\" snap"
      case .otherBase: "its content changed while it was being installed"
      }
    }

    func prepare(_ store: StoreInMemory, _ machine: Machine) throws {
      let image = try machine.pack(
        SnapSource("hello", yaml: "slots:\n  c:\n    interface: content\n    content: c\n    read: [/]"))
      try store.publish(image, revision: 5, signed: self != .unsigned)
      let digest = { (type: AssertionType, name: String, value: String) in
        store.fail { faults in
          faults.assertion = { assertion in
            guard assertion.type == type else { return assertion }
            var headers = assertion.headers
            for name in ["type", "sign-key-sha3-384"] { headers[name] = nil }
            headers[name] = .text(value)
            return try store.sign(type, headers)
          }
        }
      }
      switch self {
      case .unsigned: break
      case .forgedRevision, .forgedDeclaration:
        let type: AssertionType = self == .forgedRevision ? .snapRevision : .snapDeclaration
        store.fail { $0.assertion = { $0.type == type ? try StoreInMemory.forged($0) : $0 } }
      case .noDeclaration: store.fail { $0.assertion = { $0.type == .snapDeclaration ? nil : $0 } }
      case .noAccount: store.fail { $0.assertion = { $0.type == .account ? nil : $0 } }
      case .unknownRoot: try store.distrust(on: machine.directories)
      case .otherSize: digest(.snapRevision, "snap-size", "17")
      case .otherRevision: digest(.snapRevision, "snap-revision", "6")
      case .otherID:
        try store.declare("other")
        digest(.snapRevision, "snap-id", StoreInMemory.snapID(of: "other"))
      case .otherName: try store.declare("hello", ["snap-name": "other"])
      case .otherSnap, .otherBase:
        let isBase = self == .otherBase
        store.fail { faults in
          faults.answer = { response in
            for index in response.results.indices {
              guard case .snap(let kind, var snap) = response.results[index].content, snap.name?.rawValue == "hello"
              else { continue }
              if isBase { (snap.base, snap.snapYAML) = ("none", "") } else { snap.name = try? SnapName("other") }
              response.results[index].content = .snap(kind, snap)
            }
          }
        }
      case .image: store.fail { $0.image = { $0 + [0] } }
      case .revoked: try store.declare("hello", ["snap-name": ""])
      case .denied:
        try store.declare(
          "hello", ["slots": .map(["content": .map(["allow-installation": "false"])])])
      }
    }
  }

  @Test(arguments: Wrong.allCases) func nothingComesOfWhatIsWrong(_ wrong: Wrong) async throws {
    let store = try StoreInMemory()
    try await Machine.with(store: store) { machine in
      try wrong.prepare(store, machine)
      var text: String
      do {
        let change = try machine.get("hello")
        #expect(try await machine.end(of: change) == .error)
        text = machine.errorText(of: change)
      } catch { text = "\(error)" }
      #expect(text.contains(wrong.text), "\(wrong): \(text)")
      #expect(machine.state("hello") == nil)
      // What was signed is what it is, though it may not be installed here.
      #expect(store.kept.isEmpty || wrong == .denied || wrong == .otherBase)
      #expect(machine.images == ["core_x1.snap"])
      #expect(try machine.snaps.inconsistencies().isEmpty)
    }
  }

  /// Stores do not know the revisions of files: what they offer instead is not what was asked for.
  @Test func aRevisionOfAFile() async throws {
    let store = try StoreInMemory()
    try await Machine.with(store: store) { machine in
      try store.publish(try machine.pack(SnapSource("hello")), revision: 5)
      let name = try InstanceName("hello")
      #expect(throws: StoreRefusal.notAvailable(name, .install, channel: nil, releases: [])) {
        try machine.get("hello", revision: .local(1))
      }
      #expect(try await machine.end(of: machine.get("hello", revision: .store(5))) == .done)
    }
  }

  /// A root that goes takes with it what it vouched for, known or not.
  @Test func withoutItsRoot() async throws {
    let store = try StoreInMemory()
    try await Machine.with(store: store) { machine in
      let image = try machine.pack(SnapSource("hello"))
      try store.publish(image, revision: 5)
      let first = try machine.get("hello")
      #expect(try await machine.end(of: first) == .done)
      let id = StoreInMemory.snapID(of: "hello")
      #expect(machine.snaps.signatures.publisher(of: id) != nil)
      try await machine.end(of: machine.snaps.remove([try InstanceName("hello")]))
      try store.distrust(on: machine.directories)
      #expect(machine.snaps.signatures.publisher(of: id) == nil)
      let second = try machine.get("hello")
      #expect(try await machine.end(of: second) == .error)
      // As if the root had never been there.
      #expect(machine.errorText(of: second).contains("circular assertions are not expected: account-key ("))
    }
  }
}
