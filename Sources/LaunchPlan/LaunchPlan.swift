/// How one app or hook is launched, worked out when the snap is linked and replayed at every start.
///
/// `snap run` reads the unprivileged half (command, environment), the launcher the privileged half (namespace and
/// enforcement). Host paths are absolute and include the root prefix; sandbox paths never do. The record is
/// stored in `Directories.launchPlans/<securityTag>.plan`, see ``encoded()``.
public struct LaunchPlan: Equatable, Sendable {
  /// What is started.
  public enum Kind: UInt8, Sendable {
    case app = 0
    case service = 1
    case hook = 2
  }

  /// How much is enforced. `devmode` builds the view and enforces nothing; `classic` has no view at all.
  public enum Confinement: UInt8, Sendable {
    case strict = 0
    case devmode = 1
    case classic = 2
  }

  /// One environment variable.
  public struct Variable: Equatable, Sendable {
    public var key: String
    public var value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// `snap.<instance>.<app>` or `snap.<instance>.hook.<hook>`. Must equal the file's name.
  public var securityTag: String
  /// The snap's name with its instance key: `foo` or `foo_key`.
  public var instanceName: String
  /// The snap's name without instance key, which names its places inside the sandbox.
  public var snapName: String
  /// The revision, as text: `17` or `x1`.
  public var revision: String
  /// The snap's version, for `SNAP_VERSION`.
  public var version: String
  /// What is started; hooks get no app variables and no cookie, services wait for no refresh.
  public var kind: Kind = .app
  /// What holds for this installation, whatever the snap asks for.
  public var confinement: Confinement = .strict

  // MARK: For `snap run`, unprivileged

  /// The command chain, the command and its fixed arguments: absolute sandbox paths (host paths for classic).
  public var command: [String] = []
  /// What `--command=stop` runs; empty when the app has none.
  public var stopCommand: [String] = []
  /// What `--command=reload` runs.
  public var reloadCommand: [String] = []
  /// What `--command=post-stop` runs.
  public var postStopCommand: [String] = []
  /// Variables with fixed values that the plan adds to those every snap gets (spec/features.md §6), such as
  /// `SNAP_ARCH` and `SNAP_LIBRARY_PATH`. Variables that depend on the user are computed at run.
  public var environment: [Variable] = []
  /// `environment` of snap.yaml, the snap's then the app's, expanded in this order at run.
  public var declaredEnvironment: [Variable] = []
  /// The base's snap name, `""` or `none` when there is none.
  public var base: String = ""
  /// The app's name, or the hook's.
  public var appName: String = ""
  /// The AppStream id of the app, `""` when it has none.
  public var commonID: String = ""
  /// Host path of the app's desktop file, `""` when it has none.
  public var desktopFile: String = ""
  /// The D-Bus name of a `dbus` service, `""` when it has none.
  public var busName: String = ""
  /// The app's completion script, relative to the snap, `""` when it has none.
  public var completer: String = ""
  /// Directories below the user's home that grants ask for, made when they are missing: `.config/thing`, clean and
  /// without a slash before it. The same for all plans of a snap.
  public var homeDirectories: [String] = []

  // MARK: For the launcher, privileged

