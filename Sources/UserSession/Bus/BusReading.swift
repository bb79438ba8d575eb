internal import CSystemd
internal import Glibc

/// Values out of messages and into them.
enum BusReading {
  private static func code(_ letter: Unicode.Scalar) -> CChar { CChar(bitPattern: UInt8(ascii: letter)) }

  /// The arguments of a call; files are duplicated, and the caller's to close.
  static func arguments(of message: OpaquePointer, _ signature: String) throws(BusFailure) -> [BusValue] {
    var values: [BusValue] = []
    var rest = signature.utf8[...]
    func next(_ letters: String) -> Bool {
      guard rest.starts(with: letters.utf8) else { return false }
      rest = rest.dropFirst(letters.utf8.count)
      return true
    }
    do throws(BusFailure) {
      while !rest.isEmpty {
        if next("s") {
          values.append(.text(try text(message)))
        } else if next("u") {
          var number: UInt32 = 0
          try check(sd_bus_message_read_basic(message, code("u"), &number))
          values.append(.number(number))
        } else if next("h") {
          var descriptor: Int32 = -1
          try check(sd_bus_message_read_basic(message, code("h"), &descriptor))
          let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
          guard own >= 0 else { throw BusFailure("cannot take the file: \(String(cString: strerror(errno)))") }
          values.append(.file(own))
        } else if next("as") {
          values.append(.texts(try list(message)))
        } else if next("a{ss}") {
          values.append(.dictionary(try dictionary(message, "ss")))
        } else if next("a{sv}") {
          values.append(.dictionary(try dictionary(message, "sv")))
        } else {
          throw BusFailure("cannot take arguments of type \(signature)", name: BusFailure.invalid)
        }
      }
    } catch {
      for case .file(let descriptor) in values { close(descriptor) }
      throw error
    }
    return values
  }

  private static func check(_ status: Int32) throws(BusFailure) {
    if status <= 0 { throw BusFailure("cannot read the arguments", name: BusFailure.invalid) }
  }

  private static func text(_ message: OpaquePointer) throws(BusFailure) -> String {
    var pointer: UnsafePointer<CChar>?
    try check(sd_bus_message_read_basic(message, code("s"), &pointer))
    return pointer.map { String(cString: $0) } ?? ""
  }

  private static func list(_ message: OpaquePointer) throws(BusFailure) -> [String] {
    try check(sd_bus_message_enter_container(message, code("a"), "s"))
    var texts: [String] = []
    while sd_bus_message_at_end(message, 0) == 0 { texts.append(try text(message)) }
    if sd_bus_message_exit_container(message) < 0 {
      throw BusFailure("cannot read the arguments", name: BusFailure.invalid)
    }
    return texts
  }

  /// Values that are no text are passed over.
  private static func dictionary(_ message: OpaquePointer, _ types: String) throws(BusFailure) -> [String: String] {
    try check(sd_bus_message_enter_container(message, code("a"), "{\(types)}"))
    var result: [String: String] = [:]
    while sd_bus_message_enter_container(message, code("e"), types) > 0 {
      let key = try text(message)
      if types == "ss" {
        result[key] = try text(message)
      } else if sd_bus_message_enter_container(message, code("v"), "s") > 0 {
        result[key] = try text(message)
        _ = sd_bus_message_exit_container(message)
      } else {
        try check(sd_bus_message_skip(message, "v"))
      }
      _ = sd_bus_message_exit_container(message)
    }
    _ = sd_bus_message_exit_container(message)
    return result
  }

  /// - Returns: 0 or more, or a negative errno.
  static func append(_ value: BusValue, to message: OpaquePointer) -> Int32 {
    switch value {
    case .text(let text): return sd_bus_message_append_basic(message, code("s"), text)
    case .number(var number): return sd_bus_message_append_basic(message, code("u"), &number)
    case .signed(var number): return sd_bus_message_append_basic(message, code("i"), &number)
    case .byte(var byte): return sd_bus_message_append_basic(message, code("y"), &byte)
    case .file(var descriptor): return sd_bus_message_append_basic(message, code("h"), &descriptor)
    case .texts(let texts):
      return container(message, "a", "s") {
        texts.reduce(0) { $0 < 0 ? $0 : sd_bus_message_append_basic(message, code("s"), $1) }
      }
    case .dictionary(let pairs):
      return append(.hints(pairs.mapValues { .text($0) }), to: message)
    case .hints(let hints):
      return container(message, "a", "{sv}") {
        for (key, hint) in hints.sorted(by: { $0.key < $1.key }) {
          let status = container(message, "e", "sv") {
            let status = sd_bus_message_append_basic(message, code("s"), key)
            guard status >= 0 else { return status }
            switch hint {
            case .text(let text): return container(message, "v", "s") { append(.text(text), to: message) }
            case .byte(let byte): return container(message, "v", "y") { append(.byte(byte), to: message) }
            }
          }
          guard status >= 0 else { return status }
        }
        return 0
      }
    }
  }

  private static func container(
    _ message: OpaquePointer, _ kind: Unicode.Scalar, _ contents: String, _ body: () -> Int32
  ) -> Int32 {
    var status = sd_bus_message_open_container(message, code(kind), contents)
    if status >= 0 { status = body() }
    return status < 0 ? status : sd_bus_message_close_container(message)
  }
}
