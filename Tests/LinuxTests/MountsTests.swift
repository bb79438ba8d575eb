import Glibc
import Linux
import TestSupport
import Testing

@Suite(.serialized) struct MountsTests {
  /// The kernel frees a device a moment after its last user has gone.
  private func noDevice(of root: String) throws -> Bool {
    for _ in 0..<1000 {
      if try !shell("losetup -n -a -O BACK-FILE").contains(root) { return true }
      usleep(5000)
    }
    return false
  }

  @Test func `an image is mounted read-only, and its device is freed with the mount`() throws {
    try withTemporaryDirectory { root in
      try shell("cd \(root); mkdir -p content 'at here'; echo hello > content/file; mksquashfs content image -quiet")
      let point = "\(root)/at here"
      try Mounts.mountImage("\(root)/image", at: point)
      #expect(try Files.read("\(point)/file", limit: 100) == Array("hello\n".utf8))
      let entry = try #require(try Mounts.table().first { $0.mountPoint == point })
      #expect(entry.type == "squashfs" && entry.major == 7)
      #expect(entry.options.contains("ro") && entry.options.contains("nodev"))
      #expect(failure { try Files.writeAtomically([], to: "\(point)/x", mode: 0o600) } == EROFS)
      #expect(try shell("losetup -n -O BACK-FILE \(entry.source)") == "\(root)/image\n")
      do {
        let busy = try OwnedFD.open("\(point)/file", O_RDONLY)
        #expect(failure { try Mounts.unmount(point) } == EBUSY)
        _ = busy
      }
      for _ in 0..<2 { try Mounts.unmount(point) }
      #expect(try !Mounts.isMounted(point))
      #expect(try noDevice(of: root))
    }
  }

  @Test func `what is not an image is refused and keeps no device`() throws {
    try withTemporaryDirectory { root in
      try shell("cd \(root); mkdir at target; ln -s target link; head -c 8192 /dev/urandom > noise; mkfifo fifo")
      #expect(failure { try Mounts.mountImage("\(root)/noise", at: "\(root)/at") } == EINVAL)
      #expect(failure { try Mounts.mountImage("\(root)/fifo", at: "\(root)/at") } == EINVAL)
      #expect(failure { try Mounts.mountImage("\(root)/none", at: "\(root)/at") } == ENOENT)
      try shell("cd \(root); mksquashfs target image -quiet")
      #expect(failure { try Mounts.mountImage("\(root)/image", at: "\(root)/link") } != 0)
      #expect(
        failure { try Mounts.mountImage("\(root)/image", at: "\(root)/at", options: [("nonsense", "1")]) } == EINVAL)
      #expect(try noDevice(of: root))
      try Mounts.unmount("\(root)/none")
    }
  }

  @Test func `many images are mounted at once without losing a race for a device`() async throws {
    try await withTemporaryDirectory { root in
      try shell("mkdir -p \(root)/content; cd \(root); mksquashfs content image -quiet; mkdir {0..11}")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<12 {
          group.addTask {
            try Mounts.mountImage("\(root)/image", at: "\(root)/\(index)")
            try Mounts.unmount("\(root)/\(index)")
          }
        }
        try await group.waitForAll()
      }
      #expect(try Mounts.table().allSatisfy { !$0.mountPoint.hasPrefix(root) })
    }
  }

  @Test func `binds are made read-only, recursive and private`() throws {
    try withTemporaryDirectory { root in
      try shell("cd \(root); mkdir -p from/sub other at; touch other/deep")
      try Mounts.bind(from: "\(root)/other", at: "\(root)/from/sub")
      try Mounts.bind(from: "\(root)/from", at: "\(root)/at", readOnly: true, recursive: true)
      #expect(try Files.list("\(root)/at/sub") == ["deep"])
      #expect(failure { try Files.writeAtomically([], to: "\(root)/at/sub/x", mode: 0o600) } == EROFS)
      try Mounts.makeShared("\(root)/at")
      #expect(
        try Mounts.table().first { $0.mountPoint == "\(root)/at" }?.tags.contains { $0.hasPrefix("shared:") } == true)
      try Mounts.makeSlave("\(root)/at", recursive: true)
      try Mounts.makePrivate("\(root)/at")
      #expect(try Mounts.table().first { $0.mountPoint == "\(root)/at" }?.tags == [])
      try Mounts.unmount("\(root)/at", lazy: true)
      #expect(failure { try Mounts.makeShared("\(root)/at") } == EINVAL)
    }
  }

  @Test(arguments: [
    ("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue", "/mnt2", 2),
    (#"40 1 0:5 / /a\040b\011\012\134c\0 ro - fuse.x no\040ne rw"#, "/a b\t\n\\c\\0", 0),
    ("41 1 0:5 / /last ro - tmpfs - ", "/last", 0),
    ("42 1 0:5 / /fuse ro - fuse \u{301}x rw,user_id=7", "/fuse", 0),
  ])
  func `a line of mountinfo is read`(line: String, point: String, tags: Int) throws {
    let entry = try #require(MountEntry(line: Substring(line)))
    #expect(entry.mountPoint == point)
    #expect(entry.tags.count == tags)
  }

  @Test(arguments: [
    "", "36", "36 35 98 / / rw - a b c", "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 x", "a b 1:2 / / r - a b c",
  ])
  func `a broken line of mountinfo is passed over`(line: String) {
    #expect(MountEntry(line: Substring(line)) == nil)
  }
}
