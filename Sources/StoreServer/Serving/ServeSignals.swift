internal import Glibc

/// The signals that a server waits for.
enum ServeSignals {
  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
    return set
  }

  /// Blocks them for the calling thread and every thread that is made from now on.
  static func block() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for the next; the calling thread blocks.
  ///
  /// - Returns: nil when the time is over.
  static func next(within seconds: Int) -> Int32? {
    var set = set
    var limit = timespec(tv_sec: seconds, tv_nsec: 0)
    let signal = sigtimedwait(&set, nil, &limit)
    return signal > 0 ? signal : nil
  }
}
