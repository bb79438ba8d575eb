internal import ByteText
internal import Crypto
internal import Glibc

/// SHA3-384 on a thread of its own, beside the transfer: what is handed over is hashed while more comes.
///
/// A few buffers go round between the two, so memory is bounded, and whoever is faster waits.
final class HashThread {
  static let bufferSize = 1 << 20
  /// The last one that came back goes out first, so those that are not needed take no memory. Many, since on a machine
  /// that is busy either thread may have to wait its turn for some time, and the other should not wait with it.
  private static let bufferCount = 16

  /// What both threads have.
  private final class Shared: @unchecked Sendable {
    // pthreads' own, since a `Mutex` can't be waited on. On the heap, for their addresses must not change. The lock
    // guards what follows.
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var free: [UnsafeMutableRawBufferPointer] = []
    var filled: [(buffer: UnsafeMutableRawBufferPointer, count: Int)] = []
    /// How many of `filled` are taken already.
    var isHashing = false
    var isOver = false
    /// Used by whoever hashes, and by nobody while `isHashing`.
    var digest = Digest(.sha3_384)

    init() {
      mutex.initialize(to: pthread_mutex_t())
      condition.initialize(to: pthread_cond_t())
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(condition, nil)
      for _ in 0..<HashThread.bufferCount {
        free.append(.allocate(byteCount: HashThread.bufferSize, alignment: 64))
      }
    }

    deinit {
      for buffer in free + filled.map(\.buffer) { buffer.deallocate() }
      pthread_cond_destroy(condition)
      pthread_mutex_destroy(mutex)
      condition.deallocate()
      mutex.deallocate()
    }

    func locked<Result>(_ body: () -> Result) -> Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return body()
    }

    func wait() { pthread_cond_wait(condition, mutex) }
    func wake() { pthread_cond_broadcast(condition) }

    /// Hashes one buffer; false when there is nothing more to do.
    func hashNext() -> Bool {
      let next: (buffer: UnsafeMutableRawBufferPointer, count: Int)? = locked {
        while filled.isEmpty, !isOver { wait() }
        guard !filled.isEmpty else { return nil }
        isHashing = true
        return filled.removeFirst()
      }
      guard let next else { return false }
      digest.update(UnsafeRawBufferPointer(rebasing: next.buffer[..<next.count]))
      locked {
        free.append(next.buffer)
        isHashing = false
        wake()
      }
      return true
    }
  }

  private let shared = Shared()
  private var thread = pthread_t()
  private let hasThread: Bool

  init() {
    let held = Unmanaged.passRetained(shared)
    let result = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let shared = Unmanaged<Shared>.fromOpaque(context).takeRetainedValue()
        while shared.hashNext() {}
        return nil
      }, held.toOpaque())
    hasThread = result == 0
    if !hasThread { held.release() }
  }

  deinit {
    guard hasThread else { return }
    shared.locked {
      shared.isOver = true
      shared.wake()
    }
    pthread_join(thread, nil)
  }

  /// A buffer to fill, which ``hash(_:count:)`` takes back.
  func buffer() -> UnsafeMutableRawBufferPointer {
    shared.locked {
      while shared.free.isEmpty { shared.wait() }
      return shared.free.removeLast()
    }
  }

  /// Hashes what is in a buffer, after what came before.
  func hash(_ buffer: UnsafeMutableRawBufferPointer, count: Int) {
    shared.locked {
      shared.filled.append((buffer, count))
      shared.wake()
    }
    // No thread to be had: here and now.
    if !hasThread { _ = shared.hashNext() }
  }

  /// The digest of everything, in hexadecimal; it begins anew after that.
  func finish() -> String {
    drain()
    var digest = Digest(.sha3_384)
    swap(&digest, &shared.digest)
    return Hexadecimal.text(digest.finish())
  }

  private func drain() {
    shared.locked { while !shared.filled.isEmpty || shared.isHashing { shared.wait() } }
  }
}
