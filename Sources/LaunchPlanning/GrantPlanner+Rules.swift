internal import LaunchPlan
internal import Permissions

extension GrantPlanner {
  /// What Landlock lets an app do beyond the defaults, by pattern: as few rules as say the same, since each is looked for
  /// at each launch.
  ///
  /// - Parameter defaults: rules that every app has; what they give already is left out.
  func rules(_ grants: [Grant], defaults: [PathRule]) -> [GrantedRule] {
    var found: [GrantedRule] = []
    for grant in grants where !grant.denied {
      guard let rule = rule(grant), !isCovered(rule, by: defaults) else { continue }
      found.append(rule)
    }
    for grant in grants where grant.denied { withhold(grant, &found) }
    return merged(found)
  }

  private func rule(_ grant: Grant) -> GrantedRule? {
    var route = grant.route
    var access = PathAccess(rawValue: grant.access.landlock)
    let isKernels = route.start == .root && route.components.first == "sys"
    switch route.components.first {
    case _ where route.start == .home: break
    case "dev": if route.literals.prefix(2) != ["dev", "shm"] { access.formUnion(.ioctlDevice) }
    case "proc":
      if route.components.count < 2 { return nil }
    case "sys":
      // Reading is coarse: sysfs is there to be read. Writing leaps over directories only where the view is exact.
      let isCoarse = !route.isLiteral && (!grant.access.isWriting || route.components.contains("**"))
      if isCoarse, route.literals.count > 1 {
        route = PathRoute(start: .root, components: route.literals.map(PathRoute.escaped), subtree: true)
      }
      access.formIntersection([.readFile, .readDirectory, .writeFile, .truncate])
    case "run":
      if route.literals.count > 2, route.literals[1] == "udev", !grant.access.isWriting {
        route = PathRoute(start: .root, components: Array(route.components.prefix(3)), subtree: true)
      }
    case "tmp": break
    case "var" where route.components.starts(with: ["var", "tmp"]): break
    default:
      if place(of: route) == nil { return nil }
    }
    if route.makesNames, grant.access.isWriting, !isKernels {
      route = route.directory
    }
    if !route.subtree { access.formIntersection(.onFiles) }
    // A grant of the root, or of a whole home, would be one of everything that is ever shown there.
    guard !access.isEmpty, !(route.subtree && route.components.isEmpty) else { return nil }
    return rule(route, access)
  }

  private func rule(_ route: PathRoute, _ access: PathAccess) -> GrantedRule? {
    let literals = route.literals
    let head = route.start == .home ? "$HOME" : ""
    let path = literals.reduce(head) { $0 + "/" + $1 }
    let rest = route.components.dropFirst(literals.count).joined(separator: "/")
    if path.isEmpty { return nil }
    return GrantedRule(path, access, pattern: rest, subtree: route.subtree)
  }

  private func isCovered(_ rule: GrantedRule, by defaults: [PathRule]) -> Bool {
    defaults.contains { given in
      given.access.isSuperset(of: rule.access) && (rule.path == given.path || rule.path.isBelow(given.path))
    }
  }

  /// Landlock cannot subtract: what is refused by the very words of a grant is left out of it; the rest is the view's.
  private func withhold(_ grant: Grant, _ rules: inout [GrantedRule]) {
    guard let denied = rule(grant.route, PathAccess(rawValue: grant.access.landlock)) else { return }
    for index in rules.indices
    where rules[index].path == denied.path && rules[index].pattern == denied.pattern
      && rules[index].subtree == denied.subtree
    {
      rules[index].access.subtract(denied.access)
    }
    rules.removeAll { $0.access.isEmpty }
  }

  /// Each place once, and none beneath a directory that has the same rights.
  private func merged(_ rules: [GrantedRule]) -> [GrantedRule] {
    struct Key: Hashable {
      var path: String
      var pattern: String
      var subtree: Bool
    }
    var access: [Key: PathAccess] = [:]
    for rule in rules {
      access[Key(path: rule.path, pattern: rule.pattern, subtree: rule.subtree), default: []].formUnion(rule.access)
    }
    let trees = access.filter { $0.key.subtree && $0.key.pattern.isEmpty }
    struct Place: Hashable {
      var path: String
      var access: PathAccess
      var subtree: Bool
    }
    var patterns: [Place: [String]] = [:]
    for (key, granted) in access {
      let isTree = key.subtree && key.pattern.isEmpty
      let around = (isTree ? [] : [key.path]) + Self.directories(around: key.path)
      let isInside = around.contains { path in
        trees[Key(path: path, pattern: "", subtree: true)]?.isSuperset(of: granted) ?? false
      }
      if !isInside {
        patterns[Place(path: key.path, access: granted, subtree: key.subtree), default: []].append(key.pattern)
      }
    }
    let result = patterns.flatMap { place, patterns in
      JoinedPatterns.join(patterns.sorted()).map {
        GrantedRule(place.path, place.access, pattern: $0, subtree: place.subtree)
      }
    }
    // What is whole comes first, then patterns, those of one directory together.
    return result.sorted {
      ($0.pattern.isEmpty ? 0 : 1, $0.path, $0.pattern, $0.subtree ? 0 : 1)
        < ($1.pattern.isEmpty ? 0 : 1, $1.path, $1.pattern, $1.subtree ? 0 : 1)
    }
  }

  private static func directories(around path: String) -> [String] {
    var found: [String] = []
    var rest = path[...]
    while let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")), slash > rest.startIndex {
      rest = rest[..<slash]
      found.append(String(rest))
    }
    return found
  }
}
