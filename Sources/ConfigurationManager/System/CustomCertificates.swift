internal import ByteText
internal import Host
public import JSONValues

/// `pki.certs.custom.<name>.…`: certificates that the administrator accepts or blocks: a file each, in a directory for
/// either.
public struct CustomCertificates: SystemOption {
  private static let name = "pki.certs.custom"
  private static let states = ["accepted", "blocked"]

  public init() {}

  public var names: [String] { ["content", "state", "name", "fingerprint"].map { "\(Self.name).<name>.\($0)" } }
  public var external: [String] { ["\(Self.name).<name>.fingerprint"] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    for name in configuration.changed.sorted()
    where name.hasBytePrefix(Self.name + ".") && name.hasByteSuffix(".fingerprint") {
      throw ConfigurationError.invalidValue("cannot set \(quoted("core." + name)): option is read-only")
    }
    for (name, value) in configuration.members(Self.name).sorted(by: { $0.key < $1.key }) {
      let content = value["content"]?.string
      guard content.map({ Certificate(pem: $0) != nil }) ?? (value["content"] == nil) else {
        throw ConfigurationError.invalidValue("cannot decode pem certificate \(quoted(name))")
      }
      let state = value["state"]?.string ?? (value["state"] == nil ? "unset" : "")
      guard (Self.states + ["unset"]).contains(where: state.hasSameBytes) else {
        throw ConfigurationError.invalidValue(
          "\(Self.name).\(name).state can only be set to 'accepted', 'blocked' or 'unset'")
      }
      guard content != nil || !Self.states.contains(where: state.hasSameBytes) else {
        throw ConfigurationError.invalidValue("cannot set state of certificate \(quoted(name)): it has no content")
      }
    }
  }

  public func apply(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    guard configuration.changed.contains(where: { $0.hasBytePrefix(Self.name + ".") }) else { return }
    for state in Self.states {
      var files: [String: String] = [:]
      for (name, value) in configuration.members(Self.name) where value["state"] == .string(state) {
        files["\(name).pem"] = value["content"]?.string
      }
      try ExactFiles.write(files, in: "\(machine.directories.publicKeys)/\(state)")
    }
  }

  public func readings(_ configuration: SystemConfiguration, on machine: any SystemMachine) -> [String: JSONValue] {
    var readings: [String: JSONValue] = [:]
    for (name, value) in configuration.members(Self.name) {
      guard let certificate = value["content"]?.string.flatMap({ Certificate(pem: $0) }) else { continue }
      readings["\(Self.name).\(name).fingerprint"] = .string(certificate.fingerprint)
    }
    return readings
  }
}
