import API
import ByteText
import Client
import Glibc
import Linux

/// Waiting for a change to end (`spec/engine.md` §13).
enum Waiting {
  /// Follows a change to its end, or with `--no-wait` prints its id.
  ///
  /// - Parameter abortsOnInterrupt: whether Ctrl-C aborts the change (and waits on, for it to be undone).
  /// - Returns: the change, or `nil` when it is not waited for.
  /// - Throws: `Failure` with the change's error.
  static func wait(
    for id: String, _ arguments: Arguments, abortsOnInterrupt: Bool = true, in context: Context
  ) throws -> ChangeJSON? {
    if arguments.has("no-wait") {
      context.out.line(id)
      return nil
    }
    let meter = meter(in: context)
    defer { meter.finish() }
    let interrupt = Interrupt(active: abortsOnInterrupt)
    defer { interrupt.restore() }
    var logs: [String: String] = [:]
    var goneSince: Int?
    let start = Clock.milliseconds()
    while true {
      let change: ChangeJSON
      do throws(ClientError) {
        change = try context.client.sync(
          "GET", "/v2/changes/\(PercentCoding.encode(id))", retries: false, as: ChangeJSON.self)
        goneSince = nil
      } catch {
        guard error.origin == .communication else { throw error }
        // Most likely the daemon starts anew.
        let now = Clock.milliseconds()
        let since = goneSince ?? now
        goneSince = since
        if now - since > context.timing.gone { throw error }
        meter.spin("Waiting for server to restart")
        _ = interrupt.pause(context.timing.poll)
        continue
      }
      if let maintenance = context.client.remarks.maintenance, maintenance.kind == .systemRestart {
        meter.finish()
        throw Failure(maintenance.message)
      }
      show(change, meter, &logs)
      if change.ready {
        if change.status == "Done" { return change }
        if !change.err.isEmpty { throw Failure(change.err) }
        throw Failure("change finished in status \(quoted(change.status)) with no error message")
      }
      // Nothing more happens before a person acts, by starting the machine anew.
      if change.status == "Wait" { return change }
      // A change that took 40 ms is not told of after 100: the pauses grow with the time it has taken.
      if interrupt.pause(min(context.timing.poll, max(2, (Clock.milliseconds() - start) / 6))) {
        do {
          _ = try context.client.sync(
            "POST", "/v2/changes/\(PercentCoding.encode(id))", body: ChangeInstruction(action: "abort"),
            as: ChangeJSON.self)
        } catch {
          meter.finish()
          context.err.line(error.message)
          context.err.flush()
        }
      }
    }
  }

  static func meter(in context: Context) -> any ProgressMeter {
    context.outputIsTerminal
      ? TerminalMeter(context.out, columns: context.columns, symbols: context.localeIsUTF8, times: context.times)
      : QuietMeter(context.out)
  }

  private static func show(_ change: ChangeJSON, _ meter: any ProgressMeter, _ logs: inout [String: String]) {
    func showLog(_ task: TaskJSON) {
      let line = task.log.last ?? ""
      if logs[task.id, default: ""] != line {
        meter.notify(line)
        logs[task.id] = line
      }
    }
    for task in change.tasks where task.status == "Wait" { showLog(task) }
    guard let task = change.tasks.first(where: { $0.status == "Doing" || $0.status == "Wait" }) else {
      if let undoing = change.tasks.last(where: { $0.status == "Undoing" }) { meter.spin(undoing.summary) }
      return
    }
    let progress = task.progress ?? ProgressJSON()
    if progress.total <= 1 {
      meter.spin(task.summary)
      showLog(task)
    } else {
      meter.set(task.summary, done: progress.done, total: progress.total)
    }
  }

}

/// Ctrl-C while waiting: held back by the signal mask and asked for between two looks, so that no handler runs in
/// the middle of anything.
private struct Interrupt {
  private var previous = sigset_t()
  private var watched = sigset_t()
  private let active: Bool

  init(active: Bool) {
    self.active = active
    sigemptyset(&watched)
    guard active else { return }
    sigaddset(&watched, SIGINT)
    pthread_sigmask(SIG_BLOCK, &watched, &previous)
  }

  /// Sleeps, but not on once Ctrl-C was typed.
  ///
  /// - Returns: whether it was.
  func pause(_ milliseconds: Int) -> Bool {
    guard active else {
      usleep(useconds_t(milliseconds) * 1000)
      return false
    }
    return Clock.wait(for: SIGINT, milliseconds: milliseconds)
  }

  func restore() {
    guard active else { return }
    var mask = previous
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
