internal import ByteText
internal import LaunchPlan
internal import Snap

/// A read-only directory shown as a tmpfs with the same entries, so that something can be put beside them.
struct Mimic: Equatable {
  /// Host path.
  var source: String
  /// Names that are not shown.
  var excluded: Set<String> = []
}

/// Fits `layout:` into a view (`spec/features.md` §4 has the rules, `spec/confinement.md` §4 the effect).
///
/// A target that exists with the right type is mounted over. Where a name has to be made or replaced, its directory
/// becomes a ``Mimic``, planned here from the trees, so that the launcher has nothing to find out.
struct LayoutPlanner {
  /// A part of the view that shows a tree.
  struct Area {
    /// Sandbox path, `""` for the root.
    var target: String
    /// Host path of the same place.
    var source: String
    var tree: any Tree
  }

  let subject: PlanSubject
  let places: SnapPlaces
  /// Sandbox directories that are the view's own tmpfs: names are simply made there.
  let own: Set<String>
  let areas: [Area]

  /// What the mimics are, by sandbox path; begins with those the view needs anyway.
  var mimics: [String: Mimic]
  var steps: [MountStep] = []
  /// Sources below the snap's data: the reference makes them when they are missing.
  var dataSources: [LayoutSource] = []
  /// Sandbox paths of all layouts.
  var targets: Set<ExactText> = []

  init(subject: PlanSubject, places: SnapPlaces, own: Set<String>, areas: [Area], mimics: [String: Mimic]) {
    self.subject = subject
    self.places = places
    self.own = own
    self.areas = areas.sorted { $0.target.utf8.count > $1.target.utf8.count }
    self.mimics = mimics
  }

