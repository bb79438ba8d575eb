internal import API
internal import Host
internal import Interfaces
internal import LaunchPlan
internal import LaunchPlanning
internal import Permissions
internal import Snap

/// Refusals gathered into lines with what would help, one explainer an app.
struct Explanations {
  /// Lines in an answer.
  static let limit = 60

  let repository: InterfaceRepository
  let plans: PlanStore
  private var subjects: [String: Subject?] = [:]
  private var lines: [Line: Int] = [:]
  var result = ExplainedJSON()

  /// An app with its plan.
  struct Subject {
    var plan: LaunchPlan
    var explainer: DenialExplainer
  }

  private struct Line: Hashable {
    var app: String
    var refused: AppRefusal
  }

  init(_ repository: InterfaceRepository, _ plans: PlanStore) {
    self.repository = repository
    self.plans = plans
  }

  /// Nil for a tag that has no plan.
  mutating func subject(_ tag: String) throws -> Subject? {
    if let known = subjects[tag] { return known }
    guard let plan = try plans.read(tag), let instance = try? InstanceName(plan.instanceName) else { return nil }
    let subject = try? PolicySubject(
      tag: tag, snap: plan.snapName, instance: plan.instanceName, revision: plan.revision)
    let defaults = AppArmorTemplate(base: .init(name: plan.base.isEmpty ? nil : plan.base)).permissions
    let explainer = try DenialExplainer(repository, tag: tag, of: instance, subject: subject, defaults: defaults)
    subjects[tag] = .some(explainer.map { Subject(plan: plan, explainer: $0) })
    return subjects[tag] ?? nil
  }

  /// Adds a refusal; what the app has been granted since is left out.
  ///
  /// - Parameters:
  ///   - app: how the line names it; nil: by its tag.
  ///   - tag: whose plugs are asked.
  mutating func add(_ refused: AppRefusal, tag: String, app: String? = nil, time: String = "") throws {
    guard let subject = try subject(tag), !subject.explainer.isAllowed(refused.denial) else { return }
    let name = app ?? Self.appName(tag)
    let line = Line(app: name, refused: refused)
    if let index = lines[line] {
      result.denials[index].count += 1
      if !time.isEmpty { result.denials[index].time = time }
      return
    }
    guard result.denials.count < Self.limit else {
      result.truncated = true
      return
    }
    let found = subject.explainer.suggestions(for: refused.denial)
    if refused.isMissing, found.isEmpty || !Self.isOfTheMachine(refused.denial) { return }
    var json = DenialJSON(app: name, what: refused.what, layer: refused.layer)
    json.time = time
    json.suggestions = found.map { suggestion in
      var json = SuggestionJSON(interface: suggestion.interface, text: suggestion.description)
      json.command = suggestion.command ?? ""
      json.superPrivileged = suggestion.isSuperPrivileged
      return json
    }
    lines[line] = result.denials.count
    result.denials.append(json)
  }

  /// What a base may lack without confinement's doing: programs look for much that is not there.
  private static func isOfTheMachine(_ denial: Denial) -> Bool {
    guard case .file(let path, _, _) = denial else { return true }
    return !["/usr/", "/lib", "/bin/", "/sbin/", "/snap/"].contains { path.hasPrefix($0) }
  }

  /// `hello.sh`, `hello` for the app that has its snap's name, `hello.hook.install`.
  static func appName(_ tag: String) -> String {
    let parts = tag.split(separator: ".").dropFirst().map(String.init)
    guard parts.count == 2, let instance = parts.first, let app = parts.last else {
      return parts.joined(separator: ".")
    }
    return String(instance.prefix { $0 != "_" }) == app ? instance : "\(instance).\(app)"
  }

  /// The tag of `hello`, `hello.sh` or `hello.hook.install`.
  static func tag(_ app: String) -> String {
    let parts = app.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 1 { return "snap.\(app).\(app.prefix { $0 != "_" })" }
    return "snap.\(app)"
  }
}
