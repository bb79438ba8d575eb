internal import ByteText
internal import CSystemd
internal import Glibc

/// Who owns which name on a message bus: when a service of type `dbus` is up. Used by the engine's thread; never blocks.
final class BusNames {
  private let names: OpaquePointer

  /// - Returns: `nil` when there is no such bus.
  init?(address: String) {
    var names: OpaquePointer?
    guard cs_names_open(&names, address) >= 0, let names else { return nil }
    self.names = names
  }

  deinit { cs_names_close(names) }

  var descriptor: Int32 { cs_names_descriptor(names) }
  var events: Int16 {
    let events = cs_names_events(names)
    return events < 0 ? Int16(POLLIN) : Int16(truncatingIfNeeded: events)
  }

  /// - Returns: whether the bus is still there.
  func process() -> Bool { cs_names_process(names) >= 0 }

  /// The connection that owns a name: empty when none does, nil when it is not known yet.
  func owner(of name: String) -> String? {
    guard cs_names_add(names, name) >= 0, let owner = cs_names_owner(names, name) else { return nil }
    return String(cString: owner)
  }
}

extension Service {
  /// What is known of the owner of its name.
  func nameIsOwned(by owner: String?) {
    knownOwner = owner
    guard let owner, owner != formerOwner else { return }
    switch phase {
    case .starting where !owner.isEmpty:
      hadName = true
      becomeRunning()
    case .running, .reloading:
      if !owner.isEmpty {
        hadName = true
      } else if hadName {
        // A service of this type without its name serves nobody: systemd ends it too.
        log.note("\(name): its name on the bus is gone")
        hadName = false
        dropControl()
        enterStopSignal(because: .success)
      }
    default: break
    }
  }
}

/// Services that are up when they have their name on a bus.
extension Engine {
  private var named: [(service: Service, name: String)] {
    services.values.compactMap { service in
      guard service.definition.type == .dbus, let name = service.definition.busName else { return nil }
      return (service, name)
    }
  }

  private var needsBus: Bool {
    bus == nil && named.contains { [.starting, .running, .reloading].contains($0.service.phase) }
  }

  /// How long after a bus was not there it is looked for again.
  private static let busRetryDelay: Int64 = 300_000_000

  func checkNames() {
    let named = named
    if named.isEmpty { bus = nil }
    if needsBus, host.now() >= busRetry {
      bus = BusNames(address: host.busAddress)
      busRetry = host.now() + Self.busRetryDelay
      // Who had which name on a bus that is gone says nothing.
      for (service, _) in named {
        service.hadName = false
        service.knownOwner = nil
        service.formerOwner = nil
      }
    }
    guard let bus else { return }
    // The first time, this asks.
    for (_, name) in named { _ = bus.owner(of: name) }
    guard bus.process() else {
      self.bus = nil
      return
    }
    for (service, name) in named { service.nameIsOwned(by: bus.owner(of: name)) }
  }

  /// Adds what is to be waited for.
  func watchBus(_ earliest: inout Int64?, _ add: (Source, Int32, Int16) -> Void) {
    if let bus {
      add(.bus, bus.descriptor, bus.events)
    } else if needsBus {
      earliest = min(earliest ?? busRetry, busRetry)
    }
  }
}

extension ServiceHost {
  /// The bus of those whose services these are.
  var busAddress: String {
    switch scope {
    case .system: "unix:path=" + Self.escape(directories.systemBus + "/system_bus_socket")
    case .user:
      environmentVariable("DBUS_SESSION_BUS_ADDRESS")
        ?? "unix:path=" + Self.escape((environmentVariable("XDG_RUNTIME_DIR") ?? "/nowhere") + "/bus")
    }
  }

  /// D-Bus specification, "Server Addresses": bytes beyond these are `%` and two digits.
  private static func escape(_ path: String) -> String {
    path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"),
        UInt8(ascii: "."), UInt8(ascii: "*"):
        String(Unicode.Scalar(byte))
      default: "%" + Hexadecimal.text([byte])
      }
    }.joined()
  }
}
