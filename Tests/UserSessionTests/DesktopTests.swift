import Glibc
import Host
import Linux
import TestSupport
import Testing

@testable import UserSession

@Suite struct DesktopTests {
  @Test(
    arguments: [
      ("a b  c", ["a", "b", "c"]), (#"a "b c" 'd e'"#, ["a", "b c", "d e"]), (#"a "b\"c\$" \d"#, ["a", #"b"c$"#, "d"]),
      (#"a "" b"#, ["a", "", "b"]), (#"a "b"#, nil), (#"a\"#, nil), ("", []),
      ("a %u %i %F x%%y %z", ["a", "u1", "u1", "u2", "x%y"]),
    ] as [(String, [String]?)])
  func commandLines(_ command: String, _ words: [String]?) {
    #expect(DesktopEntry.words(command, opening: ["u1", "u2"]) == words)
  }

  @Test(
    arguments: [
      ("Exec=x\n", nil), ("Hidden=true\n", "it is hidden"), ("X-GNOME-Autostart-enabled=false\n", "it is switched off"),
      ("OnlyShowIn=KDE;\n", "it is not for this desktop"), ("OnlyShowIn=KDE;GNOME;\n", nil),
      ("NotShowIn=GNOME;\n", "it is not for this desktop"), ("Hidden=false\n[Other]\nHidden=true\n", nil),
      ("# Hidden=true\n", nil), ("Hidden=false\nHidden=true\n", nil),
    ] as [(String, String?)])
  func whatIsNotStarted(_ text: String, _ reason: String?) {
    let entry = DesktopEntry(Array("[Desktop Entry]\n\(text)".utf8))
    #expect(entry.reasonNotToStart(in: ["ubuntu", "GNOME"]) == reason)
  }

  /// Only what an app of the snap declares is started, by the command of that app.
  @Test func autostart() throws {
    try withTemporaryDirectory { root in
      let session = Session.forTests(root)
      // The home of this user, for whom the user database decides; below a directory of its own here.
      let home = try #require(session.home)
      let snap = root + "/snap/foo/x1"
      try Files.makeDirectories(snap + "/meta")
      try Files.replaceSymlink(at: root + "/snap/foo/current", target: "x1")
      let yaml =
        "name: foo\nversion: 1\napps:\n  foo: {command: x, autostart: a.desktop}\n  two: {command: x, autostart: b.desktop}\n"
      try Files.writeAtomically(Array(yaml.utf8), to: snap + "/meta/snap.yaml", mode: 0o644)
      let folder = home + "/snap/foo/current/.config/autostart"
      try Files.makeDirectories(folder)
      let files = [
        "a.desktop": "Exec=/bin/rm -rf '/x y'", "b.desktop": "Exec=foo", "c.desktop": "Exec=/bin/true",
        "d.txt": "Exec=x",
      ]
      for (name, text) in files {
        try Files.writeAtomically(Array("[Desktop Entry]\n\(text)\n".utf8), to: "\(folder)/\(name)", mode: 0o644)
      }
      var complaints: [String] = []
      let find = { Autostart(session).find { complaints.append($0) } }
      #expect(find().map(\.words) == [[root + "/snap/bin/foo", "-rf", "/x y"], [root + "/snap/bin/foo.two"]])
      #expect(
        complaints == ["cannot autostart \(folder)/c.desktop: cannot match desktop file with snap foo applications"])
      // What is no ordinary file is not read.
      complaints = []
      for name in files.keys { try Files.remove("\(folder)/\(name)") }
      #expect(symlink("/dev/zero", "\(folder)/a.desktop") == 0 && mkfifo("\(folder)/b.desktop", 0o600) == 0)
      #expect(find().isEmpty && complaints.count == 2)
    }
  }
}

extension Session {
  /// One whose places are all below a directory.
  static func forTests(_ root: String, path: String = "/usr/bin:/bin", uid: UInt32 = 61_234) -> Session {
    Session(
      directories: Directories(root: root),
      environment: ["HOME": root + "/home", "XDG_RUNTIME_DIR": root + "/runtime", "PATH": path], uid: uid)
  }
}
