internal import Dispatch
internal import Glibc
internal import StoreState
internal import Synchronization
internal import Time

/// What is done for devices when nobody waits for it: the index of what snaps are found by, deltas, counts.
///
/// It goes by what changed since the generation that the state says was done, so nothing is forgotten when the process
/// ends, and in several processes each does what is left. What two do at once is done twice, to the same end; deltas, which
/// take long, are made by who claims them first.
final class DeviceWorker: Sendable {
  private let side: DeviceSide
  private let indexer: SnapIndexer
  private let deltas: DeltaWork
  private let wish = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let stopping = Mutex(false)
  private let report: @Sendable (String) -> Void

  /// Snaps that are read at once when all have to be looked at.
  private static let page = 500

  /// - Parameter report: takes what went wrong, one sentence each.
  init(_ side: DeviceSide, report: @escaping @Sendable (String) -> Void) {
    self.side = side
    self.report = report
    indexer = SnapIndexer(state: side.store.state)
    deltas = DeltaWork(state: side.store.state, maker: DeltaMaker(blobs: side.store.blobs))
  }

  /// Starts its thread.
  ///
  /// - Parameter interval: seconds after which it looks by itself, since other processes tell it nothing.
  func start(interval: Int = 5) {
    var thread = pthread_t()
    let held = Unmanaged.passRetained(Start(worker: self, interval: interval))
    let result = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
        start.worker.run(start.interval)
        return nil
      }, held.toOpaque())
    if result == 0 {
      pthread_detach(thread)
    } else {
      held.release()
      ended.signal()
      report("cannot start the worker for devices: \(String(cString: strerror(result)))")
    }
  }

  private final class Start: Sendable {
    let worker: DeviceWorker
    let interval: Int
    init(worker: DeviceWorker, interval: Int) { (self.worker, self.interval) = (worker, interval) }
  }

  /// Ends the thread, after what it is doing just now.
  func stop() {
    stopping.withLock { $0 = true }
    wish.signal()
    ended.wait()
    ended.signal()
  }

  private var isStopped: Bool { stopping.withLock { $0 } }

  private func run(_ interval: Int) {
    attempt("read snaps into memory") { try side.catalogue.warmUp { isStopped } }
    while !isStopped {
      attempt("count requests") { try countRequests() }
      attempt("index snaps") { try workOff() }
      _ = wish.wait(timeout: .now() + .seconds(interval))
    }
    attempt("count requests") { try countRequests() }
    ended.signal()
  }

  private func attempt(_ what: String, _ body: () throws -> Void) {
    do { try body() } catch { report("cannot \(what): \(error)") }
  }

  /// Writes down what was counted since the last time.
  func countRequests() throws {
    let downloads = side.downloads.take()
    let holds = side.refresh.holds.take()
    guard !downloads.isEmpty || !holds.isEmpty else { return }
    let day = String(side.store.now().wholeSeconds.utf8.prefix(10)) ?? ""
    try side.store.state.write { writer in
      try writer.addDownloads(downloads)
      for (held, count) in holds where try writer.snap(id: held.snapID) != nil {
        try writer.add(
          MetricRecord(
            snapID: held.snapID, name: HoldCounts.metric, day: day, bucket: held.holder.rawValue, value: Int64(count)))
      }
    }
  }

  private func make(_ job: DeltaWork.Job) {
    attempt("use the delta of snap \(job.snapID) from \(job.source) to \(job.target)") {
      try deltas.run(job, now: side.store.now().seconds)
    }
  }

  /// Does everything that changes until now ask for.
  func workOff() throws {
    attempt("make deltas") {
      for job in try deltas.abandoned(now: side.store.now().seconds) where !isStopped { make(job) }
    }
    let state = side.store.state
    let (now, done) = try state.read { (try $0.generation(), try $0.indexedGeneration()) }
    guard done != now else { return }
    if let done, let changed = try state.read({ try $0.snapsChanged(since: done) }) {
      for start in stride(from: 0, to: changed.count, by: Self.page) where !isStopped {
        work(on: changed[start..<min(start + Self.page, changed.count)])
      }
    } else {
      var last = ""
      while !isStopped {
        let ids = try state.read { try $0.snaps(afterID: last, limit: Self.page).map(\.id) }
        guard let end = ids.last else { break }
        work(on: ids[...])
        last = end
      }
    }
    if isStopped { return }
    try state.write { try $0.setIndexedGeneration(now) }
  }

  private func work(on ids: ArraySlice<String>) {
    let now = side.store.now().seconds
    attempt("index snaps") { try indexer.index(ids, now: now) }
    attempt("make deltas") {
      for id in ids {
        for job in try deltas.jobs(id, now: now) where !isStopped { make(job) }
      }
    }
  }
}
