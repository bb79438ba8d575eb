internal import API
internal import HTTP
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
    let release = OSRelease.read()
    info.osRelease = OSReleaseJSON(id: release.id, versionID: release.versionID, variantID: release.variantID)
    info.onClassic = true
    info.kernelVersion = Kernel.release
    info.locations = LocationsJSON(
      snapMountDir: overlord.directories.snaps, snapBinDir: overlord.directories.commands)
    info.architecture = Architecture.host.description
    info.systemMode = "run"
    info.snapdBinFrom = "native-package"
    info.confinement = Sandbox.current.confinement.rawValue
    info.sandboxFeatures = Sandbox.current.features
    info.refresh = refreshSchedule
    info.features = ["parallel-instances": FeatureJSON(supported: true, enabled: true)]
    return try .sync(info)
  }
}
