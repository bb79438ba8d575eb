import Glibc
import Linux
import TestSupport
import Testing

@Suite struct FilesTests {
  @Test func `a file is replaced whole, with exact mode, and nothing is left beside it`() throws {
    try withTemporaryDirectory { root in
      let path = "\(root)/file"
      for (text, mode) in [("one", UInt32(0o600)), ("two", 0o666), ("", 0o4755)] {
        try Files.writeAtomically(Array(text.utf8), to: path, mode: mode)
        #expect(try Files.read(path, limit: 10) == Array(text.utf8))
        #expect(try Files.status(path)?.mode == mode)
      }
      try Files.writeAtomically([1], to: path, mode: 0o600, owner: (uid: 7, gid: 8), durable: false)
      #expect(try Files.status(path)?.uid == 7)
      #expect(try Files.list(root) == ["file"])
      try Files.makeDirectories("\(root)/directory")
      #expect(failure { try Files.writeAtomically([1], to: "\(root)/directory", mode: 0o600) } == EISDIR)
      #expect(try Files.list(root) == ["directory", "file"])
    }
  }

  @Test(arguments: [0, 1, 1 << 18, (1 << 18) + 1, 600_000])
  func `a file comes in pieces`(size: Int) throws {
    try withTemporaryDirectory { root in
      let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try Files.writeAtomically(content, to: "\(root)/file", mode: 0o600)
      var pieces: [[UInt8]] = []
      let read = try OwnedFD.open("\(root)/file", O_RDONLY).readPieces { pieces.append(Array($0)) }
      #expect(read == size && Array(pieces.joined()) == content)
      #expect(pieces.allSatisfy { (1...1 << 18).contains($0.count) })
      #expect(failure { try OwnedFD.open(root, O_RDONLY).readPieces { _ in } } == EISDIR)
    }
  }

  @Test func `reading is bounded and never blocks`() throws {
    try withTemporaryDirectory { root in
      try Files.writeAtomically([1, 2, 3], to: "\(root)/three", mode: 0o600)
      try shell("mkfifo \(root)/fifo")
      #expect(try Files.read("\(root)/three", limit: 3) == [1, 2, 3])
      #expect(failure { _ = try Files.read("\(root)/three", limit: 2) } == EFBIG)
      #expect(failure { _ = try Files.read("\(root)/fifo", limit: 2) } == EINVAL)
      #expect(failure { _ = try Files.read(root, limit: 2) } == EISDIR)
      #expect(failure { _ = try Files.read("\(root)/none", limit: 2) } == ENOENT)
      #expect(failure { _ = try Files.read("\(root)/three\0.txt", limit: 3) } == EINVAL)
      #expect(try Files.read("/proc/self/status", limit: 1 << 20).count > 100)
      let error = SyscallError("read", path: "/x", errno: ENOENT)
      #expect(error.description == "cannot read /x: No such file or directory")
    }
  }

  @Test func `links and directories are made again without harm`() throws {
    try withTemporaryDirectory { root in
      for target in ["x1", "x2", "/nowhere"] {
        try Files.replaceSymlink(at: "\(root)/current", target: target)
        #expect(try Files.readSymlink("\(root)/current") == target)
      }
      let old = umask(0o077)
      defer { umask(old) }
      for _ in 0..<2 { try Files.makeDirectories("\(root)/a/b/c", mode: 0o755) }
      #expect(try Files.status("\(root)/a/b")?.mode == 0o755)
      try Files.writeAtomically([], to: "\(root)/file", mode: 0o600)
      #expect(failure { try Files.makeDirectories("\(root)/file/x") } == ENOTDIR)
      #expect(failure { try Files.makeDirectories("\(root)/file") } == ENOTDIR)
      try Files.rename("\(root)/file", to: "\(root)/a/file")
      #expect(failure { try Files.rename("\(root)/a/file", to: "\(root)/current", replace: false) } == EEXIST)
      #expect(try Files.list(root) == ["a", "current"])
    }
  }

