/// A place of the host that connections show inside, beyond the fixed view. The launcher looks for what matches on
/// the host when it builds a namespace, and again when grants or devices change.
///
/// Matches are shown one by one at the same place below ``target``. Symbolic links are never followed.
public struct GrantedPlace: Equatable, Sendable {
  /// Where to look, on the host: a directory. `$HOME` in front stands for the launching user's home, a component
  /// `$UID` for the user's number; both are looked at with the user's own rights.
  public var source: String
  /// The same directory inside.
  public var target: String
  /// What matches, below ``source``: a ``PathGlob``. Directories are no match without ``Options/subtree``.
  public var pattern: String
  public var options: Options

  public init(source: String, target: String? = nil, pattern: String, options: Options = []) {
    self.source = source
    self.target = target ?? source
    self.pattern = pattern
    self.options = options
  }

  /// How matches are shown. Set-user-id never has an effect.
  public struct Options: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Not read-only.
    public static let write = Options(rawValue: 1 << 0)
    /// Programs and libraries can be executed and mapped.
    public static let execute = Options(rawValue: 1 << 1)
    /// Only what belongs to the launching user.
    public static let owner = Options(rawValue: 1 << 2)
    /// Only directories match, with everything beneath.
    public static let subtree = Options(rawValue: 1 << 3)
    /// Device nodes can be opened.
    public static let devices = Options(rawValue: 1 << 4)
    /// A match may be shown by the directory it is in, when that holds nothing else that acts (sockets, pipes,
    /// devices, directories): what a service makes anew is seen then.
    public static let byDirectory = Options(rawValue: 1 << 5)
    /// No grant but a refusal: matches are covered by something empty.
    public static let hidden = Options(rawValue: 1 << 6)
    /// No grant but a refusal of changes: matches are made read-only.
    public static let protected = Options(rawValue: 1 << 7)
    /// Links that match are made again inside, with the same text.
    public static let links = Options(rawValue: 1 << 8)

    /// Every bit with a meaning; others make a plan unreadable.
    public static let known = Options(rawValue: (1 << 9) - 1)
  }
}

/// A grant of Landlock by pattern: looked for in the sandbox at each launch. What isn't there is skipped.
public struct GrantedRule: Equatable, Sendable {
  /// The deepest directory without a pattern in it, or the place itself. `$HOME` and `$UID` as in ``PathRule``. Links
  /// are never followed.
  public var path: String
  /// What matches below ``path``, a ``PathGlob``; empty when ``path`` is meant itself.
  public var pattern: String
  public var access: PathAccess
  /// Whether directories match, with everything beneath; else all that is no directory.
  public var subtree: Bool

  public init(_ path: String, _ access: PathAccess, pattern: String = "", subtree: Bool = false) {
    self.path = path
    self.pattern = pattern
    self.access = access
    self.subtree = subtree
  }
}
