internal import Snap
internal import State

extension SnapManager {
  /// Lays out the tasks that bring one revision in. Source of kinds, order and texts: `spec/engine.md` §3.
  ///
  /// - Parameter inUse: revisions that are not discarded, whatever their age.
  func addInstallTasks(
    _ setup: SnapSetup, keeping inUse: Set<Revision> = [], to change: ChangeID, in lane: Lane,
    _ state: inout State
  ) throws {
    let installed = state[snap: setup.instance]
    var setup = setup
    setup.previous = installed?.current
    var chain = TaskChain(change: change, lane: lane, setup: setup)
    try addOrigin(&chain, &state)
    if setup.source != .installed {
      try chain.add(MountSnap.self, "Mount snap \(chain.named)", &state)
    }
    let refreshes = installed != nil && setup.purpose == .refresh
    if refreshes, setup.type.runsRefreshHooks, let current = installed?.current {
      try chain.addHook("pre-refresh", at: current, &state)
    }
    if installed?.active == true {
      try chain.add(StopSnapServices.self, "Stop snap \(chain.quoted) services", &state)
      try chain.add(RemoveAliases.self, "Remove aliases for snap \(chain.quoted)", &state)
      try chain.add(UnlinkCurrentSnap.self, "Make current revision for snap \(chain.quoted) unavailable", &state)
    }
    if setup.purpose != .revert {
      try chain.add(CopySnapData.self, "Copy snap \(chain.quoted) data", &state)
    }
    try chain.add(SetupProfiles.self, "Setup snap \(chain.named) security profiles", &state)
    try chain.add(LinkSnap.self, "Make snap \(chain.named) available to the system", &state)
    chain.append(try connections.addAutoConnect(for: setup.instance, to: change, in: &state), &state)
    try chain.add(SetAutoAliases.self, "Set automatic aliases for snap \(chain.quoted)", &state)
    try chain.add(SetupAliases.self, "Setup snap \(chain.quoted) aliases", &state)
    if setup.aliasing == .prefer {
      try chain.add(PreferAliases.self, "Prefer aliases for snap \(chain.quoted)", &state)
    }
    if installed == nil {
      try chain.addHook("install", &state)
      try chain.addHook("default-configure", usesDefaults: true, &state)
    } else if refreshes, setup.type.runsRefreshHooks {
      try chain.addHook("post-refresh", &state)
    }
    try chain.add(StartSnapServices.self, "Start snap \(chain.named) services", &state)
    if refreshes, let installed {
      let retain = configuration.retainedRevisions(in: state)
      for old in installed.garbage(adding: setup.revision, retain: retain) where !inUse.contains(old) {
        try chain.add(ClearSnap.self, at: old, "Remove data for snap \(chain.quoted) (\(old))", &state)
        try chain.add(DiscardSnap.self, at: old, "Remove snap \(chain.quoted) (\(old)) from the system", &state)
      }
    }
    try chain.add(Cleanup.self, "Clean up \(chain.named) install", &state)
    if setup.purpose != .revert && setup.type != .base && setup.type != .snapd {
      try chain.addHook("configure", timeout: HookTimeout.configure, usesDefaults: installed == nil, &state)
    }
    if setup.purpose != .revert || installed != nil {
      try chain.addHook("check-health", ignoreError: true, timeout: HookTimeout.checkHealth, &state)
    }
  }

  /// What brings the content, and what it needs before anything is made of it.
  private func addOrigin(_ chain: inout TaskChain, _ state: inout State) throws {
    let prerequisites = "Ensure prerequisites for \(chain.quoted) are available"
    switch chain.setup.source {
    case .store:
      // What is missing comes while this comes.
      try chain.add(Prerequisites.self, prerequisites, &state) { $0.prerequisites = .begin }
      let channel = chain.setup.tracking?.revisionChannel ?? chain.setup.tracking?.channel ?? ""
      try chain.add(DownloadSnap.self, "Download snap \(chain.named) from channel \"\(channel)\"", &state)
      try chain.add(ValidateSnap.self, "Fetch and check assertions for snap \(chain.named)", &state)
      try chain.add(Prerequisites.self, prerequisites, &state) { $0.prerequisites = .await }
    case .image(let path), .directory(let path):
      try chain.add(Prerequisites.self, prerequisites, &state)
      try chain.add(PrepareSnap.self, "Prepare snap \"\(path)\" (\(chain.setup.revision))", &state)
    case .installed:
      try chain.add(Prerequisites.self, prerequisites, &state)
      try chain.add(PrepareSnap.self, "Prepare snap \(chain.named)", &state)
    }
  }
}

extension SnapState {
  /// The revisions that a refresh to `new` makes superfluous: everything abandoned by a revert, then the oldest,
  /// so that `retain` are kept. Source: `spec/engine.md`, "GC".
  func garbage(adding new: Revision, retain: Int) -> [Revision] {
    guard let index = sequence.firstIndex(where: { $0.revision == current }) else { return [] }
    let abandoned = sequence[(index + 1)...].map(\.revision).filter { $0 != new }
    let kept = sequence[...index].map(\.revision)
    let oldest = kept.dropLast().filter { $0 != new }
    return abandoned + oldest.prefix(max(0, oldest.count + 1 - (retain - 1)))
  }
}
