internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

extension Resolver {
  /// Parents first, each target once, without what a grant around it shows already.
  static func arranged(_ found: [Shown], refusals: [Shown], _ plan: LaunchPlan) -> [Shown] {
    var items: [Shown] = []
    let fixed = FixedPlace.all(plan)
    let mimics = found.filter { $0.kind == .mimic && isFree($0, found, fixed) }
    for item in found.sorted(by: { comesBefore($0.target, $1.target) }) {
      let parent = directoryPath(of: item.target)
      guard item.isFiller ? mimics.contains(where: { isSame($0.target, parent) }) : isFree(item, found, fixed) else {
        continue
      }
      guard let last = items.last, last.target == item.target else {
        items.append(item)
        continue
      }
      // What a stand-in shows anyhow gives way to what is put there: another stand-in, or a grant.
      if item.isFiller { continue }
      if last.isFiller {
        items[items.count - 1] = item
        continue
      }
      // The same by two grants has the rights of both; what a step put there stays.
      if last.kind == .bind, item.kind == .bind, last.source == item.source {
        items[items.count - 1].attributes &= item.attributes
      }
    }
    for refusal in refusals {
      var isAround = false
      for index in items.indices.reversed() where items[index].kind == .bind {
        if isBelow(refusal.target, items[index].target) { isAround = true }
        guard items[index].target == refusal.target else { continue }
        if refusal.kind == .bind {
          items[index].attributes |= CL_MOUNT_ATTR_RDONLY
          items[index].isRefusal = true
          isAround = false
          break
        }
        items.remove(at: index)
      }
      if isAround, !items.contains(where: { $0.target == refusal.target }) { items.append(refusal) }
    }
    items.sort { comesBefore($0.target, $1.target) }
    return withoutCovered(items)
  }

  private static func withoutCovered(_ items: [Shown]) -> [Shown] {
    var result: [Shown] = []
    var around: [Shown] = []
    for item in items {
      while let last = around.last, !isBelow(item.target, last.target) { around.removeLast() }
      if let last = around.last, item.kind == .bind, !item.isRefusal, covers(last, item) { continue }
      result.append(item)
      if item.isDirectory { around.append(item) }
    }
    return result
  }

  private static func covers(_ outer: Shown, _ item: Shown) -> Bool {
    guard outer.kind == .bind, outer.attributes & ~item.attributes == 0 else { return false }
    let rest = item.target.utf8.dropFirst(outer.target.utf8.count)
    return item.source.utf8.elementsEqual(Array(outer.source.utf8) + Array(rest))
  }

  /// Whether a grant may put something here: never over what the fixed view has mounted, or over a directory with such
  /// in it.
  private static func isFree(_ item: Shown, _ found: [Shown], _ fixed: [FixedPlace]) -> Bool {
    let target = item.target
    guard target != "/" else { return false }
    for place in fixed {
      if isBelow(place.path, target) {
        // It is there again, then.
        guard place.kind == .bind, item.kind == .mimic else { return false }
        if !found.contains(where: { isSame($0.target, place.path) && !$0.isFiller }) { return false }
      } else if place.kind == .whole, isSame(place.path, target) {
        return false
      }
    }
    return true
  }

  /// Leaves out what has no place: in a directory of the base that lacks the name, and in which no name can be made. It
  /// would not be shown anyhow, and to let go of a clone that is nowhere costs a grace period of the kernel's.
  static func withoutHomeless(_ items: [Shown], _ plan: LaunchPlan) -> [Shown] {
    var standIns: [(source: String, target: String, excluding: [String])] = []
    for case .baseTree(let source, let target, let excluding, _) in plan.view {
      standIns.append((source, target, excluding))
    }
    return items.filter { item in
      if item.isFiller { return true }
      let parent = directoryPath(of: item.target)
      var around: (source: String, target: String, excluding: [String])?
      for place in standIns where isSame(parent, place.target) || isBelow(parent, place.target) {
        if around.map({ isBelow(place.target, $0.target) }) ?? true { around = place }
      }
      guard let around, !isSame(parent, around.target) else { return true }
      let rest = parent.utf8.dropFirst(around.target == "/" ? 1 : around.target.utf8.count + 1)
      let first = rest.prefix { $0 != UInt8(ascii: "/") }
      for name in around.excluding where name.utf8.elementsEqual(first) { return true }
      let path = around.source + "/" + String(Substring(rest))
      let raw = openRaw(atWorkingDirectory, path, flags: pathOfDirectory, walk: .plain)
      guard raw >= 0 else { return true }
      defer { _ = cl_close(raw) }
      var status = cl_launch_status()
      guard cl_launch_entry_status(raw, lastName(of: item.target), &status) != 0, cl_errno() == CL_LAUNCH_ENOENT
      else { return true }
      // Something else may be mounted there.
      let isWithin = { (place: String) in
        isBelow(place, around.target) && (isSame(parent, place) || isBelow(parent, place))
      }
      for other in items where other.isDirectory && isWithin(other.target) { return true }
      for step in plan.view {
        switch step {
        case .tmpfs(let place, _, _), .directory(let place, _), .proc(let place, _), .devpts(let place),
          .userRuntime(_, let place), .privateTmp(_, let place), .hostRoot(let place, _), .bind(_, let place, _):
          if isWithin(place) { return true }
        case .baseTree, .symlink, .file, .userData, .seal: continue
        }
      }
      return false
    }
  }
}

/// Where the fixed view puts something: looked at for each thing that is found, so taken out of the plan's steps once.
private struct FixedPlace {
  enum Kind {
    /// What fills the place, so that nothing else can be put right there.
    case whole
    case bind
    case name
  }

  let path: String
  let kind: Kind

  static func all(_ plan: LaunchPlan) -> [FixedPlace] {
    var places: [FixedPlace] = []
    places.reserveCapacity(plan.view.count)
    for step in plan.view {
      switch step {
      case .tmpfs(let place, _, _), .baseTree(_, let place, _, _), .proc(let place, _), .devpts(let place),
        .userRuntime(_, let place), .privateTmp(_, let place), .hostRoot(let place, _):
        places.append(FixedPlace(path: place, kind: .whole))
      case .bind(_, let place, _): places.append(FixedPlace(path: place, kind: .bind))
      case .symlink(let place, _), .file(let place, _, _): places.append(FixedPlace(path: place, kind: .name))
      case .userData, .directory, .seal: continue
      }
    }
    return places
  }
}
