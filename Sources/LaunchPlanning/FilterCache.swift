internal import Permissions
internal import Synchronization

/// Compiled filters by what they depend on: compiling takes milliseconds, and most apps have the same source.
final class FilterCache: Sendable {
  private struct Key: Hashable {
    var grants: PermissionSet
    var users: [SystemUser]
    var appArmor: Bool
  }

  /// Past this many, all are forgotten: a machine has few different ones.
  private static let limit = 64
  private let programs = Mutex<[Key: SeccompPrograms]>([:])
  private let compiler = SeccompCompiler()

  func programs(
    for grants: PermissionSet, users: [SystemUser], appArmor: Bool
  ) throws(SeccompError) -> SeccompPrograms {
    // Files and mounts are no matter of filters; connections change them most.
    var relevant = grants
    relevant.files = []
    relevant.contentMounts = []
    let key = Key(grants: relevant, users: users, appArmor: appArmor)
    if let known = programs.withLock({ $0[key] }) { return known }
    let compiled = try compiler.compile(grants.filter(users: users, appArmor: appArmor))
    programs.withLock { table in
      if table.count >= Self.limit { table.removeAll() }
      table[key] = compiled
    }
    return compiled
  }
}
