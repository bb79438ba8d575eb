internal import ByteText
public import Host
internal import Glibc
public import Linux
public import Permissions
internal import Synchronization

/// The programs of the machine that have to be told when a snap's files change, and what they say of themselves.
///
/// Below a root of its own there is no machine: files are written, and nobody is told.
public struct MachineTools: Sendable {
  /// Runs a program, known by its name; nil where the machine does not have it.
  public var run: @Sendable (_ command: [String]) throws(SyscallError) -> ProcessResult?
  /// What AppArmor can do; nil where the kernel has none.
  public var appArmor: @Sendable () -> AppArmorFeatures?
  /// Whether udevd runs. In containers the host's does, for the host.
  public var hasUdev: Bool
  /// Where the kernel shows devices; nil where they are none of ours.
  public var sys: String?
  /// Where their nodes are.
  public var dev: String
  /// The system bus's socket.
  var busSocket = "/run/dbus/system_bus_socket"

  public init(
    run: @escaping @Sendable (_ command: [String]) throws(SyscallError) -> ProcessResult?,
    appArmor: @escaping @Sendable () -> AppArmorFeatures? = { nil }, hasUdev: Bool = false, sys: String? = nil,
    dev: String = "/dev"
  ) {
    self.run = run
    self.appArmor = appArmor
    self.hasUdev = hasUdev
    self.sys = sys
    self.dev = dev
  }

  /// No machine.
  public static let none = MachineTools(run: { _ in nil })

  /// This machine's, or none below another root.
  public static func current(_ directories: Directories) -> MachineTools {
    guard directories.prefix.isEmpty else { return .none }
    let appArmor = AppArmorDetection()
    return MachineTools(
      run: { (command) throws(SyscallError) in try Self.runHere(command) }, appArmor: { appArmor.features },
      hasUdev: access("/run/udev/control", F_OK) == 0 && access("/run/systemd/container", F_OK) != 0, sys: "/sys")
  }

  /// Programs of the system, with an environment of our own: never what a caller's `PATH` says.
  static func runHere(_ command: [String]) throws(SyscallError) -> ProcessResult? {
    guard let name = command.first, !name.hasByte("/") else { return nil }
    for place in ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] where access("\(place)/\(name)", X_OK) == 0 {
      return try ChildProcess.run(
        ["\(place)/\(name)"] + command.dropFirst(), captureLimit: 64 << 10, timeout: .seconds(120))
    }
    return nil
  }
}

/// Why the machine could not be told.
public struct ToolError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ action: String, _ result: ProcessResult) {
    let said = result.errorOutput.isEmpty ? result.output : result.errorOutput
    let lines = String(decoding: said.prefix(4096), as: UTF8.self).byteSplit("\n")
    let reason = result.timedOut ? "it takes too long" : lines.prefix(8).joined(separator: "; ")
    description = "cannot \(action): \(reason.isEmpty ? "\(result.status)" : reason)"
  }

  init(_ description: String) { self.description = description }
}

extension MachineTools {
  // MARK: udev

  /// Has udevd read its rules, and look at the devices that are there again. Only the first may not fail
  /// (`spec/confinement.md` §5).
  func reloadUdev(_ reload: UdevReload) throws -> [String] {
    guard hasUdev else { return [] }
    for (index, command) in reload.commands.enumerated() {
      guard let result = try run(command) else { return [] }
      if index == 0, result.status != .exited(0) { throw ToolError("reload udev rules", result) }
    }
    return []
  }

  // MARK: The system bus

  /// Has the bus read its policies. It looks at its directories by itself too, so that it can't be told is no failure.
  func reloadBus() -> [String] {
    guard access(busSocket, F_OK) == 0 else { return [] }
    let command = [
      "busctl", "--system", "--timeout=10", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus", "ReloadConfig",
    ]
    return complaint("reload the system bus's configuration", command)
  }

  // MARK: Kernel modules

  /// Loads a module that is to be there from the start of the machine on, too. One that the kernel does not have keeps
  /// nothing else from working.
  func loadModule(_ name: String) -> [String] {
    complaint("load kernel module \(name)", ["modprobe", "--syslog", name])
  }

  /// Runs something that may fail, which is then said.
  func complaint(_ action: String, _ command: [String]) -> [String] {
    do throws(SyscallError) {
      guard let result = try run(command), result.status != .exited(0) else { return [] }
      return [ToolError(action, result).description]
    } catch {
      return ["cannot \(action): \(error)"]
    }
  }

  // MARK: AppArmor

  /// Loads profiles into the kernel, and what was compiled into the cache (`spec/confinement.md` §7).
  func loadProfiles(_ paths: [String]) throws -> [String] {
    guard !paths.isEmpty, appArmor() != nil else { return [] }
    let options = [
      "--replace", "--write-cache", "--cache-loc=/var/cache/apparmor", "--skip-read-cache", "--quiet",
    ]
    guard let result = try run(["apparmor_parser"] + options + paths) else {
      throw ToolError("cannot load AppArmor profiles: the machine has no apparmor_parser")
    }
    let text = String(decoding: result.output + result.errorOutput, as: UTF8.self)
    // It has been seen to end well after one.
    guard result.status == .exited(0), !text.hasBytes("parser error") else {
      throw ToolError("load AppArmor profiles", result)
    }
    return []
  }

  /// Takes a profile out of the kernel; one that is not there is fine.
  func unloadProfile(_ name: String) throws {
    guard let sys, appArmor() != nil else { return }
    let path = "\(sys)/kernel/security/apparmor/.remove"
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SyscallError("open", path: path, errno: errno) }
    defer { close(descriptor) }
    guard write(descriptor, name, name.utf8.count) >= 0 || errno == ENOENT else {
      throw SyscallError("remove AppArmor profile", path: name, errno: errno)
    }
  }
}

/// What this machine's AppArmor can do, asked once: the parser has to be run for each word.
final class AppArmorDetection: Sendable {
  private let known = Mutex<AppArmorFeatures??>(nil)

  var features: AppArmorFeatures? {
    known.withLock { known in
      if let known { return known }
      let found = Self.detect()
      known = .some(found)
      return found
    }
  }

  private static func detect() -> AppArmorFeatures? {
    guard let enabled = try? Files.read("/sys/module/apparmor/parameters/enabled", limit: 16),
      enabled.first == UInt8(ascii: "Y")
    else { return nil }
    var parser: Set<AppArmorFeatures.ParserFeature> = []
    for feature in AppArmorFeatures.ParserFeature.allCases where accepts(feature.probe) { parser.insert(feature) }
    return AppArmorFeatures(parser: parser, kernel: kernelFeatures())
  }

  private static func accepts(_ profile: String) -> Bool {
    for place in ["/usr/sbin", "/sbin", "/usr/bin"] where access("\(place)/apparmor_parser", X_OK) == 0 {
      let result = try? ChildProcess.run(
        ["\(place)/apparmor_parser", "--preprocess"], stdin: [UInt8](profile.utf8), timeout: .seconds(10))
      return result?.status == .exited(0)
    }
    return false
  }

  private static func kernelFeatures() -> Set<String> {
    let place = "/sys/kernel/security/apparmor/features"
    var found: Set<String> = []
    for name in (try? Files.list(place)) ?? [] {
      found.insert(name)
      let status = (try? Files.status("\(place)/\(name)")) ?? nil
      guard status?.kind == .directory else { continue }
      for inner in (try? Files.list("\(place)/\(name)")) ?? [] { found.insert("\(name):\(inner)") }
    }
    return found
  }
}
