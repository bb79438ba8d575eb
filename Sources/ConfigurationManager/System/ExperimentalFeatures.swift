internal import ByteText
internal import Host
internal import Linux

/// `experimental.<feature>`: what is not for everybody yet. Some features are for programs to see, as files.
public struct ExperimentalFeatures: SystemOption {
  private static let exported = [
    "parallel-instances", "hidden-snap-folder", "move-snap-home-dir", "refresh-app-awareness-ux", "confdb",
    "apparmor-prompting",
  ]
  private static let others = [
    "hotplug", "user-daemons", "check-disk-space-install", "check-disk-space-refresh", "check-disk-space-remove",
    "gate-auto-refresh-hook", "quota-groups", "confdb-control", "content-compatibility-label", "clustering",
    "remote-device-management", "seed-refresh", "snap-delta-format",
  ]
  /// Always on by now; the names stay.
  private static let graduated = [
    "layouts", "robust-mount-namespace-updates", "classic-preserves-xdg-runtime-dir", "refresh-app-awareness",
    "dbus-activation",
  ]

  public init() {}

  public var names: [String] { (Self.exported + Self.others + Self.graduated).map { "experimental.\($0)" } }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    for name in names { try OptionText.checkSwitch(name, configuration) }
  }

  public func apply(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    for feature in Self.exported where configuration.changed.contains("experimental.\(feature)") {
      let path = "\(machine.directories.features)/\(feature)"
      if configuration.text("experimental.\(feature)").hasSameBytes(as: "true") {
        try Files.makeDirectories(machine.directories.features, mode: 0o755)
        try Files.writeAtomically([], to: path, mode: 0o644)
      } else if try Files.status(path) != nil {
        try Files.remove(path)
      }
    }
  }
}
