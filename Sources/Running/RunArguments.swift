/// What `snap run` was asked to do. Options stop at the first argument that is none: the rest belongs to the app.
public struct RunArguments: Equatable, Sendable {
  /// `<instance>` or `<instance>.<app>`; `<instance>` alone for a hook.
  public var target = ""
  /// What the app gets.
  public var arguments: [String] = []
  /// `--shell`: a shell in place of the app's command.
  public var shell = false
  /// `--stopped`: the app stops itself before it begins, for who wants to trace it.
  public var stopped = false
  /// `--debug-log`: what is done before the launcher is told on standard error.
  public var debugLog = false
  /// `--command`: `stop`, `reload`, `post-stop` or `complete` instead of the command itself.
  public var command: String?
  /// `--hook`: a hook instead of an app.
  public var hook: String?
  /// `-r`: the revision whose hook is meant.
  public var revision: String?
  /// `--root`: the root prefix.
  public var root: String?

  /// - Parameter arguments: what follows `snap run`.
  /// - Throws: ``RunError`` with the reference's words (spec/confinement.md §1).
  public init(_ arguments: [String]) throws(RunError) {
    var rest = arguments[...]
    while let first = rest.first, first.hasPrefix("-"), first != "-" {
      rest.removeFirst()
      if first == "--" { break }
      if first.hasPrefix("--") {
        let parts = first.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        var given = parts.count == 2 ? String(parts[1]) : nil
        switch name {
        case "shell":
          if given != nil { throw RunError("bool flag `--shell' cannot have an argument") }
          shell = true
        case "stopped":
          if given != nil { throw RunError("bool flag `--stopped' cannot have an argument") }
          stopped = true
        case "command", "hook", "root":
          if given == nil {
            given = rest.first
            if given != nil { rest.removeFirst() }
          }
          guard let value = given else { throw RunError("expected argument for flag `--\(name)'") }
          switch name {
          case "command": command = value
          case "hook": hook = value
          default: root = value
          }
        case "debug-log":
          if given != nil { throw RunError("bool flag `--debug-log' cannot have an argument") }
          debugLog = true
        case "gdb": throw RunError("cannot use --gdb: use --gdbserver")
        case "trace-exec": throw RunError("cannot use --trace-exec: use --strace='-ttt -e trace=execve,execveat'")
        default: throw RunError("unknown flag `\(name)'")
        }
      } else if first.hasPrefix("-r") {
        let value = first.count > 2 ? String(first.dropFirst(2)) : rest.popFirst()
        guard let value else { throw RunError("expected argument for flag `-r'") }
        revision = value.hasPrefix("=") ? String(value.dropFirst()) : value
      } else {
        throw RunError("unknown flag `\(first.dropFirst().prefix(1))'")
      }
    }
    guard let target = rest.popFirst(), !target.isEmpty else {
      throw RunError("need the application to run as argument")
    }
    self.target = target
    self.arguments = Array(rest)
    if hook != nil, command != nil {
      throw RunError("you can only use one of --hook, --command, and --timer")
    }
    if let revision, revision != "unset", hook == nil { throw RunError("-r can only be used with --hook") }
    if let hook, !self.arguments.isEmpty {
      throw RunError("too many arguments for hook \"\(hook)\": \(self.arguments.joined(separator: " "))")
    }
  }

  /// Whether an option is given that is for `snap-cli`: `--explain`, `--strace` and `--gdbserver`, which watch the app, and
  /// `--timer`, which knows schedules and the time of day.
  ///
  /// - Parameter words: what follows `snap run`.
  static func isForCommandLine(_ words: [String]) -> Bool {
    var rest = words[...]
    while let word = rest.popFirst(), word.utf8.first == UInt8(ascii: "-"), word != "-", word != "--" {
      switch word {
      case "--explain", "--strace", "--gdbserver", "--timer": return true
      case "--command", "--hook", "--root", "-r": _ = rest.popFirst()
      default:
        for option in ["--timer=", "--strace=", "--gdbserver="] where word.utf8.starts(with: option.utf8) {
          return true
        }
      }
    }
    return false
  }

  /// The instance name in the target.
  var instance: String { String(target.prefix { $0 != "." }) }

  /// The app's name: as the target says, else that of the snap.
  var app: String {
    if let dot = target.firstIndex(of: ".") { return String(target[target.index(after: dot)...]) }
    return String(instance.prefix { $0 != "_" })
  }

  /// The security tag, which names the launch plan.
  var tag: String {
    if let hook { return "snap.\(instance).hook.\(hook)" }
    return "snap.\(instance).\(app)"
  }
}

/// Why nothing could be run. Printed after `error: `.
public struct RunError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String
  /// What the process exits with: 1, or 46 when the launcher could not be executed.
  public let code: Int32

  public init(_ description: String, code: Int32 = 1) {
    self.description = description
    self.code = code
  }
}
