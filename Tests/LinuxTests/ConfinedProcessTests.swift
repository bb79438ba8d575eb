import CLinux
import Glibc
import Linux
import TestSupport
import Testing

/// What a program does that a delta has taken over. `sh` stands for it: it does these things itself.
@Suite struct ConfinedProcessTests {
  typealias Layers = ProgramConfinement.Layers

  /// Each layer for itself holds what both hold.
  static let layers: [Layers] = [[.ownRoot, .landlock], .landlock, .ownRoot]

  /// How it ended, and what it wrote.
  private func run(
    _ program: String, _ arguments: [String], _ confinement: ProgramConfinement
  ) throws -> (ProcessStatus, String) {
    var ends: [Int32] = [-1, -1]
    try #require(cl_pipe(&ends) == 0)
    let output = OwnedFD(owning: ends[0])
    let child: ChildProcess
    do {
      let input = OwnedFD(owning: ends[1])
      child = try ChildProcess.spawn([program] + arguments, confined: confinement, output: input.raw)
    }
    let bytes = try output.readAll(limit: 1 << 20)
    return (try child.wait(), String(decoding: bytes, as: UTF8.self))
  }

  @Test(arguments: layers) func `what is named can be read, nothing else, and nothing is written`(layers: Layers) throws
  {
    try withTemporaryDirectory { root in
      try Files.writeAtomically(Array("named\n".utf8), to: "\(root)/named", mode: 0o600)
      try Files.writeAtomically(Array("secret\n".utf8), to: "\(root)/other", mode: 0o644)
      try Files.writeAtomically(Array("secret\n".utf8), to: "\(root)/named.old", mode: 0o666)
      var confinement = ProgramConfinement(reading: [try Files.realPath("\(root)/named")])
      confinement.layers = layers
      let script = """
        read line < "$0/named" && echo "read $line"
        for file in "$0/other" "$0/named.old" /etc/shadow /etc/passwd /root/.profile /proc/self/environ /dev/sda; do
          (read line < "$file") 2> /dev/null && echo "read $file"
          { read line < "$file"; } 2> /dev/null && echo "read $file"
        done
        for file in "$0/new" "$0/named" "$0/other" /tmp/confined-test /etc/confined-test /confined-test \\
            /usr/lib/confined-test /dev/shm/confined-test; do
          { echo more >> "$file"; } 2> /dev/null && echo "wrote $file"
        done
        echo "end"
        exec /bin/cat "$0/named"
        echo "still there"
        """
      let (status, text) = try run("/bin/sh", ["-c", script, try Files.realPath(root)], confinement)
      // (…) needs another process, at which the shell gives up.
      #expect(text == "read named\n", "\(text)")
      #expect(status == .exited(2))
      let direct = script.split(separator: "\n").filter { !$0.hasPrefix("  (") }.joined(separator: "\n")
      let (_, again) = try run("/bin/sh", ["-c", direct, try Files.realPath(root)], confinement)
      #expect(again == "read named\nend\n", "\(again)")
      #expect(try Files.list(root).sorted() == ["named", "named.old", "other"])
      #expect(try Files.read("\(root)/named", limit: 100) == Array("named\n".utf8))
      for path in ["/tmp", "/etc", "/", "/usr/lib", "/dev/shm"] {
        #expect(try Files.status("\(path)/confined-test") == nil)
      }
    }
  }

  /// Read out of the process itself, with a program that would have all of it.
  @Test(arguments: layers) func `it has no privileges, and limits`(layers: Layers) throws {
    var confinement = ProgramConfinement()
    (confinement.layers, confinement.seconds, confinement.memory) = (layers, 7, 1 << 28)
    confinement.niceness = 5
    var ends: [Int32] = [-1, -1]
    try #require(cl_pipe(&ends) == 0)
    let output = OwnedFD(owning: ends[0])
    let input = OwnedFD(owning: ends[1])
    let child = try ChildProcess.spawn(
      ["/bin/sh", "-c", "echo here; while :; do :; done"], confined: confinement, output: input.raw)
    defer {
      child.killGroup(SIGKILL)
      _ = try? child.wait()
    }
    var byte: UInt8 = 0
    try #require(read(output.raw, &byte, 1) == 1)
    func value(_ file: String, _ name: String) throws -> String {
      let text = String(decoding: try Files.read("/proc/\(child.pid)/\(file)", limit: 1 << 16), as: UTF8.self)
      let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
      return line.dropFirst(name.count).split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
      #expect(try value("status", set) == "0000000000000000", "\(set)")
    }
    if geteuid() == 0 { #expect(try value("status", "CapBnd:") == "0000000000000000") }
    #expect(try value("status", "NoNewPrivs:") == "1" && value("status", "Seccomp:") == "2")
    #expect(try value("limits", "Max cpu time") == "7 7 seconds")
    #expect(try value("limits", "Max address space") == "\(1 << 28) \(1 << 28) bytes")
    #expect(try value("limits", "Max file size") == "0 0 bytes" && value("limits", "Max open files") == "16 16 files")
    #expect(getpriority(Int32(PRIO_PROCESS.rawValue), UInt32(child.pid)) == 5)
    // No network but one without interfaces, where there is a root of its own.
    let network = try Files.readSymlink("/proc/\(child.pid)/ns/net")
    #expect(try (network != Files.readSymlink("/proc/self/ns/net")) == layers.contains(.ownRoot))
    #expect(try Files.list("/proc/\(child.pid)/fd").sorted() == ["0", "1", "2"])
  }

  @Test func `without anything that hides files it does not start`() throws {
    var confinement = ProgramConfinement()
    confinement.layers = []
    let error = #expect(throws: SyscallError.self) { try run("/bin/sh", ["-c", "echo"], confinement) }
    #expect(error?.description == "cannot confine /bin/sh: cannot hide files: Function not implemented")
  }

  @Test func `time is bounded, and what cannot be executed is named`() throws {
    var confinement = ProgramConfinement()
    confinement.seconds = 1
    #expect(try run("/bin/sh", ["-c", "while :; do :; done"], confinement).0 == .signalled(SIGKILL))
    for (program, number) in [("/none", ENOENT), ("sh", ENOENT), ("/etc/passwd", ENOEXEC), ("/bin/sh\0x", EINVAL)] {
      #expect(failure { _ = try run(program, [], confinement) } == number, "\(program)")
    }
    #expect(failure { _ = try run("/bin/sh", [], ProgramConfinement(reading: ["/no/such"])) } == ENOENT)
    #expect(failure { _ = try run("/bin/sh", [], ProgramConfinement(reading: ["/dev/null"])) } == EINVAL)
  }

  /// The thread that started it has ended.
  @Test func `it does not outlive who started it`() throws {
    let child = try #require(spawnFromThread())
    #expect(try child.wait(timeout: .seconds(10)) == .signalled(SIGKILL))
  }

  private func spawnFromThread() -> ChildProcess? {
    final class Box { var child: ChildProcess? }
    let box = Box()
    var thread = pthread_t()
    let pointer = Unmanaged.passUnretained(box).toOpaque()
    pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer, let null = try? OwnedFD.open("/dev/null", O_WRONLY) else { return nil }
        let box = Unmanaged<Box>.fromOpaque(pointer).takeUnretainedValue()
        box.child = try? ChildProcess.spawn(
          ["/bin/sh", "-c", "while :; do :; done"], confined: ProgramConfinement(), output: null.raw)
        return nil
      }, pointer)
    pthread_join(thread, nil)
    return box.child
  }
}
