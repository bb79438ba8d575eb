internal import Linux

/// What this kernel can enforce.
struct Sandbox: Sendable {
  /// By backend, for `sandbox-features`.
  let features: [String: [String]]
  /// Whether everything that strict confinement needs is here. It does not need AppArmor.
  let isStrict: Bool

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
    isStrict = landlock > 0 && actions?.contains("kernel:errno") == true
    if isStrict { features["confinement-options"]?.append("strict") }
    self.features = features.mapValues { $0.sorted() }
  }
}
