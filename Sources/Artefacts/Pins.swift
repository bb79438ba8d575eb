internal import ByteText
internal import Glibc
internal import Host
internal import Linux
internal import Permissions

/// Why a pin cannot be handed out.
public struct PinError: Error, Equatable, CustomStringConvertible {
  public let description: String
}

/// Pins of a board that the kernel is asked to hand out while a connection is made (the kernel's
/// `Documentation/admin-guide/gpio/sysfs.rst`, `gpio-aggregator.rst`; `driver-api/pwm.rst`).
///
/// What was handed out for whom stands in a file below `/run`: it lasts as long as the kernel's own memory of it. A line
/// is there before the pin is, so that nothing is left after a kill; a pin that somebody else has got already is not
/// ours to give back, and gets no line.
struct Pins {
  let directories: Directories
  let tools: MachineTools

  /// Makes the pins of one snap these.
  func set(_ wanted: [PinExport], of instance: String) throws -> [String] {
    guard let sys = tools.sys else { return [] }
    let path = "\(directories.pins)/\(instance)"
    let present = try lines(path)
    let lines = wanted.map(\.line)
    guard Set(lines) != Set(present.map(\.pin)) else { return [] }
    var remarks: [String] = []
    // Those that go first: a pin may change its owner.
    var kept: [Line] = []
    for line in present.reversed() {
      if lines.contains(line.pin) {
        kept.insert(line, at: 0)
      } else if let problem = release(line, sys, instance) {
        remarks.append(problem)
      }
    }
    try write(kept, path)
    for pin in wanted where !kept.contains(where: { $0.pin == pin.line }) {
      guard try !isThere(pin, sys) else { continue }
      kept.append(Line(pin: pin.line, device: ""))
      try write(kept, path)
      if let device = try export(pin, sys) {
        kept[kept.count - 1].device = device
        try write(kept, path)
      }
    }
    return remarks
  }

  // MARK: The record

  struct Line: Equatable {
    var pin: String
    /// What the kernel made of it, if it has a name of its own.
    var device: String
  }

