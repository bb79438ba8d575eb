internal import API
internal import HTTP
internal import JSONValues
internal import Overlord
internal import Snap
internal import State

/// `/v2/snapctl`, on the snaps' socket only.
extension DaemonService {
  /// `POST /v2/snapctl`: runs a subcommand for a process of a snap.
  ///
  /// The cookie says which snap, or which run of a hook; the process that has connected must belong to that snap.
  func runSnapctl(_ request: Request) async throws -> Answer {
    let instruction: SnapctlInstruction
    do {
      instruction = try SnapctlInstruction(try JSONValue(parsing: request.body))
    } catch {
      throw APIFailure.badRequest("cannot decode snapctl request: \(error)")
    }
    guard !instruction.arguments.isEmpty else { throw APIFailure.badRequest("snapctl cannot run without args") }
    let context = overlord.hooks.context(for: instruction.context)
    if let context, !owners.isProcess(request.peer.pid, context.instance) {
      throw APIFailure(
        403, "cannot use the cookie of snap \"\(context.instance)\": the calling process is not of that snap")
    }
    var call = SnapctlCall(overlord: overlord, uid: request.peer.uid, opened: context)
    do {
      try await Self.run(instruction.arguments, &call)
      if let context { try overlord.hooks.end(context) }
    } catch let exit as SnapctlExit {
      throw APIFailure(
        200, "\(exit)", kind: .unsuccessful,
        value: ["stdout": .string(call.out), "stderr": .string(call.err), "exit-code": .integer(Int64(exit.code))])
    } catch let failure as APIFailure {
      throw failure
    } catch {
      var failure = APIFailure(error)
      // What went wrong is told to the snap; it is no fault of the daemon's.
      if failure.status >= 500, failure.status != 507 { failure.status = 400 }
      throw failure
    }
    return try .sync(["stdout": call.out, "stderr": call.err])
  }

  private static func run(_ words: [String], _ call: inout SnapctlCall) async throws {
    guard let name = words.first, name != "-h", name != "--help" else {
      call.out = SnapctlCatalogue.help
      return
    }
    guard let command = SnapctlCatalogue.command(named: name) else {
      let names = SnapctlCatalogue.commands.filter { !$0.isHidden }.map { $0.name }
      throw APIFailure.badRequest(
        "Unknown command `\(name)'. Please specify one command of: "
          + names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""))
    }
    call.command = name
    let arguments: SnapctlArguments
    do {
      arguments = try SnapctlArguments(Array(words.dropFirst()), options: command.options)
    } catch is SnapctlArguments.HelpWanted {
      call.out = SnapctlCatalogue.help(of: command)
      return
    } catch {
      throw APIFailure.badRequest("\(error)")
    }
    // Of what was parsed, not of what was typed: a word that looks like a request for help may be a value.
    guard command.isForEverybody || call.uid == 0 else {
      throw APIFailure(403, "cannot use \"\(name)\" with uid \(call.uid), try with sudo")
    }
    do {
      try await command.run(arguments, in: &call)
    } catch let failure as SnapctlFailure { throw APIFailure.badRequest("\(failure)") }
  }
}

/// The body of the request.
struct SnapctlInstruction: Equatable {
  var context: String
  var arguments: [String]

  init(_ json: JSONValue) throws {
    guard let members = json.object else { throw SnapctlFailure("expected object, found \(json.typeName)") }
    context = members["context-id"]?.string ?? ""
    arguments = try (members["args"]?.array ?? []).map { word in
      guard let text = word.string else { throw SnapctlFailure("expected text, found \(word.typeName)") }
      return text
    }
  }
}
