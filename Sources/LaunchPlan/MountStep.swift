/// One step of building the view. Targets are absolute sandbox paths, sources absolute host paths.
///
/// A step's target, and directories on the way to it, are made when they are missing; that works only where the
/// view is a tmpfs of its own. Symbolic links in targets are never followed.
public enum MountStep: Equatable, Sendable {
  /// A fresh tmpfs at `target`: mode of its root (owned by root), `nosuid,nodev` always.
  case tmpfs(target: String, mode: UInt32, options: BindOptions)
  /// A directory owned by root with this mode.
  case directory(target: String, mode: UInt32)
  /// A tmpfs at `target` (a plain directory for `/`, which already is one) in which every entry of the host's
  /// directory `source` is shown: directories and files bound (with `options`), links made again. Entries named in
  /// `excluding` are left out. This is how the base's top level is shown, and how a place is made writable
  /// for later steps inside a read-only base.
  case baseTree(source: String, target: String, excluding: [String], options: BindOptions)
  /// Shows a host directory or file. The type of the source decides what is made at the target.
  case bind(source: String, target: String, options: BindOptions)
  case symlink(target: String, content: String)
  /// A file of the view's own, owned by root.
  case file(target: String, content: String, mode: UInt32)
  /// A new instance of proc. With `hidePID` processes that the caller may not ptrace are hidden.
  case proc(target: String, hidePID: Bool)
  /// A new instance of devpts (`newinstance,ptmxmode=0666,mode=0620,gid=5`), and `ptmx` beside it as a link to
  /// its `ptmx`.
  case devpts(target: String)
  /// The launching user's `<home>/snap/<instance>` at the same place, where the home lies below one of `roots`
  /// (or is one): `/home`, `/root`. It must belong to the user, and is opened with the user's own rights. Homes
  /// elsewhere are refused.
  case userData(roots: [String])
  /// The launching user's `<source>/<uid>/snap.<instance>` at the same place below `target`, opened with the
  /// user's rights; skipped when it doesn't exist. Both are usually `/run/user`.
  case userRuntime(source: String, target: String)
  /// `<source>` (mode 0700, root's, made when missing) / `tmp` (mode 1777, likewise) at `target`.
  case privateTmp(source: String, target: String)
  /// Makes the mount at `target` read-only now that later steps need it no more.
  case seal(target: String)
  /// The host's whole root at `target` (devmode: `/var/lib/snapd/hostfs`), recursive and slave.
  case hostRoot(target: String, options: BindOptions)
}

/// How a source is shown. Everything shown is made slave: it sees new mounts of the host below a recursive
/// source, and sends none back.
public struct BindOptions: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// With the mounts below the source.
  public static let recursive = BindOptions(rawValue: 1 << 0)
  /// Nothing in it can be written.
  public static let readOnly = BindOptions(rawValue: 1 << 1)
  /// Set-user-id, set-group-id and file capabilities have no effect.
  public static let noSetUID = BindOptions(rawValue: 1 << 2)
  /// Device nodes cannot be opened.
  public static let noDevices = BindOptions(rawValue: 1 << 3)
  /// Programs cannot be executed.
  public static let noExecute = BindOptions(rawValue: 1 << 4)
  /// Cut off from the host altogether instead of slave.
  public static let `private` = BindOptions(rawValue: 1 << 5)
  /// A source or target that doesn't exist is skipped.
  public static let optional = BindOptions(rawValue: 1 << 6)
  /// The source may be reached through symbolic links. Only for sources in directories that root alone can
  /// change, such as `/etc/resolv.conf`.
  public static let followSymlinks = BindOptions(rawValue: 1 << 7)
  /// Mounts made below the target reach the host (removable media). Rarely wanted.
  public static let shared = BindOptions(rawValue: 1 << 8)

  /// Every bit with a meaning; others make a plan unreadable.
  public static let known = BindOptions(rawValue: (1 << 9) - 1)
}
