internal import ByteText
internal import ConfigurationManager
internal import InterfaceManager
internal import Interfaces
internal import JSONValues
internal import Overlord
internal import Snap

/// `snapctl get`: options of the snap, as they will be once the hook has ended; attributes of a connection in its hooks.
enum SnapctlGet: SnapctlCommand {
  static let name = "get"
  static let summary = "Print either configuration options or interface connection settings"
  static let usage = "[-d] [-t] [--plug|--slot] [--default=VALUE] [:<plug|slot>] <key>..."
  static let isForEverybody = true
  static let options: [SnapctlOption] = [
    .short("d"), .short("t"), .flag("slot"), .flag("plug"), .flag("view"), .flag("previous"), .value("with"),
    .value("default"), .value("wait-for"),
  ]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    guard let first = arguments.positionals.first else { throw SnapctlFailure("get which option?") }
    let context = try call.context
    if arguments.has("d"), arguments.has("t") { throw SnapctlFailure("cannot use -d and -t together") }
    for flag in ["view", "previous", "with", "wait-for"] where arguments.has(flag) {
      throw SnapctlFailure("cannot use --\(flag): confdb views are not supported yet")
    }
    if first.hasByte(":") {
      let side = try SnapctlSide(first, verb: "get")
      return try attributes(of: side, Array(arguments.positionals.dropFirst()), arguments, &call)
    }
    if arguments.has("plug") || arguments.has("slot") {
      throw SnapctlFailure("cannot use --plug or --slot without <snap>:<plug|slot> argument")
    }
    let configuration = context.current.configuration
    var values: [String: JSONValue] = [:]
    for key in arguments.positionals {
      do throws(ConfigurationError) { values[key] = try configuration.value(key) } catch {
        guard case .noOption = error else { throw error }
        if let preset = arguments.value("default") {
          values[key] = (try? JSONValue(parsing: preset)) ?? .string(preset)
        }
      }
    }
    write(values, keys: arguments.positionals, arguments, &call)
  }

  private static func attributes(
    of side: SnapctlSide, _ keys: [String], _ arguments: SnapctlArguments, _ call: inout SnapctlCall
  ) throws {
    let context = try call.context
    if arguments.has("plug"), arguments.has("slot") { throw SnapctlFailure("cannot use --plug and --slot together") }
    guard !keys.isEmpty else { throw SnapctlFailure("get which attribute?") }
    guard let connection = InterfaceHook(context) else {
      throw SnapctlFailure("interface attributes can only be read during the execution of interface hooks")
    }
    guard let sides = call.overlord.interfaces.sides(of: connection.id, in: connection.change) else {
      throw SnapctlFailure("cannot read attributes: the connection is gone")
    }
    let own = connection.role == .plug ? sides.plug : sides.slot
    guard own.name.rawValue == side.name else { throw SnapctlFailure("unknown plug or slot \"\(side.name)\"") }
    // The hook's own side, unless it asks for the other one.
    let role: ConnectionSide.Role = arguments.has("plug") ? .plug : arguments.has("slot") ? .slot : connection.role
    var found = role == .plug ? sides.plug : sides.slot
    if role == connection.role {
      found.dynamicAttributes = found.dynamicAttributes.merged(
        with: Attributes(context.current.attributes.mapValues(AttributeValue.init)))
    }
    var values: [String: JSONValue] = [:]
    for key in keys {
      guard let value = found.allAttributes[key] else {
        throw SnapctlFailure(
          "snap \"\(found.snap.instance)\" does not have attribute \"\(key)\" for interface \"\(found.interface)\"")
      }
      values[key] = JSONValue(value)
    }
    write(values, keys: keys, arguments, &call)
  }

  /// A text as it is, anything else as JSON; several keys as one document.
  private static func write(
    _ values: [String: JSONValue], keys: [String], _ arguments: SnapctlArguments, _ call: inout SnapctlCall
  ) {
    if arguments.has("d") || keys.count > 1 { return call.line(JSONValue.object(values).prettyText) }
    switch keys.first.flatMap({ values[$0] }) {
    case nil: call.line(arguments.has("t") ? "null" : "")
    case .string(let text)? where !arguments.has("t"): call.line(text)
    case let value?: call.line(value.prettyText)
    }
  }
}
