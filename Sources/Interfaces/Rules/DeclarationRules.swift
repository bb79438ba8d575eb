/// The rules of one snap's declaration for the interfaces it names.
public struct DeclarationRules: Hashable, Sendable {
  /// The name by which messages call the snap.
  public var snapName: String
  /// Rules by interface; what is not here is left to the base declaration.
  public var plugs: [String: SideRules]
  public var slots: [String: SideRules]

  public init(snapName: String, plugs: [String: SideRules] = [:], slots: [String: SideRules] = [:]) {
    self.snapName = snapName
    self.plugs = plugs
    self.slots = slots
  }
}

/// What rules may know of the device: its model and store.
public struct DeviceScope: Hashable, Sendable {
  public var brand: String
  public var model: String
  /// The store the model names; empty for the general one.
  public var store: String
  /// Stores that the device's store calls friendly.
  public var friendlyStores: [String]

  public init(brand: String, model: String, store: String = "", friendlyStores: [String] = []) {
    self.brand = brand
    self.model = model
    self.store = store
    self.friendlyStores = friendlyStores
  }
}
