internal import Interfaces
internal import Snap

/// Plugs and slots, judged as a device would.
struct InterfaceReview {
  let info: SnapInfo
  let snapID: String
  let publisherID: String
  let declaration: DeclarationRules?

  /// A classic system and one that is snaps all through: rules tell them apart, and what is refused on both is refused.
  private static let machines = [Machine(isClassic: true), Machine(isClassic: false)]

  var findings: [Finding] {
    var findings: [Finding] = []
    var refused: [String: [String]] = [:]
    for machine in Self.machines {
      let (bad, reasons) = judge(on: machine)
      // What an interface says of attributes does not depend on the machine.
      if findings.isEmpty { findings = bad }
      for (code, reason) in reasons { refused[code, default: []].append(reason) }
    }
    for (code, reasons) in refused where reasons.count == Self.machines.count {
      findings.append(Finding(.needsReview, code, "\(reasons[0]); a declaration or an administrator has to allow it"))
    }
    return findings
  }

  private func judge(on machine: Machine) -> (bad: [Finding], refused: [String: String]) {
    var repository = InterfaceRepository(machine: machine)
    let instance = InstanceName(info.name)
    let facts = SnapFacts(
      instance, revision: .store(1), snapID: snapID, publisherID: publisherID, declaration: declaration)
    let bad = repository.add(info, facts).map { side in
      let interface = (side.role == .plug ? info.plugs : info.slots).first { $0.name == side.name }?.interface ?? ""
      let isKnown = repository.interface(named: interface) != nil
      return Finding(
        isKnown ? .rejects : .needsReview, "\(side.role.rawValue):\(interface):\(side.name)",
        isKnown
          ? "\(side.role.rawValue) \(quoted(side.name.rawValue)): \(side.reason)"
          : "\(side.role.rawValue) \(quoted(side.name.rawValue)) has the unknown interface \(quoted(interface))")
    }
    var refused: [String: String] = [:]
    let declared = Set(info.plugs.map(\.name) + info.slots.map(\.name))
    let sides = repository.plugs(of: instance) + repository.slots(of: instance)
    for side in sides where declared.contains(side.name) {
      let code = "\(side.role.rawValue):\(side.interface):\(side.name)"
      if let reason = refusal(of: side, in: repository, machine) { refused[code] = reason }
    }
    return (bad, refused)
  }

  private func refusal(
    of side: ConnectionSide, in repository: InterfaceRepository, _ machine: Machine
  ) -> String? {
    let candidate = InstallCandidate(
      sides: [side], declaration: declaration, interfaces: repository.interfaces, machine: machine)
    do throws(InterfaceError) {
      try candidate.check()
    } catch {
      return error.description
    }
    // A plug for something of the system that nobody may ever connect, not even by hand.
    guard side.role == .plug else { return nil }
    let slots = repository.slots(of: repository.system).filter { $0.interface == side.interface }
    guard let slot = slots.first else { return nil }
    do throws(InterfaceError) {
      try repository.checkConnect(ConnectionID(plug: EndReference(side.snap.instance, side.name), slot: slot.end))
      return nil
    } catch {
      return error.description
    }
  }
}
