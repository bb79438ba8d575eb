import API
internal import Time

/// `snap refresh --time`
enum RefreshTimes {
  /// What is later is never: holds for good are written as the end of time.
  private static let century: Int64 = 100 * 365 * 86400

  static func show(_ arguments: Arguments, in context: Context) throws {
    let info = try SystemInfo.fetch(in: context)
    guard let refresh = info.refresh else { throw Failure("automatic refreshes are not supported yet") }
    if !refresh.timer.isEmpty {
      context.out.line("timer: \(refresh.timer)")
    } else if !refresh.schedule.isEmpty {
      context.out.line("schedule: \(refresh.schedule)")
    } else {
      throw Failure("internal error: both refresh.timer and refresh.schedule are empty")
    }
    let hold = moment(refresh.hold)
    context.out.line("last: \(moment(refresh.last).map { context.text($0, arguments) } ?? "n/a")")
    if let hold { context.out.line("hold: \(until(hold, arguments, in: context))") }
    guard let next = moment(refresh.next) else {
      context.out.line("next: n/a")
      return
    }
    let held = hold.map { next < $0 } ?? false
    context.out.line("next: \(context.text(next, arguments))\(held ? " (but held)" : "")")
  }

  /// When a hold ends, for people.
  static func until(_ hold: Timestamp, _ arguments: Arguments, in context: Context) -> String {
    hold.seconds - context.times.now().seconds > century ? "forever" : context.text(hold, arguments)
  }

  private static func moment(_ text: String) -> Timestamp? {
    // "" and the zero time are none; a word ("forever") is the end of time.
    if text == "forever" { return Timestamp(seconds: .max / 4) }
    guard let time = Timestamp(text), !time.isZero else { return nil }
    return time
  }
}
