internal import CSystemd

/// Whether the connection is paid for by volume, as NetworkManager says.
public enum NetworkMeter {
  /// False where there is no NetworkManager: then nobody knows. Blocks for some seconds at most.
  public static func isMetered(_ directories: Directories) -> Bool {
    // Microseconds. The answer is in its memory: it comes at once or not at all.
    let patience: UInt64 = 5_000_000
    var value: UInt32 = 0
    let status = cs_network_metered("unix:path=\(directories.systemBus)/system_bus_socket", patience, &value)
    guard status >= 0 else { return false }
    // NMMetered: 1 yes, 3 a guess that it is (networkmanager.dev, "NMMetered").
    return value == 1 || value == 3
  }
}
