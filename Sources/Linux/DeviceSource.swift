internal import CLinux
internal import Glibc

/// Hears of devices that come and go: from udev where it runs, which knows their makers and models, else from the kernel.
public struct DeviceSource: ~Copyable, Sendable {
  private let socket: OwnedFD
  private let group: UInt32

  /// - Parameter udev: whether udevd runs and tells.
  public init(udev: Bool) throws(SyscallError) {
    group = udev ? 2 : 1
    socket = OwnedFD(owning: try check("listen to devices", nil) { cl_uevent_open(udev ? 2 : 1) })
  }

  /// To be waited on with poll(2).
  public var descriptor: Int32 { socket.raw }

  /// Everything that was said since the last call, at most so many; empty when nothing was. Messages that are neither
  /// the kernel's nor root's are dropped.
  ///
  /// - Throws: `ENOBUFS` when some were lost: whoever needs all has to look for itself then.
  public func read(most: Int = 1024) throws(SyscallError) -> [Uevent] {
    var events: [Uevent] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    for _ in 0..<most {
      var (group, port, user): (UInt32, UInt32, UInt32) = (0, 0, 0)
      let count = cl_uevent_receive(socket.raw, &buffer, buffer.count, &group, &port, &user)
      if count < 0 {
        if errno == EAGAIN { break }
        if errno == EINTR { continue }
        throw SyscallError("listen to devices", errno: errno)
      }
      guard count <= buffer.count, group == self.group, user == 0, group == 2 || port == 0 else { continue }
      if let event = Uevent(message: Array(buffer[..<count])) { events.append(event) }
    }
    return events
  }
}

/// Devices as `/sys` shows them.
public enum DeviceTree {
  private static let most = 4096

  /// Every device that has a node and belongs to one of the subsystems, as if it had just come.
  ///
  /// - Parameters:
  ///   - sys: where the kernel shows devices.
  ///   - udev: where udevd keeps what it knows of them.
  public static func devices(subsystems: Set<String>, sys: String = "/sys", udev: String = "/run/udev/data") -> [Uevent]
  {
    var found: [Uevent] = []
    for subsystem in subsystems.sorted() {
      for place in ["\(sys)/class/\(subsystem)", "\(sys)/bus/\(subsystem)/devices"] {
        guard ((try? Files.status(place)) ?? nil)?.kind == .directory else { continue }
        for name in ((try? Files.list(place)) ?? []).sorted().prefix(most) {
          guard let real = realPath("\(place)/\(name)"), real.hasPrefix(sys + "/"),
            let bytes = try? Files.read(real + "/uevent", limit: 64 << 10)
          else { continue }
          let path = String(real.dropFirst(sys.utf8.count))
          let head = ["ACTION=add", "DEVPATH=\(path)", "SUBSYSTEM=\(subsystem)"].map { Array($0.utf8)[...] }
          guard var event = Uevent(lines: bytes.split(separator: 10) + head), event.node != nil else { continue }
          event.properties.merge(known(event, udev)) { $1 }
          found.append(completed(event, sys: sys))
        }
      }
    }
    return found
  }

  /// What udevd has found out: lines `E:KEY=VALUE` of the device's record.
  private static func known(_ event: Uevent, _ udev: String) -> [String: String] {
    guard let major = event.properties["MAJOR"], let minor = event.properties["MINOR"], UInt32(major) != nil,
      UInt32(minor) != nil,
      let bytes = try? Files.read("\(udev)/\(event.subsystem == "block" ? "b" : "c")\(major):\(minor)", limit: 64 << 10)
    else { return [:] }
    var properties: [String: String] = [:]
    for line in bytes.split(separator: 10) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("E:"), let equals = text.firstIndex(of: "=") else { continue }
      properties[String(text[..<equals].dropFirst(2))] = String(text[text.index(after: equals)...])
    }
    return properties
  }

  /// Adds what udev would say of a USB device, from the device that it hangs on, where udev says nothing.
  public static func completed(_ event: Uevent, sys: String = "/sys") -> Uevent {
    guard event.properties["ID_BUS"] == nil, event.action != "remove" else { return event }
    var event = event
    var path = event.devicePath
    for _ in 0..<16 {
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return event }
      path = String(path[..<slash])
      guard let vendor = text("\(sys)\(path)/idVendor"), let model = text("\(sys)\(path)/idProduct") else { continue }
      event.properties["ID_BUS"] = "usb"
      event.properties["ID_VENDOR_ID"] = vendor
      event.properties["ID_MODEL_ID"] = model
      if let serial = text("\(sys)\(path)/serial") { event.properties["ID_SERIAL_SHORT"] = serial }
      if let product = text("\(sys)\(path)/product") { event.properties["ID_MODEL"] = product }
      return event
    }
    return event
  }

  private static func text(_ path: String) -> String? {
    guard let bytes = try? Files.read(path, limit: 4096) else { return nil }
    return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
  }

  private static func realPath(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}
