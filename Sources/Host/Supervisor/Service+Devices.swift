internal import Linux

extension Service {
  /// Has the kernel refuse every device to the service but those of its definition. Source: `spec/confinement.md` §5.
  ///
  /// Before the first process is in the group, and again when the definition says something else. A service that an
  /// earlier daemon started has a map that nobody holds any more: it gets a second one, and both must allow a device, so
  /// what is taken away is gone at once, and what is given is there after the next start.
  func ruleDevices() {
    guard let path = group?.controlGroup else { return }
    guard let devices = definition.devices else {
      // What is not ruled any more: without a map there is nothing of ours that refuses.
      guard deviceMap != nil else { return }
      log.note("\(name) may open all devices after its next start")
      return
    }
    let rules = Set(devices.map(\.rule))
    do {
      if deviceMap == nil {
        let map = try DeviceMap()
        try map.replace(with: rules)
        try map.attach(toGroupAt: path)
        deviceMap = consume map
      } else {
        try deviceMap?.replace(with: rules)
      }
    } catch {
      // The private /dev holds the granted nodes only, and nobody in it makes others.
      log.note("cannot rule the devices of \(name): \(error)")
    }
  }
}
