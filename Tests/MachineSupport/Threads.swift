import Glibc
import Synchronization

/// Threads of the machines' own. Tests of machines block (they mount, run programs, wait for them), and the few threads
/// that all tests share are needed by those that measure time.
final class Threads: TaskExecutor {
  static let shared = Threads(3)

  private let jobs = Mutex<[UnownedJob]>([])
  // A semaphore is made to be shared.
  nonisolated(unsafe) private let ready: UnsafeMutablePointer<sem_t>

  private init(_ count: Int) {
    ready = .allocate(capacity: 1)
    sem_init(ready, 0, 0)
    for _ in 0..<count {
      var thread = pthread_t()
      let made = pthread_create(
        &thread, nil,
        { box in
          if let box { Unmanaged<Threads>.fromOpaque(box).takeUnretainedValue().run() }
          return nil
        }, Unmanaged.passRetained(self).toOpaque())
      precondition(made == 0, "cannot start a thread for tests")
      pthread_detach(thread)
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    sem_post(ready)
  }

  private func run() {
    while true {
      while sem_wait(ready) != 0 {}
      let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      job?.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}
