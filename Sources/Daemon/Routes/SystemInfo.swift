internal import API
internal import ByteText
internal import Host
internal import Linux
internal import Overlord
internal import Snap
internal import SnapManager

/// `/v2/system-info`.
extension DaemonService {
  /// `GET /v2/system-info`.
  func systemInfo(_ request: Request) async throws -> Answer {
    var info = SystemInfoJSON()
    info.series = "16"
    info.version = SystemVersion.current
    info.osRelease = Self.osRelease()
    info.onClassic = true
    info.kernelVersion = Kernel.release
    info.locations = LocationsJSON(
      snapMountDir: overlord.directories.snaps, snapBinDir: overlord.directories.commands)
    info.architecture = Architecture.host.description
    info.systemMode = "run"
    info.snapdBinFrom = "native-package"
    info.confinement = Sandbox.current.confinement.rawValue
    info.sandboxFeatures = Sandbox.current.features
    info.features = ["parallel-instances": FeatureJSON(supported: true, enabled: true)]
    return try .sync(info)
  }

  private static func osRelease() -> OSReleaseJSON {
    var values: [String: String] = [:]
    for path in ["/etc/os-release", "/usr/lib/os-release"] {
      guard let bytes = try? Files.read(path, limit: 64 << 10) else { continue }
      for line in String(decoding: bytes, as: UTF8.self).byteSplit("\n") {
        let parts = line.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { continue }
        var value = parts[1]
        if value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote {
          value = value.dropFirst().dropLast()
        }
        values[String(parts[0])] = String(value)
      }
      break
    }
    return OSReleaseJSON(id: values["ID"] ?? "linux", versionID: values["VERSION_ID"] ?? "")
  }
}
