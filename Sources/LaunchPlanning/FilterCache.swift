internal import Permissions
internal import Synchronization

/// Compiled filters by what they depend on: compiling takes milliseconds, and most apps have the same source.
final class FilterCache: Sendable {
  /// What of the grants a filter is made of (`PermissionSet.filter`).
  private struct Key: Hashable {
    var syscalls: [SyscallRule]
    var networks: [NetworkRule]
    var namespaces: Bool
    var isUnrestricted: Bool
    var users: [SystemUser]
    var appArmor: Bool
  }

  /// Filters know of no root and no snap, so all planners of the process share them.
  static let shared = FilterCache()

  /// Past this many, all are forgotten: a machine has few different ones.
  private static let limit = 64
  private let programs = Mutex<[Key: SeccompPrograms]>([:])
  private let compiler = SeccompCompiler()

  func programs(
    for grants: PermissionSet, users: [SystemUser], appArmor: Bool
  ) throws(SeccompError) -> SeccompPrograms {
    let key = Key(
      syscalls: grants.syscalls, networks: grants.networks, namespaces: grants.namespaces,
      isUnrestricted: grants.traits.contains(.unrestrictedSyscalls), users: users, appArmor: appArmor)
    if let known = programs.withLock({ $0[key] }) { return known }
    let compiled = try compiler.compile(grants.filter(users: users, appArmor: appArmor))
    programs.withLock { table in
      if table.count >= Self.limit { table.removeAll() }
      table[key] = compiled
    }
    return compiled
  }
}
