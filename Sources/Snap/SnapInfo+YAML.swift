internal import ByteText
internal import YAML

extension SnapInfo {
  /// Parses `meta/snap.yaml`. Keys that nobody knows are ignored. What can be said of one value alone is checked here;
  /// ``validate()`` checks the rest.
  ///
  /// - Throws: ``InvalidText``, in the reference's words.
  public init(yaml bytes: [UInt8]) throws(InvalidText) {
    let document: Node
    do throws(YAMLError) { document = try Node.parse(bytes) } catch { throw InvalidText.snapYAML(error.description) }
    let keys = try Keys<SnapKey>(document, as: "snap.snapYaml")
    if document["layouts"] != nil {
      throw InvalidText.snapYAML("typo detected: use singular \"layout\" instead of plural \"layouts\"")
    }
    let name = try keys.text(.name) ?? ""
    guard !name.isEmpty else { throw InvalidText("snap name cannot be empty") }
    self.init(name: try SnapName(name), version: try SnapVersion(try keys.text(.version) ?? ""))
    try readTexts(keys)
    environment = try keys.variables(.environment)
    plugs = try InterfaceEnd.all(keys, .plugs, "plug")
    slots = try InterfaceEnd.all(keys, .slots, "slot")
    for (key, node) in try keys.entries(.apps, as: "map[string]snap.appYaml") {
      apps.append(try AppInfo(key, node))
    }
    apps.sort { $0.name < $1.name }
    for (key, node) in try keys.entries(.hooks, as: "map[string]snap.hookYaml") {
      // Hooks that this system never calls are ignored, so that a snap may have those of newer ones.
      guard let name = try? HookName(key), name.isSupported else { continue }
      hooks.append(try HookInfo(name, node))
    }
    for (path, node) in try keys.entries(.layout, as: "map[string]snap.layoutYaml") {
      layouts.append(try Layout(path, node))
    }
    for (key, node) in try keys.entries(.components, as: "map[string]snap.componentYaml") {
      components.append(try ComponentInfo(key, node))
    }
    components.sort { $0.name < $1.name }
    for (user, node) in try keys.entries(.systemUsernames, as: "map[string]interface {}") {
      systemUsernames[user] = try SnapInfo.scope(of: user, node)
    }
    for (key, node) in try keys.entries(.links, as: "map[string][]string") {
      links[key] = node.isNull ? [] : try node.texts()
    }
    try bindActivatingSlots()
    addImplicitEnds()
  }

  private mutating func readTexts(_ keys: Keys<SnapKey>) throws(InvalidText) {
    if let text = try keys.text(.type) {
      guard let type = SnapType(yaml: text) else {
        throw InvalidText.snapYAML("invalid snap type: \(InvalidText.quote(text))")
      }
      self.type = type
    }
    if name.rawValue == "snapd" { type = .snapd }
    if let names = try keys.texts(.architectures), !names.isEmpty { architectures = names.map { Architecture($0) } }
    assumes = try keys.texts(.assumes) ?? []
    title = try keys.text(.title) ?? ""
    summary = try keys.text(.summary) ?? ""
    description = try keys.text(.description) ?? ""
    provenance = try keys.text(.provenance) ?? ""
    license = try keys.text(.license) ?? ""
    base = try keys.text(.base).flatMap { $0.isEmpty ? nil : $0 }
    confinement =
      try keys.choice(.confinement, Confinement.self) { InvalidText.snapYAML("invalid confinement type: \($0)") }
      ?? .strict
    grade = try keys.choice(.grade, Grade.self) { InvalidText.snapYAML("invalid grade: \($0)") } ?? .stable
    if let node = keys.value(.epoch) {
      do throws(EpochFault) {
        epoch = try Epoch(node)
      } catch {
        throw error.isSyntax ? InvalidText.snapYAML(error.text.description) : error.text
      }
    }
  }

  /// The scope of a system user: the value itself, or an attribute of it.
  private static func scope(of user: String, _ node: Node) throws(InvalidText) -> String {
    let quoted = InvalidText.quote(user)
    func text(_ node: Node) -> String? { node.tag == "!!str" ? node.string : nil }
    guard !user.isEmpty else { throw InvalidText("system username cannot be empty") }
    var scope = text(node) ?? ""
    if let entries = node.mapping {
      for (key, value) in entries {
        guard !key.isEmpty else { throw InvalidText("system username \(quoted) has an empty attribute key") }
        guard key == "scope" else { continue }
        guard let found = text(value) else {
          throw InvalidText("scope on system username \(quoted) is not a string (found \(value.goType))")
        }
        scope = found
      }
    } else if text(node) == nil, !node.isNull {
      throw InvalidText("system username \(quoted) has malformed definition (found \(node.goType))")
    }
    guard !scope.isEmpty else { throw InvalidText("system username \(quoted) does not specify a scope") }
    return scope
  }