  @Test func `removing takes wide and deep trees and does not follow links`() throws {
    try withTemporaryDirectory { root in
      try shell(
        """
        cd \(root); mkdir keep tree; touch keep/file; ln -s ../keep tree/link; ln -s /nowhere tree/broken
        mkfifo tree/fifo; mkdir tree/wide tree/$'odd\\xff'; touch tree/$'odd\\xff'/$'f\\xfe'
        (cd tree/wide; mkdir {1..1500}; touch {1..9}/{a,b})
        cd tree; for i in {1..700}; do mkdir deepdirectory; cd -P deepdirectory; done; touch end
        """)
      try Files.removeTree("\(root)/tree")
      #expect(try Files.list(root) == ["keep"])
      #expect(try Files.list("\(root)/keep") == ["file"])
      try Files.replaceSymlink(at: "\(root)/link", target: "keep")
      try Files.removeTree("\(root)/link")
      try Files.removeTree("\(root)/link")
      try Files.removeTree("\(root)/missing/too")
      #expect(try Files.list("\(root)/keep") == ["file"])
    }
  }

  @Test func `removing never enters a mount`() throws {
    try withTemporaryDirectory { root in
      try shell("cd \(root); mkdir -p keep tree/a/mounted; touch keep/file tree/a/onfile")
      try Mounts.bind(from: "\(root)/keep", at: "\(root)/tree/a/mounted")
      #expect(failure { try Files.removeTree("\(root)/tree") } == EXDEV)
      try Mounts.unmount("\(root)/tree/a/mounted")
      try shell("mkdir -p \(root)/tree/a; touch \(root)/tree/a/onfile")
      try Mounts.bind(from: "\(root)/keep/file", at: "\(root)/tree/a/onfile")
      #expect(failure { try Files.removeTree("\(root)/tree") } == EBUSY)
      #expect(try Files.list("\(root)/keep") == ["file"])
    }
  }

  @Test(arguments: [
    ("inside/file", Int32(0)), ("link", ELOOP), ("inside/up/file", ELOOP), ("../outside", EXDEV),
    ("/etc/passwd", EXDEV),
    ("inside/../../outside", EXDEV), ("missing", ENOENT),
  ])
  func `opening beneath stays beneath`(path: String, expected: Int32) throws {
    try withTemporaryDirectory { root in
      try shell(
        "cd \(root); mkdir -p top/inside; touch outside top/inside/file; ln -s ../outside top/link; ln -s . top/inside/up"
      )
      let top = try OwnedFD.open("\(root)/top", O_RDONLY | O_DIRECTORY)
      #expect(failure { _ = try top.openBeneath(path, O_RDONLY) } == expected)
    }
  }

  @Test func `a lock excludes, shares, and ends with its holder`() throws {
    try withTemporaryDirectory { root in
      let path = "\(root)/lock"
      do {
        let held = try FileLock.acquire(path)
        #expect(failure { _ = try FileLock.acquire(path, timeout: .zero) } == EWOULDBLOCK)
        #expect(failure { _ = try FileLock.acquire(path, mode: .shared, timeout: .milliseconds(5)) } == EWOULDBLOCK)
        _ = held
      }
      let first = try FileLock.acquire(path, mode: .shared)
      let second = try FileLock.acquire(path, mode: .shared, timeout: .seconds(1))
      _ = first
      _ = second
    }
  }

  @Test func `the kernel tells what it is`() throws {
    #expect(try Kernel.bootID.count == 36)
    #expect(try Kernel.release == String(shell("uname -r").dropLast()))
    #expect(try Kernel.machine == String(shell("uname -m").dropLast()))
    #expect(try Kernel.freeBytes(at: "/tmp") > 0)
    #expect(Kernel.supports(filesystem: "proc") && !Kernel.supports(filesystem: "nosuch"))
  }
}
