/// Who is started and stopped next.
extension Engine {
  func startReady() -> Bool {
    guard !pendingStarts.isEmpty else { return false }
    pendingStarts = pendingStarts.filter { services[$0] != nil }
    var ready = pendingStarts.filter { name in
      !predecessors(of: name).contains { pendingStarts.contains($0) || services[$0]?.phase == .starting }
    }
    if ready.isEmpty,
      !pendingStarts.contains(where: { name in
        predecessors(of: name).contains { services[$0]?.phase == .starting }
      }), let first = pendingStarts.min()
    {
      // Definitions that wait for each other in a circle: break it somewhere rather than never start.
      ready = [first]
    }
    for name in ready.sorted() {
      pendingStarts.remove(name)
      services[name]?.start()
    }
    return !ready.isEmpty
  }

  func stopReady() -> Bool {
    guard !pendingStops.isEmpty else { return false }
    pendingStops = pendingStops.filter { services[$0] != nil }
    var ready = pendingStops.filter { name in
      !services.values.contains { other in
        (pendingStops.contains(other.name) || other.isStopping && other.stopAsked)
          && other.name != name && predecessors(of: other.name).contains(name)
      }
    }
    if ready.isEmpty, !services.values.contains(where: { $0.isStopping }), let first = pendingStops.min() {
      ready = [first]
    }
    for name in ready.sorted() {
      pendingStops.remove(name)
      services[name]?.stop()
    }
    return !ready.isEmpty
  }

  /// The services that start before this one: what its `after` names and whatever has it in `before`.
  private func predecessors(of name: String) -> Set<String> {
    var names = Set(services[name]?.definition.after ?? [])
    for service in services.values where service.definition.before.contains(name) { names.insert(service.name) }
    names.remove(name)
    return names
  }
}
