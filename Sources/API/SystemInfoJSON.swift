/// The result of `GET /v2/system-info`.
public struct SystemInfoJSON: Codable, Hashable, Sendable {
  @OmitEmpty public var series: String
  @OmitEmpty public var version: String
  @OmitEmpty public var buildID: String
  public var osRelease: OSReleaseJSON?
  /// Whether the machine is an ordinary distribution, not built of snaps.
  @Present public var onClassic: Bool
  @Present public var managed: Bool
  @OmitEmpty public var kernelVersion: String
  public var locations: LocationsJSON?
  /// When automatic refreshes happen.
  public var refresh: RefreshScheduleJSON?
  @OmitEmpty public var architecture: String
  @OmitEmpty public var systemMode: String
  @OmitEmpty public var features: [String: FeatureJSON]
  /// `snap` or `native-package`.
  @OmitEmpty public var snapdBinFrom: String
  @OmitEmpty public var virtualization: String
  /// `strict` or `partial`.
  @OmitEmpty public var confinement: String
  /// What enforces confinement here, lists by backend.
  @OmitEmpty public var sandboxFeatures: [String: [String]]

  public init() {}

  enum CodingKeys: String, CodingKey {
    case series, version, managed, locations, refresh, architecture, features, virtualization, confinement
    case buildID = "build-id"
    case osRelease = "os-release"
    case onClassic = "on-classic"
    case kernelVersion = "kernel-version"
    case systemMode = "system-mode"
    case snapdBinFrom = "snapd-bin-from"
    case sandboxFeatures = "sandbox-features"
  }
}

/// Which distribution this is, from `os-release(5)`.
public struct OSReleaseJSON: Codable, Hashable, Sendable {
  @Present public var id: String
  @OmitEmpty public var versionID: String
  @OmitEmpty public var variantID: String

  public init(id: String, versionID: String, variantID: String = "") {
    self.id = id
    self.versionID = versionID
    self.variantID = variantID
  }

  enum CodingKeys: String, CodingKey {
    case id
    case versionID = "version-id"
    case variantID = "variant-id"
  }
}

/// Where snaps are on this machine.
public struct LocationsJSON: Codable, Hashable, Sendable {
  @OmitEmpty public var snapMountDir: String
  @OmitEmpty public var snapBinDir: String

  public init(snapMountDir: String, snapBinDir: String) {
    self.snapMountDir = snapMountDir
    self.snapBinDir = snapBinDir
  }

  enum CodingKeys: String, CodingKey {
    case snapMountDir = "snap-mount-dir"
    case snapBinDir = "snap-bin-dir"
  }
}

/// When refreshes happen. Times are texts with minute precision.
public struct RefreshScheduleJSON: Codable, Hashable, Sendable {
  @OmitEmpty public var timer: String
  /// The old form of `timer`.
  @OmitEmpty public var schedule: String
  @OmitEmpty public var last: String
  @OmitEmpty public var hold: String
  @OmitEmpty public var next: String

  public init() {}
}

/// Whether a feature can be used and is.
public struct FeatureJSON: Codable, Hashable, Sendable {
  @Present public var supported: Bool
  @OmitEmpty public var unsupportedReason: String
  @Present public var enabled: Bool

  public init(supported: Bool, enabled: Bool, unsupportedReason: String = "") {
    self.supported = supported
    self.enabled = enabled
    self.unsupportedReason = unsupportedReason
  }

  enum CodingKeys: String, CodingKey {
    case supported, enabled
    case unsupportedReason = "unsupported-reason"
  }
}

/// The body of `POST /v2/debug`.
public struct DebugInstruction: Codable, Hashable, Sendable {
  /// `ensure-state-soon`, `add-warning`, `unshow-warnings`, `can-manage-refreshes`, `prune`, `stacktraces`, …
  @Present public var action: String
  /// The text of `add-warning`; the service of `activate`.
  @OmitEmpty public var message: String
  public var params: JSONValue?

  public init(action: String, message: String = "") {
    self.action = action
    self.message = message
  }
}
