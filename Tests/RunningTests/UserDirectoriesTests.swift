import LaunchPlan
import Linux
import TestSupport
import Testing

@testable import Running

@Suite struct UserDirectoriesTests {
  /// A temporary root with a home directory in it.
  private func withRoot(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { root in
      try Files.makeDirectories(root + "/home/ann", mode: 0o755)
      try body(root)
    }
  }

  @Test func directoriesAreMadeOnceAndFollowTheRevision() throws {
    try withRoot { root in
      let user = RunUser(uid: 0, home: "/home/ann")
      try Files.makeDirectories(root + "/run/user/0", mode: 0o700)
      for revision in ["7", "8", "8"] {
        var plan = EnvironmentTests.plan()
        plan.revision = revision
        try UserDirectories(plan: plan, user: user, root: root).prepare()
        #expect(try Files.readSymlink(root + "/home/ann/snap/hello_k/current") == revision)
      }
      #expect(try Files.list(root + "/home/ann/snap").sorted() == ["hello", "hello_k"])
      #expect(try Files.list(root + "/home/ann/snap/hello_k").sorted() == ["7", "8", "common", "current"])
      let modes: [(String, UInt32)] = [
        ("/home/ann/snap", 0o700), ("/home/ann/snap/hello_k/7", 0o755), ("/home/ann/snap/hello_k/common", 0o755),
        ("/run/user/0/snap.hello_k", 0o700),
      ]
      for (path, mode) in modes { #expect(try Files.status(root + path)?.mode == mode, "\(path)") }
      // An open ~/snap of older days is closed (CVE-2021-3155).
      try Files.setMode(root + "/home/ann/snap", 0o755)
      try UserDirectories(plan: EnvironmentTests.plan(), user: user, root: root).prepare()
      #expect(try Files.status(root + "/home/ann/snap")?.mode == 0o700)
    }
  }

  @Test func directoriesThatGrantsAskForAreMadeWithoutFollowingLinks() throws {
    try withRoot { root in
      let home = root + "/home/ann"
      try Files.makeDirectories(root + "/elsewhere", mode: 0o755)
      try Files.makeDirectories(home + "/.open", mode: 0o755)
      try Files.replaceSymlink(at: home + "/.link", target: root + "/elsewhere")
      try Files.writeAtomically([], to: home + "/.file", mode: 0o644)
      var plan = EnvironmentTests.plan()
      plan.homeDirectories = [".file/a", ".link/b", ".local/share/thing", ".open/c"]
      for _ in 0..<2 {
        try UserDirectories(plan: plan, user: RunUser(uid: 0, home: "/home/ann"), root: root).prepare()
      }
      for path in [".local", ".local/share", ".local/share/thing", ".open/c"] {
        #expect(try Files.status(home + "/" + path)?.mode == 0o700, "\(path)")
      }
      #expect(try Files.status(home + "/.open")?.mode == 0o755)
      #expect(try Files.list(root + "/elsewhere").isEmpty)
      // Nothing of a snap's is made in a home that a classic one only looks at.
      plan.confinement = .classic
      plan.homeDirectories = [".classic"]
      try UserDirectories(plan: plan, user: RunUser(uid: 0, home: "/home/ann"), root: root).prepare()
      #expect(try Files.status(home + "/.classic") == nil)
    }
  }

  @Test func linksBelowTheHomeAreNotFollowed() throws {
    try withRoot { root in
      try Files.makeDirectories(root + "/elsewhere", mode: 0o755)
      try Files.replaceSymlink(at: root + "/home/ann/snap", target: root + "/elsewhere")
      let user = RunUser(uid: 0, home: "/home/ann")
      let error = #expect(throws: RunError.self) {
        try UserDirectories(plan: EnvironmentTests.plan(), user: user, root: root).prepare()
      }
      #expect(error?.description.hasPrefix("cannot open \(root)/home/ann/snap: ") == true)
      #expect(try Files.list(root + "/elsewhere").isEmpty)
    }
  }

  @Test func inhibitionIsWaitedForOrRefused() async throws {
    // Who begins to wait tells the daemon.
    let daemon = try ScriptedServer(["POST /v2/notices": [ScriptedServer.sync("null")]])
    defer { daemon.stop() }
    let root = daemon.root
    let inhibition = Inhibition(directory: root, instance: "hello", socket: daemon.socketPath)
    #expect(try !inhibition.wait(isService: false))
    for (hint, message) in [("remove", "removed"), ("disable", "disabled")] {
      try Files.writeAtomically(Array(hint.utf8), to: root + "/hello.lock", mode: 0o644)
      #expect(throws: RunError("cannot run \"hello\", snap is being \(message)")) {
        try inhibition.wait(isService: false)
      }
    }
    try Files.writeAtomically(Array("refresh".utf8), to: root + "/hello.lock", mode: 0o644)
    #expect(try !inhibition.wait(isService: true))
    let waited = Task.detached { try inhibition.wait(isService: false) }
    while daemon.requests.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
    try Files.writeAtomically([], to: root + "/hello.lock", mode: 0o644)
    #expect(try await waited.value)
    #expect(daemon.lines == ["POST /v2/notices"])
  }
}
