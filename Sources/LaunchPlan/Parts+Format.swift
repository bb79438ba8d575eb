extension MountStep {
  /// Whether connections may add such a step.
  var isGrantable: Bool {
    switch self {
    case .bind, .baseTree, .tmpfs, .symlink: true
    default: false
    }
  }

  func write(to writer: inout PlanWriter) {
    switch self {
    case .tmpfs(let target, let mode, let options):
      writer.integer(UInt8(1))
      writer.text(target)
      writer.integer(mode)
      writer.integer(options.rawValue)
    case .directory(let target, let mode):
      writer.integer(UInt8(2))
      writer.text(target)
      writer.integer(mode)
    case .baseTree(let source, let target, let excluding, let options):
      writer.integer(UInt8(3))
      writer.text(source)
      writer.text(target)
      writer.texts(excluding)
      writer.integer(options.rawValue)
    case .bind(let source, let target, let options):
      writer.integer(UInt8(4))
      writer.text(source)
      writer.text(target)
      writer.integer(options.rawValue)
    case .symlink(let target, let content):
      writer.integer(UInt8(5))
      writer.text(target)
      writer.text(content)
    case .file(let target, let content, let mode):
      writer.integer(UInt8(6))
      writer.text(target)
      writer.text(content)
      writer.integer(mode)
    case .proc(let target, let hidePID):
      writer.integer(UInt8(7))
      writer.text(target)
      writer.integer(UInt8(hidePID ? 1 : 0))
    case .devpts(let target):
      writer.integer(UInt8(8))
      writer.text(target)
    case .userData(let roots):
      writer.integer(UInt8(9))
      writer.texts(roots)
    case .userRuntime(let source, let target):
      writer.integer(UInt8(10))
      writer.text(source)
      writer.text(target)
    case .privateTmp(let source, let target):
      writer.integer(UInt8(11))
      writer.text(source)
      writer.text(target)
    case .seal(let target):
      writer.integer(UInt8(12))
      writer.text(target)
    case .hostRoot(let target, let options):
      writer.integer(UInt8(13))
      writer.text(target)
      writer.integer(options.rawValue)
    }
  }

  init(from reader: inout PlanReader) throws(LaunchPlanError) {
    switch try reader.integer(UInt8.self, "view") {
    case 1:
      self = .tmpfs(
        target: try reader.path("tmpfs"), mode: try reader.integer(UInt32.self, "tmpfs"),
        options: try reader.options("tmpfs"))
    case 2:
      self = .directory(target: try reader.path("directory"), mode: try reader.integer(UInt32.self, "directory"))
    case 3:
      self = .baseTree(
        source: try reader.path("baseTree"), target: try reader.path("baseTree"),
        excluding: try reader.texts("baseTree"), options: try reader.options("baseTree"))
    case 4:
      self = .bind(
        source: try reader.path("bind"), target: try reader.path("bind"), options: try reader.options("bind"))
    case 5: self = .symlink(target: try reader.path("symlink"), content: try reader.text("symlink"))
    case 6:
      self = .file(
        target: try reader.path("file"), content: try reader.text("file"),
        mode: try reader.integer(UInt32.self, "file"))
    case 7:
      let target = try reader.path("proc")
      let hide = try reader.integer(UInt8.self, "proc")
      guard hide <= 1 else { throw .invalid(field: "proc") }
      self = .proc(target: target, hidePID: hide == 1)
    case 8: self = .devpts(target: try reader.path("devpts"))
    case 9: self = .userData(roots: try reader.texts("userData"))
    case 10:
      self = .userRuntime(source: try reader.path("userRuntime"), target: try reader.path("userRuntime"))
    case 11: self = .privateTmp(source: try reader.path("privateTmp"), target: try reader.path("privateTmp"))
    case 12: self = .seal(target: try reader.path("seal"))
    case 13: self = .hostRoot(target: try reader.path("hostRoot"), options: try reader.options("hostRoot"))
    default: throw .invalid(field: "view")
    }
  }
}

extension GrantedPlace {
  func write(to writer: inout PlanWriter) {
    writer.text(source)
    writer.text(target)
    writer.text(pattern)
    writer.integer(options.rawValue)
  }

  init(from reader: inout PlanReader) throws(LaunchPlanError) {
    let source = try reader.place("grantedPlaces")
    let target = try reader.place("grantedPlaces")
    let pattern = try reader.text("grantedPlaces")
    let options = Options(rawValue: try reader.integer(UInt32.self, "grantedPlaces"))
    guard Options.known.isSuperset(of: options), !pattern.utf8.isEmpty else { throw .invalid(field: "grantedPlaces") }
    self.init(source: source, target: target, pattern: pattern, options: options)
  }
}

extension GrantedRule {
  func write(to writer: inout PlanWriter) {
    writer.text(path)
    writer.text(pattern)
    writer.integer(access.rawValue)
    writer.integer(UInt8(subtree ? 1 : 0))
  }

  init(from reader: inout PlanReader) throws(LaunchPlanError) {
    let path = try reader.place("grantedRules")
    let pattern = try reader.text("grantedRules")
    let access = PathAccess(rawValue: try reader.integer(UInt64.self, "grantedRules"))
    let subtree = try reader.integer(UInt8.self, "grantedRules")
    guard subtree <= 1 else { throw .invalid(field: "grantedRules") }
    self.init(path, access, pattern: pattern, subtree: subtree == 1)
  }
}