  /// A slot that activates an app belongs to the app.
  private mutating func bindActivatingSlots() throws(InvalidText) {
    let known = Set(slots.map(\.name.rawValue) + apps.flatMap(\.slots))
    for (index, app) in apps.enumerated() {
      var bound = Set(app.slots)
      for slot in app.activatesOn {
        guard known.contains(slot) else {
          throw InvalidText(
            "invalid activates-on value \(InvalidText.quote(slot)) on app \"\(app.name)\": slot not found")
        }
        if bound.insert(slot).inserted { apps[index].slots.append(slot) }
      }
    }
  }

  /// Apps and hooks may name a plug or slot that is not described: its interface is called like it.
  private mutating func addImplicitEnds() {
    func missing(_ names: [String], _ known: [InterfaceEnd]) -> [InterfaceEnd] {
      var seen = Set(known.map(\.name.rawValue))
      return names.compactMap { name in
        guard seen.insert(name).inserted, let end = try? InterfaceEndName(name) else { return nil }
        return InterfaceEnd(name: end, interface: name)
      }
    }
    let hookPlugs = (hooks + components.flatMap(\.hooks)).flatMap(\.plugs)
    plugs += missing(apps.flatMap(\.plugs) + hookPlugs, plugs)
    slots += missing(apps.flatMap(\.slots) + hooks.flatMap(\.slots), slots)
  }
}

/// What is wrong with an epoch. The reference names the file only for what it cannot read at all.
private struct EpochFault: Error {
  let text: InvalidText
  let isSyntax: Bool
}

extension Epoch {
  fileprivate init(_ node: Node) throws(EpochFault) {
    func syntax(_ text: InvalidText) -> EpochFault { EpochFault(text: text, isSyntax: true) }
    let notLists = syntax(InvalidText("epoch read/write attributes must be lists of epoch numbers"))
    if let text = node.string {
      do throws(InvalidText) { try self.init(text) } catch { throw syntax(error) }
      return
    }
    guard node.mapping != nil else { throw notLists }
    func numbers(_ key: String) throws(EpochFault) -> [UInt32]? {
      guard let list = node[key], !list.isNull else { return nil }
      guard let elements = list.sequence else { throw notLists }
      var numbers: [UInt32] = []
      for element in elements {
        guard let text = element.string else { throw notLists }
        do throws(InvalidText) { numbers.append(try Epoch.number(text)) } catch { throw syntax(error) }
      }
      return numbers
    }
    let (read, write) = (try numbers("read"), try numbers("write"))
    do throws(InvalidText) {
      try self.init(read: read ?? write ?? [0], write: write ?? read.map { $0.suffix(1) } ?? [0])
    } catch { throw EpochFault(text: error, isSyntax: false) }
  }
}

extension Layout {
  init(_ path: String, _ node: Node) throws(InvalidText) {
    func invalid(_ problem: String) -> InvalidText { InvalidText("layout \(InvalidText.quote(path)) \(problem)") }
    let keys = try Keys<LayoutKey>(node, as: "snap.layoutYaml")
    func text(_ key: LayoutKey) throws(InvalidText) -> String? {
      try keys.text(key).flatMap { $0.isEmpty ? nil : $0 }
    }
    var contents: [Content] = []
    if let source = try text(.bind) { contents.append(.bind(source)) }
    if let source = try text(.bindFile) { contents.append(.bindFile(source)) }
    if let target = try text(.symlink) { contents.append(.symlink(target)) }
    let type = try text(.type)
    if type != nil { contents.append(.tmpfs) }
    guard let content = contents.first, contents.count == 1 else {
      throw invalid("must define a bind mount, a filesystem mount or a symlink")
    }
    if let type, type != "tmpfs" { throw invalid("uses invalid filesystem \(InvalidText.quote(type))") }
    for key in [LayoutKey.user, .group] {
      if let name = try text(key), name != "root" {
        throw invalid("uses invalid \(key.rawValue) \(InvalidText.quote(name))")
      }
    }
    // Modes are texts of octal digits, however they are written.
    var mode: UInt32 = 0o755
    if let text = try text(.mode) {
      guard text.utf8.allSatisfy(\.isASCIIDigit), let number = UInt32(text, radix: 8) else {
        throw InvalidText("strconv.ParseUint: parsing \(InvalidText.quote(text)): invalid syntax")
      }
      mode = number
    }
    guard mode <= 0o1777 else { throw invalid("uses invalid mode 0\(String(mode, radix: 8))") }
    self.init(path: path, content: content, mode: mode)
  }
}
