internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// POSIX message queues that the slot names in `path`, with the `permissions` that plugs get; both sides carry a
  /// label in `posix-mq`, the side's own name by default.
  static let posixMq = Interface(
    "posix-mq", "allows access to POSIX message queues of another snap",
    plugRules: SideRules(
      allowInstallation: .always,
      allowConnection: .when(Constraints(slotAttributes: .map(["posix-mq": .plugAttribute("posix-mq")]))),
      allowAutoConnection: .when(
        Constraints(
          slotAttributes: .map(["posix-mq": .plugAttribute("posix-mq")]), slotPublisherIDs: ["$PLUG_PUBLISHER_ID"]))),
    slotRules: .superPrivilegedSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in try queueLabel(&plug) }
    $0.checkSlot = { slot throws(InterfaceError) in
      try queueLabel(&slot)
      _ = try queuePermissions(slot)
      _ = try queuePaths(slot)
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let operations = try queuePermissions(connection.slot)
      for path in try queuePaths(connection.slot) {
        grants.messageQueues.append(MessageQueueRule(operations, "\(path)"))
      }
      if operations.contains(.open) || operations.contains(.create) { grants.syscalls("mq_open", "mq_getsetattr") }
      if operations.contains(.read) {
        grants.syscalls("mq_timedreceive", "mq_timedreceive_time64", "mq_notify")
      }
      if operations.contains(.write) { grants.syscalls("mq_timedsend", "mq_timedsend_time64") }
      if operations.contains(.delete) { grants.syscalls("mq_unlink") }
    }
    $0.slot = { grants, slot throws(InterfaceError) in
      for path in try queuePaths(slot) {
        grants.messageQueues.append(MessageQueueRule([.open, .read, .write, .create, .delete], "\(path)"))
      }
      grants.syscalls(
        "mq_open", "mq_getsetattr", "mq_unlink", "mq_notify", "mq_timedreceive", "mq_timedreceive_time64",
        "mq_timedsend", "mq_timedsend_time64")
    }
  }

  private static func queueLabel(_ side: inout ConnectionSide) throws(InterfaceError) {
    switch side.attributes["posix-mq"] {
    case nil, .string("")?: side.attributes["posix-mq"] = .string(side.name.rawValue)
    case .string?: break
    case let value?: throw InterfaceError(#"posix-mq "posix-mq" attribute must be a string, not \#(value.goText)"#)
    }
  }

  /// What plugs may do; reading and writing when nothing is said. Opening goes with all of it.
  private static func queuePermissions(
    _ slot: ConnectionSide
  ) throws(InterfaceError) -> [MessageQueueRule.Operation] {
    guard let value = slot["permissions"] else { return [.open, .read, .write] }
    guard let names = slot.read.strings("permissions") else {
      throw InterfaceError(
        #"posix-mq slot "permissions" attribute must be a list of strings, not \#(value.goText)"#)
    }
    var operations: [MessageQueueRule.Operation] = [.open]
    for name in names {
      guard let operation = MessageQueueRule.Operation(rawValue: name) else {
        throw InterfaceError(
          "posix-mq slot permission \(quoted(name)) not valid, must be one of [open read write create delete]")
      }
      if !operations.contains(operation) { operations.append(operation) }
    }
    return operations
  }

  private static func queuePaths(_ slot: ConnectionSide) throws(InterfaceError) -> [PatternText] {
    let paths: [String]
    switch slot["path"] {
    case .string(let path)?: paths = [path]
    case .list?:
      guard let list = slot.read.strings("path"), !list.isEmpty else { fallthrough }
      paths = list
    default: throw InterfaceError(#"posix-mq slot requires the "path" attribute to be a string or a list of strings"#)
    }
    var texts: [PatternText] = []
    for path in paths {
      let name = path.utf8.dropFirst()
      guard path.hasBytePrefix("/"), (1...255).contains(name.count), !name.contains(UInt8(ascii: "/")) else {
        throw InterfaceError(
          #"posix-mq "path" attribute must conform to the POSIX message queue naming convention: \#(path)"#)
      }
      do { try PathCheck.refuseReserved(path) } catch {
        throw InterfaceError(#"posix-mq "path" attribute is invalid: \#(path)"#)
      }
      guard PathCheck.isClean(path) else {
        throw InterfaceError(#"posix-mq "path" attribute is not a clean path: \#(path)"#)
      }
      texts.append(try patternText(path))
    }
    return texts
  }
}
