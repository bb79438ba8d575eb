import API
import Client
import Snap
internal import Time

/// `snap refresh --hold` and `--unhold`
enum RefreshHolds {
  static func change(_ arguments: Arguments, asks: Bool, in context: Context) throws {
    let holds = arguments.has("hold")
    if holds, arguments.has("unhold") { throw Failure("cannot use --hold and --unhold together") }
    let others = [
      "amend", "revision", "cohort", "leave-cohort", "ignore-validation", "ignore-running", "transaction",
    ]
    if asks || others.contains(where: arguments.has) {
      throw Failure("cannot use \(holds ? "--hold" : "--unhold") with other flags")
    }
    let names = arguments.positionals
    let listed = names.map(quoted).joined(separator: ", ")
    if holds {
      let until = try end(of: arguments.value("hold") ?? "", in: context)
      var instruction = SnapInstruction(action: "hold", snaps: names)
      instruction.time = until?.wholeSeconds ?? "forever"
      instruction.holdLevel = names.isEmpty ? "auto-refresh" : "general"
      guard try perform(instruction, arguments, in: context) else { return }
      let what = names.isEmpty ? "Auto-refresh of all snaps" : "General refreshes of \(listed)"
      let length = until.map { "until \(context.text($0, arguments))" } ?? "indefinitely"
      context.out.line("\(what) held \(length)")
    } else {
      guard try perform(SnapInstruction(action: "unhold", snaps: names), arguments, in: context) else { return }
      context.out.line(
        names.isEmpty ? "Removed auto-refresh hold on all snaps" : "Removed general refresh hold of \(listed)")
    }
  }

  private static func perform(_ instruction: SnapInstruction, _ arguments: Arguments, in context: Context) throws
    -> Bool
  {
    let id: String
    do throws(ClientError) {
      id = try context.client.async("POST", "/v2/snaps", body: instruction)
    } catch {
      context.err.line(
        try DaemonMessage.explain(error, DaemonMessage.Request(operation: instruction.action), in: context))
      return false
    }
    return try Waiting.wait(for: id, arguments, in: context) != nil
  }

  /// When a hold ends; `nil` for never.
  private static func end(of text: String, in context: Context) throws -> Timestamp? {
    if text.isEmpty || text == "forever" { return nil }
    let duration: Duration
    do throws(InvalidText) { duration = try Duration(parsing: text) } catch {
      throw Failure("hold value must be a number of hours, minutes or seconds, or \"forever\": \(error)")
    }
    guard duration > .zero else { throw Failure("hold value must be greater than zero: \(quoted(text))") }
    return context.times.now() + duration
  }
}
