import Glibc
import Linux
import TestSupport
import Testing

@testable import Host

@Suite struct CommandsTests {
  @Test func commandsAreExactlyTheSetOfTheSnap() throws {
    let directory = try TemporaryDirectory()
    let directories = Directories(root: directory.path)
    let commands = Commands(directories: directories)
    #expect(try commands.list(of: "foo") == [])
    #expect(try commands.set(["foo", "foo.a", "foo.b"], of: "foo") == [])
    try commands.set(["foo_key.x"], of: "foo_key")
    try commands.set(["foo-bar"], of: "foo-bar")
    #expect(readLink(directories.commands + "/foo.a") == "../../usr/bin/snap")
    // Somebody else's file of that form stays.
    try Files.writeAtomically([], to: directories.commands + "/foo.mine", mode: 0o755)

    let before = try commands.set(["foo.b", "foo.c"], of: "foo")
    #expect(before == ["foo", "foo.a", "foo.b"])
    #expect(try commands.list(of: "foo") == ["foo.b", "foo.c"])
    #expect(try commands.list(of: "foo_key") == ["foo_key.x"])
    #expect(try commands.list(of: "foo-bar") == ["foo-bar"])
    #expect(access(directories.commands + "/foo.mine", F_OK) == 0)
    try commands.set(before, of: "foo")
    #expect(try commands.list(of: "foo") == before)
    try commands.set([], of: "foo")
    #expect(try commands.list(of: "foo") == [])
    for bad in ["bar", "foo.", "foobar", "foo./../x", ""] {
      #expect(throws: ServiceError.self) { try commands.set([bad], of: "foo") }
    }
  }

  @Test func currentLinksMoveTogether() throws {
    let directory = try TemporaryDirectory()
    let directories = Directories(root: directory.path)
    let links = CurrentLinks(directories: directories)
    #expect(try links.revision(of: "foo") == nil)
    try links.remove(of: "foo")
    try links.set(revision: "1", of: "foo")
    try links.set(revision: "2", of: "foo")
    try links.set(revision: "2", of: "foo")
    #expect(try links.revision(of: "foo") == "2")
    #expect(readLink(directories.data + "/foo/current") == "2")
    try links.remove(of: "foo")
    #expect(try links.revision(of: "foo") == nil)
    #expect(readLink(directories.data + "/foo/current") == nil)
  }

  @Test func notificationsAreOneDatagram() throws {
    let directory = try TemporaryDirectory()
    let directories = Directories(root: directory.path)
    try Files.makeDirectories(directories.supervisorRuntime + "/notify", mode: 0o755)
    let socket = try NotifySocket(unit: "x.service", directories: directories)
    let notify = Notify(path: socket.path)
    try notify.send(.ready, .status("a\nREADY=0"), .extendTimeout(.seconds(2)))
    let (message, pid) = try #require(socket.receive())
    #expect(String(decoding: message, as: UTF8.self) == "READY=1\nSTATUS=a READY=0\nEXTEND_TIMEOUT_USEC=2000000")
    #expect(pid == getpid())
    #expect(socket.receive() == nil)
    try Notify(path: nil).send(.ready)
    #expect(throws: SyscallError.self) { try Notify(path: directory.path + "/none").send(.ready) }
  }

  /// Below another root, systemd's files are written and systemd is left alone.
  @Test func unitsForAnotherRootAreOnlyFiles() throws {
    let directory = try TemporaryDirectory()
    let directories = Directories(root: directory.path)
    let manager = SystemdServiceManager(directories: directories)
    let service = ServiceDefinition(instance: "foo", app: "srv", command: ["/usr/bin/snap", "run", "foo.srv"])
    try manager.setServices([service], of: "foo")
    try manager.enable([service.name])
    try manager.start([service.name])
    let link = directories.systemUnits + "/multi-user.target.wants/" + service.name
    #expect(readLink(link) == "/etc/systemd/system/" + service.name)
    #expect(
      try manager.status([service.name]) == [ServiceStatus(name: service.name, isInstalled: true, isEnabled: true)])
    let unit = MountUnit.image(instance: "foo-x", revision: "1")
    try manager.setMountUnit(unit)
    #expect(content(directories.systemUnits + "/" + unit.name) == unit.render())
    #expect(readLink(directories.systemUnits + "/snapd.mounts.target.wants/" + unit.name) != nil)
    #expect(try manager.mountUnits() == [unit])
    try manager.setServices([], of: "foo")
    try manager.removeMountUnit(instance: "foo-x", revision: "1")
    #expect(readLink(link) == nil)
    #expect(try Files.list(directories.systemUnits).allSatisfy { $0.hasSuffix(".wants") })
  }
}
