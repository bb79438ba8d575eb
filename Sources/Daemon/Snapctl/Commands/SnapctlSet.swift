internal import ByteText
internal import ConfigurationManager
internal import InterfaceManager
internal import Interfaces
internal import JSONValues
internal import Overlord
internal import Snap

/// `snapctl set`: options of the snap, written when the hook has succeeded, or at once; attributes of its side in the
/// hook before a connection.
enum SnapctlSet: SnapctlCommand {
  static let name = "set"
  static let summary = "Set either configuration options or interface connection settings"
  static let usage = "[-t] [-s] [:<plug|slot>] <key>=<value>..."
  static let options: [SnapctlOption] = [.short("t"), .short("s"), .flag("view"), .value("wait-for")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    guard let first = arguments.positionals.first else { throw SnapctlFailure("set which option?") }
    let context = try call.context
    if arguments.has("t"), arguments.has("s") { throw SnapctlFailure("cannot use -t and -s together") }
    for flag in ["view", "wait-for"] where arguments.has(flag) {
      throw SnapctlFailure("cannot use --\(flag): confdb views are not supported yet")
    }
    // A colon behind the equals sign is part of a value.
    if let colon = first.byteIndex(of: ":"), first.byteIndex(of: "=").map({ colon < $0 }) ?? true {
      return try attributes(of: try SnapctlSide(first, verb: "set"), arguments, &call)
    }
    let values = try arguments.positionals.map { try value(of: SnapctlAssignment($0), arguments) }
    try context.update { session in
      for (key, value) in values { try session.configuration.set(key, to: value) }
    }
  }

  private static func value(
    of assignment: SnapctlAssignment, _ arguments: SnapctlArguments
  ) throws -> (key: String, value: JSONValue) {
    guard let text = assignment.text else { return (assignment.key, .null) }
    if arguments.has("s") { return (assignment.key, .string(text)) }
    do throws(JSONError) { return (assignment.key, try JSONValue(parsing: text)) } catch {
      if arguments.has("t") { throw SnapctlFailure("failed to parse JSON: \(error)") }
      return (assignment.key, .string(text))
    }
  }

  private static func attributes(
    of side: SnapctlSide, _ arguments: SnapctlArguments, _ call: inout SnapctlCall
  ) throws {
    let context = try call.context
    guard let connection = InterfaceHook(context), connection.isPreparing else {
      throw SnapctlFailure("interface attributes can only be set during the execution of prepare hooks")
    }
    guard let sides = call.overlord.interfaces.sides(of: connection.id, in: connection.change) else {
      throw SnapctlFailure("cannot set attributes: the connection is gone")
    }
    let own = connection.role == .plug ? sides.plug : sides.slot
    guard own.name.rawValue == side.name else { throw SnapctlFailure("unknown plug or slot \"\(side.name)\"") }
    let values = try arguments.positionals.dropFirst().map { try value(of: SnapctlAssignment($0), arguments) }
    for (key, value) in values {
      guard !key.hasByte("."), (try? InterfaceEndName(key)) != nil else {
        throw SnapctlFailure("invalid attribute name: \(quotedText(key))")
      }
      if own.attributes.values[key] != nil {
        throw SnapctlFailure("attribute \(quotedText(key)) cannot be overwritten")
      }
      if value == .null { throw SnapctlFailure("cannot unset attribute \(quotedText(key))") }
    }
    try context.update { session in for (key, value) in values { session.attributes[key] = value } }
  }
}

/// A text between double quotes, with what would break out of them escaped.
func quotedText(_ text: String) -> String { InvalidText.quote(text) }
