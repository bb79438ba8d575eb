// swift-tools-version: 6.2
import PackageDescription

/// The modules of the main package that read what others wrote, compiled again (`Sources/` holds links) so that
/// libFuzzer sees which branches an input takes.
let instrumented: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(["-sanitize=fuzzer"]),
]

let toolchain = Context.environment["SNAPD_SWIFT_ROOT"] ?? "/opt/swift"

#if arch(arm64)
  let machine = "aarch64"
#else
  let machine = "x86_64"
#endif

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: instrumented)
}

let package = Package(
  name: "fuzz",
  targets: [
    .target(name: "CLinux"),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1"),
    .systemLibrary(name: "CSquashFS", pkgConfig: "libsquashfs1"),
    .target(name: "CSeccomp", linkerSettings: [.linkedLibrary("seccomp")]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
    module("ByteText"),
    module("Crypto", ["CCrypto"]),
    module("Time", ["ByteText"]),
    module("Linux", ["CLinux", "ByteText"]),
    module("LaunchPlan"),
    module("YAML", ["CYaml"]),
    module("Snap", ["YAML", "JSONValues", "Time", "ByteText"]),
    module("Image", ["CSquashFS", "Linux", "ByteText"]),
    module("Permissions", ["CSeccomp", "LaunchPlan", "ByteText"]),
    module("Explaining", ["CLinux", "Linux", "ByteText"]),
    // The part that judges text; the rest of the module works on disks.
    .target(name: "Desktop", dependencies: ["ByteText"], swiftSettings: instrumented),
    module("JSONValues"),
    module("Assertions", ["Crypto", "JSONValues", "Linux", "Time", "ByteText"]),
    module("StoreProtocol", ["Crypto", "JSONValues", "Snap", "Time", "ByteText"]),
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "Fuzz",
      dependencies: ["Assertions", "CFuzzer", "Crypto", "Desktop", "Explaining", "Image", "LaunchPlan", "Linux", "Permissions", "Snap", "StoreProtocol", "Time", "YAML"],
      swiftSettings: instrumented,
      // The archive without a `main`: the program has its own, which SwiftPM insists on.
      linkerSettings: [
        .unsafeFlags([
          "\(toolchain)/usr/lib/clang/21/lib/linux/libclang_rt.fuzzer_no_main-\(machine).a", "-lstdc++", "-lm",
        ])
      ]),
  ]
)
