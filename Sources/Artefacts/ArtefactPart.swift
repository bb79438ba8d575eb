internal import ByteText
internal import Host
internal import Permissions
internal import Snap

/// The parts of the machine that are told of snaps by files, in the order of the reference
/// (`spec/confinement.md` §8). Units of services are the service manager's, launch plans the launcher's.
enum ArtefactPart: String, CaseIterable, Sendable {
  case seccomp, deviceGroup, bus, udev, modulesLoad, modprobe, polkitActions, polkitRules, appArmor

  /// Where the part's files are.
  func directory(_ directories: Directories) -> String {
    switch self {
    case .seccomp: directories.seccomp
    case .deviceGroup: directories.deviceGroups
    case .bus: directories.busPolicies
    case .udev: directories.udevRules
    case .modulesLoad: directories.modulesLoad
    case .modprobe: directories.modprobe
    case .polkitActions: directories.polkitActions
    case .polkitRules: directories.polkitRules
    case .appArmor: directories.appArmorProfiles
    }
  }

  /// How its files are named.
  var schemes: [NameScheme] {
    switch self {
    case .seccomp: [NameScheme(prefix: "snap.", suffix: ".src", hasRest: true)]
    case .deviceGroup: [NameScheme(prefix: "snap.", suffix: ".device", hasRest: false)]
    case .bus: [NameScheme(prefix: "snap.", suffix: ".conf", hasRest: true)]
    case .udev: [NameScheme(prefix: "70-snap.", suffix: ".rules", hasRest: false)]
    case .modulesLoad, .modprobe: [NameScheme(prefix: "snap.", suffix: ".conf", hasRest: false)]
    case .polkitActions: [NameScheme(prefix: "snap.", suffix: ".policy", hasRest: true)]
    case .polkitRules: [NameScheme(prefix: "70-snap.", suffix: ".rules", hasRest: true)]
    case .appArmor:
      [
        NameScheme(prefix: "snap.", suffix: "", hasRest: true),
        NameScheme(prefix: "snap-update-ns.", suffix: "", hasRest: false),
      ]
    }
  }

  /// Whether a loss of power may take the latest files along: nothing reads them but people.
  var isDurable: Bool { self != .seccomp }

  func files(of instance: String, _ directories: Directories) -> OwnedFiles {
    OwnedFiles(directory: directory(directories), schemes: schemes, instance: instance)
  }
}

// MARK: - What the files say

extension ArtefactSubject {
  /// The snap's files of one part, text by name.
  ///
  /// - Parameter appArmor: nil where the kernel has no AppArmor: then there are no profiles.
  func files(_ part: ArtefactPart, appArmor: AppArmorFeatures?) throws -> [String: String] {
    let name = try PolicyName(instance.rawValue)
    switch part {
    case .seccomp:
      var files: [String: String] = [:]
      for tag in tags {
        files["\(tag).src"] = try grants(of: tag).filter(confinement: confinement, users: users).text()
      }
      return files
    case .deviceGroup:
      let grants = grants
      guard !grants.udev.isEmpty || grants.traits.contains(.managesDeviceGroup) else { return [:] }
      return ["snap.\(name).device": DeviceGroupFile(grants, isNonStrict: isNonStrict).text]
    case .bus:
      var files: [String: String] = [:]
      for tag in tags {
        guard let text = BusPolicyFile(grants(of: tag).busPolicies).text else { continue }
        files[BusPolicyFile.fileName(of: try PolicyName(tag.description))] = text
      }
      return files
    case .udev: return (try udevRules().text).map { [UdevRulesFile.fileName(of: name): $0] } ?? [:]
    case .modulesLoad: return ModuleFiles(grants.modules).modulesLoad.map { ["snap.\(name).conf": $0] } ?? [:]
    case .modprobe: return ModuleFiles(grants.modules).modprobe.map { ["snap.\(name).conf": $0] } ?? [:]
    case .polkitActions: return try PolkitFiles(image: image, instance: name).actions(grants.polkit)
    case .polkitRules: return try PolkitFiles(image: image, instance: name).rules(grants.polkit)
    case .appArmor: return try appArmor.map(profiles) ?? [:]
    }
  }

  /// The rules by interface, as people look for them, and the links.
  func udevRules() throws -> UdevRulesFile {
    var entries: [UdevRulesFile.Entry] = []
    for part in parts.sorted(by: { $0.interface < $1.interface }) where !part.grants.udev.isEmpty {
      let interface = try PolicyName(part.interface)
      for tag in part.tags where tags.contains(tag) {
        entries.append(
          UdevRulesFile.Entry(
            tag: try PolicyName(tag.description), interface: interface, rules: part.grants.udev))
      }
    }
    return UdevRulesFile(entries, links: grants.deviceLinks, isNonStrict: isNonStrict, libexec: nil)
  }

  private func profiles(_ features: AppArmorFeatures) throws -> [String: String] {
    var files: [String: String] = [:]
    for tag in tags {
      let profile = AppArmorProfile(
        try policySubject(tag), confinement: confinement, base: base, users: users, grants: grants(of: tag),
        features: features)
      files[tag.description] = profile.text
    }
    // Those of users' own run directories are made by programs of the user's, which have no profile of this kind.
    let mounts = grants.contentMounts.filter { $0.source.hasBytePrefix("/") && $0.target.hasBytePrefix("/") }
    let name = try PolicyName(instance.rawValue)
    files["snap-update-ns.\(name)"] = try UpdateNamespaceProfile(
      instance: name, mounts: mounts, features: features
    ).text()
    return files
  }
}
