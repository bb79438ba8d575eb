internal import Glibc

/// The signals that end the daemon, as something to wait for.
struct StopSignals: Sendable {
  private let set = Self.signals

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGHUP)
    return set
  }

  /// Blocks the signals for the calling thread and every thread that is made from now on.
  static func block() {
    var set = signals
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits on a thread of its own.
  ///
  /// - Returns: whether a signal came before the time was over.
  func wait(_ time: Duration) async -> Bool {
    let set = self.set
    let limit = timespec(
      tv_sec: Int(time.components.seconds), tv_nsec: Int(time.components.attoseconds / 1_000_000_000))
    return await withCheckedContinuation { continuation in
      let thread = Waiting {
        var (set, limit) = (set, limit)
        continuation.resume(returning: sigtimedwait(&set, nil, &limit) > 0)
      }
      thread.start()
    }
  }

  /// A thread that runs one closure.
  private final class Waiting: Sendable {
    private let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() {
      var thread = pthread_t()
      let failed = pthread_create(
        &thread, nil,
        { box in
          if let box { Unmanaged<Waiting>.fromOpaque(box).takeRetainedValue().body() }
          return nil
        }, Unmanaged.passRetained(self).toOpaque())
      if failed == 0 { pthread_detach(thread) }
    }
  }
}

/// What a listening socket is bound to.
enum SocketName {
  /// The path of a unix socket; nil for others.
  static func path(of descriptor: Int32) -> String? {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let failed = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard failed == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
    return withUnsafePointer(to: &address.sun_path) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
        String(cString: $0)
      }
    }
  }
}
