import API
import Client
import Glibc
import TestSupport
import Time

@testable import CommandLine

/// What a command line printed and returned.
struct Ran: Equatable {
  var code: Int32
  var out: String
  var err: String
}

/// Runs a command line in process (`helper` is a shell script in the place of snap-image and snap-keys; `typed` is what is typed, and a secret gets a `!`): no terminal, UTC, 2026-01-10 12:00, answers from a script.
func run(
  _ line: String, _ answers: [String: [String]] = [:], terminal: Bool = false, environment: [String: String] = [:],
  user: UInt32 = 0, helper: String? = nil, typed: [String] = [], check: (ScriptedServer) throws -> Void = { _ in }
) throws -> Ran {
  let server = try ScriptedServer(answers)
  defer { server.stop() }
  if let helper {
    for directory in ["/usr", "/usr/lib", "/usr/lib/snapd"] { mkdir(server.root + directory, 0o755) }
    try SmallFile.write(
      Array("#!/bin/sh\n\(helper)\n".utf8), to: server.root + "/usr/lib/snapd/snap-image", mode: 0o755)
    symlink("snap-image", server.root + "/usr/lib/snapd/snap-keys")
  }
  var configuration = SnapdClient.Configuration(root: server.root)
  configuration.retryTime = 0
  var environment = environment
  environment["SNAPPY_GLOBAL_ROOT"] = server.root
  if environment["HOME"] == nil { environment["HOME"] = server.root }
  let out = Output()
  let err = Output()
  let variables = environment
  var lines = typed
  let context = Context(
    out: out, err: err, environment: { variables[$0] }, outputIsTerminal: terminal, columns: 80, times: .fixed,
    userID: user, configuration: configuration, timing: Context.Timing(poll: 1, gone: 50)
  ) { isSecret in
    guard !lines.isEmpty else { throw Failure("EOF") }
    return lines.removeFirst() + (isSecret ? "!" : "")
  }
  let words = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
  let code = SnapProgram.run(words, in: context)
  try check(server)
  let root = server.root
  return Ran(
    code: code, out: out.captured.replacing(root, with: "ROOT"), err: err.captured.replacing(root, with: "ROOT"))
}

extension Times {
  static let fixed = Times(
    now: { Timestamp("2026-01-10T12:00:00Z") ?? .zero }, zone: { _ in (0, "UTC") })
}

extension String {
  /// Without the standard library's regular expressions, which need another module.
  func replacing(_ text: String, with other: String) -> String {
    var result = ""
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}

/// The JSON of a snap: some keys, and those that `more` does not have.
func snap(_ name: String, _ more: String = "") -> String {
  let preset = [
    ("version", "1.0"), ("revision", "x1"), ("status", "active"), ("type", "app"), ("confinement", "strict"),
  ]
  let keys = preset.filter { !more.contains("\"\($0.0)\":") }.map { #","\#($0.0)":"\#($0.1)""# }.joined()
  return #"{"name":"\#(name)"\#(keys)\#(more)}"#
}

/// The JSON of a change.
func change(_ id: String, _ status: String, ready: Bool = true, _ more: String = "") -> String {
  #"{"id":"\#(id)","kind":"install-snap","summary":"Install","status":"\#(status)","ready":\#(ready),"#
    + #""spawn-time":"2026-01-10T10:00:00Z","ready-time":"2026-01-09T10:00:05.5Z"\#(more)}"#
}
