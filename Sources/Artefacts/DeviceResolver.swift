internal import ByteText
public import Linux
public import Permissions

/// Which nodes of the machine a snap's grants name.
///
/// Control groups know devices by number, grants by path: what is there now is looked up, and again when devices come or
/// go. Source of what everybody has: `spec/confinement.md` §5.
public struct DeviceResolver: Sendable {
  /// Where nodes are: `/dev`.
  let dev: String

  public init(dev: String = "/dev") { self.dev = dev }

  /// A node that is there.
  public struct Node: Hashable, Sendable {
    /// As `/dev` has it, whatever the directory is in a test.
    public var path: String
    public var rule: DeviceRule
  }

  /// Directories are walked no further than this; `/dev/snap/gpio-chardev/NAME/LINE` is the deepest.
  private static let depth = 5
  private static let most = 16384

  /// Every node that a rule of the grants lets the snap open, in the order of paths.
  public func nodes(of grants: PermissionSet, subject: PolicySubject? = nil) -> [Node] {
    let rules = grants.files.filter { $0.effect == .allow && $0.pattern.rawValue.hasBytePrefix("/dev/") }
    let variables = PatternVariables(subject: subject)
    guard !rules.isEmpty else { return [] }
    return all().filter { node in rules.contains { $0.pattern.matches(node.path, variables) } }
  }

  /// What everybody has beside ``DeviceRule/always``, as far as it is there.
  public func always() -> [Node] {
    let paths = Set(DeviceRule.alwaysByPath)
    return all().filter { paths.contains($0.path) }
  }

  /// Every node below ``dev``, links followed for their last step only: udev's names are such links.
  private func all() -> [Node] {
    var nodes: [Node] = []
    var seen = 0
    func walk(_ path: String, _ shown: String, _ depth: Int) {
      for name in ((try? Files.list(path)) ?? []).sorted() where seen < Self.most {
        seen += 1
        guard let own = (try? Files.status("\(path)/\(name)", followSymlinks: false)) ?? nil else { continue }
        // Names of processes' pseudo-terminals: everybody has them by number.
        if own.kind == .directory {
          if depth < Self.depth, shown + "/" + name != "/dev/pts" {
            walk("\(path)/\(name)", "\(shown)/\(name)", depth + 1)
          }
          continue
        }
        guard let status = own.kind == .symlink ? (try? Files.status("\(path)/\(name)")) ?? nil : own else { continue }
        let kind: DeviceRule.Kind
        switch status.kind {
        case .characterDevice: kind = .character
        case .blockDevice: kind = .block
        default: continue
        }
        let number = status.specialDevice
        let major = UInt32(truncatingIfNeeded: (number >> 8) & 0xfff | (number >> 32) & 0xffff_f000)
        let minor = UInt32(truncatingIfNeeded: number & 0xff | (number >> 12) & 0xffff_ff00)
        nodes.append(Node(path: "\(shown)/\(name)", rule: DeviceRule(kind, major: major, minor: minor)))
      }
    }
    walk(dev, "/dev", 0)
    return nodes
  }
}

extension PermissionSet {
  /// Whether a service with these grants gets a device group: the snap asked for devices, and does not rule them itself.
  /// Without tagged devices the reference has none either, for most bases; the private `/dev` decides then.
  public var hasDeviceGroup: Bool {
    !udev.isEmpty && !traits.contains(.managesDeviceGroup) && !traits.contains(.everything)
  }
}
