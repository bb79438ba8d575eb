extension SeccompCompiler.Source {
  /// The source as text, as `/var/lib/snapd/seccomp/bpf/<tag>.src` has it (`spec/confinement.md` §6): reading it gives
  /// the same source.
  ///
  /// - Parameter versionInfo: what the compiled filter depends on, for the comment at its head; another text means
  ///   that the filter has to be compiled again.
  public func text(versionInfo: String = FilterCommand.versionInfo) -> String {
    // One line, whatever somebody hands in.
    let version = versionInfo.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : String($0) }.joined()
    var lines = ["# snap-seccomp version information:", "# " + version]
    if unrestricted { lines.append("@unrestricted") }
    if complain { lines.append("@complain") }
    lines += rules.map(\.description)
    return lines.joined(separator: "\n") + "\n"
  }
}

extension PermissionSet {
  /// The source of an app's filter for its kind of confinement: nothing is filtered for a classic snap, and in
  /// development mode refusals are logged instead.
  public func filter(
    confinement: AppArmorProfile.Confinement, users: [SystemUser], appArmor: Bool = false
  ) throws(SeccompError) -> SeccompCompiler.Source {
    var source: SeccompCompiler.Source
    switch confinement {
    case .classic:
      source = SeccompCompiler.Source(rules: [])
      source.unrestricted = true
    case .devmode:
      source = try filter(users: users, appArmor: appArmor)
      source.complain = true
    case .strict, .jailmode: source = try filter(users: users, appArmor: appArmor)
    }
    return source
  }
}
