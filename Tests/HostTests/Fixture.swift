import Glibc
import Linux
import Synchronization
import TestSupport
import Testing

@testable import Host

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

@discardableResult
func shell(_ command: String) -> Int32 { system(command) }

func content(_ path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var text = ""
  var buffer = [CChar](repeating: 0, count: 4096)
  while fgets(&buffer, 4096, file) != nil {
    text += String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
  }
  return text
}

/// Waits until something is true; what a test asserts must come true within ten seconds.
func eventually(
  within seconds: Int64 = 10, _ what: @autoclosure () throws -> String, _ condition: () throws -> Bool
) throws {
  let end = Clock.nanoseconds() + seconds * 1_000_000_000
  while !(try condition()) {
    if Clock.nanoseconds() > end { throw Failure("not within \(seconds) seconds: \(try what())") }
    usleep(5000)
  }
}

func isAlive(_ pid: Int32) -> Bool { ProcessFacts(pid: pid)?.isAlive ?? false }

/// The implementations that one suite holds to the same behaviour.
enum Implementation: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case supervisor, supervisorWithoutControlGroups, systemd

  static let available = allCases.filter { $0 != .systemd || HostDetection.isSystemdRunning }

  var testDescription: String { rawValue }
}

/// A service manager with a snap of its own, and a directory for what services write.
struct Bench {
  let manager: any ServiceManager
  let instance: String
  let directory: TemporaryDirectory
  let directories: Directories

  /// Runs a test; everything it started is gone afterwards.
  /// - Parameter clockError: of the supervisor's wall clock; systemd has the machine's.
  static func run(_ implementation: Implementation, clockError: Int64 = 0, _ body: (Bench) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    let manager: any ServiceManager
    var directories = Directories(root: directory.path + "/root")
    switch implementation {
    case .systemd:
      directories = Directories()
      manager = SystemdServiceManager(directories: directories)
    case .supervisor, .supervisorWithoutControlGroups:
      manager = try Supervisor(
        directories: directories, usingControlGroups: implementation == .supervisor, clockError: clockError)
    }
    let random = UInt32.random(in: 0...UInt32.max)
    let bench = Bench(
      manager: manager, instance: "conf-" + String(random, radix: 36), directory: directory, directories: directories)
    defer {
      let names = bench.units()
      try? manager.stop(names)
      try? manager.disable(names)
      try? manager.setServices([], of: bench.instance)
      try? (manager as? Supervisor)?.shutdown(stoppingServices: true)
    }
    try body(bench)
  }

  /// A service that runs a script. `$D` in it is the test's directory.
  func service(_ app: String, _ script: String) -> ServiceDefinition { service(app, script) { _ in } }

  func service(
    _ app: String, _ script: String, _ change: (inout ServiceDefinition) throws -> Void
  ) rethrows -> ServiceDefinition {
    var service = ServiceDefinition(instance: instance, app: app, command: sh(script))
    service.restart = .no
    service.stopTimeout = .seconds(5)
    try change(&service)
    return service
  }

  func sh(_ script: String) -> [String] { ["/bin/sh", "-c", "D=\(directory.path); " + script] }

  /// All units of the snap.
  func units() -> [String] {
    let services = (try? manager.services(of: instance)) ?? []
    let folder = (try? Files.list(directories.systemUnits)) ?? []
    return folder.filter { $0.hasPrefix("snap.\(instance).") && !services.contains($0) } + services
  }

  func file(_ name: String) -> String { directory.path + "/" + name }

  func name(_ app: String) -> String { UnitName.service(instance: instance, app: app) }

  func status(_ app: String) throws -> ServiceStatus {
    try #require(try manager.status([name(app)]).first)
  }

