internal import Glibc

/// Threads for handlers, which may block: made when needed, gone after a while without work, so that an idle daemon
/// keeps none. Swift's own pool has one thread a core and must not be blocked.
final class HandlerPool: TaskExecutor, @unchecked Sendable {
  private struct State {
    var jobs: [UnownedJob] = []
    var head = 0
    var threads = 0
    var idle = 0
  }

  private let most: Int
  private let linger: Int
  // Guarded by `mutex`; these live on the heap because their addresses must not change.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state = State()

  /// - Parameters:
  ///   - most: of threads; more work waits.
  ///   - linger: seconds that a thread without work stays.
  init(most: Int, linger: Int = 10) {
    self.most = most
    self.linger = linger
    mutex.initialize(to: pthread_mutex_t())
    condition.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    // Threads hold the pool, so there are none.
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pthread_mutex_lock(mutex)
    state.jobs.append(job)
    let waiting = state.jobs.count - state.head
    let start = waiting > state.idle && state.threads < most
    if start { state.threads += 1 }
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
    if start, !startThread() {
      pthread_mutex_lock(mutex)
      state.threads -= 1
      let nobody = state.threads == 0
      pthread_mutex_unlock(mutex)
      // No thread to be had at all: better late on this one than never.
      if nobody { drain() }
    }
  }

  private func startThread() -> Bool {
    var thread = pthread_t()
    let held = Unmanaged.passRetained(self)
    let result = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        let pool = Unmanaged<HandlerPool>.fromOpaque(pointer).takeRetainedValue()
        pool.work()
        return nil
      }, held.toOpaque())
    if result == 0 {
      pthread_detach(thread)
      return true
    }
    held.release()
    return false
  }

  private func work() {
    while true {
      pthread_mutex_lock(mutex)
      var until = timespec()
      clock_gettime(CLOCK_REALTIME, &until)
      until.tv_sec += linger
      while state.head == state.jobs.count {
        state.idle += 1
        let result = pthread_cond_timedwait(condition, mutex, &until)
        state.idle -= 1
        if result == ETIMEDOUT, state.head == state.jobs.count {
          state.threads -= 1
          pthread_mutex_unlock(mutex)
          return
        }
      }
      let job = take()
      pthread_mutex_unlock(mutex)
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  private func drain() {
    while true {
      pthread_mutex_lock(mutex)
      guard state.head < state.jobs.count else {
        pthread_mutex_unlock(mutex)
        return
      }
      let job = take()
      pthread_mutex_unlock(mutex)
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  /// The oldest job; the lock is held and there is one.
  private func take() -> UnownedJob {
    let job = state.jobs[state.head]
    state.head += 1
    if state.head == state.jobs.count {
      state.jobs.removeAll(keepingCapacity: state.jobs.count < 64)
      state.head = 0
    } else if state.head > 1024 {
      state.jobs.removeFirst(state.head)
      state.head = 0
    }
    return job
  }
}
