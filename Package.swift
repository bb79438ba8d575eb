// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built the same way: Swift 6 language mode, explicit existentials, imports internal
/// unless a signature needs them, and warnings are errors when `SNAPD_STRICT` is set (as CI does).
let strict: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // A section for each function, none of them kept for nobody: the linker drops and orders them.
    .unsafeFlags(
      ["-Xfrontend", "-function-sections", "-Xfrontend", "-internalize-at-link"], .when(configuration: .release)),
  ] + (Context.environment["SNAPD_STRICT"] != nil ? [.treatAllWarnings(as: .error)] : [])

let toolchain = Context.environment["SNAPD_SWIFT_LIB"] ?? "/opt/swift/usr/lib/swift"

/// The launcher's sources, compiled a second time as Embedded Swift (see ARCHITECTURE.md, "Written once,
/// compiled twice").
let embedded: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableExperimentalFeature("Embedded"),
  .unsafeFlags(["-wmo", "-O", "-resource-dir", toolchain]),
]

#if arch(arm64)
  let embeddedTriple = "aarch64-unknown-linux-gnu"
#else
  let embeddedTriple = "x86_64-unknown-linux-gnu"
#endif

/// Programs that users start again and again are linked whole: no dynamic loader, 0.6 ms to start.
let staticProgram: [LinkerSetting] = [.unsafeFlags(["-static-executable", "-Xlinker", "--gc-sections"])]

/// Programs that stay: what nothing calls is dropped, which no exported symbol could be (nothing that they load calls
/// back by name); and lld writes relocations in 16 kB, not 1.7 MB that each start would read.
let residentProgram: [LinkerSetting] = [
  .unsafeFlags([
    "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker",
    "pack-relative-relocs",
  ])
]

/// The two programs in front of every app have no C library at all (Sources/CBare): 0.1 ms to start.
let bareProgram: [LinkerSetting] = [
  .unsafeFlags([
    "-enable-experimental-feature", "Embedded", "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xclang-linker", "-static",
    "-Xclang-linker", "-nostdlib", "-Xclang-linker", "-Wno-unused-command-line-argument", "-Xlinker", "--build-id=none",
    "\(toolchain)/embedded/\(embeddedTriple)/libswiftUnicodeDataTables.a",
  ])
]

/// Programs over the launcher.
func launcherProgram(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["LauncherEmbedded", "CBare"],
    swiftSettings: embedded + [.unsafeFlags(["-parse-as-library"])], linkerSettings: bareProgram)
}

