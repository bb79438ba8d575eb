internal import ByteText

/// What a snap's metadata promises about its content. Paths are as `snap.yaml` has them.
public struct ContainerRequirements: Hashable, Sendable {
  /// Whose content it is, for messages: the snap's instance name.
  public var snap: String
  /// The file that has to be there and readable: "meta/snap.yaml", or "meta/component.yaml".
  public var metadata: String
  /// `command` of every app that is no service: users have to be able to read and execute it.
  public var commands: [String]
  /// `command`, `stop-command`, `reload-command` and `post-stop-command` of services: executable is enough.
  public var serviceCommands: [String]
  /// `completer` of every app: has to be readable.
  public var completers: [String]

  public init(
    snap: String, metadata: String = "meta/snap.yaml", commands: [String] = [], serviceCommands: [String] = [],
    completers: [String] = []
  ) {
    self.snap = snap
    self.metadata = metadata
    self.commands = commands
    self.serviceCommands = serviceCommands
    self.completers = completers
  }
}

/// Why the content of a snap can't be used.
public enum ContainerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Something promised isn't there. The details name each path, one line each, for the log.
  case missingPaths(details: [String])
  /// Something has the wrong permissions or type for its role.
  case badModes(details: [String])
  /// A symbolic link in `meta` leads out of the snap, or nowhere.
  case badSymlinks(details: [String])
  /// The container itself can't be read.
  case unreadable(ImageError)

  /// The reference's texts.
  public var description: String {
    switch self {
    case .missingPaths: "snap is unusable due to missing files"
    case .badModes: "snap is unusable due to bad permissions"
    case .badSymlinks: "snap is unusable due to bad symlinks"
    case .unreadable(let error): error.description
    }
  }

  /// What the reference writes to its log (`snapd`) or to standard error (`snap pack`), line by line.
  public var details: [String] {
    switch self {
    case .missingPaths(let details), .badModes(let details), .badSymlinks(let details): details
    case .unreadable: []
    }
  }
}

/// Checks that a snap's content keeps the promises of its metadata (`spec/features.md` §4, container checks).
public enum ContainerCheck {
  /// Looks at `meta` and at the paths the metadata names; everything else is the snap's own business.
  ///
  /// - Throws: `ContainerError`; of several faults the missing files win, as in the reference.
  public static func check(
    _ container: some SnapContainer, requirements: ContainerRequirements, limits: WalkLimits = WalkLimits()
  ) throws(ContainerError) {
    var check = Check(Roles(requirements), snap: requirements.snap)
    do {
      try container.walk(".", limits: limits) { (path, status) throws(ImageError) -> WalkStep in
        try check.visit(path, status, in: container)
      }
    } catch {
      throw .unreadable(error)
    }
    if let error = check.result() { throw error }
  }

  /// The path of a command inside the snap: without arguments, leading `/` and detours.
  ///
  /// `nil` when there is none, or when it leads outside: the reference ignores those here and lets the
  /// validation of `snap.yaml` speak.
  static func path(ofCommand command: String) -> String? {
    let word = command.byteSplit(" ", maxSplits: 1, keepingEmpty: true)[0]
    var names: [String] = []
    for part in PathBytes.components(word) where part != "." {
      if part != ".." {
        names.append(part)
      } else if names.popLast() == nil {
        return nil
      }
    }
    return names.isEmpty ? nil : names.joined(separator: "/")
  }
}

/// Which paths need what.
private struct Roles {
  /// Read and execute for all (0555): the top, `meta`, commands of apps and the directories that lead there.
  var readableAndExecutable: Set<ExactText> = [".", "meta"]
  /// Execute for somebody (0111).
  var executable: Set<ExactText> = []
  /// Read for all (0444).
  var readable: Set<ExactText>
  /// Regular files, or links.
  var files: Set<ExactText> = []
  /// Directories to descend into whatever their permissions.
  var passed: Set<ExactText> = []

  init(_ requirements: ContainerRequirements) {
    readable = [ExactText(requirements.metadata)]
    for path in requirements.commands.compactMap(ContainerCheck.path(ofCommand:)) {
      files.insert(ExactText(path))
      readableAndExecutable.insert(ExactText(path))
      readableAndExecutable.formUnion(Roles.parents(of: path))
    }
    for path in requirements.serviceCommands.compactMap(ContainerCheck.path(ofCommand:)) {
      files.insert(ExactText(path))
      executable.insert(ExactText(path))
      passed.formUnion(Roles.parents(of: path))
    }
    for path in requirements.completers.compactMap(ContainerCheck.path(ofCommand:)) {
      readable.insert(ExactText(path))
      readableAndExecutable.formUnion(Roles.parents(of: path))
    }
    files.formUnion(readable)
    executable.subtract(readableAndExecutable)
    readable.subtract(readableAndExecutable)
    let both = executable.intersection(readable)
    executable.subtract(both)
    readable.subtract(both)
    readableAndExecutable.formUnion(both)
  }

