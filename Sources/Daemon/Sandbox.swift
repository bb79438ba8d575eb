internal import Linux

/// What this kernel can enforce.
struct Sandbox: Sendable {
  /// By backend, for `sandbox-features`.
  let features: [String: [String]]
  /// How far this kernel confines. It does not need AppArmor for any of it.
  let confinement: Confinement

  /// What `system-info` and `snap debug confinement` say.
  enum Confinement: String, Sendable {
    /// Every layer holds: `snap debug confinement --prove` would find no way out.
    case strict
    /// Some layer is missing, or knows too little: snaps run with what is there.
    case partial
    /// Neither system calls nor files can be kept from a snap.
    case none

    /// - Parameters:
    ///   - filters: seccomp filters that answer with an error.
    ///   - landlock: Landlock's ABI, 0 for none. Signals and abstract sockets, which no view hides, are scoped from 6 on.
    ///   - namespaces: of mounts and of System V objects.
    init(filters: Bool, landlock: Int, namespaces: Bool) {
      self = filters && landlock >= 6 && namespaces ? .strict : filters || landlock > 0 ? .partial : .none
    }
  }

  /// This machine's, found out once.
  static let current = Sandbox()

  private init() {
    var features: [String: [String]] = ["confinement-options": ["classic", "devmode"]]
    let actions = (try? Files.read("/proc/sys/kernel/seccomp/actions_avail", limit: 4096)).map {
      String(decoding: $0, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map { "kernel:\($0)" }
    }
    let landlock = Kernel.landlockABI
    if let actions { features["seccomp"] = actions + ["bpf-argument-filtering"] }
    if landlock > 0 { features["landlock"] = ["abi:\(landlock)"] }
    features["mount"] = ["layouts", "mount-namespace", "per-snap-persistency", "per-snap-user-profiles"]
    let namespaces = ["mnt", "ipc"].allSatisfy { (try? Files.readSymlink("/proc/self/ns/" + $0)) != nil }
    confinement = Confinement(
      filters: actions?.contains("kernel:errno") == true, landlock: landlock, namespaces: namespaces)
    if confinement == .strict { features["confinement-options"]?.append("strict") }
    self.features = features.mapValues { $0.sorted() }
  }
}
