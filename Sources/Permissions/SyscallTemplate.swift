/// The system calls that every confined process has, before any interface adds to them.
///
/// The facts are the reference's (`spec/default-access.tsv`). Where the reference leaves something to AppArmor, this
/// template closes it itself, because confinement here holds without AppArmor:
///  - socket families beyond AF_UNIX come with the interfaces that grant them;
///  - no new namespace by `clone` (the `userns` interface brings it back), and `clone3`, whose flags a filter
///    cannot see, looks missing so that C libraries fall back to `clone`;
///  - a 32-bit `socketcall` cannot be filtered by family, so it opens no socket where no network is granted.
public struct SyscallTemplate: Hashable, Sendable {
  /// Whether the kernel has AppArmor with network and namespace mediation, which then does that part.
  public var appArmor: Bool
  /// Users of `system-usernames`, in the order of declaration.
  public var users: [SystemUser]
  /// Whether something granted lets the process open sockets of the network.
  public var network: Bool
  /// Whether new namespaces may be made.
  public var namespaces: Bool

  public init(appArmor: Bool = false, users: [SystemUser] = [], network: Bool = false, namespaces: Bool = false) {
    self.appArmor = appArmor
    self.users = users
    self.network = network
    self.namespaces = namespaces
  }

  /// The template as source text.
  public var source: String {
    var parts = [Self.onePerLine(Self.free)]
    parts += [Self.ownership, Self.nodes, Self.limited, Self.noSetuid, Self.noTerminalInjection, Self.noBlindSpots]
    parts.append(users.isEmpty ? Self.bareIdentity : Self.rootIdentity)
    for user in users {
      // The names are an enumeration's: nothing else can get into the text here.
      parts.append(Self.declaredUser.replacing("USER", with: user.rawValue).replacing("GROUP", with: user.rawValue))
    }
    if appArmor {
      parts.append(Self.everyFamily)
    } else {
      parts += ["socket AF_UNIX", "bind"]
      if !network { parts.append("~socketcall 1") }
      if !namespaces { parts.append(Self.noNamespaces) }
    }
    return parts.joined(separator: "\n") + "\n"
  }

  /// The template as rules.
  public func rules() throws(SeccompError) -> [SyscallRule] { try SeccompCompiler.Source(source).rules }

  /// Every kind of namespace that `clone` can make.
  static let noNamespaces = """
    ~clone |CLONE_NEWUSER
    ~clone |CLONE_NEWNS
    ~clone |CLONE_NEWPID
    ~clone |CLONE_NEWNET
    ~clone |CLONE_NEWIPC
    ~clone |CLONE_NEWUTS
    ~clone |CLONE_NEWCGROUP
    ~clone3 = ENOSYS
    """

  private static func onePerLine(_ text: String) -> String {
    var lines: [Substring] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") { lines += line.split(separator: " ") }
    return lines.joined(separator: "\n")
  }
}

extension String {
  /// Replaces every occurrence of a word of the template.
  fileprivate func replacing(_ word: String, with text: String) -> String {
    var result = ""
    var rest = self[...]
    while let start = rest.firstIndex(of: word.first ?? " ") {
      result += rest[..<start]
      if rest[start...].hasPrefix(word) {
        result += text
        rest = rest[rest.index(start, offsetBy: word.count)...]
      } else {
        result.append(rest[start])
        rest = rest[rest.index(after: start)...]
      }
    }
    return result + rest
  }
}
