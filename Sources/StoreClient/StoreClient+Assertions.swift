internal import ByteText
internal import JSONValues
internal import Snap
internal import StoreProtocol
internal import Synchronization

/// Assertions, as the bytes that were signed: who takes them checks them. Source: `spec/assertions-and-store.md` §6.
extension StoreClient {
  /// Bytes of one assertion: headers, body and signature at their largest.
  static let assertionLimit = (128 << 10) + (2 << 20) + (128 << 10) + 4096

  private var assertionsAddress: WebAddress { configuration.assertions ?? configuration.api }

  /// One assertion.
  ///
  /// - Parameter key: the values of its primary key in order, without those that are the default at the end.
  /// - Throws: ``StoreError/assertionNotFound(type:key:)`` when there is none.
  public func assertion(
    _ type: String, _ key: [String], maxFormat: Int, _ context: Context = Context()
  ) throws(StoreError) -> [UInt8] {
    try fetch(type, key, [("max-format", "\(maxFormat)")], context)
  }

  /// One assertion of a sequence.
  ///
  /// - Parameters:
  ///   - key: the values before the number.
  ///   - sequence: the number; nil for the latest.
  public func sequence(
    _ type: String, _ key: [String], sequence: Int?, maxFormat: Int, _ context: Context = Context()
  ) throws(StoreError) -> [UInt8] {
    let number = sequence.map { "\($0)" } ?? "latest"
    return try fetch(type, key, [("max-format", "\(maxFormat)"), ("sequence", number)], context)
  }

  private func fetch(
    _ type: String, _ key: [String], _ query: [(String, String)], _ context: Context
  ) throws(StoreError) -> [UInt8] {
    var call = Call(
      doing: "fetch assertion",
      address: assertionsAddress.appending(["v2", "assertions", type] + key, query: query))
    (call.accept, call.limit, call.answers) = (StoreMediaType.assertion, Self.assertionLimit, [404])
    // Where assertions come from elsewhere, nobody needs to know who asks.
    call.isAuthorized = assertionsAddress.hasSameOrigin(as: configuration.api)
    let response = try perform(call, context)
    guard response.status == 404 else { return response.body }
    // Any 404 would do for one that is not there, but it may be the server that is not there.
    let isJSON = response.head["content-type"]?.hasBytes("json") ?? false
    guard isJSON else {
      throw .status(
        doing: call.doing, code: 404, method: call.method, url: response.head.address.shown, oops: "")
    }
    throw .assertionNotFound(type: type, key: key)
  }

  /// After so many times in a row a store is taken not to know what a bundle is.
  private static let bundleMissLimit = 3

  /// Several assertions, each behind what it needs, in one request: our own stores' addition.
  ///
  /// - Parameters:
  ///   - assertions: types with the values of their primary keys.
  ///   - maxFormats: by type; types that are not there have one format.
  /// - Returns: a stream; nil when the store does not offer it, or lacks one of the assertions.
  public func bundle(
    _ assertions: [(type: String, key: [String])], maxFormats: [(type: String, format: Int)],
    _ context: Context = Context()
  ) throws(StoreError) -> [UInt8]? {
    guard bundleMisses.withLock({ $0 < Self.bundleMissLimit }) else { return nil }
    let query =
      assertions.map { ("ref", ([$0.type] + $0.key).joined(separator: "/")) }
      + maxFormats.map { ("max-format", "\($0.type):\($0.format)") } + [("prerequisites", "true")]
    var call = Call(
      doing: "fetch assertion",
      address: assertionsAddress.appending(["v2", "assertions", "bundle"], query: query))
    (call.accept, call.limit, call.answers) = (StoreMediaType.assertionBundle, 16 << 20, [400, 404, 405, 414, 501])
    call.isAuthorized = assertionsAddress.hasSameOrigin(as: configuration.api)
    let response = try perform(call, context)
    guard response.status == 200 else {
      bundleMisses.withLock { $0 += 1 }
      return nil
    }
    bundleMisses.withLock { $0 = 0 }
    return response.body
  }

  /// The assertions at an address that the store gave (`assertion-stream-urls`), as a stream of them.
  public func assertions(at url: String, _ context: Context = Context()) throws(StoreError) -> [UInt8] {
    let address: WebAddress
    do { address = try WebAddress(url) } catch { throw .undecodable(doing: "fetch assertions", error.description) }
    guard address.scheme == .https || configuration.api.scheme == .http else {
      throw .other("cannot fetch assertions: the store leads from https to http")
    }
    guard !address.isThisMachine || configuration.api.isThisMachine else {
      throw .other("cannot fetch assertions: the store leads to this machine itself (\(address.shown))")
    }
    var call = Call(doing: "fetch assertions", address: address)
    (call.accept, call.limit) = (StoreMediaType.assertionBundle, 64 << 20)
    call.isAuthorized = address.hasSameOrigin(as: configuration.api)
    return try perform(call, context).body
  }
}
