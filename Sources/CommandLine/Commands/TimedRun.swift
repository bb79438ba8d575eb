import Glibc
internal import Time

/// `snap run --timer=<schedule>`: how a timer's unit runs its service. It runs only within the schedule, so that a
/// machine that slept through it does not catch up at a bad time. Source: `spec/engine.md` §5.
enum TimedRun {
  /// Becomes the app, or says why not.
  ///
  /// - Throws: `Failure` for a schedule that is none.
  static func run(_ timer: String, _ arguments: Arguments, in context: Context) throws {
    guard !arguments.has("hook"), !arguments.has("command") else {
      throw Failure("you can only use one of --hook, --command, and --timer")
    }
    let schedule: Schedule
    do { schedule = try Schedule(timer) } catch { throw Failure("invalid timer format: \(error)") }
    let now = context.times.now()
    let zone = context.times.zone
    guard schedule.contains(now, zone: { Int64(zone(Timestamp(seconds: $0)).offset) }) else {
      let local = Timestamp(seconds: now.seconds, zoneOffset: Int32(zone(now).offset)).wholeSeconds
      let app = arguments.positional(0) ?? ""
      context.err.line("\(local): attempted to run \(quoted(app)) timer outside of scheduled time \(quoted(timer))")
      return
    }
    let program = try Helper.snap(in: context)
    let words = [program, "run"] + (arguments.has("shell") ? ["--shell"] : []) + ["--"] + arguments.positionals
    context.out.flush()
    context.err.flush()
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    execv(program, &pointers)
    let reason = String(cString: strerror(errno))
    for pointer in pointers { free(pointer) }
    throw Failure("cannot execute \(program): \(reason)", exitCode: 46)
  }
}
