internal import Permissions
internal import Snap

extension Interface {
  /// Modules that the plug names in `modules`: loaded at each start, when asked for, or never.
  static let kernelModuleLoad = Interface(
    "kernel-module-load", "allows named kernel modules to be loaded or kept away", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.core])), denyConnection: .always)
  )
  .with {
    $0.checkConnection = { connection throws(InterfaceError) in _ = try kernelModules(connection.plug) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      grants.modules += try kernelModules(connection.plug)
    }
  }

  private static func kernelModules(_ plug: ConnectionSide) throws(InterfaceError) -> [KernelModule] {
    guard let entries = plug.read.maps("modules"), !entries.isEmpty else {
      throw InterfaceError(#"kernel-module-load "modules" attribute must be a list of dictionaries"#)
    }
    var modules: [KernelModule] = []
    for entry in entries { modules.append(try kernelModule(entry)) }
    return modules
  }

  /// The module of one entry.
  private static func kernelModule(
    _ entry: [String: AttributeValue]
  ) throws(InterfaceError) -> KernelModule {
    func text(_ key: String) throws(InterfaceError) -> String? {
      guard let value = entry[key] else { return nil }
      guard case .string(let text) = value else {
        throw InterfaceError(#"kernel-module-load "\#(key)" must be a string"#)
      }
      return text
    }
    guard let name = try text("name") else { throw InterfaceError(#"kernel-module-load "name" must be a string"#) }
    let load = try text("load")
    let options = try text("options") ?? ""
    guard load != nil || !options.isEmpty else {
      throw InterfaceError(#"kernel-module-load: must specify at least "load" or "options""#)
    }
    let loading: KernelModule.Loading
    switch load {
    case "denied": loading = .denied
    case "on-boot": loading = .onBoot
    // Options alone load nothing, whoever loads the module.
    case "dynamic", nil: loading = .dynamic
    case let other?:
      throw InterfaceError(#"kernel-module-load "load" value is unrecognized: \#(quoted(other))"#)
    }
    guard (try? KernelModule(name)) != nil else {
      throw InterfaceError(#"kernel-module-load "name" attribute is not a valid module name"#)
    }
    if !options.isEmpty {
      guard loading != .denied else {
        throw InterfaceError(#"kernel-module-load "options" attribute incompatible with "load: denied""#)
      }
      guard options == "*" && load == "dynamic" || areModuleOptions(options) else {
        throw InterfaceError(
          #"kernel-module-load "options" attribute contains invalid characters: \#(quoted(options))"#)
      }
    }
    let words = options.split(separator: " ").map(String.init)
    do { return try KernelModule(name, loading, options: words) } catch {
      throw InterfaceError(
        #"kernel-module-load "options" attribute contains invalid characters: \#(quoted(error.text))"#)
    }
  }

  /// `name` or `name=value`, separated by spaces.
  private static func areModuleOptions(_ text: String) -> Bool {
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else { return false }
    let words = text.split(separator: " ")
    guard !text.hasPrefix(" "), !words.isEmpty else { return false }
    return words.allSatisfy { word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, let first = name.first, first.isLetter, parts.count == 1 || !parts[1].isEmpty
      else { return false }
      return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
  }
}
