import Glibc
import Synchronization
import Testing
import Threads

/// How many jobs run now, and the most that ever did.
private final class Count: Sendable {
  private let value = Mutex((now: 0, most: 0))
  var most: Int { value.withLock { $0.most } }
  func enter() { value.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
  func leave() { value.withLock { $0.now -= 1 } }
}

@Suite(.timeLimit(.minutes(1))) struct ThreadPoolTests {
  /// All block until all are there, which needs a thread for each; with one too few, they take turns.
  @Test(arguments: [(8, 8), (8, 3), (1, 1)])
  func blockingWorkHasThreadsUpToTheMost(jobs: Int, most: Int) async {
    let pool = ThreadPool(most: most)
    let count = Count()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<jobs {
        group.addTask(executorPreference: pool) {
          count.enter()
          while count.most < min(jobs, most) { usleep(500) }
          count.leave()
        }
      }
    }
    #expect(count.most == min(jobs, most))
  }

  /// The pool is freed with its threads, so nobody works for nothing.
  @Test func threadsWithoutWorkEnd() async throws {
    weak var freed: ThreadPool?
    do {
      let pool = ThreadPool(most: 2, linger: 0)
      freed = pool
      await Task(executorPreference: pool) {}.value
    }
    while freed != nil { await Task.yield() }
  }
}
