public import State

/// What the options of the system say of how stores are reached: `proxy.*`.
public struct NetworkOptions: Equatable, Sendable {
  /// Nil where the environment counts.
  public let httpProxy: String?
  public let httpsProxy: String?
  public let noProxy: String?

  public init(_ state: State) {
    let configuration = SystemConfiguration(state[configuration: ConfigurationManager.systemName])
    func text(_ name: String) -> String? {
      let text = configuration.text(name)
      return text.isEmpty ? nil : text
    }
    (httpProxy, httpsProxy, noProxy) = (text("proxy.http"), text("proxy.https"), text("proxy.no-proxy"))
  }
}