  private func lines(_ path: String) throws -> [Line] {
    guard try Files.status(path, followSymlinks: false) != nil else { return [] }
    return String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self).byteSplit("\n").map { line in
      let parts = line.byteSplit("\t", maxSplits: 1)
      return Line(pin: String(parts[0]), device: parts.count > 1 ? String(parts[1]) : "")
    }
  }

  private func write(_ lines: [Line], _ path: String) throws {
    guard !lines.isEmpty else { return try Files.remove(path) }
    try Files.makeDirectories(directories.pins, mode: 0o755)
    let text = lines.map { $0.device.isEmpty ? $0.pin : "\($0.pin)\t\($0.device)" }.joined(separator: "\n")
    try Files.writeAtomically([UInt8]((text + "\n").utf8), to: path, mode: 0o600, durable: false)
  }

  // MARK: The kernel

  private func isThere(_ pin: PinExport, _ sys: String) throws -> Bool {
    switch pin {
    case .gpio(let number): return try Files.status("\(sys)/class/gpio/gpio\(number)") != nil
    case .pwm(let chip, let channel): return try Files.status("\(sys)/class/pwm/pwmchip\(chip)/pwm\(channel)") != nil
    case .gpioLines, .nodeLink: return false
    }
  }

  /// - Returns: the name of the device that was made for it.
  private func export(_ pin: PinExport, _ sys: String) throws -> String? {
    switch pin {
    case .gpio(let number): try tell("\(sys)/class/gpio/export", "\(number)")
    case .pwm(let chip, let channel): try tell("\(sys)/class/pwm/pwmchip\(chip)/export", "\(channel)")
    case .nodeLink(let link, let node):
      let (place, target) = (try below(link), try below(node))
      try Files.makeDirectories(parent(of: place), mode: 0o755)
      try Files.replaceSymlink(at: place, target: target)
    case .gpioLines(let chips, let lines, let node): return try aggregate(chips, lines, node, sys)
    }
    return nil
  }

  /// - Returns: what went wrong.
  private func release(_ line: Line, _ sys: String, _ instance: String) -> String? {
    let words = line.pin.byteSplit(" ").map(String.init)
    do {
      switch words.first {
      case "gpio" where words.count == 2: try tell("\(sys)/class/gpio/unexport", words[1])
      case "pwm" where words.count == 3: try tell("\(sys)/class/pwm/pwmchip\(words[1])/unexport", words[2])
      case "link" where words.count == 3: try Files.remove(try below(words[1]))
      case "lines" where words.count == 4:
        try Files.remove(try below(words[1]))
        if !line.device.isEmpty { try tell("\(Self.aggregator(sys))/delete_device", line.device) }
      default: break
      }
    } catch let error as SyscallError where [EINVAL, ENOENT].contains(error.errno) {
      // It is not handed out, or the chip is gone.
    } catch {
      return "cannot give back pins of snap \"\(instance)\": \(error)"
    }
    return nil
  }

  /// Nodes and links of pins are in a place of their own.
  private func below(_ path: String) throws -> String {
    let place = "/dev/snap/gpio-chardev/"
    let rest = path.bytes(after: place)?.byteSplit("/", keepingEmpty: true) ?? []
    guard rest.count == 2, rest.allSatisfy({ (try? PolicyName($0)) != nil }) else {
      throw PinError(description: "cannot use \(path) as the node of a pin")
    }
    return tools.dev + path.dropFirst("/dev".count)
  }

  private func parent(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? path
  }

  private static func aggregator(_ sys: String) -> String { "\(sys)/bus/platform/drivers/gpio-aggregator" }

  /// Puts lines of a chip together as a chip of their own, and gives it a node.
  private func aggregate(
    _ chips: [String], _ lines: [ClosedRange<Int>], _ node: String, _ sys: String
  ) throws -> String {
    let class_ = "\(sys)/class/gpio"
    var labels: [String] = []
    for name in try Files.status(class_) == nil ? [] : Files.list(class_) where name.hasBytePrefix("gpiochip") {
      let label = (try? Files.read("\(class_)/\(name)/label", limit: 4096)) ?? []
      let text = String(decoding: label.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      if chips.contains(text) { labels.append(text) }
    }
    guard labels.count == 1, let label = labels.first else {
      throw PinError(
        description: labels.isEmpty
          ? "cannot find a GPIO chip with one of the labels \(chips.joined(separator: ", "))"
          : "cannot choose between \(labels.count) GPIO chips with the labels \(chips.joined(separator: ", "))")
    }
    let driver = Self.aggregator(sys)
    guard try Files.status(driver) != nil else {
      throw PinError(description: "cannot put GPIO lines together: the kernel has no gpio-aggregator")
    }
    func devices() throws -> Set<String> { Set(try Files.list(driver).filter { $0.hasBytePrefix("gpio-aggregator.") }) }
    let before = try devices()
    let numbers = lines.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    try tell("\(driver)/new_device", "\(label) \(numbers.joined(separator: ","))")
    guard let device = try devices().subtracting(before).sorted().first,
      let chip = try Files.list("\(driver)/\(device)").first(where: { $0.hasBytePrefix("gpiochip") })
    else { throw PinError(description: "cannot find the GPIO chip that the kernel was asked for") }
    let text = try Files.read("\(driver)/\(device)/\(chip)/dev", limit: 64)
    let parts = String(decoding: text, as: UTF8.self).split { $0 == ":" || $0 == "\n" }.compactMap { UInt32($0) }
    guard parts.count == 2 else { throw PinError(description: "cannot find the node of \(chip)") }
    let place = try below(node)
    try Files.makeDirectories(parent(of: place), mode: 0o755)
    try Files.remove(place)
    guard mknod(place, S_IFCHR | 0o660, makedev(parts[0], parts[1])) == 0 else {
      throw SyscallError("make node", path: place, errno: errno)
    }
    return device
  }

  private func makedev(_ major: UInt32, _ minor: UInt32) -> dev_t {
    let (major, minor) = (UInt64(major), UInt64(minor))
    return dev_t((major & 0xfffff000) << 32 | (major & 0xfff) << 8 | (minor & 0xffffff00) << 12 | minor & 0xff)
  }

  /// One write: the kernel takes it as a command.
  private func tell(_ path: String, _ text: String) throws {
    let file = try OwnedFD.open(path, O_WRONLY | O_CLOEXEC)
    let bytes = Array(text.utf8)
    guard Glibc.write(file.raw, bytes, bytes.count) == bytes.count else {
      throw SyscallError("write to", path: path, errno: errno)
    }
  }
}

extension PinExport {
  /// As the record writes it.
  var line: String {
    switch self {
    case .gpio(let number): "gpio \(number)"
    case .pwm(let chip, let channel): "pwm \(chip) \(channel)"
    case .nodeLink(let link, let node): "link \(link) \(node)"
    case .gpioLines(let chips, let lines, let node):
      "lines \(node) \(chips.joined(separator: ",")) "
        + lines.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
  }
}
