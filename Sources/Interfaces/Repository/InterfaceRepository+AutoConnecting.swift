public import Snap

/// What the system is to connect by itself, and what it leaves to a person.
public struct AutoConnections: Hashable, Sendable {
  /// In the order in which they are to be made.
  public var connections: [Wanted] = []
  /// Plugs for which several slots would do and none stands out, with those slots.
  public var ambiguous: [EndReference: [EndReference]] = [:]

  public struct Wanted: Hashable, Sendable {
    public var id: ConnectionID
    public var isByGadget: Bool

    public init(_ id: ConnectionID, isByGadget: Bool = false) {
      self.id = id
      self.isByGadget = isByGadget
    }
  }
}

/// Which connections the system makes by itself. Source: `spec/confinement.md` §8 and `spec/engine.md` §3.
extension InterfaceRepository {
  /// The connections to make for a snap that was installed or refreshed: those the gadget asks for, then those of its
  /// plugs, then those of others' plugs with its slots.
  ///
  /// What the records know already is left as it is: made, or not wanted.
  ///
  /// - Parameters:
  ///   - remembered: The records of the state, with ids of today (``remapped(_:)``).
  ///   - admits: A further condition of the administrator's (`interface.x11.allow-auto-connection`).
  public func autoConnections(
    of instance: InstanceName, remembered: [ConnectionID: ConnectionRecord] = [:], gadget: [GadgetConnection] = [],
    admits: (Connection) -> Bool = { _ in true }
  ) -> AutoConnections {
    var result = AutoConnections()
    var known = Set(remembered.keys).union(connected.keys)
    for id in gadgetConnections(of: instance, gadget) where known.insert(id).inserted {
      result.connections.append(AutoConnections.Wanted(id, isByGadget: true))
    }
    for plug in plugs(of: instance) {
      let candidates = candidates(for: plug, admits)
      guard let chosen = choice(of: candidates, for: plug) else {
        result.ambiguous[plug.end] = candidates.map(\.slot.end)
        continue
      }
      for slot in chosen {
        let id = ConnectionID(plug: plug.end, slot: slot.end)
        if known.insert(id).inserted { result.connections.append(AutoConnections.Wanted(id)) }
      }
    }
    let offered = Set(slots(of: instance).map(\.interface))
    guard !offered.isEmpty else { return result }
    for plug in plugs where plug.snap.instance != instance && offered.contains(plug.interface) {
      let candidates = candidates(for: plug, admits)
      guard candidates.contains(where: { $0.slot.snap.instance == instance }) else { continue }
      guard let chosen = choice(of: candidates, for: plug) else {
        result.ambiguous[plug.end] = candidates.map(\.slot.end)
        continue
      }
      for slot in chosen where slot.snap.instance == instance {
        let id = ConnectionID(plug: plug.end, slot: slot.end)
        if known.insert(id).inserted { result.connections.append(AutoConnections.Wanted(id)) }
      }
    }
    return result
  }

  /// The connections to make with a slot that a device brought: for each plug that the rules admit.
  public func autoConnections(
    withSystemSlot name: InterfaceEndName, remembered: [ConnectionID: ConnectionRecord] = [:]
  ) -> AutoConnections {
    var result = AutoConnections()
    guard let slot = slot(EndReference(system, name)) else { return result }
    for plug in plugs where plug.interface == slot.interface {
      let id = ConnectionID(plug: plug.end, slot: slot.end)
      guard remembered[id] == nil, connected[id] == nil else { continue }
      let candidates = candidates(for: plug) { _ in true }
      guard candidates.contains(where: { $0.slot.end == slot.end }) else { continue }
      if choice(of: candidates, for: plug)?.contains(where: { $0.end == slot.end }) == true {
        result.connections.append(AutoConnections.Wanted(id))
      }
    }
    return result
  }

  /// The remembered connections that can be made now: wanted, and both sides are there with the same interface.
  ///
  /// - Parameter instance: Only those of one snap; nil: all, at the start.
  public func restorable(
    _ remembered: [ConnectionID: ConnectionRecord], of instance: InstanceName? = nil
  ) -> [ConnectionID] {
    remembered.filter { id, record in
      guard record.isWanted, connected[id] == nil, instance.map(id.involves) ?? true else { return false }
      guard let plug = plug(id.plug), let slot = slot(id.slot) else { return false }
      return plug.interface == slot.interface
    }.keys.sorted()
  }