/// A program of C alone, linked whole and without Swift's runtime.
let staticC: [LinkerSetting] = [
  .unsafeFlags([
    "-enable-experimental-feature", "Embedded", "-Xlinker", "--gc-sections", "-Xclang-linker", "-static",
    "-Xclang-linker", "-no-pie",
  ])
]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(name)", exclude: ["README.md"] + exclude,
    swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
    path: "Tests/\(name)Tests", exclude: exclude, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "snapd",
  products: [
    .executable(name: "snapd", targets: ["snapd"]),
    .executable(name: "snap", targets: ["snap"]),
    .executable(name: "snap-cli", targets: ["snap-cli"]),
    .executable(name: "snapctl", targets: ["snapctl"]),
    .executable(name: "snap-confine", targets: ["snap-confine"]),
    .executable(name: "snap-update-ns", targets: ["snap-update-ns"]),
    .executable(name: "snap-discard-ns", targets: ["snap-discard-ns"]),
    .executable(name: "snap-seccomp", targets: ["snap-seccomp"]),
    .executable(name: "snap-image", targets: ["snap-image"]),
    .executable(name: "snap-keys", targets: ["snap-keys"]),
    .executable(name: "snap-store", targets: ["snap-store"]),
    .executable(name: "snap-userd", targets: ["snap-userd"]),
    .executable(name: "snap-probe", targets: ["snap-probe"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // Floor 0: C headers and shims, no logic.
    .target(name: "CLinux", cSettings: [.unsafeFlags(["-ffunction-sections"])]),
    .target(
      name: "CBare", exclude: ["README.md"],
      cSettings: [
        .unsafeFlags(["-ffunction-sections", "-fno-builtin", "-fno-stack-protector"])
      ]),
    .target(name: "CSystemd", linkerSettings: [.linkedLibrary("systemd")]),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSquashFS", pkgConfig: "libsquashfs1", providers: [.apt(["libsquashfs-dev"])]),
    .target(name: "CSeccomp", linkerSettings: [.linkedLibrary("seccomp")]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // Headers are needed to build; the library is loaded when it is first used.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),

    // Floor 1: the kernel.
    module("ByteText"),
    module("Linux", ["CLinux", "ByteText"]),
    module("LaunchPlan"),
    module("Time", ["ByteText"]),
    module("Threads"),
    module("Crypto", ["CCrypto"]),
    module("JSONValues"),
    module("CommandGrammar", ["ByteText"]),
    .target(
      name: "JSONValuesEmbedded", path: "Sources/JSONValuesEmbedded", exclude: ["README.md"], swiftSettings: embedded),
    module("Launcher", ["CLinux", "LaunchPlan"]),
    .target(
      name: "LaunchPlanEmbedded", path: "Sources/LaunchPlanEmbedded", exclude: ["README.md"],
      swiftSettings: embedded),
    .target(
      name: "LauncherEmbedded", dependencies: ["CLinux", "LaunchPlanEmbedded"],
      path: "Sources/LauncherEmbedded", exclude: ["README.md"], swiftSettings: embedded),
    module("Running", ["CLinux", "LaunchPlan"]),
    module("Snapctl", ["CLinux", "JSONValues"]),
    .target(
      name: "SnapctlEmbedded", dependencies: ["CLinux", "JSONValuesEmbedded"], path: "Sources/SnapctlEmbedded",
      exclude: ["README.md"], swiftSettings: embedded),
    .target(
      name: "RunningEmbedded", dependencies: ["CLinux", "LaunchPlanEmbedded"], path: "Sources/RunningEmbedded",
      exclude: ["README.md"], swiftSettings: embedded),

    // Floor 2: what things are.
    module("YAML", ["CYaml"]),
    module("Snap", ["YAML", "JSONValues", "Time", "ByteText"]),
    module("Image", ["CSquashFS", "Linux", "ByteText"]),
    module("Permissions", ["CSeccomp", "LaunchPlan", "ByteText"]),
    module("Host", ["Linux", "CLinux", "CSystemd", "Time", "ByteText"]),
    module("Explaining", ["Linux", "CLinux", "ByteText"]),
    module("Assertions", ["Crypto", "JSONValues", "Linux", "Time", "ByteText"]),
    module("SnapProcesses", ["Linux", "ByteText"]),
    module("Macaroons", ["CSodium", "Crypto", "JSONValues", "ByteText"]),

    // Floor 3: the state engine.
    module("SQLite", ["CSQLite"]),
    module("State", ["Threads", "Time", "SQLite"]),
    module("SessionAgents", ["Host", "Linux", "ByteText"]),
    module("HTTP", ["Threads", "CSSL", "Linux", "ByteText"] + nio),
    module("StoreProtocol", ["JSONValues", "Snap", "Time", "ByteText", "Crypto"]),

    // Floor 4: managers.
    module("LaunchPlanning", ["Snap", "Permissions", "LaunchPlan", "Host", "Linux", "ByteText"]),
    module("Interfaces", ["Assertions", "Snap", "Permissions", "ByteText"]),
    module("Packing", ["Snap", "Image"]),
    module("Artefacts", ["Crypto", "Snap", "Permissions", "Host", "Linux", "ByteText"]),
    module("Desktop", ["Snap", "Image", "Host", "Linux", "ByteText"]),
    module(
      "SnapManager",
      [
        "Time", "State", "Snap", "Image", "Packing", "Host", "Linux", "LaunchPlanning", "Permissions", "Artefacts",
        "Desktop", "SessionAgents", "ByteText", "JSONValues", "StoreProtocol", "Assertions", "Crypto",
      ]),
    module("AssertionManager", ["Assertions", "Interfaces", "Crypto", "Host", "Linux", "Time", "ByteText"]),
    module("StoreDirectory", ["Assertions", "Host", "Linux", "JSONValues", "ByteText"]),
    module("InterfaceManager", ["State", "Snap", "Interfaces", "Permissions"]),
    module("ValidationSets", ["Assertions", "State", "ByteText"]),
    module("DeviceManager", ["Assertions", "State", "StoreProtocol", "Time"]),
    module("RefreshManager", ["State", "Snap", "Host", "Linux", "Time", "ByteText"]),
    module(
      "ConfigurationManager",
      ["CCrypto", "Crypto", "JSONValues", "State", "Snap", "Host", "Linux", "Time", "ByteText"]),
    module(
      "StoreState",
      ["Assertions", "Crypto", "StoreProtocol", "SQLite", "JSONValues", "Snap", "Linux", "Time", "ByteText"]),

    // Floor 5: the daemon and its clients.
    module(
      "Overlord",
      [
        "AssertionManager", "Assertions", "Crypto", "StoreClient", "StoreDirectory", "StoreProtocol", "Time",
        "SnapManager", "InterfaceManager", "ConfigurationManager", "Interfaces", "RefreshManager", "ValidationSets",
        "DeviceManager", "SessionAgents", "Threads", "Permissions", "Artefacts",
        "Snap", "State", "Host", "JSONValues", "Linux", "ByteText", log,
      ]),
    module("SnapReview", ["Packing", "Interfaces", "Image", "Snap", "Linux", "ByteText"]),
    module("API", ["Time", "JSONValues"]),
    module(
      "Daemon",
      [
        "AssertionManager", "RefreshManager", "ValidationSets", "Assertions", "HTTP", "StoreDirectory", "StoreProtocol",
        "DeviceManager", "Threads", "Time", "Overlord", "API",
        "SessionAgents", "SnapManager",
        "InterfaceManager",
        "ConfigurationManager", "Interfaces",
        "JSONValues", "State", "Snap", "Image",
        "Explaining", "LaunchPlan", "LaunchPlanning", "Permissions", "Host", "Linux", "ByteText", log,
      ]),
    module(
      "UserSession", ["SessionAgents", "SnapProcesses", "Snap", "Host", "Linux", "CLinux", "CSystemd", "ByteText"]),
    module(
      "StoreClient",
      ["CCurl", "CLinux", "Crypto", "JSONValues", "Macaroons", "Snap", "StoreProtocol", "Linux", "ByteText"]),
    module("Proof", ["CLinux", "LaunchPlanning", "LaunchPlan", "Host", "Linux"]),
    module("Client", ["Time", "API", "Linux", "ByteText"]),
    module(
      "CommandLine",
      ["CommandGrammar", "Time", "Client", "API", "Explaining", "SnapProcesses", "Snap", "YAML", "Linux", "ByteText"]),

    module(
      "StoreServer",
      [
        "Assertions", "CommandGrammar", "Crypto", "Host", "HTTP", "Interfaces", "StoreProtocol", "StoreState",
        "Macaroons", "SnapReview", "JSONValues", "Snap", "Linux", "Threads", "Time", "ByteText",
      ], exclude: ["Publisher/README.md"]),
    module(
      "StorePublishing",
      [
        "CCurl", "CommandGrammar", "Packing", "Image", "Macaroons", "JSONValues", "Snap", "Crypto", "Linux", "ByteText",
      ]),

    // Floor 6: programs.
    .executableTarget(
      name: "snapd", dependencies: ["Daemon", "Proof"], exclude: ["functions.order"], swiftSettings: strict,
      linkerSettings: residentProgram + [
        // What it needs at rest lies together: Benchmarks/order.py.
        .unsafeFlags([
          "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/Sources/snapd/functions.order",
          "-Xlinker", "--no-warn-symbol-ordering",
        ])
      ]),
    .executableTarget(
      name: "snap", dependencies: ["RunningEmbedded", "CBare"],
      swiftSettings: embedded + [.unsafeFlags(["-parse-as-library"])], linkerSettings: bareProgram),
    .executableTarget(
      name: "snap-cli", dependencies: ["CommandLine"], swiftSettings: strict,
      // FoundationEssentials' own parts, which only --static-swift-stdlib would name by itself.
      linkerSettings: staticProgram + [.linkedLibrary("_FoundationCollections"), .linkedLibrary("_FoundationCShims")]),
    .executableTarget(
      name: "snapctl", dependencies: ["SnapctlEmbedded", "CBare"],
      swiftSettings: embedded + [.unsafeFlags(["-parse-as-library"])], linkerSettings: bareProgram),
    launcherProgram("snap-confine"),
    launcherProgram("snap-update-ns"),
    launcherProgram("snap-discard-ns"),
    // Attacks the sandbox it runs in; static, since it must run in any base.
    .executableTarget(
      name: "snap-probe", exclude: ["README.md"], cSettings: [.define("_GNU_SOURCE")],
      linkerSettings: staticC),
    .executableTarget(name: "snap-seccomp", dependencies: ["Permissions"], swiftSettings: strict),
    .executableTarget(
      name: "snap-keys", dependencies: ["Assertions", "Linux", "Time", "ByteText"], swiftSettings: strict),
    .executableTarget(
      name: "snap-store", dependencies: ["StoreServer", "StorePublishing"], swiftSettings: strict,
      linkerSettings: residentProgram),
    .executableTarget(name: "snap-image", dependencies: ["Image", "Packing"], swiftSettings: strict),
    .executableTarget(
      name: "snap-userd", dependencies: ["UserSession"], swiftSettings: strict,
      linkerSettings: residentProgram),

    // Tests.
    .target(name: "TestSupport", dependencies: ["Linux"], path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "MachineSupport",
      dependencies: [
        "TestSupport", "Threads", "Overlord", "SnapManager", "InterfaceManager", "Interfaces", "State", "Snap",
        "Packing", "Host", "Assertions", "Crypto", "Image", "StoreProtocol", "Time",
        "Linux", log,
      ],
      path: "Tests/MachineSupport", swiftSettings: strict),
    tests("ByteText"),
    // A D-Bus client for tests; static, since it must run in any base.
    .executableTarget(name: "bus-peer", path: "Tests/BusPeer", linkerSettings: staticC),
    tests("Linux", ["TestSupport", "CLinux"]),
    tests("Time"),
    tests("Threads"),
    tests("Crypto"),
    tests("JSONValues"),
    tests("ConfigurationManager", ["JSONValues", "State", "Snap", "Host", "Linux", "TestSupport"]),
    tests("ValidationSets", ["Assertions", "State", "Time", "TestSupport"]),
    tests("DeviceManager", ["Assertions", "State", "StoreProtocol", "Time", "TestSupport"]),
    tests("RefreshManager", ["State", "Snap", "Host", "Linux", "Time", "TestSupport"]),
    tests("LaunchPlan"),
    tests("Launcher", ["TestSupport", "LaunchPlan", "Linux", "bus-peer"]),
    tests("YAML", ["TestSupport"]),
    tests("Snap", ["JSONValues", "TestSupport", "Time"]),
    tests("Image", ["TestSupport", "snap-image"]),
    tests("Permissions", ["TestSupport", "CSeccomp"]),
    tests("Host", ["TestSupport", "Time", "bus-peer"]),
    tests("Explaining", ["TestSupport", "Linux"]),
    tests("Assertions", ["TestSupport", "Crypto", "Linux", "Time", "ByteText"]),
    tests("Macaroons", ["Crypto", "JSONValues"], exclude: ["vectors.py"]),
    tests("SnapProcesses", ["TestSupport", "Linux"]),
    tests("StoreProtocol", ["JSONValues", "Snap", "Time"]),
    tests("SessionAgents", ["TestSupport", "Host", "Linux"]),
    tests("UserSession", ["TestSupport", "SessionAgents", "SnapProcesses", "Host", "Linux"]),
    tests("SQLite", ["TestSupport"]),
    tests("HTTP", ["TestSupport", "Linux"]),
    tests("State", ["TestSupport", "Time", "Linux", "SQLite"]),
    tests("Interfaces", ["Assertions", "Permissions", "Snap", "Linux", "TestSupport"], exclude: ["Tables"]),
    tests("StoreDirectory", ["Assertions", "Host", "Linux", "TestSupport", "Time"]),
    tests("Packing", ["TestSupport", "Image", "Linux", "Snap"]),
    tests("SnapReview", ["TestSupport", "Assertions", "Image", "Interfaces", "Linux", "Snap"]),
    tests("Artefacts", ["TestSupport", "Host", "Linux", "Permissions", "Snap"]),
    tests("Desktop", ["TestSupport", "Host", "Image", "Linux", "Snap"]),
    tests("LaunchPlanning", ["TestSupport", "Host", "LaunchPlan", "Linux", "Permissions", "Snap"]),
    tests(
      "SnapManager",
      [
        "AssertionManager", "RefreshManager", "ValidationSets", "MachineSupport", "TestSupport", "Overlord",
        "InterfaceManager",
        "ConfigurationManager", "Interfaces",
        "JSONValues", "State", "Snap", "Host", "Linux", "LaunchPlan", "LaunchPlanning", "Assertions", "StoreProtocol",
        "Time",
      ]),
    tests("API", ["Time"]),
    tests("StoreState", ["TestSupport", "StoreProtocol", "Assertions", "Crypto", "SQLite", "Snap", "Linux", "Time"]),
    tests(
      "StoreServer",
      [
        "TestSupport", "StoreClient", "StoreProtocol", "StoreState", "Assertions", "Crypto", "Snap", "Linux", "Time",
        "HTTP", "JSONValues", "Macaroons",
      ]),
    tests(
      "Daemon",
      [
        "Assertions", "HTTP", "Overlord", "StoreDirectory", "StoreProtocol", "Time", "MachineSupport", "API",
        "Explaining", "LaunchPlan", "Permissions", "SnapManager",
        "State", "Snap", "Host",
        "TestSupport", "Linux",
      ]),
    tests(
      "StoreClient", ["ByteText", "Crypto", "JSONValues", "Linux", "Macaroons", "Snap", "StoreProtocol", "TestSupport"]),
    tests("Client", ["TestSupport", "API"]),
    tests("Running", ["TestSupport", "Linux", "LaunchPlanning", "LaunchPlan", "Host", "Snap"]),
    tests("Snapctl", ["JSONValues"]),
    tests("CommandLine", ["TestSupport", "Time", "API", "Client"]),
  ]
)