  /// A program of ours, beside the tests.
  static func program(_ name: String) -> String {
    let own = (try? Files.readSymlink("/proc/self/exe")) ?? ""
    let folders =
      [String(own.prefix(upTo: own.lastIndex(of: "/") ?? own.startIndex))]
      + CommandLine.arguments.map {
        String($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.startIndex))
      }
    return folders.map { $0 + "/" + name }.first { access($0, X_OK) == 0 } ?? name
  }

  /// A system bus on which root may own names that begin with one: the machine's, or one of the supervisor's root.
  func withBus(letting name: String, _ body: () throws -> Void) throws {
    let policy = """
      <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
       "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig>
      """
    if directories.prefix.isEmpty {
      let path = "/etc/dbus-1/system.d/\(instance).conf"
      let rule = "<policy user=\"root\"><allow own_prefix=\"\(name)\"/></policy></busconfig>\n"
      try Files.writeAtomically(Array((policy + rule).utf8), to: path, mode: 0o644)
      let reload = "busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig >/dev/null"
      shell(reload)
      defer {
        unlink(path)
        shell(reload)
      }
      return try body()
    }
    try Files.makeDirectories(directories.systemBus, mode: 0o755)
    let socket = directories.systemBus + "/system_bus_socket"
    let rule = """
      <type>custom</type><listen>unix:path=\(socket)</listen><auth>EXTERNAL</auth>
      <policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
      </policy></busconfig>
      """
    let path = directory.path + "/bus.conf"
    try Files.writeAtomically(Array((policy + rule).utf8), to: path, mode: 0o644)
    shell("dbus-daemon --config-file=\(path) --print-pid=3 --fork 3>\(directory.path)/bus.pid 2>/dev/null")
    defer { shell("kill $(cat \(directory.path)/bus.pid)") }
    try body()
  }

  /// What services said, without what others say of them.
  func lines(_ names: [String]) throws -> [String] {
    try manager.logs(names, last: nil).filter { $0.identifier.hasPrefix(instance + ".") }.map(\.message)
  }

  /// Waits for a state that comes by itself.
  func reaches(_ app: String, _ activity: ServiceStatus.Activity) throws {
    try eventually("\(app) is \(activity)") { try status(app).activity == activity }
  }
}

/// A service for sockets: answers every connection to any of them with the socket's name, whether `LISTEN_PID` is its
/// own, and its number.
let perlAnswer = """
  exec perl -e '$n=$ENV{LISTEN_FDS}; @s=map { open(my $h,"+<&=",2+$_) or die $!; $h } 1..$n; \
  @names=split /:/,$ENV{LISTEN_FDNAMES}; while(1) { $r=""; vec($r,2+$_,1)=1 for 1..$n; \
  select($r,undef,undef,undef); for (1..$n) { next unless vec($r,2+$_,1); accept(my $c,$s[$_-1]) or die $!; \
  syswrite $c,"$names[$_-1] ".($ENV{LISTEN_PID}==$$?"own":"other")." $$\\n"; close $c } }'
  """

/// Connects to a path, a name with `@` or an address with a port, and gives back what is answered, in words.
func ask(_ address: String) throws -> [String] {
  let directory = try TemporaryDirectory()
  let script = """
    alarm 10; use IO::Socket::UNIX; use IO::Socket::IP; $a=shift; $a =~ s/^@/\\0/; \
    $s = $a =~ /^[\\/\\0]/ ? IO::Socket::UNIX->new(Peer=>$a) \
    : IO::Socket::IP->new(PeerAddr=>($a =~ /:/ ? $a : "127.0.0.1:$a")); die "no: $!" unless $s; print <$s>;
    """
  shell("perl -e '\(script)' '\(address)' >\(directory.path)/answer 2>&1")
  return content(directory.path + "/answer").split { $0 == " " || $0 == "\n" }.map(String.init)
}

/// What one thread says to another.
final class Flag: Sendable {
  private let value = Mutex(false)
  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
}

/// Lines that another thread collects.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// Perl, which every Debian has, for what a shell cannot do: send a datagram to the notification socket.
let perlNotify = """
  perl -e 'use Socket; socket(S,AF_UNIX,SOCK_DGRAM,0); my $n=$ENV{NOTIFY_SOCKET}; $n =~ s/^@/\\0/; \
  sub say_ { send(S,$_[0],0,pack_sockaddr_un($n)) or die $! } $|=1; 
  """
