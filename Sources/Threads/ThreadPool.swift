internal import Glibc

/// Threads for work that may block as long as it likes: made when a job comes and none is free, gone after a while
/// without work, so that an idle daemon keeps none.
///
/// The pool of the language has as many threads as the machine has processors, and blocking those stops everything.
public final class ThreadPool: TaskExecutor, @unchecked Sendable {
  private let most: Int
  private let linger: Int
  // pthreads' own lock and condition, since a `Mutex` can't be waited on. On the heap, for their addresses must not
  // change. The lock guards what follows.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [UnownedJob] = []
  /// How many of `jobs` are taken already.
  private var head = 0
  private var threads = 0
  private var idle = 0

  /// - Parameters:
  ///   - most: of threads; more work waits.
  ///   - linger: seconds that a thread without work stays.
  public init(most: Int, linger: Int = 10) {
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

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pthread_mutex_lock(mutex)
    jobs.append(job)
    let start = jobs.count - head > idle && threads < most
    if start { threads += 1 }
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
    guard start, !startThread() else { return }
    pthread_mutex_lock(mutex)
    threads -= 1
    let nobody = threads == 0
    pthread_mutex_unlock(mutex)
    // No thread to be had at all: better late on this one than never.
    if nobody { work(waits: false) }
  }

  private func startThread() -> Bool {
    var thread = pthread_t()
    let held = Unmanaged.passRetained(self)
    let result = pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<ThreadPool>.fromOpaque(pointer).takeRetainedValue().work(waits: true) }
        return nil
      }, held.toOpaque())
    if result == 0 {
      pthread_detach(thread)
      return true
    }
    held.release()
    return false
  }

  /// Runs jobs until there is none, and as a thread of the pool waits for more.
  private func work(waits: Bool) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let job = take() {
        pthread_mutex_unlock(mutex)
        job.runSynchronously(on: asUnownedTaskExecutor())
        pthread_mutex_lock(mutex)
        continue
      }
      guard waits else { return }
      var until = timespec()
      clock_gettime(CLOCK_REALTIME, &until)
      until.tv_sec += linger
      idle += 1
      let result = pthread_cond_timedwait(condition, mutex, &until)
      idle -= 1
      if result == ETIMEDOUT, head == jobs.count {
        threads -= 1
        return
      }
    }
  }

  /// The oldest job, with the lock held.
  private func take() -> UnownedJob? {
    guard head < jobs.count else { return nil }
    let job = jobs[head]
    head += 1
    if head == jobs.count {
      jobs.removeAll(keepingCapacity: jobs.count < 64)
      head = 0
    } else if head > 1024 {
      jobs.removeFirst(head)
      head = 0
    }
    return job
  }
}
