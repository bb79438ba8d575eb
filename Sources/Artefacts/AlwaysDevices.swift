public import Linux

/// What every snap may open. Source: `spec/confinement.md` §5.
extension DeviceRule {
  /// By number: null, zero, full, random, urandom, tty, console, ptmx, and pseudo-terminals.
  public static let always: [DeviceRule] =
    [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)].map {
      DeviceRule(.character, major: $0.0, minor: $0.1)
    } + (136...143).map { DeviceRule(.character, major: $0, minor: nil) }

  /// By path, as far as it exists: whoever builds the group looks up the numbers.
  static let alwaysByPath: [String] =
    (0...254).map { "/dev/nvidia\($0)" } + [
      "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-modeset", "/dev/uhid", "/dev/net/tun",
    ]
}
