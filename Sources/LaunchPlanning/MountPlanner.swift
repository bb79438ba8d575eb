internal import LaunchPlan
internal import Permissions

/// What the launcher's keeper of mounts does for an app: the mounts that its connections describe.
struct MountPlanner {
  let subject: PlanSubject

  /// Adds what can be said. A rule whose words have no meaning to the keeper is left out, so that nothing is mounted
  /// by it.
  func add(_ grants: PermissionSet, to plan: inout LaunchPlan) {
    // What the filters refuse is never asked for.
    let calls = Set(grants.syscalls.map(\.name))
    if calls.contains("mount") || grants.traits.contains(.unrestrictedSyscalls) {
      for rule in grants.mounts where rule.effect == .allow {
        if let mount = describe(rule) { plan.describedMounts.append(mount) }
      }
    }
    if !calls.isDisjoint(with: ["umount", "umount2"]) || grants.traits.contains(.unrestrictedSyscalls) {
      plan.describedUnmounts = grants.unmounts.compactMap { $0.target.flatMap(place) }
    }
  }

  private func describe(_ rule: MountRule) -> DescribedMount? {
    guard let brokered = rule.brokered, let target = rule.target.flatMap(place), !rule.optionsAreAtMost else {
      return nil
    }
    var types: [String] = []
    if let pattern = rule.types {
      guard let found = names(pattern) else { return nil }
      types = found
    }
    var flags: MountFlags?
    if !rule.options.isEmpty {
      var all: MountFlags = []
      for word in rule.options {
        guard let known = MountFlags(word: word) else { return nil }
        all.formUnion(known)
      }
      flags = all.subtracting(.silent)
    }
    // Without a type there has to be something else to do than to mount a file system.
    guard !types.isEmpty || flags.map({ !$0.isDisjoint(with: MountFlags.propagation.union(.bind)) }) ?? false else {
      return nil
    }
    var source: String?
    if let pattern = rule.source {
      guard let expanded = variables.expand(pattern) else { return nil }
      source = expanded
    }
    let options: [String]? =
      switch brokered {
      case .any: nil
      case .only(let names): names
      }
    return DescribedMount(types: types, flags: flags, options: options, source: source, target: target)
  }

  private func place(_ pattern: PolicyPattern) -> String? {
    guard let expanded = variables.expand(pattern), expanded.utf8.first == UInt8(ascii: "/") else { return nil }
    return expanded
  }

  /// The names that a pattern of alternatives stands for; nil when it is open.
  private func names(_ pattern: PolicyPattern) -> [String]? {
    guard let found = PathGlob.expandBraces(Array(pattern.rawValue.utf8), limit: PathGlob.alternativesLimit) else {
      return nil
    }
    var names: [String] = []
    for text in found {
      guard let name = PathGlob.literal(text), !name.isEmpty else { return nil }
      names.append(String(decoding: name, as: UTF8.self))
    }
    return names
  }

  private var variables: PatternVariables {
    var variables = PatternVariables()
    variables.values["SNAP_NAME"] = [PathRoute.escaped(subject.name)]
    variables.values["SNAP_INSTANCE_NAME"] = [PathRoute.escaped(subject.instance)]
    variables.values["SNAP_REVISION"] = [PathRoute.escaped(subject.revision)]
    return variables
  }
}
