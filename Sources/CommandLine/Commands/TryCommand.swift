import API
internal import ByteText
import Client
import Glibc

/// `snap try`
enum TryCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "try", summary: "Test an unpacked snap in the system",
      help: """
        The try command installs a snap from a directory, without making an image. Changes to files in the directory \
        are seen by the snap at once; changes to its metadata only after another try.

        Without a directory, "prime" is taken where a snapcraft project is.
        """,
      options: .wait + .mode, positionals: [.init("<snap-dir>", .optional, values: .directories)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    try Modes.check(arguments, in: context)
    var directory = arguments.positional(0) ?? ""
    if directory.isEmpty,
      ["snapcraft.yaml", "snap/snapcraft.yaml", ".snapcraft.yaml"].contains(where: exists),
      exists("prime")
    {
      directory = "prime"
    }
    if directory.isEmpty { throw Failure("the `<snap-dir>` argument was not provided and couldn't be inferred") }
    let path = try absolute(directory)
    var fields: [(SideloadField, String)] = [(.action, "try"), (.snapPath, path)]
    for (option, field) in [("devmode", SideloadField.devmode), ("jailmode", .jailmode), ("classic", .classic)]
    where arguments.has(option) {
      fields.append((field, "true"))
    }
    let id: String
    do throws(ClientError) {
      id = try context.client.upload("/v2/snaps", fields: fields, files: [])
    } catch {
      let request = DaemonMessage.Request(snap: directory, operation: "try")
      context.err.line(try DaemonMessage.explain(error, request, in: context))
      return
    }
    guard let change = try Waiting.wait(for: id, arguments, in: context) else { return }
    guard let name = Results.names(of: change).first else {
      throw Failure("cannot extract the snap-name from local file \(quoted(directory))")
    }
    let snaps = try Results.snaps([name], in: context)
    guard snaps.count == 1 else { throw Failure("cannot get data for \(quoted(name)): \(snaps.count) snaps found") }
    context.out.line("\(name) \(snaps[0].version) mounted from \(path)")
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// A path from the root, without `.` and `..`.
  static func absolute(_ path: String) throws -> String {
    var full = path
    if !path.hasBytePrefix("/") {
      guard let current = getcwd(nil, 0) else {
        throw Failure("cannot get full path for \(quoted(path)): \(String(cString: strerror(errno)))")
      }
      defer { free(current) }
      full = String(cString: current) + "/" + path
    }
    var parts: [Substring] = []
    for part in full.byteSplit("/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
