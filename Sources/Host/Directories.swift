internal import ByteText

/// Every place on disk that the system owns, below one root.
///
/// The root is `/` on a machine, and any directory in tests, in `snapd --root DIR` and in image building. No
/// other code writes such a path down. Source of the places: `spec/features.md` §7.
public struct Directories: Hashable, Sendable {
  /// The root, without a trailing slash: empty for `/`.
  public let prefix: String

  /// - Parameter root: an absolute path. A trailing slash does not matter.
  public init(root: String = "/") {
    var root = root
    while root.utf8.last == UInt8(ascii: "/") { root.unicodeScalars.removeLast() }
    self.prefix = root
  }

  /// The root as an absolute path.
  public var root: String { prefix.isEmpty ? "/" : prefix }

  /// Where images are mounted: `/snap`.
  public var snaps: String { prefix + "/snap" }
  /// Where the commands of snaps are: `/snap/bin`.
  public var commands: String { snaps + "/bin" }

  /// The system's own state: `/var/lib/snapd`.
  public var library: String { prefix + "/var/lib/snapd" }
  /// The images themselves: `/var/lib/snapd/snaps`.
  public var blobs: String { library + "/snaps" }
  /// Changes, tasks and what is installed.
  public var stateDatabase: String { library + "/state.db" }
  /// Held by the one daemon that owns the state.
  public var stateLock: String { library + "/state.lock" }
  /// One JSON file a snap that lists its revisions.
  public var sequence: String { library + "/sequence" }
  /// Compiled launch plans, one a security tag; what `snap run` and the launcher read.
  public var launchPlans: String { library + "/launch" }
  /// Secrets with which a snap authenticates to `snapctl`.
  public var cookies: String { library + "/cookie" }
  /// Locks that keep apps from starting while their snap changes.
  public var inhibit: String { library + "/inhibit" }
  /// Seccomp sources and programs.
  public var seccomp: String { library + "/seccomp/bpf" }
  /// The private `/tmp` of each snap. Root-owned and 0700, unlike the reference's place below `/tmp`
  /// (CVE-2026-3888).
  public var privateTmp: String { library + "/private-tmp" }
  /// A directory nobody can use: the working directory when the real one does not exist in the sandbox.
  public var void: String { library + "/void" }
  /// The daemon's maintenance notice for clients while it is away.
  public var maintenance: String { library + "/maintenance.json" }
  /// What the built-in supervisor must remember over a restart of the machine: definitions, what is enabled,
  /// mounts.
  public var supervisor: String { library + "/supervisor" }
  /// Logs of services that the built-in supervisor runs.
  public var logs: String { library + "/logs" }

  /// Where the host's system bus has its socket, `system_bus_socket`: `/run/dbus`. The launcher knows it too.
  public var systemBus: String { prefix + "/run/dbus" }

  /// Data of snaps: `/var/snap`.
  public var data: String { prefix + "/var/snap" }
  /// What stores have, for who asks without them (`snap advise-snap`, completion).
  public var catalogue: String { prefix + "/var/cache/snapd" }

  /// Runtime files: `/run/snapd`.
  public var runtime: String { prefix + "/run/snapd" }
  /// Kept mount namespaces.
  public var namespaces: String { runtime + "/ns" }
  /// One lock a snap, held while its namespace is built.
  public var locks: String { runtime + "/lock" }
  /// What the built-in supervisor must remember over its own restart: processes, log pipes, sockets.
  public var supervisorRuntime: String { runtime + "/supervisor" }
  /// Where the built-in supervisor listens to one service (sd_notify(3)): a directory of its own, so that it can be
  /// shown inside a sandbox whenever the socket is made. A hash, as an address may not be as long as a unit's name.
  public func notifyDirectory(of unit: String) -> String { "\(supervisorRuntime)/notify/\(stableHash(unit))" }
  /// The API socket for people and programs.
  public var socket: String { prefix + "/run/snapd.socket" }
  /// The API socket for snaps.
  public var snapSocket: String { prefix + "/run/snapd-snap.socket" }

  /// A directory with another name of it, which is always that of the socket that is listened at.
  public var snapSocketDirectory: String { runtime + "/snap-socket" }

  /// Where units for systemd are written.
  public var systemUnits: String { prefix + "/etc/systemd/system" }
  /// Where units for the systemd of every user's session are written.
  public var userUnits: String { prefix + "/etc/systemd/user" }

  /// Our own programs: `/usr/lib/snapd`.
  public var programs: String { prefix + "/usr/lib/snapd" }
  /// The `snap` command.
  public var snapCommand: String { prefix + "/usr/bin/snap" }

  /// Where a mount point of a revision is: `/snap/<instance>/<revision>`.
  public func mountPoint(instance: String, revision: String) -> String { "\(snaps)/\(instance)/\(revision)" }
  /// The image of a revision.
  public func blob(instance: String, revision: String) -> String { "\(blobs)/\(instance)_\(revision).snap" }

  /// A path below the root as it is called once the root is `/`: what is written into files that the machine
  /// itself will read. A path elsewhere stays as it is.
  public func stripping(_ path: String) -> String {
    guard !prefix.isEmpty, let rest = PathBytes.rest(of: path, in: prefix) else { return path }
    return rest.isEmpty ? "/" : rest
  }
}