  mutating func plan() throws(PlanningError) {
    var items: [(path: String, item: Layout)] = []
    for item in subject.layouts {
      let path = try places.expand(item.path)
      try check(path, item.path)
      items.append((path, item))
    }
    for (path, item) in items.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
      let target = try place(path, item)
      guard targets.insert(ExactText(target)).inserted else {
        throw .layout(path: item.path, reason: "another layout has the same place")
      }
      switch item.content {
      case .bind(let source):
        let host = try hostSource(source, item, isFile: false)
        steps.append(.bind(source: host, target: target, options: [.recursive, .noSetUID, .noDevices]))
      case .bindFile(let source):
        let host = try hostSource(source, item, isFile: true)
        steps.append(.bind(source: host, target: target, options: [.noSetUID, .noDevices]))
      case .tmpfs: steps.append(.tmpfs(target: target, mode: item.mode & 0o1777, options: []))
      case .symlink(let content):
        steps.append(.symlink(target: target, content: try places.expand(content)))
      }
    }
  }

  /// Finds where a connection's mount belongs: where a layout could be, or in the snap's `/tmp`.
  mutating func placeContent(_ path: String, _ item: Layout) throws(PlanningError) -> String {
    if path.isBelow("/tmp") { return path }
    try check(path, item.path)
    return try place(path, item)
  }

  /// Places that no layout may touch, checked again though `snap.yaml` was: a mistake there would be a way out.
  private func check(_ path: String, _ written: String) throws(PlanningError) {
    let parts = PathBytes.components(path)
    let ownImage = "/snap/\(subject.name)/\(subject.revision)"
    let ownData = "/var/snap/\(subject.name)"
    if path.isBelow(ownImage) || path.isBelow(ownData + "/" + subject.revision) || path.isBelow(ownData + "/common") {
      return
    }
    let forbidden = [
      "/dev", "/proc", "/sys", "/media", "/run", "/var/run", "/tmp", "/var/lib/snapd", "/lib/firmware",
      "/usr/lib/firmware", "/lib/modules", "/usr/lib/modules", "/var/snap", "/home", "/boot", "/lost+found", "/snap",
    ]
    guard parts.count > 0, !forbidden.contains(where: { path == $0 || path.isBelow($0) }) else {
      throw .layout(path: written, reason: "its place is off-limits")
    }
    let roots = ["bin", "etc", "lib", "lib64", "meta", "mnt", "opt", "root", "sbin", "srv", "usr", "var", "writable"]
    guard let first = parts.first, roots.contains(first) else {
      throw .layout(path: written, reason: "defining a new top-level directory is not supported")
    }
  }

  /// Finds where a layout's path really is, making a mimic if need be. The result has no symbolic link in it.
  private mutating func place(_ path: String, _ item: Layout) throws(PlanningError) -> String {
    // The snap's data is writable and shown as it is: the launcher makes names there.
    if path.isBelow("/var/snap/\(subject.name)") { return path }
    var rest = PathBytes.components(path)[...]
    var current = ""
    var followed = 0
    while let name = rest.first {
      rest = rest.dropFirst()
      let here = current + "/" + name
      let last = rest.isEmpty
      guard let area = area(of: here) else {
        current = here
        continue
      }
      switch area.tree.entry(here.after(area.target) ?? "") {
      case nil:
        mimic(current, excluding: nil)
        return rest.reduce(here) { $0 + "/" + $1 }
      case .directory:
        if last {
          switch item.content {
          case .bind, .tmpfs: return here
          case .symlink:
            mimic(current, excluding: name)
            return here
          case .bindFile: throw .layout(path: item.path, reason: "a directory is in the place of a file")
          }
        }
        current = here
      case .file:
        guard last else { throw .layout(path: item.path, reason: "\(printable(here)) is not a directory") }
        switch item.content {
        case .bindFile: return here
        case .symlink:
          mimic(current, excluding: name)
          return here
        case .bind, .tmpfs: throw .layout(path: item.path, reason: "a file is in the place of a directory")
        }
      case .symlink(let content):
        if last {
          mimic(current, excluding: name)
          return here
        }
        followed += 1
        guard followed <= 40 else { throw .layout(path: item.path, reason: "too many symbolic links") }
        let absolute = content.hasBytePrefix("/") ? content : current + "/" + content
        guard let clean = absolute.resolvingDots else {
          throw .layout(path: item.path, reason: "a symbolic link leaves its tree")
        }
        let target = rest.reduce(clean) { $0 + "/" + $1 }
        // Whatever the link says, the end must be a place the layout could have named itself.
        try check(target, item.path)
        rest = PathBytes.components(target)[...]
        current = ""
      }
    }
    return current
  }

  /// The tree that is seen at a path, unless the path is one of the view's own.
  private func area(of path: String) -> Area? {
    if own.contains(where: { path == $0 || path.isBelow($0) }) {
      return areas.first { $0.target != "" && (path.isBelow($0.target) || path == $0.target) }
    }
    return areas.first { path.isBelow($0.target) || path == $0.target }
  }

  private mutating func mimic(_ directory: String, excluding name: String?) {
    let key = directory.isEmpty ? "/" : directory
    // Below the view's own directories, and without a tree, names can just be made.
    guard let area = directory.isEmpty ? areas.last : area(of: directory) else { return }
    let relative = directory.after(area.target) ?? ""
    if mimics[key] == nil {
      guard key != "/" else { return }
      mimics[key] = Mimic(source: area.source + relative)
    }
    if let name { mimics[key]?.excluded.insert(name) }
  }

  private mutating func hostSource(
    _ text: String, _ item: Layout, isFile: Bool
  ) throws(PlanningError) -> String {
    let sandbox = try places.expand(text)
    if let rest = sandbox.after("/snap/\(subject.name)/\(subject.revision)") { return places.hostImage + rest }
    for place in [subject.revision, "common"] {
      if let rest = sandbox.after("/var/snap/\(subject.name)/\(place)") {
        if !rest.isEmpty {
          dataSources.append(LayoutSource(place: places.hostData + "/" + place, path: rest, isFile: isFile))
        }
        return places.hostData + "/" + place + rest
      }
    }
    throw .layout(path: item.path, reason: "its source \(printable(text)) is not the snap's own")
  }
}

/// A layout's source in the snap's data, which has to exist before the first launch. Who makes it must walk without
/// following symbolic links below `place`: the snap can write there.
public struct LayoutSource: Hashable, Sendable {
  /// Host path of `/var/snap/<instance>/<revision>` or `…/common`.
  public var place: String
  /// Below it, with a leading slash.
  public var path: String
  /// Whether a file is made, or a directory.
  public var isFile: Bool
}

extension String {
  /// Whether the path is strictly inside another.
  func isBelow(_ directory: String) -> Bool {
    utf8.count > directory.utf8.count + 1 && hasBytePrefix(directory + "/")
  }

  /// What follows a directory: empty for itself, `nil` when it's elsewhere.
  func after(_ directory: String) -> String? {
    if hasSameBytes(as: directory) { return "" }
    return isBelow(directory) ? bytes(after: directory).map(String.init) : nil
  }

  /// The absolute path without `.` and `..`; `nil` when it climbs over the root.
  var resolvingDots: String? {
    var parts: [Substring] = []
    for part in byteSplit("/") where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(part)
      }
    }
    return parts.map { "/" + $0 }.joined()
  }
}
