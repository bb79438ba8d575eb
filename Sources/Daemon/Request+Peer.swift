internal import HTTP

extension Request {
  /// The process that asks. The daemon listens on unix sockets only; whatever would come from elsewhere is nobody, whom
  /// no route lets in (``Access``).
  var peer: Peer {
    if case .process(let peer) = origin { peer } else { Peer(pid: 0, uid: .max, gid: .max, socket: "") }
  }

  /// A request as tests make it.
  init(
    method: String, target: RequestTarget, captures: [String: String] = [:], headers: HTTP.Headers = HTTP.Headers(),
    peer: Peer, body: [UInt8] = []
  ) {
    self.init(
      method: method, target: target, captures: captures, headers: headers, origin: .process(peer), body: body)
  }
}
