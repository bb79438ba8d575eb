import CLinux
import Glibc
import Linux
import TestSupport
import Testing

/// Control groups that rule devices, on the machine's own hierarchies. Root only.
@Suite(.serialized) struct DeviceGroupTests {
  static let null = DeviceRule(.character, major: 1, minor: 3)

  /// A group of its own beneath a hierarchy, removed with what is left in it.
  static func withGroup(_ hierarchy: String, _ body: (String) throws -> Void) throws {
    let path = hierarchy + "/device-test-\(UInt32.random(in: 0 ... .max))"
    guard mkdir(path, 0o755) == 0 else { throw ShellError(text: "cannot make \(path): \(errno)") }
    defer { rmdir(path) }
    try body(path)
  }

  /// Which of some nodes a process of a group can open, by name.
  static func opens(_ nodes: [String], inGroup path: String) throws -> String {
    try shell(
      """
      echo $$ > \(path)/cgroup.procs
      for node in \(nodes.joined(separator: " ")); do
        if (exec 3<$node) 2>&1 | grep -q .; then echo -n "-$node "; else echo -n "+$node "; fi
      done
      """)
  }

  static let version2 = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first {
    access($0 + "/cgroup.procs", F_OK) == 0 && access($0 + "/cgroup.controllers", F_OK) == 0
  }
  static let version1 = access("/sys/fs/cgroup/devices/devices.list", F_OK) == 0

  @Test(.enabled(if: getuid() == 0 && version2 != nil)) func aProgramRefusesWhatIsNotInTheMap() throws {
    let hierarchy = try #require(Self.version2)
    try Self.withGroup(hierarchy) { group in
      #expect(try !DeviceGroup.isRuled(group))
      let map = try DeviceMap()
      try map.allow(Self.null)
      try map.allow(DeviceRule(.character, major: 5, minor: nil))
      try map.attach(toGroupAt: group)
      #expect(try DeviceGroup.isRuled(group))
      let nodes = ["/dev/null", "/dev/zero", "/dev/ptmx"]
      #expect(try Self.opens(nodes, inGroup: group) == "+/dev/null -/dev/zero +/dev/ptmx ")
      // The map is looked into at each opening.
      try map.replace(with: [DeviceRule(.character, major: 1, minor: 5)])
      #expect(try Self.opens(nodes, inGroup: group) == "-/dev/null +/dev/zero -/dev/ptmx ")
      // A block device with the numbers of an allowed character device is another device.
      #expect(try map.rules() == [DeviceRule(.character, major: 1, minor: 5)])
    }
  }

  @Test(.enabled(if: getuid() == 0 && version2 != nil)) func aMapIsKeptUnderAPath() throws {
    try withTemporaryDirectory { directory in
      try #require(cl_mount_bpf(directory) == 0)
      defer { umount2(directory, Int32(MNT_DETACH)) }
      do {
        let map = try DeviceMap()
        try map.allow(Self.null)
        try map.pin(at: directory + "/snap_foo_bar")
      }
      let again = try DeviceMap(pinnedAt: directory + "/snap_foo_bar")
      #expect(try again.rules() == [Self.null])
      try again.forbid(Self.null)
      try again.forbid(Self.null)
      #expect(try again.rules().isEmpty)
    }
  }

  @Test(.enabled(if: getuid() == 0 && version1)) func theFilesOfVersion1() throws {
    try Self.withGroup("/sys/fs/cgroup/devices") { group in
      try DeviceGroup.setRules([Self.null], ofVersion1GroupAt: group)
      #expect(try Self.opens(["/dev/null", "/dev/zero"], inGroup: group) == "+/dev/null -/dev/zero ")
      try DeviceGroup.allow(DeviceRule(.character, major: 1, minor: nil), inVersion1GroupAt: group)
      try DeviceGroup.forbid(Self.null, inVersion1GroupAt: group)
      #expect(try Self.opens(["/dev/zero"], inGroup: group) == "+/dev/zero ")
    }
  }
}
