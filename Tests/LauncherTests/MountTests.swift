import LaunchPlan
import Testing

@testable import Launcher

/// Mounts through the keeper. What it refuses, the system test `mount-broker` tries.
@Suite struct MountTests {
  /// Flags, type and options against a description.
  @Test(
    arguments: [
      ("tmpfs", 0, "", true), ("tmpfs", 0, "size=1k", true), ("tmpfs", 0, "mode=755", true),
      ("tmpfs", 0, "mode=777", false),
      ("tmpfs", 0, "mode=755,size=1,size=2", true), ("tmpfs", 0, "uid=1", false), ("tmpfs", 0, "sizes=1", false),
      ("tmpfs", 1, "", false), ("tmpfs", 2, "", false), ("ramfs", 0, "", false), ("", 0, "", false),
      ("tmpfs\n", 0, "", false), ("tmpfs", 16384, "", false), ("tmpfs", 1 << 40, "", false),
    ] as [(String, UInt64, String, Bool)])
  func fits(type: String, flags: UInt64, options: String, isDescribed: Bool) {
    let described = DescribedMount(types: ["tmpfs"], flags: [], options: ["size", "mode=755"], target: "/a")
    let asked = AskedMount(source: nil, target: "/a", type: type, flags: MountFlags(rawValue: flags), options: options)
    #expect(asked.fits(described) == isDescribed)
  }

  /// Any flags are those of a new mount.
  @Test(
    arguments: [
      (0, true), (1 | 2 | 4 | 8 | 1024, true), (32, false), (4096, false), (8192, false), (1 << 18, false),
    ] as [(UInt64, Bool)])
  func anyFlags(flags: UInt64, isDescribed: Bool) {
    let described = DescribedMount(types: ["nfs"], flags: nil, options: nil, target: "/a")
    let asked = AskedMount(source: nil, target: "/a", type: "nfs", flags: MountFlags(rawValue: flags), options: "a,b=c")
    #expect(asked.fits(described) == isDescribed)
    let elsewhere = AskedMount(source: nil, target: "/a", type: "nfs", options: "a,source=b")
    #expect(!elsewhere.fits(described))
  }

  @Test(
    arguments: [
      ("/a{,/}", "/a", false, true), ("/a{,/}", "/a/b", true, false), ("/a/", "/a", true, true),
      ("/a/", "/a", false, false),
      ("/a/**", "/a", true, false), ("/a/**", "/a/b/c", true, true), ("/a/*", "/a/b/c", true, false),
      ("/a", "/a (deleted)", true, false),
    ] as [(String, String, Bool, Bool)])
  func places(pattern: String, path: String, isDirectory: Bool, isDescribed: Bool) {
    #expect(MountKeeper.matches(pattern, Array(path.utf8), isDirectory: isDirectory) == isDescribed)
  }

  @Test func attributes() {
    let flags: MountFlags = [.readOnly, .noSetUID, .noDevices, .noExecute, .noAccessTime, .noDirectoryAccessTime]
    #expect(flags.attributeBits == 0x9f)
    #expect(MountFlags.strictAccessTime.attributeBits == 0x20 && MountFlags.bind.attributeBits == 0)
    #expect(MountFlags(word: "rbind") == [.bind, .recursive] && MountFlags(word: "rw") == [])
    #expect(MountFlags(word: "bogus") == nil)
  }

  /// A disk of its own, with a device node and a set-user-id file on it: neither has an effect inside.
  @Test func disksAreMountedByTheirPaths() throws {
    var plan = Stage.plan()
    plan.capabilities = 0
    plan.view.insert(.bind(source: "/run/nodes/disk", target: "/dev/disk", options: []), at: 4)
    plan.describedMounts = [
      DescribedMount(types: ["squashfs"], flags: .readOnly, source: "/dev/d*", target: "/var/snap/hello/common/mnt")
    ]
    var none = plan
    none.describedMounts = []
    let result = try Stage.run(
      """
      mkdir -p /run/nodes /run/content /var/snap/hello/common/mnt /var/snap/hello/common/other
      echo content > /run/content/file
      mknod /run/content/zero c 1 5
      mksquashfs /run/content /run/image -quiet -no-progress >/dev/null
      loop=$(losetup -f --show -r /run/image)
      mknod /run/nodes/disk b $(stat -c '0x%t 0x%T' $loop)
      run() { launch --home /root snap.hello.app -- /bin/bash -c "cd /var/snap/hello/common; $*" 2>&1; }
      run 'mount -i -t squashfs -o ro /dev/disk mnt && cat mnt/file; head -c 1 mnt/zero; mount | while read -r a b c d e f; do [ $c != /var/snap/hello/common/mnt ] || echo $a $e $f; done'
      umounted() { discard; run true; }
      umounted
      run 'mount -i -t squashfs -o ro /dev/null mnt'
      run 'mount -i -t squashfs -o ro /dev/disk other'
      run 'mount -i -t squashfs -o ro /var/snap/hello/common/other mnt'
      use none
      run 'mount -i -t squashfs -o ro /dev/disk mnt'
      discard
      losetup -d $loop
      for i in $(seq 300); do [ "$(pgrep -fc '^/mnt/snap-confine ')" = 0 ] && echo gone && break; sleep 0.01; done
      """, plans: [plan], variants: ["none": none])
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "content")
    #expect(lines.contains { $0.contains("/zero") && $0.contains("Permission denied") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("/dev/disk squashfs (ro,nosuid,nodev") }, "\(lines)")
    #expect(lines.filter { $0.contains("mount:") }.count == 4, "\(lines)")
    #expect(lines.last == "gone")
  }
}
