internal import Snap

/// One interface with its sides, as `snap interface` and `/v2/interfaces` show it.
public struct InterfaceListing: Sendable {
  public var name: String
  public var summary: String
  /// Nil when not asked for.
  public var documentation: String?
  /// Empty when not asked for.
  public var plugs: [ConnectionSide]
  public var slots: [ConnectionSide]

  /// What is asked for (`spec/features.md` §3, `/v2/interfaces`).
  public struct Query: Sendable {
    /// Only these; none: all.
    public var names: [String] = []
    public var documentation = false
    public var plugs = false
    public var slots = false
    /// `select=connected`: only interfaces that something is connected through.
    public var connectedOnly = false

    public init(
      names: [String] = [], documentation: Bool = false, plugs: Bool = false, slots: Bool = false,
      connectedOnly: Bool = false
    ) {
      self.names = names
      self.documentation = documentation
      self.plugs = plugs
      self.slots = slots
      self.connectedOnly = connectedOnly
    }
  }
}

extension InterfaceRepository {
  /// Interfaces by name; names that are not known are left out, as in the reference.
  public func listing(_ query: InterfaceListing.Query = InterfaceListing.Query()) -> [InterfaceListing] {
    let names = query.names.isEmpty ? Array(interfaces.keys) : Array(Set(query.names))
    let connectedNames = query.connectedOnly ? Set(connections.map(\.plug.interface)) : nil
    let plugs = query.plugs ? Dictionary(grouping: plugs, by: \.interface) : [:]
    let slots = query.slots ? Dictionary(grouping: slots, by: \.interface) : [:]
    return names.sorted().compactMap { name in
      guard let interface = interfaces[name], connectedNames?.contains(name) != false else { return nil }
      return InterfaceListing(
        name: name, summary: interface.summary,
        documentation: query.documentation ? interface.documentation : nil, plugs: plugs[name] ?? [],
        slots: slots[name] ?? [])
    }
  }
}

extension Interface {
  /// Where the interface is explained to people.
  public var documentation: String { "https://snapcraft.io/docs/\(name)-interface" }
}
