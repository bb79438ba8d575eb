internal import Linux
internal import StoreState
internal import Time

/// What every part of the server works with.
final class StoreContext: Sendable {
  let configuration: StoreConfiguration
  let state: any StoreState
  let blobs: any BlobStore
  let keys: StoreKeys
  let signing: SigningService
  let holds: Holds
  /// What time it is; tests have their own.
  let now: @Sendable () -> Timestamp

  init(
    configuration: StoreConfiguration, state: any StoreState, blobs: any BlobStore, keys: StoreKeys,
    signing: SigningService, now: @escaping @Sendable () -> Timestamp
  ) {
    self.configuration = configuration
    self.state = state
    self.blobs = blobs
    self.keys = keys
    self.signing = signing
    holds = Holds(delay: .seconds(configuration.limits.holdDays * 86400))
    self.now = now
  }

  /// The machine's clock.
  static let systemClock: @Sendable () -> Timestamp = {
    let now = Clock.realTime()
    return Timestamp(seconds: now.seconds, nanoseconds: now.nanoseconds)
  }
}
