internal import CLinux

/// One connection that came before its proxy listened, carried over both ways. Neither side waits for the other.
struct BusRelay {
  private var toServer: Flow
  private var toClient: Flow

  init(client: Int32, server: Int32) {
    toServer = Flow(from: client, to: server)
    toClient = Flow(from: server, to: client)
  }

  /// What it waits for: two items.
  func wait(_ items: inout [cl_bus_wait]) {
    items.append(toServer.wanted)
    items.append(toClient.wanted)
  }

  /// Does what can be done without waiting; false when it is over, and closed.
  mutating func carry(_ items: [cl_bus_wait], _ position: inout Int) -> Bool {
    let found = (items[position].found, items[position + 1].found)
    position += 2
    if found.0 != 0, !toServer.carry() || toServer.isOver && toClient.isOver {
      close()
      return false
    }
    if found.1 != 0, !toClient.carry() || toServer.isOver && toClient.isOver {
      close()
      return false
    }
    return true
  }

  mutating func close() {
    toServer.letGo()
    toClient.letGo()
    _ = cl_close(toServer.from)
    _ = cl_close(toServer.to)
  }

  /// One direction. What was read is written before more is read.
  private struct Flow {
    let from: Int32
    let to: Int32
    private var bytes: [UInt8] = []
    private var done = 0
    /// Carried with the first of the bytes.
    private var descriptors: [Int32] = []
    private(set) var isOver = false

    init(from: Int32, to: Int32) {
      self.from = from
      self.to = to
    }

    var wanted: cl_bus_wait {
      if done < bytes.count { return cl_bus_wait(fd: to, wanted: Int16(CL_BUS_WRITABLE), found: 0) }
      return cl_bus_wait(fd: isOver ? -1 : from, wanted: Int16(CL_BUS_READABLE), found: 0)
    }

    /// False when the connection is broken.
    mutating func carry() -> Bool {
      if done >= bytes.count {
        guard let count = read() else { return cl_errno() == CL_LAUNCH_EAGAIN }
        if count == 0 {
          isOver = true
          cl_bus_finish(to)
          return true
        }
      }
      return write()
    }

    private mutating func read() -> Int? {
      var given = [Int32](repeating: -1, count: Int(CL_BUS_DESCRIPTORS))
      var number: Int32 = 0
      var count: Int64 = 0
      let from = from
      bytes = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, used in
        count = cl_bus_receive(from, buffer.baseAddress, 16384, &given, &number)
        used = max(0, Int(count))
      }
      done = 0
      descriptors = Array(given.prefix(Int(number)))
      return count < 0 ? nil : Int(count)
    }

    private mutating func write() -> Bool {
      let size = bytes.count - done
      let count = bytes.withUnsafeBytes { buffer -> Int64 in
        guard let base = buffer.baseAddress else { return 0 }
        return cl_bus_send(to, base + done, size, descriptors, Int32(descriptors.count))
      }
      guard count > 0 else { return cl_errno() == CL_LAUNCH_EAGAIN }
      done += Int(count)
      letGo()
      return true
    }

    /// Closes descriptors that were carried over, or never will be.
    mutating func letGo() {
      for descriptor in descriptors { _ = cl_close(descriptor) }
      descriptors = []
    }
  }
}
