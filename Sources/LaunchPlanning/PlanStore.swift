public import Host
public import LaunchPlan
internal import Linux
public import Snap

/// The compiled plans on disk: `<launchPlans>/<security tag>.plan`, owned by root, readable by all.
public struct PlanStore: Sendable {
  private let directory: String
  private static let suffix = ".plan"

  public init(directories: Directories) { directory = directories.launchPlans }

  /// Makes the plans of an instance exactly these: each file is replaced in one step, and what the instance no longer
  /// has is removed last. Repeating it after a crash ends in the same set.
  public func write(_ plans: [LaunchPlan], instance: String) throws {
    var files: [(name: String, bytes: [UInt8])] = []
    for plan in plans {
      guard plan.instanceName == instance, Self.isTag(plan.securityTag, of: instance) else {
        throw PlanningError.tag(plan.securityTag)
      }
      do throws(LaunchPlanError) {
        files.append((plan.securityTag + Self.suffix, try plan.encoded()))
      } catch {
        throw PlanningError.plan(tag: plan.securityTag, error)
      }
    }
    try Files.makeDirectories(directory, mode: 0o755)
    for file in files {
      let path = directory + "/" + file.name
      // Most relinks change nothing; reading is cheaper than a sync.
      if let old = try? Files.read(path, limit: LaunchPlan.Limit.file), old == file.bytes { continue }
      try Files.writeAtomically(file.bytes, to: path, mode: 0o644)
    }
    let kept = Set(files.map { $0.name })
    var removed = false
    for name in try names(of: instance) where !kept.contains(name) {
      try Files.remove(directory + "/" + name)
      removed = true
    }
    if removed { try Files.syncDirectory(directory) }
  }

  /// Makes the plans of an instance exactly these.
  public func write(_ plans: [LaunchPlan], of instance: InstanceName) throws {
    try write(plans, instance: instance.rawValue)
  }

  /// Removes all plans of an instance. None is fine.
  public func remove(instance: InstanceName) throws { try remove(instance: instance.rawValue) }

  /// The security tags of an instance that have a plan, sorted.
  public func tags(of instance: InstanceName) throws -> [String] { try tags(of: instance.rawValue) }

  /// Removes all plans of an instance. None is fine.
  public func remove(instance: String) throws {
    guard try Files.status(directory, followSymlinks: false) != nil else { return }
    let names = try names(of: instance)
    for name in names { try Files.remove(directory + "/" + name) }
    if !names.isEmpty { try Files.syncDirectory(directory) }
  }

  /// Reads one plan; nil when there is none.
  public func read(_ tag: String) throws -> LaunchPlan? {
    guard Self.isTag(tag, of: nil) else { throw PlanningError.tag(tag) }
    let path = directory + "/" + tag + Self.suffix
    guard try Files.status(path, followSymlinks: false) != nil else { return nil }
    let bytes = try Files.read(path, limit: LaunchPlan.Limit.file)
    do throws(LaunchPlanError) {
      return try LaunchPlan(decoding: bytes)
    } catch {
      throw PlanningError.plan(tag: tag, error)
    }
  }

  /// What a launch wants the namespace of an instance to be built from, which all its plans say; nil when it cannot be
  /// launched.
  public func namespaceKey(of instance: InstanceName) throws -> String? {
    try tags(of: instance).first.flatMap { try read($0) }?.namespaceKey
  }

  /// The security tags of an instance that have a plan, sorted.
  public func tags(of instance: String) throws -> [String] {
    guard try Files.status(directory, followSymlinks: false) != nil else { return [] }
    return try names(of: instance).map { String($0.dropLast(Self.suffix.count)) }.sorted()
  }

  private func names(of instance: String) throws -> [String] {
    try Files.list(directory).filter {
      $0.hasSuffix(Self.suffix) && Self.isTag(String($0.dropLast(Self.suffix.count)), of: instance)
    }
  }

  /// Whether a text is a security tag (`spec/confinement.md` §1), of this instance if one is given. Exact, never
  /// by prefix alone: `snap.foo.x` is not `foo_bar`'s, and a tag is a file name.
  static func isTag(_ tag: String, of instance: String?) -> Bool {
    let parts = tag.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 || (parts.count == 4 && parts[2] == "hook"), parts[0] == "snap" else { return false }
    guard tag.utf8.count <= 200 else { return false }
    func isWord(_ word: Substring) -> Bool {
      !word.isEmpty
        && word.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
    }
    return parts.dropFirst().allSatisfy(isWord) && (instance == nil || parts[1] == instance ?? "")
  }
}
