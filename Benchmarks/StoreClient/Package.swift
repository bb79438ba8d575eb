// swift-tools-version: 6.2
import PackageDescription

/// What of the main package the measurement needs (`Sources/` holds links), so that it builds in a minute.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: settings)
}

let package = Package(
  name: "store-benchmark",
  targets: [
    .target(name: "CLinux"),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
    module("ByteText"),
    module("JSONValues"),
    module("Crypto", ["CCrypto"]),
    module("Time", ["ByteText"]),
    module("Linux", ["CLinux", "ByteText"]),
    module("YAML", ["CYaml"]),
    module("Snap", ["YAML", "JSONValues", "Time", "ByteText"]),
    module("Macaroons", ["CSodium", "Crypto", "JSONValues"]),
    module("StoreProtocol", ["JSONValues", "Snap", "Time", "ByteText", "Crypto"]),
    module(
      "StoreClient",
      ["CCurl", "CLinux", "Crypto", "JSONValues", "Macaroons", "Snap", "StoreProtocol", "Linux", "ByteText"]),
    .executableTarget(
      name: "StoreBenchmark", dependencies: ["StoreClient", "StoreProtocol", "Snap", "Time"], swiftSettings: settings),
  ]
)
