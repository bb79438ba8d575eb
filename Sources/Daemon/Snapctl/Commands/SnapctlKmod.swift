internal import ByteText
internal import Interfaces
internal import Linux
internal import Overlord
internal import Snap

/// `snapctl kmod`: loads a module that the snap's `kernel-module-load` plug names as `load: dynamic`, or unloads it.
enum SnapctlKmod: SnapctlCommand {
  static let name = "kmod"
  static let summary = "Load or unload kernel modules"
  static let usage = "insert <module> [<option>...] | remove <module>"

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    guard let action = arguments.positionals.first else {
      throw SnapctlFailure("Please specify one command of: insert or remove")
    }
    guard action == "insert" || action == "remove" else {
      throw SnapctlFailure("Unknown command `\(action)', Please specify one command of: insert or remove")
    }
    guard arguments.positionals.count > 1 else {
      throw SnapctlFailure("the required argument `<module>` was not provided")
    }
    let module = arguments.positionals[1]
    let options = Array(arguments.positionals.dropFirst(2))
    let verb = action == "insert" ? "load" : "unload"
    if action == "remove", !options.isEmpty { throw SnapctlFailure("too many arguments for command") }
    let connections = try call.connections(ofPlugs: "kernel-module-load")
    guard !connections.isEmpty else {
      throw SnapctlFailure("cannot \(verb) module \(quotedText(module)): required interface not connected")
    }
    let allowed = connections.flatMap { entries(of: $0.plug) }
    let given = options.joined(separator: " ")
    guard allowed.contains(where: { $0.allows(module, action == "insert" ? given : nil) }) else {
      throw SnapctlFailure("cannot \(verb) module \(quotedText(module)): arguments are not allowed by the plug")
    }
    for option in options where option.utf8.first == UInt8(ascii: "-") || option.hasByte("\n") || option.hasByte("\0") {
      throw SnapctlFailure("cannot load module \(quotedText(module)): invalid option \(quotedText(option))")
    }
    let command = action == "insert" ? ["--syslog", "--", module] + options : ["--syslog", "-r", "--", module]
    let result = try ChildProcess.run(["/sbin/modprobe"] + command, timeout: .seconds(60))
    guard result.status == .exited(0) else {
      var output = String(decoding: (result.output + result.errorOutput).prefix(1024), as: UTF8.self)
      while output.utf8.last == UInt8(ascii: "\n") { output.unicodeScalars.removeLast() }
      throw SnapctlFailure(
        "cannot \(verb) module \(quotedText(module)): \(output.isEmpty ? "\(result.status)" : output)")
    }
  }

  /// One module of the plug that may be loaded on demand.
  private struct Entry {
    var name: String
    /// `*`: whatever the snap likes.
    var options: String

    /// - Parameter given: nil where no options are given.
    func allows(_ module: String, _ given: String?) -> Bool {
      guard name.hasSameBytes(as: module) else { return false }
      guard let given, !given.isEmpty else { return true }
      return options == "*" || options.hasSameBytes(as: given)
    }
  }

  private static func entries(of plug: ConnectionSide) -> [Entry] {
    guard case .list(let modules)? = plug.attributes.values["modules"] else { return [] }
    return modules.compactMap { module in
      guard case .map(let values) = module, case .string("dynamic")? = values["load"],
        case .string(let name)? = values["name"]
      else { return nil }
      if case .string(let options)? = values["options"] { return Entry(name: name, options: options) }
      return Entry(name: name, options: "")
    }
  }
}
