/// Tells whoever started the daemon how it is: sd_notify(3), without its library.
public struct Notify: Sendable {
  private let path: String?

  /// - Parameter path: the socket, normally the value of `NOTIFY_SOCKET`; without one, nothing is sent.
  public init(path: String?) { self.path = path }
}
