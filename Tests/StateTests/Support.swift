import Glibc
import Linux
import State
import Synchronization
import TestSupport
import Testing
import Time

extension TemporaryDirectory {
  var names: [String] { ((try? Files.list(path)) ?? []).sorted() }
  /// What a kill at this moment would leave, as a directory of its own.
  func snapshot() throws -> TemporaryDirectory {
    let copy = try TemporaryDirectory()
    for name in names { writeFile(copy(name), readFile(self(name))) }
    return copy
  }
  var database: String { self("state.db") }
}

func readFile(_ path: String) -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return bytes }
    bytes += buffer.prefix(count)
  }
}

func writeFile(_ path: String, _ bytes: [UInt8]) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  guard descriptor >= 0 else { return }
  defer { close(descriptor) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}

/// A clock that stands still until a test moves it; sleepers wake when it has passed their time.
final class ManualClock: Sendable {
  private struct Inner {
    var now = Timestamp("2026-01-02T03:04:05Z") ?? Timestamp(seconds: 0)
    var sleepers: [Int: (until: Timestamp, wake: CheckedContinuation<Void, Never>)] = [:]
    var last = 0
  }
  private let inner = Mutex(Inner())

  var now: Timestamp { inner.withLock { $0.now } }
  var sleeperCount: Int { inner.withLock { $0.sleepers.count } }

  func advance(_ duration: Duration) {
    let woken = inner.withLock { inner in
      inner.now = inner.now + duration
      let due = inner.sleepers.filter { $0.value.until <= inner.now }
      for id in due.keys { inner.sleepers[id] = nil }
      return due.values.map(\.wake)
    }
    for wake in woken { wake.resume() }
  }

  var clock: StateClock {
    StateClock(
      now: { self.now },
      sleep: { duration in
        let id = self.inner.withLock { inner in
          inner.last += 1
          return inner.last
        }
        await withTaskCancellationHandler {
          await withCheckedContinuation { wake in
            let isOver = self.inner.withLock { inner in
              if Task.isCancelled || duration <= .zero { return true }
              inner.sleepers[id] = (inner.now + duration, wake)
              return false
            }
            if isOver { wake.resume() }
          }
        } onCancel: {
          self.inner.withLock { $0.sleepers.removeValue(forKey: id) }?.wake.resume()
        }
        try Task.checkCancellation()
      })
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
}

/// What the scripted handlers of a test do, and what they did.
final class Script: Sendable {
  typealias Step = @Sendable (TaskContext) async throws -> TaskOutcome
  private struct Inner {
    var steps: [String: Step] = [:]
    var events: [String] = []
  }
  private let inner = Mutex(Inner())

  /// What happens on "do:a" or "undo:a"; nothing by default.
  func on(_ event: String, _ step: @escaping Step) { inner.withLock { $0.steps[event] = step } }
  var events: [String] { inner.withLock { $0.events } }
  func note(_ event: String) { inner.withLock { $0.events.append(event) } }
  func run(_ event: String, _ context: TaskContext) async throws -> TaskOutcome {
    let step = inner.withLock { inner in
      inner.events.append(event)
      return inner.steps[event]
    }
    return try await step?(context) ?? .done
  }
}

/// Does what the script says for the name it is given.
struct Step: TaskHandler {
  static let kind: TaskKind = "step"
  let script: Script
  func `do`(_ input: String, in context: TaskContext) async throws -> TaskOutcome {
    try await script.run("do:\(input)", context)
  }
  func undo(_ input: String, in context: TaskContext) async throws -> TaskOutcome {
    try await script.run("undo:\(input)", context)
  }
}

struct FinalStep: IrreversibleTask {
  static let kind: TaskKind = "final-step"
  let script: Script
  func `do`(_ input: String, in context: TaskContext) async throws -> TaskOutcome {
    try await script.run("do:\(input)", context)
  }
}

struct MessyStep: CleaningTask {
  static let kind: TaskKind = "messy-step"
  let script: Script
  func `do`(_ input: String, in context: TaskContext) async throws -> TaskOutcome {
    try await script.run("do:\(input)", context)
  }
  func undo(_ input: String, in context: TaskContext) async throws -> TaskOutcome {
    try await script.run("undo:\(input)", context)
  }
  func cleanUp(_ input: String, in context: TaskContext) async throws {
    _ = try await script.run("clean:\(input)", context)
  }
}

/// A store with a runner and scripted handlers.
struct Fixture {
  let directory: TemporaryDirectory
  let clock = ManualClock()
  let store: StateStore
  let script = Script()
  let runner: TaskRunner

  init(_ directory: TemporaryDirectory? = nil, boundary: (@Sendable (Boundary) -> Void)? = nil) throws {
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    store = try StateStore(path: directory.database, clock: clock.clock)
    runner = TaskRunner(store: store, boundary: boundary)
    runner.register(Step(script: script))
    runner.register(FinalStep(script: script))
    runner.register(MessyStep(script: script))
  }

  /// A change of tasks in a chain.
  func chain(_ names: [String], inOneLane: Bool = false) throws -> ChangeID {
    try store.write { state in
      let change = state.newChange(kind: "test", summary: "Test")
      let tasks = names.map { state.newTask(Step.self, input: $0, summary: "Step \($0)", in: change) }
      state.chain(tasks)
      if inOneLane {
        let lane = state.newLane()
        for task in tasks { state.join(task, lane) }
      }
      return change
    }
  }

  func statuses(_ change: ChangeID) -> [Status] { store.read { $0.tasks(of: change).map(\.status) } }

  /// Waits for a condition on the state, at most ten real seconds.
  func wait(_ condition: @escaping @Sendable (State) -> Bool) async -> Bool {
    let store = store
    let waiting = Task { await store.wait { condition($0) ? true : nil } }
    let limit = Task {
      try await Task.sleep(for: .seconds(10))
      waiting.cancel()
    }
    defer { limit.cancel() }
    return await waiting.value ?? false
  }

  func ready(_ change: ChangeID) async -> Status? {
    guard await wait({ $0.isReady(change) }) else { return nil }
    return store.read { $0.status(of: change) }
  }
}
