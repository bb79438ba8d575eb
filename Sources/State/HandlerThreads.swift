internal import Glibc
internal import Synchronization

/// The threads handlers run on. A handler may block as long as it likes: whenever a job comes and no thread is
/// free, there is one more, and threads that had nothing to do for a while end.
///
/// The pool of the language has as many threads as the machine has processors, and blocking those stops everything.
final class HandlerThreads: TaskExecutor {
  private struct Queue {
    var jobs: [UnownedJob] = []
    var idle = 0
    var threads = 0
    var isStopped = false
  }
  /// pthreads' own lock and condition: a `Mutex` can't be waited on.
  private final class Monitor: @unchecked Sendable {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var queue = Queue()
    init() {
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(condition, nil)
    }
    deinit {
      pthread_cond_destroy(condition)
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
      condition.deallocate()
    }
  }
  private let monitor = Monitor()
  private let idleSeconds: Int
  /// Jobs beyond this many threads wait for one to become free.
  private let limit: Int

  init(limit: Int = 256, idleSeconds: Int = 5) {
    self.limit = limit
    self.idleSeconds = idleSeconds
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pthread_mutex_lock(monitor.mutex)
    monitor.queue.jobs.append(job)
    let needsThread = monitor.queue.idle < monitor.queue.jobs.count && monitor.queue.threads < limit
    if needsThread { monitor.queue.threads += 1 }
    pthread_cond_signal(monitor.condition)
    pthread_mutex_unlock(monitor.mutex)
    if needsThread, !startThread() {
      // No thread to be had now: the job waits for another, and if there is none it runs right here.
      pthread_mutex_lock(monitor.mutex)
      monitor.queue.threads -= 1
      let isAlone = monitor.queue.threads == 0
      pthread_mutex_unlock(monitor.mutex)
      if isAlone { work(waits: false) }
    }
  }

  private func startThread() -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 2 << 20)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<HandlerThreads>.fromOpaque(context).takeRetainedValue().work(waits: true)
        return nil
      }, context.toOpaque())
    if code != 0 { context.release() }
    return code == 0
  }

  private func work(waits: Bool) {
    pthread_mutex_lock(monitor.mutex)
    defer { pthread_mutex_unlock(monitor.mutex) }
    while true {
      if !monitor.queue.jobs.isEmpty {
        let job = monitor.queue.jobs.removeFirst()
        pthread_mutex_unlock(monitor.mutex)
        job.runSynchronously(on: asUnownedTaskExecutor())
        pthread_mutex_lock(monitor.mutex)
        continue
      }
      guard waits else { return }
      var deadline = timespec()
      clock_gettime(CLOCK_REALTIME, &deadline)
      deadline.tv_sec += idleSeconds
      monitor.queue.idle += 1
      let code = pthread_cond_timedwait(monitor.condition, monitor.mutex, &deadline)
      monitor.queue.idle -= 1
      if code == ETIMEDOUT, monitor.queue.jobs.isEmpty {
        monitor.queue.threads -= 1
        return
      }
    }
  }
}