  /// Names what the view is built from: a kept namespace that was built from another key is stale.
  public var namespaceKey: String = ""
  /// Host path of the base's mounted image; `""` for classic.
  public var rootfs: String = ""
  /// How the view is built, in order. The root itself is a tmpfs that the launcher makes first.
  public var view: [MountStep] = []
  /// Names what connections show: ``grantedSteps`` and ``grantedPlaces``. A kept namespace with another is brought up
  /// to date, whoever is in it. Empty when nothing is granted.
  public var grantedKey: String = ""
  /// What connections mount (content, and stand-ins for read-only directories on the way): only ``MountStep/bind``,
  /// ``MountStep/baseTree``, ``MountStep/tmpfs`` and ``MountStep/symlink``, in order, before ``grantedPlaces``.
  public var grantedSteps: [MountStep] = []
  /// What connections show of the host. The same for all plans of a snap.
  public var grantedPlaces: [GrantedPlace] = []
  /// Directories on the host in which matches of ``grantedPlaces`` come and go: when the time of their last change is
  /// another, a launch looks again. `$HOME` and `$UID` as there.
  public var watchedPlaces: [String] = []
  /// The Landlock access rights (``PathAccess``) that are denied unless a rule grants them. The launcher drops
  /// those the kernel does not know. Zero: no Landlock for files.
  public var handledAccess: PathAccess = []
  /// What of ``handledAccess`` is granted. Paths that don't exist are skipped.
  public var pathRules: [PathRule] = []
  /// What connections grant of it, by pattern.
  public var grantedRules: [GrantedRule] = []
  /// Landlock network rights (`LANDLOCK_ACCESS_NET_*`) that are denied altogether.
  public var deniedNetwork: UInt64 = 0
  /// Landlock scopes (`LANDLOCK_SCOPE_*`).
  public var scopes: UInt64 = 0
  /// The capability bounding set to keep, one bit a capability.
  public var capabilities: UInt64 = 0
  /// Whether setuid programs and file capabilities lose their effect (prctl(2), `PR_SET_NO_NEW_PRIVS`).
  public var noNewPrivileges: Bool = true
  /// What `xdg-dbus-proxy` lets through to the system bus, in its own words (`--talk=NAME`, `--own=NAME`,
  /// `--call=NAME=METHOD@PATH`, `--broadcast=…`). Empty: there is no way to the bus.
  public var systemBus: [String] {
    get { systemWords.words }
    set { systemWords = BusWords(newValue) }
  }
  var systemWords = BusWords()
  /// The same for the user's session bus.
  public var sessionBus: [String] {
    get { sessionWords.words }
    set { sessionWords = BusWords(newValue) }
  }
  var sessionWords = BusWords()
  /// Whether all apps and hooks of the snap have the same ``systemBus``. The well-known place of the socket, which
  /// they all see, then leads to it.
  public var sharesSystemBus: Bool = false
  /// The mounts that a keeper makes when the app, as root, asks for them. An app that has any does not mount by itself:
  /// Landlock keeps it from files, and so from mounting.
  public var describedMounts: [DescribedMount] = []
  /// Where the keeper takes mounts away, by pattern as in ``DescribedMount/target``.
  public var describedUnmounts: [String] = []
  /// `sock_filter` program loaded first: what is denied with its own errno. Empty: none.
  public var denyFilter: [UInt8] = []
  /// `sock_filter` program loaded second: what is allowed. Empty: none.
  public var allowFilter: [UInt8] = []

  public init(
    securityTag: String, instanceName: String, snapName: String, revision: String, version: String
  ) {
    self.securityTag = securityTag
    self.instanceName = instanceName
    self.snapName = snapName
    self.revision = revision
    self.version = version
  }
}

/// Access to files beneath a path, with the kernel's Landlock bit values (`linux/landlock.h`).
public struct PathAccess: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let execute = PathAccess(rawValue: 1 << 0)
  public static let writeFile = PathAccess(rawValue: 1 << 1)
  public static let readFile = PathAccess(rawValue: 1 << 2)
  public static let readDirectory = PathAccess(rawValue: 1 << 3)
  public static let removeDirectory = PathAccess(rawValue: 1 << 4)
  public static let removeFile = PathAccess(rawValue: 1 << 5)
  public static let makeCharacterDevice = PathAccess(rawValue: 1 << 6)
  public static let makeDirectory = PathAccess(rawValue: 1 << 7)
  public static let makeRegular = PathAccess(rawValue: 1 << 8)
  public static let makeSocket = PathAccess(rawValue: 1 << 9)
  public static let makeFIFO = PathAccess(rawValue: 1 << 10)
  public static let makeBlockDevice = PathAccess(rawValue: 1 << 11)
  /// Make a symbolic link.
  public static let makeSymlink = PathAccess(rawValue: 1 << 12)
  /// Rename or link across directories (ABI 2).
  public static let refer = PathAccess(rawValue: 1 << 13)
  /// ABI 3.
  public static let truncate = PathAccess(rawValue: 1 << 14)
  /// `ioctl` on device nodes (ABI 5).
  public static let ioctlDevice = PathAccess(rawValue: 1 << 15)

  /// Everything this record has a name for.
  public static let all = PathAccess(rawValue: (1 << 16) - 1)
  /// Read files and list directories.
  public static let read: PathAccess = [.readFile, .readDirectory]
  /// The rights that make sense on a file that is not a directory; the launcher drops the others there.
  public static let onFiles: PathAccess = [.execute, .writeFile, .readFile, .truncate, .ioctlDevice]
}

/// One grant of Landlock: what may be done at and beneath a path.
public struct PathRule: Equatable, Sendable {
  /// Absolute path in the sandbox. A leading `$HOME` stands for the launching user's home directory, and a
  /// component `$UID` for the decimal user id.
  public var path: String
  /// What is granted at the path and at everything beneath.
  public var access: PathAccess

  public init(_ path: String, _ access: PathAccess) {
    self.path = path
    self.access = access
  }
}