  var required: Set<ExactText> { readableAndExecutable.union(executable).union(readable) }

  private static func parents(of path: String) -> [ExactText] {
    var names = PathBytes.components(path).dropLast()
    var result: [ExactText] = []
    while !names.isEmpty {
      result.append(ExactText(names.joined(separator: "/")))
      names.removeLast()
    }
    return result
  }
}

private struct Check {
  let roles: Roles
  let required: Set<ExactText>
  let snap: String
  var seen: Set<ExactText> = []
  var badModes: [String] = []
  var badSymlinks: [String] = []

  init(_ roles: Roles, snap: String) {
    self.roles = roles
    self.snap = snap
    required = roles.required
  }

  mutating func visit(
    _ path: String, _ found: EntryStatus, in container: some SnapContainer
  ) throws(ImageError) -> WalkStep {
    let inMeta = path.hasBytePrefix("meta/")
    if required.contains(ExactText(path)) {
      seen.insert(ExactText(path))
    } else if !inMeta {
      return found.kind == .directory && !roles.passed.contains(ExactText(path)) ? .skip : .continue
    }
    var status = found
    if found.kind == .symlink, inMeta || path == "meta" {
      guard let target = try target(of: path, in: container) else { return .continue }
      status = target
    }
    inspect(path, status, inMeta: inMeta)
    return .continue
  }

  private mutating func inspect(_ path: String, _ status: EntryStatus, inMeta: Bool) {
    let permissions = status.permissions
    if roles.readableAndExecutable.contains(ExactText(path)) || status.kind == .directory {
      if permissions & 0o555 != 0o555 {
        blame(path, "should be world-readable and executable, and isn't: \(status.modeText)")
      }
      if roles.files.contains(ExactText(path)), !Check.isFile(status.kind) {
        blame(path, "should be a regular file (or a symlink) and isn't")
      }
      return
    }
    if roles.files.contains(ExactText(path)) || inMeta, !Check.isFile(status.kind) {
      blame(path, "should be a regular file (or a symlink) and isn't")
    }
    if roles.executable.contains(ExactText(path)) || path.hasBytePrefix("meta/hooks/") {
      if permissions & 0o111 == 0 { blame(path, "should be executable, and isn't: \(status.modeText)") }
    } else if permissions & 0o444 != 0o444 {
      blame(path, "should be world-readable, and isn't: \(status.modeText)")
    }
  }

  private mutating func blame(_ path: String, _ text: String) {
    badModes.append("in snap \(quoted(snap)): \(quoted(path)) \(text)")
  }

  private static func isFile(_ kind: EntryKind) -> Bool { kind == .regular || kind == .symlink }

  /// What a link in `meta` stands for. Files there are copied out or read by privileged programs, so a link
  /// must not leave the snap (CVE-2024-29069).
  private mutating func target(
    of path: String, in container: some SnapContainer
  ) throws(ImageError) -> EntryStatus? {
    if path == "meta" || path == "meta/hooks" {
      badSymlinks.append("\(path) directory cannot be a symlink")
      return nil
    }
    do {
      return try container.status(container.resolve(path))
    } catch {
      switch error.reason {
      case .outside:
        badSymlinks.append("external symlink found: \(path) -> \(try container.readLink(path))")
      case .linkLoop:
        badSymlinks.append("in snap \(quoted(snap)): \(quoted(path)): too many levels of symbolic links")
      case .missing, .notDirectory:
        badSymlinks.append("in snap \(quoted(snap)): \(quoted(path)) leads to a path that does not exist")
      default:
        throw error
      }
      return nil
    }
  }

  func result() -> ContainerError? {
    let missing = required.subtracting(seen).sorted()
    if !missing.isEmpty {
      return .missingPaths(details: missing.map { "in snap \(quoted(snap)): path \(quoted($0.text)) does not exist" })
    }
    if !badSymlinks.isEmpty { return .badSymlinks(details: badSymlinks) }
    return badModes.isEmpty ? nil : .badModes(details: badModes)
  }
}
