public import Snap

/// Why an operation is not started, or a task cannot do its part. Each text is one the reference prints, where it
/// has one for the case.
public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
  case notInstalled(InstanceName)
  case alreadyInstalled(InstanceName)
  /// The kind is empty when the change is over already, but what was checked has changed by it.
  case changeInProgress(InstanceName, kind: String)
  case givenTwice(InstanceName)
  case contentChanged(InstanceName)
  case missingBase(String, of: InstanceName)
  case missingImage(String)
  case unsigned(fileName: String)
  case needsDevmode(InstanceName)
  case needsClassic(InstanceName)
  case architecture(InstanceName, supported: [String], host: String)
  case assumes(InstanceName, missing: [String])
  case epoch(InstanceName, Revision, new: String, current: String)
  case typeChanged(InstanceName, from: String, to: String)
  case running(InstanceName, apps: [String], hooks: [String] = [], pids: [Int32])
  case inUse(InstanceName, by: [InstanceName])
  case nothingToRevertTo(InstanceName)
  case revisionNotInstalled(InstanceName, Revision)
  case alreadyOnRevision(InstanceName, Revision)
  case cannotRevertInactive(InstanceName)
  case cannotRemoveActive(InstanceName, Revision)
  case alreadyEnabled(InstanceName)
  case alreadyDisabled(InstanceName)
  case cannotDisable(InstanceName, type: String)
  case refreshOfDisabled(InstanceName)
  case instanceNameMismatch(given: String, inImage: String)
  case instanceOfSystemSnap(InstanceName, type: SnapType)
  case revisionMissing(InstanceName, Revision)
  case snapdInUse(InstanceName)
  case noStore(InstanceName)
  case systemUser(InstanceName, String, reason: String)
  case hook(String, output: String)
  case noHook(InstanceName, String)
  case cannotConfigure(InstanceName, type: String)
  case busNameInUse(InstanceName, bus: String, name: String, by: InstanceName)
  case desktopFileInUse(InstanceName, id: String, by: InstanceName)

  public var description: String {
    switch self {
    case .notInstalled(let snap): "snap \"\(snap)\" is not installed"
    case .alreadyInstalled(let snap): "snap \"\(snap)\" is already installed"
    case .changeInProgress(let snap, ""): "snap \"\(snap)\" has changes in progress"
    case .givenTwice(let snap): "cannot install snap \"\(snap)\" more than once at a time"
    case .contentChanged(let snap): "cannot use snap \"\(snap)\": its content changed while it was being installed"
    case .changeInProgress(let snap, let kind): "snap \"\(snap)\" has \"\(kind)\" change in progress"
    case .missingBase(let base, let snap): "cannot install snap \"\(snap)\": cannot find required base \"\(base)\""
    case .missingImage(let path): "cannot open snap \(path): no such file"
    case .unsigned(let name): "cannot find signatures with metadata for snap/component \"\(name)\""
    case .needsDevmode(let snap): "snap \"\(snap)\" requires devmode or confinement override"
    case .needsClassic(let snap): "snap \"\(snap)\" requires classic confinement"
    case .architecture(let snap, let supported, let host):
      "snap \"\(snap)\" supported architectures (\(supported.joined(separator: ", "))) are incompatible with this "
        + "system (\(host))"
    case .assumes(let snap, let missing):
      "snap \"\(snap)\" assumes unsupported features: \(missing.joined(separator: ", ")) (try to refresh snapd)"
    case .epoch(let snap, let revision, let new, let current):
      "cannot refresh \"\(snap)\" to new revision \(revision) with epoch \(new), because it can't read the current "
        + "epoch of \(current)"
    case .typeChanged(let snap, let old, let new):
      "cannot replace snap \"\(snap)\" of type \(old) with one of type \(new)"
    case .running(let snap, let apps, let hooks, let pids):
      "snap \"\(snap)\" has running "
        + (apps.isEmpty && hooks.isEmpty
          ? "apps or hooks"
          : [("apps", apps), ("hooks", hooks)].filter { !$0.1.isEmpty }
            .map { "\($0.0) (\($0.1.joined(separator: ", ")))" }.joined(separator: " and "))
        + ", pids: " + pids.map(String.init).joined(separator: ",")
    case .inUse(let snap, let users):
      "snap \"\(snap)\" is not removable: snap is being used by snap\(users.count == 1 ? "" : "s") \(list(users))."
    case .nothingToRevertTo: "no revision to revert to"
    case .revisionNotInstalled(let snap, let revision):
      "cannot find revision \(revision) for snap \"\(snap)\""
    case .alreadyOnRevision: "already on requested revision"
    case .cannotRevertInactive: "cannot revert inactive snaps"
    case .cannotRemoveActive(let snap, let revision):
      "cannot remove active revision \(revision) of snap \"\(snap)\" (revert first?)"
    case .alreadyEnabled(let snap): "snap \"\(snap)\" already enabled"
    case .alreadyDisabled(let snap): "snap \"\(snap)\" already disabled"
    case .cannotDisable(let snap, let type):
      "snap \"\(snap)\" cannot be disabled because it is of type \(type)"
    case .refreshOfDisabled(let snap): "refreshing disabled snap \"\(snap)\" not supported"
    case .instanceNameMismatch(let given, let name):
      "instance name \"\(given)\" does not match snap name \"\(name)\""
    case .instanceOfSystemSnap(let snap, let type): "cannot install snap of type \(type) as \"\(snap)\""
    case .revisionMissing(let snap, let revision): "revision \(revision) of snap \"\(snap)\" is not installed"
    case .snapdInUse(let snap): "snap \"\(snap)\" is not removable: remove all other snaps first"
    case .noStore(let snap):
      "cannot install snap \"\(snap)\": installing from a store is not supported yet (install a .snap file)"
    case .noHook(let snap, let hook): "snap \"\(snap)\" has no \"\(hook)\" hook"
    case .cannotConfigure(let snap, let type): "cannot configure snap \"\(snap)\" because it is of type '\(type)'"
    case .systemUser(let snap, let name, let reason):
      "cannot ensure users for snap \"\(snap)\" required system username \"\(name)\": \(reason)"
    case .busNameInUse(let snap, let bus, let name, let other):
      "snap \"\(snap)\" requesting to activate on \(bus) bus name \"\(name)\" conflicts with snap \"\(other)\" use"
    case .desktopFileInUse(let snap, let id, let other):
      "snap \"\(snap)\" requesting desktop-file-id \"\(id)\" conflicts with snap \"\(other)\" use"
    case .hook(let hook, let output): "run hook \"\(hook)\": \(output)"
    }
  }

  private func list(_ names: [InstanceName]) -> String {
    let texts = names.map(\.description).sorted()
    guard let last = texts.last, texts.count > 1 else { return texts.first ?? "" }
    return texts.dropLast().joined(separator: ", ") + " and " + last
  }
}
