internal import ByteText
internal import Host
internal import LaunchPlan
internal import Permissions
internal import Snap

// What connections mount inside (`spec/confinement.md` §4, content and the like): apart from the fixed view, since it
// comes and goes while processes are in it.
extension ViewPlanner {
  /// The steps for content mounts, with stand-ins for read-only directories that lack their places. What cannot be
  /// placed is left out, as the reference does.
  ///
  /// - Parameter view: the steps of the fixed view. What it binds where there will be a stand-in is bound in that again.
  func content(_ layouts: inout LayoutPlanner, over view: [MountStep]) -> [MountStep] {
    let fixed = layouts.mimics
    var steps: [MountStep] = []
    var targets: Set<ExactText> = []
    for mount in contentMounts.sorted(by: { ($0.target, $0.source) < ($1.target, $1.source) }) {
      guard let source = hostPath(mount.source), isPlain(mount.target) else { continue }
      let before = layouts.mimics
      let item = Layout(path: mount.target, content: shape(mount, source))
      let target: String
      do throws(PlanningError) {
        target = try layouts.placeContent(mount.target, item)
      } catch {
        layouts.mimics = before
        continue
      }
      // A stand-in of the fixed view is as it is: nothing can be taken out of it.
      guard fixed.allSatisfy({ layouts.mimics[$0.key] == $0.value }), targets.insert(ExactText(target)).inserted else {
        layouts.mimics = before
        continue
      }
      var options: BindOptions = [.noSetUID, .noDevices, .optional]
      if mount.readOnly { options.insert(.readOnly) }
      switch mount.kind {
      case .directory: steps.append(.bind(source: source, target: target, options: options.union(.recursive)))
      case .file: steps.append(.bind(source: source, target: target, options: options))
      case .symlink: steps.append(.symlink(target: target, content: source))
      case .tmpfs: steps.append(.tmpfs(target: target, mode: 0o755, options: []))
      }
    }
    for case .bind(let source, let target, let options) in view
    where layouts.mimics.contains(where: { fixed[$0.key] == nil && target.isBelow($0.key) }) {
      let name = PathBytes.components(target).last ?? ""
      layouts.mimics[String(target.dropLast(name.count + 1))]?.excluded.insert(String(name))
      steps.append(.bind(source: source, target: target, options: options))
    }
    let added = layouts.mimics.filter { fixed[$0.key] == nil }.sorted { $0.key < $1.key }
    return added.map { target, mimic in
      .baseTree(
        source: mimic.source, target: target, excluding: mimic.excluded.sorted(),
        options: [.recursive, .readOnly, .noSetUID, .noDevices])
    } + steps
  }

  private func shape(_ mount: ContentMount, _ source: String) -> Layout.Content {
    switch mount.kind {
    case .directory: .bind(source)
    case .file: .bindFile(source)
    case .symlink: .symlink(source)
    case .tmpfs: .tmpfs
    }
  }

  /// Where something is on the host that the sandbox's names say.
  private func hostPath(_ path: String) -> String? {
    guard isPlain(path) else { return nil }
    if let rest = path.after("/var/lib/snapd/hostfs") { return rest.isEmpty ? nil : rest }
    if let rest = path.after("/var/snap") { return directories.data + rest }
    if let rest = path.after("/snap") { return directories.snaps + rest }
    return path
  }

  private func isPlain(_ path: String) -> Bool {
    path != "/" && LaunchPlan.isCleanAbsolute(path) && path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
  }
}
