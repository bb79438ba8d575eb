import Host
import LaunchPlan
import LaunchPlanning
import Snap
import Testing

@testable import Running

/// Every variable that an app, a service and a hook get (`spec/features.md` §6), from `snap.yaml` to the process: none is
/// missing, and there is none that the reference would not set.
@Suite struct CompleteEnvironmentTests {
  private struct Machine: Tree {
    func entry(_ path: String) -> TreeEntry? { path.isEmpty ? .directory : nil }
  }

  private static let yaml = """
    name: foo
    version: 1.2
    environment: {Z: last, A: $Z-$SNAP_REVISION}
    apps:
      foo: {command: bin/a, common-id: org.example.foo, environment: {A: "${A}+app"}}
      svc: {command: bin/s, daemon: dbus, bus-name: org.example.Svc, slots: [bus]}
    slots:
      bus: {interface: dbus, bus: system, name: org.example.Svc}
    hooks:
      install: {environment: {A: "$A+hook"}}
    """

  private static let snap: [String: String] = [
    "SNAP_NAME": "foo", "SNAP_VERSION": "1.2", "SNAP_REVISION": "x7", "SNAP_ARCH": Architecture.host.description,
    "SNAP_LIBRARY_PATH": "/var/lib/snapd/lib/gl:/var/lib/snapd/lib/gl32", "SNAP_REEXEC": "", "SNAP_UID": "1000",
    "SNAP_EUID": "1000", "SNAP_REAL_HOME": "/home/ann",
  ]

  private static func user(_ instance: String) -> [String: String] {
    let key = instance.split(separator: "_").dropFirst().first.map(String.init) ?? ""
    return [
      "SNAP_INSTANCE_NAME": instance, "SNAP_INSTANCE_KEY": key, "SNAP_USER_DATA": "/home/ann/snap/\(instance)/x7",
      "SNAP_USER_COMMON": "/home/ann/snap/\(instance)/common",
    ]
  }

  private static func places(_ name: String) -> [String: String] {
    [
      "SNAP": "/snap/\(name)/x7", "SNAP_COMMON": "/var/snap/\(name)/common", "SNAP_DATA": "/var/snap/\(name)/x7",
    ]
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var instance: String
    var confinement: Confinement
    var tag: String
    var testDescription: String { "\(tag) \(confinement)" }

    static let all = ["foo", "foo_k"].flatMap { instance in
      [Confinement.strict, .devmode, .classic].flatMap { confinement in
        ["foo", "svc", "hook.install"].map { Case(instance: instance, confinement: confinement, tag: $0) }
      }
    }
  }

  @Test(arguments: Case.all)
  func isComplete(_ item: Case) throws {

    var info = try SnapInfo(yaml: Array(Self.yaml.utf8))
    let instance = try InstanceName(item.instance)
    info.instanceKey = instance.key
    let planner = LaunchPlanner(directories: Directories(), machine: Machine(), tree: { _ in Machine() })
    let plans = try planner.plans(
      for: info, instance: instance, revision: .local(7), confinement: item.confinement,
      base: BaseLocation(name: "core", revision: "1"))
    let plan = try #require(plans.first { $0.securityTag == "snap.\(instance).\(item.tag)" })
    let given = ["HOME=/home/ann", "XDG_RUNTIME_DIR=/run/user/1000", "SNAP_COOKIE=c", "SNAP_CONTEXT=c", "PATH=/bin"]
    let variables = EnvironmentTests.environment(plan, given: given).variables
    var found: [String: String] = [:]
    variables.forEach { key, _ in
      if key.hasPrefix("SNAP") || ["HOME", "XDG_RUNTIME_DIR", "A", "Z"].contains(key) { found[key] = variables[key] }
    }
    var expected = Self.snap.merging(Self.user(item.instance)) { $1 }
    let isClassic = item.confinement == .classic
    // A classic snap is on the host, where an instance has the places of its own.
    expected.merge(Self.places(isClassic ? item.instance : "foo")) { $1 }
    expected["HOME"] = isClassic ? "/home/ann" : "/home/ann/snap/\(instance)/x7"
    expected["XDG_RUNTIME_DIR"] = isClassic ? "/run/user/1000" : "/run/user/1000/snap.\(instance)"
    expected["Z"] = "last"
    expected["A"] = "last-x7"
    switch item.tag {
    case "foo":
      expected["SNAP_APP_NAME"] = "foo"
      expected["SNAP_APP_COMMON_ID"] = "org.example.foo"
      expected["A"] = "last-x7+app"
    case "svc":
      expected["SNAP_APP_NAME"] = "svc"
      expected["SNAP_APP_BUS_NAME"] = "org.example.Svc"
    default:
      expected["A"] = "last-x7+hook"
      // The daemon gives a hook the secret of its own.
      expected["SNAP_COOKIE"] = "c"
      expected["SNAP_CONTEXT"] = "c"
    }
    #expect(found == expected)
  }

  /// Fixed arguments of a command are expanded too, and empty ones left out; what a user types is not touched.
  @Test(arguments: [
    ("$SNAP_DATA/conf", "/var/snap/hello/7/conf"), ("--x=${A}", "--x=b=c"), ("$NONE", nil), ("plain", "plain"),
    ("/snap/hello/7/bin/a$A", "/snap/hello/7/bin/a$A"), ("/snap/hello/7x/$A", "/snap/hello/7x/b=c"),
  ])
  func argumentsAreExpanded(word: String, expected: String?) {
    let environment = EnvironmentTests.environment(EnvironmentTests.plan())
    #expect(environment.expand(argument: word).map { String(decoding: $0, as: UTF8.self) } == expected)
  }
}
