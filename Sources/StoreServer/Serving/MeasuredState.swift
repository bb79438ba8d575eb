internal import StoreState

/// A state whose transactions are timed.
struct MeasuredState: StoreState {
  let state: any StoreState
  let metrics: Metrics

  func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
    let start = ContinuousClock.now
    defer { metrics.addDatabase("read", ContinuousClock.now - start) }
    return try state.read(body)
  }

  func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
    let start = ContinuousClock.now
    defer { metrics.addDatabase("write", ContinuousClock.now - start) }
    return try state.write(body)
  }
}
