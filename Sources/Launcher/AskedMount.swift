internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// What a call of mount(2) asks for, copied from the caller.
struct AskedMount {
  let source: [UInt8]?
  let target: [UInt8]
  let type: [UInt8]
  let flags: MountFlags
  /// What is for the file system: `key` and `key=value`.
  let options: [[UInt8]]

  init(_ notice: cl_broker_notice, _ caller: borrowing MountCaller) throws(MountRefusal) {
    let arguments = notice.arguments
    source = try caller.text(arguments.0)
    guard let target = try caller.text(arguments.1) else { throw MountRefusal(errno: Int32(CL_BROKER_EFAULT)) }
    self.target = target
    // What old programs put into the upper half says nothing (mount(2)).
    let isOld = arguments.3 & 0xffff_0000 == 0xc0ed_0000
    flags = MountFlags(rawValue: isOld ? arguments.3 & ~0xffff_0000 : arguments.3).subtracting(.silent)
    // The kernel looks at neither when no file system is made.
    guard flags.isDisjoint(with: MountFlags.propagation.union([.remount, .bind, .move])) else {
      type = []
      options = []
      return
    }
    type = try caller.text(arguments.2) ?? []
    let data = try caller.text(arguments.4) ?? []
    options = data.split(separator: UInt8(ascii: ",")).map { Array($0) }
  }

  init(source: String?, target: String, type: String = "", flags: MountFlags = [], options: String = "") {
    self.source = source.map { Array($0.utf8) }
    self.target = Array(target.utf8)
    self.type = Array(type.utf8)
    self.flags = flags
    self.options = options.utf8.split(separator: UInt8(ascii: ",")).map { Array($0) }
  }

  /// Whether type, flags and options are as described; where and what is for others to find out.
  func fits(_ described: DescribedMount) -> Bool {
    guard described.types.contains(where: { type.elementsEqual($0.utf8) }) else { return false }
    if let wanted = described.flags {
      guard flags == wanted else { return false }
    } else {
      guard flags.isSubset(of: MountFlags.attributes.union(.ofFileSystem)) else { return false }
    }
    // It was judged, and is told by itself.
    guard !options.contains(where: { $0.prefix { $0 != UInt8(ascii: "=") }.elementsEqual("source".utf8) }) else {
      return false
    }
    guard let admitted = described.options else { return true }
    return options.allSatisfy { option in
      let name = option.prefix { $0 != UInt8(ascii: "=") }
      return admitted.contains { option.elementsEqual($0.utf8) || name.elementsEqual($0.utf8) }
    }
  }

  // MARK: The source

  /// What is mounted, as rules name it.
  struct Source: ~Copyable {
    /// The path that the text leads to, or the text.
    let path: [UInt8]
    /// The device; 0 for what is none.
    let device: UInt64
    private let place: FoundPlace?
    /// The file system is told the open file and not the path: it cannot be asked afterwards which device it has.
    let isByNumber: Bool

    init(path: [UInt8], device: UInt64 = 0, at place: consuming FoundPlace? = nil, isByNumber: Bool = false) {
      self.path = path
      self.device = device
      self.place = place
      self.isByNumber = isByNumber
    }

    var number: Int32 {
      switch place {
      case .none: -1
      case .some(let place): place.file.raw
      }
    }
  }

  /// File systems that are on no device: what they are given is a name, or says where on a network they are.
  private static let withoutDevice = [
    "tmpfs", "ramfs", "nfs", "nfs4", "cifs", "functionfs", "autofs", "aufs", "zfs",
  ]

  func source(_ caller: borrowing MountCaller) throws(MountRefusal) -> Source {
    let text = source ?? Array("none".utf8)
    func isOne(of types: [String]) -> Bool { types.contains { type.elementsEqual($0.utf8) } }
    // A volume is named without a slash.
    if isOne(of: Self.withoutDevice) || isOne(of: ["ubifs"]) && text.first != UInt8(ascii: "/") {
      return Source(path: text)
    }
    let place = try caller.place(text, follow: true)
    let device = cl_broker_device(place.file.raw)
    guard device != 0 || isOne(of: ["ubifs"]) else { throw MountRefusal(errno: Int32(CL_BROKER_ENOTBLK)) }
    let path = place.path
    return Source(path: path, device: device, at: place, isByNumber: isOne(of: ["btrfs", "ubifs"]))
  }
}

extension DescribedMount {
  /// Whether a part of the tree is shown again.
  var binds: Bool { types.isEmpty && flags?.contains(.bind) ?? false }
}

extension MountFlags {
  /// As mount_setattr(2) and fsmount(2) take them.
  var attributeBits: UInt64 {
    // The first four are the same.
    var bits = rawValue & 0xf
    if contains(.noAccessTime) { bits |= 0x10 }
    if contains(.strictAccessTime) { bits |= 0x20 }
    if contains(.noDirectoryAccessTime) { bits |= 0x80 }
    return bits
  }

  /// What a file system is told by fsconfig(2).
  var words: [String] {
    var words: [String] = []
    if contains(.readOnly) { words.append("ro") }
    if contains(.synchronous) { words.append("sync") }
    if contains(.synchronousDirectories) { words.append("dirsync") }
    if contains(.lazyTimes) { words.append("lazytime") }
    return words
  }
}
