import Host
import Linux
import MachineSupport
import Snap
import State
import Testing

@testable import SnapManager

/// What aliases there are, on disk and in the record, after what people and declarations want.
@Suite(.timeLimit(.minutes(5))) struct AliasTests {

  private func source(_ name: String, version: String = "1") -> SnapSource {
    SnapSource(name, version: version, service: true)
  }

  /// Runs an operation to its end; the error's text when it fails.
  private func error(_ machine: Machine, _ begin: () throws -> ChangeID) async throws -> String {
    do {
      let change = try begin()
      return try await machine.end(of: change) == .done ? "" : machine.errorText(of: change)
    } catch { return "\(error)" }
  }

  private func links(_ machine: Machine) throws -> [String: String] {
    try AliasLinks(directories: machine.directories).all()
  }

  private func traced(_ machine: Machine, _ change: ChangeID, _ key: String) -> [String] {
    machine.store.read { $0.changeData([ChangedAlias].self, key, of: change) ?? [] }
      .map { "\($0.alias)=\($0.snap).\($0.app)" }
  }

  @Test func aPersonsAliases() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      try await machine.install(machine.pack(source("hello")))
      try await machine.install(machine.pack(source("other")))
      let change = try machine.snaps.alias(hello, app: "hello", as: AliasName("hi"))
      #expect(try await machine.end(of: change) == .done)
      #expect(machine.store.read { $0.change(change)?.summary } == #"Setup alias "hi" => "hello" for snap "hello""#)
      #expect(traced(machine, change, "aliases-added") == ["hi=hello.hello"])
      #expect(traced(machine, change, "aliases-removed") == [])
      #expect(try links(machine) == ["hi": "hello"])
      // What cannot be, in the reference's words.
      let other = try InstanceName("other")
      let refusals: [(InstanceName, String, String, String)] = [
        (other, "other", "hi", #"cannot enable alias "hi" for "other", already enabled for "hello""#),
        (
          other, "other", "hello.x",
          #"cannot enable alias "hello.x" for "other", it conflicts with the command namespace of installed snap "hello""#
        ),
        (other, "none", "x", #"cannot enable alias "x" for "other", target application "none" does not exist"#),
        (other, "svc", "x", #"cannot enable alias "x" for "other", target application "svc" is a daemon"#),
      ]
      for (snap, app, alias, text) in refusals {
        let failure = try await error(machine) { try machine.snaps.alias(snap, app: app, as: AliasName(alias)) }
        #expect(failure.contains("(\(text))"), "\(failure)")
      }
      // A snap that would have the alias as its command.
      let failure = try await error(machine) { try machine.installing([machine.pack(source("hi"))]) }
      #expect(failure == #"snap "hi" command namespace conflicts with alias "hi" for "hello" snap"#)
      #expect(
        try await error(machine) { try machine.snaps.unalias("bye") } == #"cannot find manual alias "bye" in any snap"#)
      // It is the snap's over refreshes, and not there while the snap is disabled.
      try await machine.install(machine.pack(source("hello", version: "2")))
      #expect(try links(machine) == ["hi": "hello"])
      try await machine.end(of: machine.snaps.disable(hello))
      #expect(try links(machine) == [:])
      #expect(machine.state("hello")?.aliases.effective == ["hi": "hello"])
      try await machine.end(of: machine.snaps.enable(hello))
      #expect(try links(machine) == ["hi": "hello"])
      // Who completes the command completes the alias.
      var completed = source("complete")
      completed.files["complete.sh"] = "complete -W x complete"
      completed.files["meta/snap.yaml"] =
        "name: complete\nversion: 1\napps: {complete: {command: bin/complete, completer: complete.sh}}\n"
      try await machine.install(machine.pack(completed))
      try await machine.end(of: machine.snaps.alias(InstanceName("complete"), app: "complete", as: AliasName("cc")))
      let link = "\(machine.directories.completions)/cc"
      #expect(try Files.readSymlink(link) == "complete")
      try await machine.end(of: machine.snaps.disable(InstanceName("complete")))
      #expect(try Files.status(link, followSymlinks: false) == nil)
      try await machine.end(of: machine.snaps.enable(InstanceName("complete")))
      #expect(try Files.readSymlink(link) == "complete")
      try await machine.end(of: machine.snaps.remove([InstanceName("complete")]))
      #expect(try Files.status(link, followSymlinks: false) == nil)
      let removal = try machine.snaps.unalias("hi")
      try await machine.end(of: removal)
      #expect(traced(machine, removal, "aliases-removed") == ["hi=hello.hello"])
      #expect(try links(machine) == [:])
      // An image that was refused is its sender's to remove.
      #expect(try machine.snaps.inconsistencies().filter { !$0.contains(SnapManager.uploadPrefix) } == [])
    }
  }

  @Test func declaredAliases() async throws {
    try await Machine.with { machine in
      let (first, second) = (try InstanceName("first"), try InstanceName("second"))
      try machine.declareAliases(["ls1": "first", "gone": "nothing", "svc1": "svc", "both": "first"], of: "first")
      try machine.declareAliases(["both": "second", "ls2": "second"], of: "second")
      try await machine.install(machine.pack(source("first")))
      #expect(try links(machine) == ["ls1": "first", "both": "first"])
      let failure = try await error(machine) { try machine.installing([machine.pack(source("second"))]) }
      #expect(failure.contains(#"cannot enable alias "both" for "second", already enabled for "first""#))
      #expect(machine.state("second") == nil)
      // --unaliased, then preferred by hand.
      func install(_ aliasing: SnapSetup.Aliasing) throws -> ChangeID {
        let image = try machine.pack(source("second"))
        let content = InstallRequest.Content(source: try machine.upload(image), fileName: image)
        return try machine.snaps.install([content], InstallRequest(dangerous: true, aliasing: aliasing)).change
      }
      #expect(try await machine.end(of: install(.unaliased)) == .done)
      #expect(try links(machine) == ["ls1": "first", "both": "first"])
      let prefer = try machine.snaps.preferAliases(of: second)
      #expect(try await machine.end(of: prefer) == .done)
      #expect(traced(machine, prefer, "aliases-added") == ["both=second.second", "ls2=second.second"])
      #expect(traced(machine, prefer, "aliases-removed") == ["both=first.first", "ls1=first.first"])
      #expect(try links(machine) == ["both": "second", "ls2": "second"])
      #expect(machine.state("first")?.aliases.autoDisabled == true)
      // A manual alias hides the automatic one of the same name, which comes back with `unalias`.
      try await machine.end(of: machine.snaps.disableAliases(of: second))
      #expect(try links(machine) == [:])
      try await machine.end(of: machine.snaps.preferAliases(of: first))
      #expect(try links(machine) == ["ls1": "first", "both": "first"])
      // --prefer takes over while installing.
      try await machine.end(of: machine.snaps.remove([second]))
      #expect(try await machine.end(of: install(.prefer)) == .done)
      #expect(try links(machine) == ["both": "second", "ls2": "second"])
      // A further instance has none by itself.
      try await machine.install(machine.pack(source("second")), as: "second_b")
      #expect(machine.state("second_b")?.aliases.autoDisabled == true)
      #expect(machine.snaps.commandsByAlias(of: try InstanceName("second_b")) == [:])
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }
}
