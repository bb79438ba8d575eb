import Host
import LaunchPlan
import Permissions
import Testing

@testable import LaunchPlanning

/// What rules about message buses become.
@Suite struct BusTests {
  private struct Machine: Tree {
    var mediates: Bool
    func entry(_ path: String) -> TreeEntry? {
      mediates && path == "/sys/kernel/security/apparmor/features/dbus" ? .directory : nil
    }
  }

  private func plans(
    _ grants: [PermissionSet], confinement: LaunchPlan.Confinement = .strict, mediates: Bool = false,
    appArmor: Bool = false, prefix: String = "/"
  ) throws -> [LaunchPlan] {
    var subject = subject()
    subject.confinement = confinement
    let entry = subject.entries[0]
    subject.entries = grants.enumerated().map { index, grants in
      var entry = entry
      entry.securityTag = "snap.\(subject.instance).app\(index)"
      entry.grants = grants
      return entry
    }
    return try LaunchPlanner(
      directories: Directories(root: prefix), machine: Machine(mediates: mediates),
      tree: { _ in Machine(mediates: false) },
      appArmor: appArmor
    ).plans(for: subject, base: core22).plans
  }

  private func talk(_ bus: DBusRule.Bus, _ name: PolicyPattern) -> PermissionSet {
    var grants = PermissionSet()
    grants.dbus = [DBusRule(bus, .messages([]), peerName: name)]
    return grants
  }

  @Test func rulesAreWordsForTheProxyOfTheirBus() throws {
    var both = talk(.system, "org.example.Good")
    both.dbus.append(DBusRule(.session, .own("org.example.Mine")))
    let plans = try plans([both, talk(.system, "org.example.Good"), PermissionSet()])
    #expect(plans.map(\.systemBus) == [["--talk=org.example.Good"], ["--talk=org.example.Good"], []])
    #expect(plans.map(\.sessionBus) == [["--own=org.example.Mine"], [], []])
    #expect(plans.map(\.sharesSystemBus) == [false, false, false])
    #expect(plans.allSatisfy { $0.grantedPlaces.isEmpty })
    // What a proxy lets through is no part of the view.
    #expect(Set(plans.map(\.namespaceKey)).count == 1)
    for plan in plans { #expect(try LaunchPlan(decoding: plan.encoded()) == plan) }
  }

  @Test func equalsShareTheWellKnownPlace() throws {
    let equal = try plans([talk(.system, "org.example.Good"), talk(.system, "org.example.Good")])
    #expect(equal.map(\.sharesSystemBus) == [true, true])
    let none = try plans([PermissionSet(), PermissionSet()])
    #expect(none.map(\.sharesSystemBus) == [false, false])
  }

  @Test(arguments: [LaunchPlan.Confinement.devmode, .classic])
  func nothingIsKeptFromWhoIsNotConfined(confinement: LaunchPlan.Confinement) throws {
    let plan = try plans([talk(.system, "org.example.Good")], confinement: confinement)[0]
    #expect(plan.systemBus.isEmpty && plan.grantedPlaces.isEmpty)
  }

  /// Only AppArmor in the kernel together with profiles may take the proxy's place.
  @Test(arguments: [(true, true, true), (true, false, false), (false, true, false)])
  func whereTheKernelMediatesTheSocketIsShown(mediates: Bool, appArmor: Bool, shown: Bool) throws {
    let plan = try plans(
      [talk(.system, "org.example.Good"), PermissionSet()], mediates: mediates, appArmor: appArmor, prefix: "/r")[0]
    #expect(plan.systemBus.isEmpty == shown)
    #expect(plan.grantedPlaces.map(\.line) == (shown ? ["/r/run/dbus>/run/dbus system_bus_socket wb"] : []))
  }

  /// Patterns that would show a bus to whoever is granted something else.
  @Test(arguments: [
    ("/run/dbus/*", ["/run/dbus system_bus_socket H"]), ("/run/**", ["/run/dbus system_bus_socket H"]),
    ("/run/{dbus,x}/*", ["/run/dbus system_bus_socket H"]), ("/run/user/*/b*", ["/run/user/$UID bus H"]),
    ("/run/foo/sock", []), ("/dev/video0", []),
  ])
  func noPatternShowsABus(text: String, refusals: [String]) throws {
    var grants = PermissionSet()
    grants.files = [FileRule(try PathPattern(text), "rw")]
    let plan = try plans([grants])[0]
    let hidden = plan.grantedPlaces.filter { $0.options == .hidden }.map(\.line)
    for refusal in refusals { #expect(hidden.contains(refusal), "\(text): \(hidden)") }
    if refusals.isEmpty { #expect(hidden == []) }
  }

  /// A service that may tell systemd how it is may tell the supervisor, at a place that is its own.
  @Test(arguments: [LaunchPlan.Confinement.strict, .devmode])
  func servicesSeeTheSupervisorsSocket(confinement: LaunchPlan.Confinement) throws {
    var grants = PermissionSet()
    grants.files = [FileRule("/run/systemd/notify", .write)]
    var subject = subject()
    subject.confinement = confinement
    var (service, app, other) = (subject.entries[0], subject.entries[0], subject.entries[0])
    (service.securityTag, service.kind, service.grants) = ("snap.\(subject.instance).srv", .service, grants)
    (app.securityTag, app.kind, app.grants) = ("snap.\(subject.instance).app", .app, grants)
    (other.securityTag, other.kind, other.grants) = ("snap.\(subject.instance).other", .service, PermissionSet())
    subject.entries = [service, app, other]
    let directories = Directories(root: "/root/x")
    let plans = try LaunchPlanner(
      directories: directories, machine: Machine(mediates: false), tree: { _ in Machine(mediates: false) },
      appArmor: false
    ).plans(for: subject, base: core22).plans
    let source = directories.notifyDirectory(of: "snap.\(subject.instance).srv.service")
    let place = GrantedPlace(
      source: source, target: String(source.dropFirst("/root/x".count)), pattern: "socket",
      options: [.write, .byDirectory])
    for plan in plans {
      #expect(plan.grantedPlaces.filter { $0.pattern == "socket" } == (confinement == .strict ? [place] : []))
      #expect(plan.watchedPlaces.contains(source) == (confinement == .strict))
    }
  }
}
