public import Permissions

extension Denial {
  /// What was tried, for people: `read /home/ann/notes.txt`.
  public var summary: String {
    switch self {
    case .file(let path, let access, _): return "\(access.verb) \(path)"
    case .syscall(let name, _): return "system call \(name)"
    case .capability(let capability): return "capability \(capability.name)"
    case .socket(let family, let type, _):
      return "network socket \(family.rawValue)" + (type.map { " \($0.rawValue)" } ?? "")
    case .abstractSocket(let address, let operation): return "\(operation.rawValue) to socket \(address)"
    case .message(let message):
      let name = [message.interface, message.member].compactMap { $0 }.joined(separator: ".")
      let other = message.peerName.map { message.operation == .send ? " to \($0)" : " from \($0)" } ?? ""
      return "\(message.operation.rawValue) D-Bus message \(name.isEmpty ? message.path ?? "" : name)\(other)"
    case .busName(_, let name): return "own D-Bus name \(name)"
    case .signal(let name, let operation, let peer):
      return "\(operation.rawValue) signal \(name)" + (peer.map { " (\($0))" } ?? "")
    case .ptrace(let operation, let peer): return "\(operation.rawValue) a process" + (peer.map { " (\($0))" } ?? "")
    case .mount(let type, let source, let target):
      return "mount \(source) on \(target)" + (type.map { $0.isEmpty ? "" : " (\($0))" } ?? "")
    case .unmount(let target): return "unmount \(target)"
    case .pivotRoot(let root): return "change the root to \(root)"
    case .userNamespace: return "make a user namespace"
    }
  }
}

extension FileAccess {
  /// What one does with it.
  var verb: String {
    var words: [String] = []
    if contains(.read) { words.append("read") }
    if !isDisjoint(with: [.write, .append]) { words.append("write") }
    if !isDisjoint(with: .anyExecution) { words.append("execute") }
    if contains(.map) { words.append("map") }
    if contains(.lock) { words.append("lock") }
    if contains(.link) { words.append("link") }
    return words.isEmpty ? "use" : words.joined(separator: " and ")
  }
}
