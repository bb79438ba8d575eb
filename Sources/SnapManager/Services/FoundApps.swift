internal import ByteText
public import Snap

/// An app of an installed snap.
public struct FoundApp: Sendable {
  public let instance: InstanceName
  /// The snap, as its revision in use says.
  public let info: SnapInfo
  public let app: AppInfo

  /// `snap.app`.
  public var name: String { "\(instance).\(app.name)" }
}

extension SnapManager {
  /// The apps that names stand for, by snap and app. No names are all.
  ///
  /// - Parameters:
  ///   - names: snaps, for all apps of theirs, and `snap.app`.
  ///   - servicesOnly: whether apps that are no services are as good as not there.
  /// - Throws: ``ServiceRefusal`` for a name that stands for nothing.
  public func apps(named names: [String], servicesOnly: Bool) throws -> [FoundApp] {
    let what = servicesOnly ? "service" : "app"
    let wanted = Set(names.map(ExactText.init))
    var met: Set<ExactText> = []
    var found: [FoundApp] = []
    for (instance, info) in installed() {
      let isWhole = wanted.contains(ExactText(instance.description))
      let apps = info.apps.filter { !servicesOnly || $0.daemon != nil }.sorted { $0.name < $1.name }
      if isWhole {
        guard !apps.isEmpty else { throw ServiceRefusal.nothing(instance, what: what) }
        met.insert(ExactText(instance.description))
      }
      for app in apps {
        let item = FoundApp(instance: instance, info: info, app: app)
        let isNamed = wanted.contains(ExactText(item.name))
        if isNamed { met.insert(ExactText(item.name)) }
        if isWhole || isNamed || wanted.isEmpty { found.append(item) }
      }
    }
    for name in names where !met.contains(ExactText(name)) {
      let parts = name.byteSplit(".", maxSplits: 1, keepingEmpty: true).map(String.init)
      guard parts.count == 2 else { throw ServiceRefusal.snapNotFound(name) }
      throw ServiceRefusal.notFound(snap: parts[0], what: what, app: parts[1])
    }
    return found
  }
}
