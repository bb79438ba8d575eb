internal import API
internal import Explaining
internal import HTTP
internal import Host
internal import InterfaceManager
internal import Interfaces
internal import LaunchPlan
internal import LaunchPlanning
internal import Linux
internal import Overlord
internal import Snap
internal import SnapManager
internal import State
internal import Time

/// `/v2/explain`: what apps were refused, and which plug would grant it. Our own; the reference has nothing like it.
extension DaemonService {
  /// `GET /v2/explain?snap=hello&app=sh`: refusals in the machine's logs. Root sees everybody's, others what their own
  /// processes were refused.
  func showDenials(_ request: Request) async throws -> Answer {
    let snap = request.query["snap"] ?? ""
    let app = request.query["app"] ?? ""
    let plans = PlanStore(directories: overlord.directories)
    var tags: [String: [String]] = [:]
    var installed: [String: Double] = [:]
    for (instance, _) in overlord.snaps.installed() where isWanted(instance, snap) {
      tags[instance.rawValue] = try plans.tags(of: instance)
      installed[instance.rawValue] = installTime(of: instance)
    }
    guard snap.isEmpty || !tags.isEmpty else {
      throw APIFailure(404, "snap \"\(snap)\" is not installed")
    }
    if !app.isEmpty, !tags.values.joined().contains("snap.\(snap).\(app)") {
      throw APIFailure(404, "cannot find app \"\(app)\" in \"\(snap)\"", kind: .appNotFound)
    }
    var explanations = Explanations(overlord.interfaces.current, plans)
    let reading = AuditSources().read()
    let owners = DenialOwners(tags: tags, installed: installed)
    // The newest are what is asked about.
    for record in reading.records.reversed() where request.peer.uid == 0 || record.uid == request.peer.uid {
      guard let owner = owners.owner(of: record) ?? owners.guess(record, snap) else {
        if DenialOwners.mayBeApp(record) { explanations.result.unassigned += 1 }
        continue
      }
      if !app.isEmpty, let tag = owner.tag, tag != "snap.\(snap).\(app)" { continue }
      guard let tag = owner.tag ?? tags[owner.instance]?.first else { continue }
      let time = record.time.map { Timestamp(seconds: Int64(clamping: Int($0.rounded(.down)))).description } ?? ""
      for refused in AuditReading.refusals(record) {
        var refused = refused
        if owner.isGuess { refused.layer += ", by some app's \(record.command ?? "process")" }
        try explanations.add(refused, tag: tag, app: owner.tag == nil ? owner.instance : nil, time: time)
      }
    }
    var result = explanations.result
    result.sources = reading.sources
    return try .sync(result)
  }

  /// When the image of the revision in use was received, in seconds since 1970.
  private func installTime(of instance: InstanceName) -> Double? {
    guard let record = overlord.store.read({ $0[snap: instance] }) else { return nil }
    let path = overlord.directories.blob(instance: instance.rawValue, revision: record.current.description)
    guard let status = try? Files.status(path) else { return nil }
    return Double(status.modifiedSeconds)
  }

  private func isWanted(_ instance: InstanceName, _ snap: String) -> Bool {
    snap.isEmpty || instance.rawValue == snap
  }

  /// `POST /v2/explain`: what failed in a traced run, explained. Changes nothing; the trace is the caller's own word
  /// about processes of their own.
  func explain(_ request: Request) async throws -> Answer {
    let instruction: ExplainInstruction
    do {
      instruction = try WireJSON.decode(ExplainInstruction.self, from: request.body)
    } catch {
      throw APIFailure.badRequest("cannot decode request body into failed calls: invalid JSON")
    }
    guard instruction.failures.count <= 1000 else {
      throw APIFailure.badRequest("cannot explain more than 1000 failed calls")
    }
    let tag = Explanations.tag(instruction.app)
    let plans = PlanStore(directories: overlord.directories)
    var explanations = Explanations(overlord.interfaces.current, plans)
    guard let subject = try? explanations.subject(tag) else {
      throw APIFailure(404, "cannot find app \"\(instruction.app)\"", kind: .appNotFound)
    }
    guard subject.plan.confinement == .strict else {
      var result = ExplainedJSON()
      result.confinement = "\(subject.plan.confinement)"
      return try .sync(result)
    }
    let reading = TraceReading(plan: subject.plan) { subject.explainer.isAllowed($0) }
    for failure in instruction.failures {
      if let refused = reading.refusal(failure) { try explanations.add(refused, tag: tag) }
    }
    return try .sync(explanations.result)
  }
}
