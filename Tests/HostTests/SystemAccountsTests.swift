import Linux
import TestSupport
import Testing

@testable import Host

@Suite struct SystemAccountsTests {
  private static let passwd = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n"
  private static let group = "root:x:0:\nann:x:1000:\n"

  private func withRoot(
    passwd: String = Self.passwd, group: String = Self.group, _ body: (String, SystemAccounts) throws -> Void
  ) throws {
    let directory = try TemporaryDirectory()
    let etc = directory.path + "/etc"
    try Files.makeDirectories(etc)
    try Files.writeAtomically(Array(passwd.utf8), to: etc + "/passwd", mode: 0o644)
    try Files.writeAtomically(Array(group.utf8), to: etc + "/group", mode: 0o644)
    try body(etc, SystemAccounts(directories: Directories(root: directory.path)))
    withExtendedLifetime(directory) {}
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Files.read(path, limit: 1 << 16), as: UTF8.self)
  }

  @Test func madeOnce() throws {
    try withRoot { etc, accounts in
      // A last line without its end is not joined with the new one.
      try Files.writeAtomically(Array("root:*:1::::::".utf8), to: etc + "/shadow", mode: 0o600)
      #expect(try !accounts.check("_daemon_", number: 584_792))
      #expect(try text(etc + "/passwd") == Self.passwd)
      for _ in 0..<2 {
        try accounts.ensure("_daemon_", number: 584_792)
        #expect(try accounts.check("_daemon_", number: 584_792))
      }
      #expect(try text(etc + "/passwd") == Self.passwd + "_daemon_:x:584792:584792::/nonexistent:/bin/false\n")
      #expect(try text(etc + "/group") == Self.group + "_daemon_:x:584792:\n")
      #expect(try text(etc + "/shadow").hasPrefix("root:*:1::::::\n_daemon_:!:"))
      #expect(try Files.status(etc + "/shadow")?.mode == 0o600)
      #expect(try Files.status(etc + "/gshadow") == nil)
      // Locks are let go of; one of a process that has ended is in nobody's way.
      #expect(try Files.list(etc).filter { $0.contains("lock") } == [".pwd.lock"])
      try Files.writeAtomically(Array("4194304\0".utf8), to: etc + "/passwd.lock", mode: 0o600)
      try accounts.ensure("snap_daemon", number: 584_788)
      #expect(try accounts.check("snap_daemon", number: 584_788))
      // Half of it, as a crash leaves it.
      let half = try text(etc + "/group") + "half:x:700000:\n"
      try Files.writeAtomically(Array(half.utf8), to: etc + "/group", mode: 0o644)
      try AccountFiles(root: String(etc.dropLast(4))).add("half", number: 700_000)
      #expect(try accounts.check("half", number: 700_000))
      #expect(try text(etc + "/group") == half)
    }
  }

  @Test(arguments: [
    ("u:x:1:584792:::\n", "u:x:584792:\n", "u", "found unexpected uid for user \"u\": 1"),
    ("u:x:584792:584792:::\n", "u:x:2:\n", "u", "found unexpected gid for group \"u\": 2"),
    ("", "u:x:584792:\n", "u", "cannot add user/group \"u\": group exists and user does not"),
    ("u:x:584792:1:::\n", "", "u", "cannot add user/group \"u\": user exists and group does not"),
    ("", "other:x:584792:\n", "u", "groupadd failed with: groupadd: GID '584792' already exists"),
    ("other:x:584792:1:::\n", "", "u", "useradd failed with: useradd: UID 584792 is not unique"),
    ("", "", "a:b", "cannot add user/group \"a:b\": name contains invalid characters"),
    ("", "", "-r", "cannot add user/group \"-r\": name contains invalid characters"),
  ])
  func takenByAnother(passwd: String, group: String, name: String, message: String) throws {
    try withRoot(passwd: passwd, group: group) { etc, accounts in
      let checked = #expect(throws: AccountError.self) { try accounts.check(name, number: 584_792) }
      let made = #expect(throws: AccountError.self) { try accounts.ensure(name, number: 584_792) }
      #expect(checked?.description == message && made?.description == message)
      let files = try text(etc + "/passwd") + text(etc + "/group")
      #expect(files == passwd + group)
    }
  }
}
