import Glibc
import Linux
import TestSupport
import Testing

@Suite struct CopyingTests {
  /// Everything `cp -a` keeps, one line an entry.
  private func description(of path: String) throws -> String {
    try shell(
      """
      cd \(path)
      find . -printf '%P %y %m %U %G %s %l %n %T@ ' -exec stat -c '%t:%T' {} \\; | grep -v '^ d' | sort
      find . -type f -print0 | sort -z | xargs -0 sha256sum
      getfattr -h -R -d -m - . 2>/dev/null | grep -v '^$' || true
      """)
  }

  private func makeTree(_ root: String) throws {
    try shell(
      """
      cd \(root); mkdir -p tree/sub/empty tree/other; cd tree
      head -c 300000 /dev/urandom > data; echo text > 'sub/with space'; touch $'sub/odd\\xff'; chmod 4755 sub/*space
      ln data sub/second; ln data other/third; ln -s ../data sub/link; ln -s nowhere broken; chown -h 5:6 broken
      mkfifo -m 0640 fifo; mknod null c 1 3; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
      truncate -s 50M sparse; printf x | dd of=sparse bs=1 seek=30M conv=notrunc status=none
      chown 1000:1001 sub data; chmod 0700 sub; chmod 1777 other; chmod 0400 sparse
      touch -d '2001-02-03 04:05:06.789' data sub other; touch -h -d '2002-02-02' broken sub/link
      python3 - <<'END'
      import os
      os.setxattr("data", "user.note", b"\\0binary\\xff")
      os.setxattr("sub", "user.empty", b"")
      os.setxattr("broken", "trusted.mark", b"link", follow_symlinks=False)
      # cap_net_raw+ep, as setcap(8) writes it
      os.setxattr("sub/second", "security.capability", bytes.fromhex("0100000200200000" + "00" * 12))
      END
      """)
  }

  @Test func `a tree is copied with everything that cp -a keeps`() throws {
    try withTemporaryDirectory { root in
      try makeTree(root)
      try Copying.copyTreeAtomically(from: "\(root)/tree", to: "\(root)/copy")
      #expect(try description(of: "\(root)/copy") == description(of: "\(root)/tree"))
      #expect(try Files.status("\(root)/copy/data")?.inode == Files.status("\(root)/copy/other/third")?.inode)
      #expect(try Files.status("\(root)/copy/sparse")?.blocks ?? .max < 1000)
      #expect(try Files.list(root) == ["copy", "tree"])
      #expect(failure { try Copying.copyTreeAtomically(from: "\(root)/tree", to: "\(root)/copy") } == EEXIST)
      try Copying.copyTree(from: "\(root)/tree/data", to: "\(root)/single")
      #expect(try Files.status("\(root)/single")?.uid == 1000)
    }
  }

  @Test func `a part left by a crash is replaced, and a failure leaves nothing`() throws {
    try withTemporaryDirectory { root in
      try shell("cd \(root); mkdir -p tree/a '.copy.copying~/left'; touch tree/a/b")
      try Copying.copyTreeAtomically(from: "\(root)/tree", to: "\(root)/copy")
      #expect(try Files.list("\(root)/copy") == ["a"])
      try shell("cd \(root)/tree; for i in {1..300}; do mkdir d; cd d; done")
      #expect(failure { try Copying.copyTreeAtomically(from: "\(root)/tree", to: "\(root)/deep") } == ENAMETOOLONG)
      #expect(failure { try Copying.copyTreeAtomically(from: "\(root)/none", to: "\(root)/deep") } == ENOENT)
      #expect(try Files.list(root) == ["copy", "tree"])
    }
  }

  @Test func `a file is copied between file systems, and never over another`() throws {
    try withTemporaryDirectory { root in
      try Files.makeDirectories("\(root)/memory")
      let mount = try Mounts.detached(type: "tmpfs", source: "test", about: "\(root)/memory")
      try Mounts.place(mount, at: "\(root)/memory")
      let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try Files.writeAtomically(bytes, to: "\(root)/file", mode: 0o600)
      for target in ["\(root)/memory/file", "\(root)/other"] {
        try Copying.copyFile(from: "\(root)/file", to: target, mode: 0o644)
        #expect(try Files.read(target, limit: 1 << 20) == bytes)
        #expect(try Files.status(target)?.mode == 0o644)
        #expect(failure { try Copying.copyFile(from: "\(root)/file", to: target, mode: 0o644) } == EEXIST)
      }
      #expect(failure { try Copying.copyFile(from: "/dev/null", to: "\(root)/x", mode: 0o644) } == EINVAL)
      try Copying.copyTree(from: "\(root)/memory", to: "\(root)/tree")
      #expect(try Files.read("\(root)/tree/file", limit: 1 << 20) == bytes)
    }
  }
}
