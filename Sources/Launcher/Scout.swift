internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Works out what the granted part of a new view shows while the fixed part is being built: two halves of the work that
/// know nothing of each other, and the second is a third of a launch.
///
/// It is a child process that stays on the host, with a copy of the launcher's memory and the same open files: the clones
/// that it makes are open in the launcher. What it finds it leaves in memory that both have. It ends before anything
/// that was found is used. Where there can be none, the launcher finds out by itself.
struct Scout: ~Copyable {
  /// For what is found: some hundreds of places take a tenth of it.
  private static let room = 1 << 20
  /// A launch that grants less has found out before a process is made.
  private static let worth = 16

  private let memory: UnsafeMutableRawPointer
  private let process: Int32
  private var isAwaited = false

  /// Sends one out; nil where that is not worth it, or can't be done.
  ///
  /// - Parameter cpu: the one on which the launcher is about to be, by `cl_launch_pin`'s number.
  init?(plan: LaunchPlan, privileges: Privileges, user: UserAnchors, avoiding cpu: Int32?) {
    guard plan.grantedPlaces.count >= Self.worth, cl_launch_cpus() > 1,
      let memory = cl_launch_shared_memory(Self.room)
    else { return nil }
    let process = cl_launch_fork_with_files()
    if process == 0 {
      if let cpu { cl_launch_avoid(cpu) }
      Self.find(plan, privileges, user, memory)
    }
    guard process > 0 else {
      cl_launch_release_memory(memory, Self.room)
      return nil
    }
    self.memory = memory
    self.process = process
  }

  deinit {
    if !isAwaited { _ = cl_launch_await(process) }
    cl_launch_release_memory(memory, Self.room)
  }

  /// Waits for it to come back, with what is to be shown; nil when it failed, and everything is still to be done.
  ///
  /// - Parameter clones: those of the first ``GrantedView/batch``.
  mutating func found(_ clones: inout GrantedView.Sources?) -> [Shown]? {
    guard !isAwaited else { return nil }
    isAwaited = true
    guard cl_launch_await(process) == 0 else { return nil }
    let bytes = UnsafeRawBufferPointer(start: memory, count: Self.room)
    var reader = Reader(bytes: bytes)
    guard let count = reader.number() else { return nil }
    var shown: [Shown] = []
    var first: [Int32] = []
    for index in 0..<count {
      guard let (item, clone) = reader.item() else { return nil }
      shown.append(item)
      if index < UInt64(GrantedView.batch) { first.append(clone) }
    }
    clones = GrantedView.Sources(first)
    return shown
  }

  // MARK: The child

  private static func find(
    _ plan: LaunchPlan, _ privileges: Privileges, _ user: UserAnchors, _ memory: UnsafeMutableRawPointer
  ) -> Never {
    do throws(LaunchError) {
      let shown = try Resolver.resolve(plan: plan, privileges: privileges, user: user)
      let view = GrantedView(plan: plan, privileges: privileges, user: user, host: -1, namespace: -1)
      let first = min(GrantedView.batch, shown.count)
      // Not as a value that closes them: open files are the launcher's too.
      let clones = GrantedView.Sources.clones(shown[..<first], view)
      var bytes: [UInt8] = []
      add(UInt64(shown.count), to: &bytes)
      for (index, item) in shown.enumerated() { add(item, index < first ? clones[index] : -1, to: &bytes) }
      guard bytes.count <= room else { cl_launch_exit(1) }
      bytes.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count) }
      cl_launch_exit(0)
    } catch { cl_launch_exit(1) }
  }

  private static func add(_ number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
  }

  private static func add(_ item: Shown, _ clone: Int32, to bytes: inout [UInt8]) {
    let flags: UInt64 = (item.isUsers ? 1 : 0) | (item.isDirectory ? 2 : 0)
    let numbers: [UInt64] = [
      UInt64(item.kind.rawValue), flags, UInt64(item.attributes), item.device, item.inode,
      UInt64(bitPattern: item.birth), UInt64(item.mode), UInt64(UInt32(bitPattern: clone)),
    ]
    for number in numbers { add(number, to: &bytes) }
    for text in [item.target, item.source] {
      add(UInt64(text.utf8.count), to: &bytes)
      bytes.append(contentsOf: text.utf8)
    }
  }

  /// Reads what the child wrote; nil where that is nothing whole.
  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func number() -> UInt64? {
      guard bytes.count - position >= 8 else { return nil }
      defer { position += 8 }
      return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    mutating func text() -> String? {
      guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
      defer { position += Int(count) }
      return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(count)]), as: UTF8.self)
    }

    mutating func item() -> (Shown, clone: Int32)? {
      guard let kind = number().flatMap({ Shown.Kind(rawValue: UInt8(truncatingIfNeeded: $0)) }), let flags = number(),
        let attributes = number(), let device = number(), let inode = number(), let birth = number(),
        let mode = number(), let clone = number(), let target = text(), let source = text()
      else { return nil }
      var item = Shown(kind: kind, target: target, source: source)
      item.isUsers = flags & 1 != 0
      item.isDirectory = flags & 2 != 0
      item.attributes = UInt32(truncatingIfNeeded: attributes)
      item.device = device
      item.inode = inode
      item.birth = Int64(bitPattern: birth)
      item.mode = UInt32(truncatingIfNeeded: mode)
      return (item, Int32(bitPattern: UInt32(truncatingIfNeeded: clone)))
    }
  }
}
