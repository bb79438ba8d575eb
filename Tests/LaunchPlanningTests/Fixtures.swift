import Host
import LaunchPlan
import LaunchPlanning
import Permissions
import Snap

/// A tree made of words: `/usr/` is a directory, `/lib -> usr/lib` a link, the rest files.
struct FakeTree: Tree {
  private var entries: [String: TreeEntry] = ["": .directory]

  init(_ text: String) {
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "," }) {
      let words = line.split(separator: " ")
      guard let first = words.first else { continue }
      if words.count == 3 {
        entries[String(first)] = .symlink(String(words[2]))
      } else if first.hasSuffix("/") {
        entries[String(first.dropLast())] = .directory
      } else {
        entries[String(first)] = .file
      }
    }
  }

  func entry(_ path: String) -> TreeEntry? { entries[path] }
}

let core22 = BaseLocation(name: "core22", revision: "100")

let baseTree = FakeTree(
  """
  /bin -> usr/bin,/lib -> usr/lib,/etc/,/etc/hosts,/etc/demo/,/opt/,/usr/,/usr/bin/,/usr/bin/tool,/usr/lib/
  /usr/bin/snapctl -> ../lib/snapd/snapctl
  /usr/lib/snapd/,/usr/share/,/usr/share/demo/,/var/,/var/lib/,/var/lib/demo/,/escape -> ../../../etc
  /usr/share/out -> ../../../..,/usr/share/loop -> loop,/usr/share/data -> /dev
  """)
let machineTree = FakeTree("/etc/,/etc/hosts,/etc/passwd,/etc/group,/etc/nsswitch.conf,/etc/localtime -> x")

func planner(prefix: String = "/", base: FakeTree = baseTree, image: FakeTree = FakeTree("/bin/,/bin/app"))
  -> LaunchPlanner
{
  LaunchPlanner(directories: Directories(root: prefix), machine: machineTree) { $0.contains("/core22/") ? base : image }
}

func subject(
  _ instance: String = "foo", _ confinement: LaunchPlan.Confinement = .strict,
  layouts: [Layout] = []
) -> PlanSubject {
  let name = instance.split(separator: "_").first.map(String.init) ?? instance
  var subject = PlanSubject(
    name: name, instance: instance, revision: "7", version: "1.0", architecture: "amd64", confinement: confinement)
  subject.environment = [.init("A", "$SNAP/a")]
  subject.layouts = layouts
  var app = PlanSubject.Entry(securityTag: "snap.\(instance).app", kind: .app, name: "app")
  app.commandChain = ["bin/chain"]
  app.command = ["bin/app", "--conf", "$SNAP_DATA/x"]
  app.environment = [.init("B", "$A/b")]
  app.commonID = "org.example.App"
  var service = PlanSubject.Entry(securityTag: "snap.\(instance).svc", kind: .service, name: "svc")
  service.command = ["bin/svc"]
  service.stopCommand = ["bin/stop", "now"]
  service.grants = .networkBind
  var hook = PlanSubject.Entry(securityTag: "snap.\(instance).hook.configure", kind: .hook, name: "configure")
  hook.command = ["meta/hooks/configure"]
  subject.entries = [app, service, hook]
  return subject
}

extension MountStep {
  /// One line, so that a whole view is readable in a failure.
  var line: String {
    switch self {
    case .tmpfs(let target, let mode, _): "tmpfs \(target) \(String(mode, radix: 8))"
    case .directory(let target, let mode): "dir \(target) \(String(mode, radix: 8))"
    case .baseTree(let source, let target, let excluding, let options):
      "tree \(source) \(target) -[\(excluding.joined(separator: " "))] \(options.letters)"
    case .bind(let source, let target, let options): "bind \(source) \(target) \(options.letters)"
    case .symlink(let target, let content): "link \(target) \(content)"
    case .file(let target, _, _): "file \(target)"
    case .proc(let target, let hide): "proc \(target) \(hide ? "hidden" : "open")"
    case .devpts(let target): "devpts \(target)"
    case .userData(let roots): "userdata \(roots.joined(separator: " "))"
    case .userRuntime(let source, let target): "userrun \(source) \(target)"
    case .privateTmp(let source, let target): "private \(source) \(target)"
    case .seal(let target): "seal \(target)"
    case .hostRoot(let target, _): "host \(target)"
    }
  }
}

extension BindOptions {
  /// r recursive, o read-only, s no setuid, d no devices, x no execution, ? optional, l follows links, + shared.
  var letters: String {
    let names: [(BindOptions, String)] = [
      (.recursive, "r"), (.readOnly, "o"), (.noSetUID, "s"), (.noDevices, "d"), (.noExecute, "x"), (.optional, "?"),
      (.followSymlinks, "l"), (.shared, "+"),
    ]
    return names.filter { contains($0.0) }.map { $0.1 }.joined()
  }
}
