/// The profile of the program that changes a snap's mount namespace: `snap-update-ns.<inst>`
/// (`spec/confinement.md` §7, `updateNSTemplate`).
///
/// It may do what the snap's layouts and content connections ask for, and what that takes: a directory that cannot
/// be written to gets a writable copy of itself (a mimic) over it, made of bind mounts by way of `/tmp/.snap`.
public struct UpdateNamespaceProfile: Hashable, Sendable {
  public var instance: PolicyName
  /// Layouts and content, with absolute clean paths.
  public var mounts: [ContentMount]
  public var features: AppArmorFeatures

  public init(instance: PolicyName, mounts: [ContentMount], features: AppArmorFeatures = .version3) {
    self.instance = instance
    self.mounts = mounts
    self.features = features
  }

  /// The file's text.
  /// - Throws: when a path cannot stand in a policy, or is not absolute and clean.
  public func text() throws(PolicyPattern.Invalid) -> String {
    var lines = AppArmorRules(features: features).lines(Self.template)
    // The word `remount` has no rule of its own in the table: a change of flags is a mount here.
    lines += [
      "audit deny mount \"/snap/bin/**\" -> \"/**\",", "audit deny mount \"/**\" -> \"/snap/bin/**\",",
      "audit deny mount -> \"/media\",", "deny network inet,", "deny network inet6,",
    ]
    for mount in mounts {
      // A line of text about the path would be one more place to hide something in: there is none.
      lines.append("")
      lines += try rules(mount)
    }
    if features.parser.contains(.includeIfExists) {
      lines.append("#include if exists \"/var/lib/snapd/apparmor/snap-tuning\"")
    }
    var known: Set<String> = [""]
    lines = lines.filter { $0.isEmpty || known.insert($0).inserted }
    return """
      #include <tunables/global>

      @{SNAP_INSTANCE_NAME}="\(instance)"

      profile "snap-update-ns.\(instance)" (attach_disconnected) {
        #include <abstractions/base>
      \(lines.map { $0.isEmpty ? "" : "  " + $0 }.joined(separator: "\n"))
      }

      """
  }

  private static let template: PermissionSet = {
    var set = PermissionSet()
    set.files = AppArmorTemplate.updateNamespaceRules
    set.capabilities = [.sysAdmin, .chown, .setuid, .setgid, .dacOverride]
    set.mount(
      options: ["ro", "bind"], from: "/var/lib/snapd/hostfs/usr/share/fonts/",
      to: "/snap/@{SNAP_INSTANCE_NAME}/*/**")
    set.mount(options: ["rw", "private"], to: "/snap/@{SNAP_INSTANCE_NAME}/*/**")
    set.unmount("/snap/@{SNAP_INSTANCE_NAME}/*/**")
    set.mount(options: ["rslave"], to: "/")
    set.signals([.receive], peer: .unconfined)
    set.signals(peer: .named("@{profile_name}"))
    return set
  }()

  private func rules(_ mount: ContentMount) throws(PolicyPattern.Invalid) -> [String] {
    let target = try Self.literal(mount.target)
    let access = mount.readOnly ? "ro" : "rw"
    var lines: [String] = []
    switch mount.kind {
    case .directory:
      let source = try Self.literal(mount.source)
      lines += ["\"\(source)/\" r,", "\"\(target)/\" rw,"]
      for bind in ["bind", "rbind"] {
        lines.append("mount options=(\(bind), \(access)) \"\(source)/\" -> \"\(target)/\",")
      }
      // Read-only is a second call.
      if mount.readOnly { lines.append("mount options=(remount, bind, ro) -> \"\(target)/\",") }
      lines += try writable(parentsOf: mount.source)
    case .file:
      let source = try Self.literal(mount.source)
      lines += ["\"\(source)\" r,", "\"\(target)\" rw,"]
      lines.append("mount options=(bind, \(access)) \"\(source)\" -> \"\(target)\",")
      if mount.readOnly { lines.append("mount options=(remount, bind, ro) -> \"\(target)\",") }
      lines += try writable(parentsOf: mount.source)
    case .tmpfs:
      lines += ["\"\(target)/\" rw,", "mount fstype=tmpfs options=(\(access)) tmpfs -> \"\(target)/\","]
    case .symlink: lines.append("\"\(target)\" rw,")
    }
    switch mount.kind {
    case .directory, .tmpfs: lines += ["mount options=(rprivate) -> \"\(target)/\",", "umount \"\(target)/\","]
    case .file: lines += ["mount options=(private) -> \"\(target)\",", "umount \"\(target)\","]
    case .symlink: break
    }
    return lines + (try writable(parentsOf: mount.target))
  }

  /// What it takes to make an entry in a directory that may be read-only, and in those above it.
  private func writable(parentsOf path: String) throws(PolicyPattern.Invalid) -> [String] {
    var lines: [String] = []
    let parts = path.unicodeScalars.split(separator: "/").map { String($0) }
    // A snap's own place has to be there already: `/snap/NAME/REVISION`, and its data.
    let first = parts.first == "snap" ? 3 : parts.starts(with: ["var", "snap"]) ? 4 : 1
    for count in first..<max(first, parts.count) {
      let directory = try Self.literal("/" + parts.prefix(count).joined(separator: "/"))
      lines.append("\"\(directory)/\" rw,")
      // Data is writable as it is.
      if parts.starts(with: ["var", "snap"]) || parts.first == "tmp" { continue }
      let aside = "/tmp/.snap" + directory
      for place in [aside, directory] {
        lines += ["\"\(place)/\" rw,", "\"\(place)/*\" rw,", "\"\(place)/*/\" rw,"]
      }
      lines += [
        "mount options=(rbind, rw) \"\(directory)/\" -> \"\(aside)/\",",
        "mount options=(rprivate) -> \"\(aside)/\",",
        "mount fstype=tmpfs options=(rw) tmpfs -> \"\(directory)/\",",
        "mount options=(rprivate) -> \"\(directory)/\",",
        "mount options=(rbind, rw) \"\(aside)/*/\" -> \"\(directory)/*/\",",
        "mount options=(bind, rw) \"\(aside)/*\" -> \"\(directory)/*\",",
        "mount options=(rprivate) -> \"\(directory)/*/\",", "mount options=(private) -> \"\(directory)/*\",",
        "umount \"\(aside)/\",", "umount \"\(directory)/\",", "umount \"\(directory)/*\",",
        "umount \"\(directory)/*/\",",
      ]
    }
    return lines
  }

  /// A path as it stands inside quotes, its own characters only, without a slash at its end.
  private static func literal(_ path: String) throws(PolicyPattern.Invalid) -> String {
    var escaped = try PatternText(path).escaped
    while escaped.utf8.count > 1, escaped.utf8.last == UInt8(ascii: "/") { escaped.removeLast() }
    return try PathPattern(escaped).rawValue
  }
}
