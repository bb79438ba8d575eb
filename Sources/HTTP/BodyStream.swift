internal import NIOCore

/// A request's body as it arrives, in pieces of at most 64 KiB. It can be read once, by one reader; the client is slowed
/// down to the reader's pace.
public struct BodyStream: AsyncSequence, Sendable {
  public typealias Element = [UInt8]

  typealias Producer = NIOThrowingAsyncSequenceProducer<
    [UInt8], any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Demand
  >

  /// Tells the connection, from any thread, what the reader wants.
  struct Demand: NIOAsyncSequenceProducerDelegate {
    let more: @Sendable () -> Void
    let ended: @Sendable () -> Void
    func produceMore() { more() }
    func didTerminate() { ended() }
  }

  private enum Origin: Sendable {
    case pieces([[UInt8]])
    case connection(Producer)
  }
  private let origin: Origin

  /// A body that is known already.
  public init(_ bytes: [UInt8]) { origin = .pieces(bytes.isEmpty ? [] : [bytes]) }
  /// A body in these pieces, for tests.
  public init(pieces: [[UInt8]]) { origin = .pieces(pieces) }
  private init(_ producer: Producer) { origin = .connection(producer) }

  /// `next()` throws ``ClientGone`` when the connection ends first, and ``BodyTooLarge`` beyond the endpoint's limit.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var pieces: ArraySlice<[UInt8]> = []
    fileprivate var connection: Producer.AsyncIterator?

    public mutating func next() async throws -> [UInt8]? {
      if let connection { return try await connection.next() }
      return pieces.popFirst()
    }
  }

  public func makeAsyncIterator() -> Iterator {
    switch origin {
    case .pieces(let pieces): Iterator(pieces: pieces[...])
    case .connection(let producer): Iterator(connection: producer.makeAsyncIterator())
    }
  }

  static func make(_ demand: Demand) -> (body: BodyStream, source: Producer.Source) {
    let made = Producer.makeSequence(
      elementType: [UInt8].self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 1, highWatermark: 4), finishOnDeinit: true, delegate: demand)
    return (BodyStream(made.sequence), made.source)
  }
}
