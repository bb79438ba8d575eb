internal import ByteText
internal import Host
public import Snap

/// What the buses are told of services that the use of a name starts (`activates-on`): D-Bus's activation files.
/// Source: `spec/features.md` §7, "D-Bus activation".
public struct BusServices: Equatable, Sendable {
  /// The files of the system bus by name, and of session buses.
  public private(set) var system: [String: [UInt8]] = [:]
  public private(set) var session: [String: [UInt8]] = [:]

  /// A name of a snap's on a bus that starts one of its services.
  public struct Activation: Hashable, Sendable {
    public var scope: AppInfo.Scope
    public var name: String
    public var app: AppName
  }

  /// The names that start services of a snap.
  public static func activations(of info: SnapInfo) -> [Activation] {
    info.apps.flatMap { app in
      app.activatesOn.compactMap { slot -> Activation? in
        guard let end = info.slots.first(where: { $0.name.rawValue == slot && $0.interface == "dbus" }),
          case .string(let name)? = end.attributes.first(where: { $0.key == "name" })?.value, isName(name)
        else { return nil }
        return Activation(scope: app.daemonScope, name: name, app: app.name)
      }
    }
  }

  /// - Parameter command: what starts a service, given its scope and name (`foo.bar`), as one line.
  public init(_ info: SnapInfo, of instance: InstanceName, command: (AppInfo.Scope, String) -> String) {
    for activation in Self.activations(of: info) {
      let app = info.commandName(activation.app, of: instance)
      var lines = [
        "[D-BUS Service]", "Name=\(activation.name)",
        "Comment=Bus name for snap application \(instance).\(activation.app)",
        "SystemdService=\(UnitName.service(instance: instance.description, app: activation.app.description))",
        "Exec=\(command(activation.scope, app))",
        "AssumedAppArmorLabel=\(SecurityTag.app(activation.app, of: instance))",
      ]
      if activation.scope == .system { lines.append("User=root") }
      lines.append("X-Snap=\(instance)")
      let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
      switch activation.scope {
      case .system: system["\(activation.name).service"] = bytes
      case .user: session["\(activation.name).service"] = bytes
      }
    }
  }

  init() {}

  /// The snap whose activation file this is; nil for a stranger's.
  static func owner(_ bytes: [UInt8]) -> String? {
    let key = Array("X-Snap=".utf8)
    return bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: key) }
      .map { String(decoding: $0.dropFirst(key.count), as: UTF8.self) }
  }

  /// What a bus takes for a name, which is also one of a file. Source: the D-Bus specification, "Bus names".
  private static func isName(_ name: String) -> Bool {
    name.utf8.count <= 247 && name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
