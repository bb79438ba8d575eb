extension SnapInfo {
  /// The D-Bus name that a slot of the interface `dbus` is about; nil for any other slot.
  public func busName(ofSlot name: String) -> String? {
    guard let slot = slots.first(where: { $0.name.rawValue == name }), slot.interface == "dbus" else { return nil }
    for (key, value) in slot.attributes where key == "name" {
      if case .string(let text) = value { return text }
    }
    return nil
  }
}