  /// Makes the remembered connections that can be made.
  ///
  /// - Returns: Why some that are wanted were not made: their interface refuses the attributes of today.
  @discardableResult
  public mutating func restore(
    _ remembered: [ConnectionID: ConnectionRecord], of instance: InstanceName? = nil
  ) -> [ConnectionID: InterfaceError] {
    var failed: [ConnectionID: InterfaceError] = [:]
    for id in restorable(remembered, of: instance) {
      guard let record = remembered[id] else { continue }
      do throws(InterfaceError) {
        try connect(
          id, plugAttributes: record.plugDynamicAttributes, slotAttributes: record.slotDynamicAttributes)
      } catch { failed[id] = error }
    }
    return failed
  }

  // MARK: - Candidates

  struct Candidate {
    var slot: ConnectionSide
    var arity: ConnectCandidate.Arity
  }

  /// The slots that rules and interface would connect a plug with.
  private func candidates(for plug: ConnectionSide, _ admits: (Connection) -> Bool) -> [Candidate] {
    guard let interface = interfaces[plug.interface] else { return [] }
    var found: [Candidate] = []
    for instance in instances {
      for slot in slots(of: instance) where slot.interface == plug.interface {
        guard let candidate = try? candidate(plug, slot), let arity = try? candidate.checkAutoConnect() else {
          continue
        }
        guard interface.autoConnects(candidate.connection), admits(candidate.connection) else { continue }
        found.append(Candidate(slot: slot, arity: arity))
      }
    }
    return found
  }

  /// Those of the candidates that are taken: all where the rule admits any number, else the only one, or the one the
  /// plug prefers; nil when none stands out.
  private func choice(of candidates: [Candidate], for plug: ConnectionSide) -> [ConnectionSide]? {
    let isUnlimited = candidates.allSatisfy(\.arity.anyNumberOfSlots)
    guard candidates.count > 1, !isUnlimited else { return candidates.map(\.slot) }
    if let preferred = preferredProvider(of: candidates.map(\.slot), for: plug) { return [preferred] }
    return nil
  }

  /// The slot of the plug's `default-provider`, else the only one of the plug's own publisher; of several, none.
  private func preferredProvider(of slots: [ConnectionSide], for plug: ConnectionSide) -> ConnectionSide? {
    guard plug.interface == "content" else { return nil }
    if case .string(let provider)? = plug["default-provider"] {
      // An old form names the slot too: `snap:slot`.
      let name = provider.split(separator: ":", maxSplits: 1).first.map(String.init) ?? provider
      let named = slots.filter { $0.snap.instance.rawValue == name }
      if named.count == 1 { return named.first }
      if named.count > 1 { return nil }
    }
    guard let publisher = plug.snap.publisherID else { return nil }
    let own = slots.filter { $0.snap.publisherID == publisher }
    return own.count == 1 ? own.first : nil
  }

  /// What the gadget asks for that can be made and has this snap on a side. As for a person, the rules for
  /// connections decide, not those for connecting automatically.
  private func gadgetConnections(of instance: InstanceName, _ gadget: [GadgetConnection]) -> [ConnectionID] {
    var found: [ConnectionID] = []
    for wanted in gadget {
      for consumer in snaps.values where isNamed(consumer, wanted.plugSnapID) {
        for producer in snaps.values where isNamed(producer, wanted.slotSnapID) {
          guard consumer.owner.instance == instance || producer.owner.instance == instance,
            let plugName = try? InterfaceEndName(wanted.plug), let slotName = try? InterfaceEndName(wanted.slot),
            let plug = consumer.plugs[plugName], let slot = producer.slots[slotName],
            plug.interface == slot.interface
          else { continue }
          let id = ConnectionID(plug: plug.end, slot: slot.end)
          if (try? checkConnect(id)) != nil { found.append(id) }
        }
      }
    }
    return found.sorted()
  }

  private func isNamed(_ entry: Entry, _ id: String) -> Bool {
    id == "system" ? entry.owner.isSystem : entry.owner.snapID == id && !id.isEmpty
  }
}
