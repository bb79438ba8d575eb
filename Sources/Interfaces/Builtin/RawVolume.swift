internal import ByteText
internal import Permissions

extension Interface {
  /// A partition that the gadget names in `path`; whole disks are none.
  static let rawVolume = Interface(
    "raw-volume", "allows reading and writing one partition of a disk",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyConnection: .always,
      denyAutoConnection: .always)
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try partition(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let name = try patternText(String(try partition(connection.slot).dropFirst("/dev/".count)))
      grants.files("rwk", "/dev/\(name)")
      grants.udev.append(try udevRule(#"KERNEL=="\#(name.escaped)""#))
      // ioctl(2) on block devices asks for it.
      grants.capabilities(.sysAdmin)
      grants.files(
        .read,
        "/proc/devices", "/run/udev/data/b[0-9]*:[0-9]*", "/sys/block/", "/sys/devices/**/block/**")
      grants.files(.run, "/{,usr/}sbin/mke2fs", "/{,usr/}sbin/mkfs.fat")
    }
  }

  private static func partition(_ slot: ConnectionSide) throws(InterfaceError) -> String {
    try DevicePath.check(slot, or: "must be a valid device partition") { path in
      guard let name = path.bytes(after: "/dev/") else { return false }
      return isLetteredPartition(name) || isNumberedPartition(name)
    }
  }

  /// `hda1`, `sdb12`, `vdc3`: a disk of letters, and a number without leading zero.
  private static func isLetteredPartition(_ name: Substring) -> Bool {
    let disks: [(prefix: String, last: UInt8, two: Bool)] = [
      ("hd", UInt8(ascii: "t"), false), ("sd", UInt8(ascii: "z"), true), ("vd", UInt8(ascii: "z"), true),
    ]
    for disk in disks {
      guard let rest = name.bytes(after: disk.prefix) else { continue }
      let letters = rest.utf8.prefix { $0 >= UInt8(ascii: "a") && $0 <= disk.last }
      let number = Substring(rest.utf8.dropFirst(letters.count))
      if (1...(disk.two ? 2 : 1)).contains(letters.count), isPartitionNumber(number) { return true }
    }
    return false
  }

  /// `mmcblk0p1`, `nvme0n1p2`, `nvme0p1`.
  private static func isNumberedPartition(_ name: Substring) -> Bool {
    for pieces in [["mmcblk", "p"], ["nvme", "n", "p"], ["nvme", "p"]] {
      var rest = name
      if pieces.dropLast().allSatisfy({ DevicePath.take($0, digits: 3, from: &rest) }),
        let number = rest.bytes(after: pieces[pieces.count - 1]), isPartitionNumber(number)
      {
        return true
      }
    }
    return false
  }

  private static func isPartitionNumber(_ text: Substring) -> Bool {
    (1...3).contains(text.utf8.count) && text.first != "0"
      && text.utf8.allSatisfy { $0.isASCIIDigit }
  }
}
