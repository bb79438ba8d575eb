internal import HTTP
internal import StoreState
internal import Synchronization
internal import Time

extension Publisher {
  /// The publisher side of a store.
  ///
  /// - Parameter report: told what goes wrong with uploads that is not theirs; they are tried again.
  init(_ context: StoreContext, report: @escaping @Sendable (any Error) -> Void = { _ in }) {
    self.init(
      context: context, tokens: TokenIssuer(keys: SharedRootKeys(state: context.state)),
      uploads: UploadDesk(context, report: report))
  }

  /// All addresses of the publisher side.
  var endpoints: [Endpoint] {
    PublisherLogInRoutes.endpoints(self) + PublisherNameRoutes.endpoints(self) + PublisherUploadRoutes.endpoints(self)
      + PublisherReleaseRoutes.endpoints(self) + PublisherAssertionRoutes.endpoints(self)
      + PublisherPeopleRoutes.endpoints(self)
      + PublisherReviewRoutes.endpoints(self) + PublisherOwnerRoutes.endpoints(self)
  }

  /// Goes on with uploads that a process before this one, or another one, left; until it is cancelled.
  func work(every interval: Duration = .seconds(30)) async {
    while !Task.isCancelled {
      do { try uploads.sweep() } catch { uploads.report(error) }
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }
}

/// Root keys as secrets of the state: all processes have the same ones, and they never change.
final class SharedRootKeys: RootKeys {
  private let state: any StoreState
  private let known = Mutex<[UInt8]?>(nil)
  /// The name of the key that new macaroons get. Another one begins with another name; this one is then still known.
  static let current = "1"

  init(state: any StoreState) { self.state = state }

  func currentRootKey(now: Timestamp) throws -> (id: String, key: [UInt8]) {
    if let key = known.withLock({ $0 }) { return (Self.current, key) }
    let key = try state.write { try $0.secret("macaroon-root-\(Self.current)") }
    known.withLock { $0 = key }
    return (Self.current, key)
  }

  func rootKey(id: String) throws -> [UInt8]? {
    id == Self.current ? try currentRootKey(now: .zero).key : nil
  }
}
