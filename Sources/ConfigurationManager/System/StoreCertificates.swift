internal import ByteText
internal import Host
internal import JSONValues
internal import Linux

/// `store-certs.<name>`: certificates that stores are trusted by, beside the machine's own: a file each.
public struct StoreCertificates: SystemOption {
  private static let name = "store-certs"

  public init() {}

  public var names: [String] { ["store-certs.<name>"] }

  /// What is wrong with a name that looks like one of these; nil for any other.
  static func refusal(of name: String) -> ConfigurationError? {
    guard name.hasBytePrefix("store-certs.") else { return nil }
    return .invalidValue(
      "cannot set store ssl certificate under name \(quoted("core." + name)): "
        + "name must only contain word characters or a dash")
  }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    for (name, value) in configuration.members(Self.name).sorted(by: { $0.key < $1.key }) {
      guard let text = value.string, text.isEmpty || Certificate(pem: text) != nil else {
        throw ConfigurationError.invalidValue("cannot decode pem certificate \(quoted(name))")
      }
    }
  }

  public func apply(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    guard configuration.changed.contains(where: { $0.hasBytePrefix(Self.name + ".") }) else { return }
    var files: [String: String] = [:]
    for (name, value) in configuration.members(Self.name) {
      if let text = value.string, !text.isEmpty { files["\(name).pem"] = text }
    }
    try ExactFiles.write(files, in: machine.directories.storeCertificates)
  }
}

/// A directory whose files are an exact set.
enum ExactFiles {
  static func write(_ files: [String: String], in directory: String) throws(SyscallError) {
    if files.isEmpty, try Files.status(directory) == nil { return }
    try Files.makeDirectories(directory, mode: 0o755)
    for name in try Files.list(directory) where files[name] == nil { try Files.remove("\(directory)/\(name)") }
    for (name, text) in files.sorted(by: { $0.key < $1.key }) {
      let path = "\(directory)/\(name)"
      let known = try? Files.read(path, limit: 1 << 20)
      if known?.elementsEqual(text.utf8) != true {
        try Files.writeAtomically([UInt8](text.utf8), to: path, mode: 0o644)
      }
    }
  }
}
