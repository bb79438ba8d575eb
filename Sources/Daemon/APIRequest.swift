/// A request as a route sees it: parsed, authorised, its small body read.
struct APIRequest: Sendable {
  /// The parts of the path in braces, percent-decoded.
  var captures: [String: String]
  var query: Query
  var headers: Headers
  /// Who asks, as the kernel says.
  var peer: Peer
  /// The whole body, for requests that are not forms.
  var body: [UInt8]
  /// The body as it comes, for forms.
  var stream: BodyStream

  /// A query parameter given as a list, with commas or repeatedly.
  func lists(_ name: String) -> [String] {
    query.all(name).flatMap { $0.split(separator: ",").map { $0.trimmingSpaces() } }.filter { !$0.isEmpty }
  }
}
