internal import Time

/// Shows that work goes on.
protocol ProgressMeter: AnyObject {
  /// Something whose length is unknown.
  func spin(_ label: String)
  /// Something of known length.
  func set(_ label: String, done: Int, total: Int)
  /// A line that stays.
  func notify(_ text: String)
  /// Leaves the terminal clean.
  func finish()
}

/// No terminal: only what is said for good is printed.
final class QuietMeter: ProgressMeter {
  private let out: Output
  init(_ out: Output) { self.out = out }
  func spin(_ label: String) {}
  func set(_ label: String, done: Int, total: Int) {}
  func notify(_ text: String) {
    out.line(text)
    out.flush()
  }
  func finish() {}
}

/// One line of a terminal, written over and over.
final class TerminalMeter: ProgressMeter {
  private let out: Output
  private let columns: Int
  private let spinner: [Character]
  private let times: Times
  private var step = 0
  private var label = ""
  private var started = Timestamp.zero
  /// How much was done when it was first told: a download that is resumed is no faster for it.
  private var begun = 0
  private var isShown = false

  init(_ out: Output, columns: Int, symbols: Bool, times: Times) {
    self.out = out
    self.columns = columns
    self.times = times
    spinner = Array(symbols ? "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" : "/-\\|")
  }

  func spin(_ label: String) {
    step += 1
    draw(TerminalMeter.fit(label, to: columns - 2) + " " + String(spinner[step % spinner.count]))
  }

  func set(_ label: String, done: Int, total: Int) {
    let now = times.now()
    if label != self.label {
      self.label = label
      started = now
      begun = done
    }
    let fraction = min(1, max(0, Double(done) / Double(max(1, total))))
    let seconds = Double((now - started).nanoseconds) / 1e9
    var facts = " \(Int(fraction * 100))%"
    if seconds > 0, done > begun {
      let pace = Double(done - begun) / seconds
      if columns > 29 { facts += " " + Quantity.speed(pace) }
      if columns > 20 { facts += " " + Quantity.duration(Double(max(0, total - done)) / pace) }
    }
    let text = TerminalMeter.fit(label, to: columns - facts.count) + facts
    // The bar is the line itself: its done part is reversed.
    let split = Int(fraction * Double(text.count))
    draw("\u{1b}[7m" + text.prefix(split) + "\u{1b}[0m" + text.dropFirst(split))
  }

  func notify(_ text: String) {
    erase()
    out.line(text)
    out.flush()
  }

  func finish() {
    erase()
    if isShown { out.write("\u{1b}[?25h") }
    isShown = false
    out.flush()
  }

  private func draw(_ text: String) {
    // Cursor hidden, line rewritten, the rest of the line erased.
    out.write((isShown ? "" : "\u{1b}[?25l") + "\r" + text + "\u{1b}[K")
    isShown = true
    out.flush()
  }

  private func erase() {
    if isShown { out.write("\r\u{1b}[K") }
  }

  private static func fit(_ text: String, to width: Int) -> String {
    let width = max(width - 1, 4)
    if text.count <= width { return text + String(repeating: " ", count: width - text.count) }
    return text.prefix(width - 1) + "…"
  }
}

/// Amounts for a line of progress, in a few columns.
enum Quantity {
  /// `1.23MB/s`
  static func speed(_ bytesPerSecond: Double) -> String {
    let units = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"]
    var amount = min(max(0, bytesPerSecond), 1e15)
    var unit = 0
    while amount >= 999.5, unit < units.count - 1 {
      amount /= 1000
      unit += 1
    }
    return digits(amount) + units[unit]
  }

  /// `12.3s`, `1m23s`, `2h05m`, `3d04h`
  static func duration(_ seconds: Double) -> String {
    let seconds = min(max(0, seconds), 1e9)
    if seconds < 59.95 { return digits(seconds) + "s" }
    let whole = Int64(seconds.rounded())
    if whole < 3600 { return "\(whole / 60)m\(pad(whole % 60))s" }
    if whole < 86400 { return "\(whole / 3600)h\(pad(whole % 3600 / 60))m" }
    return "\(whole / 86400)d\(pad(whole % 86400 / 3600))h"
  }

  /// Three digits of a number below 1000.
  private static func digits(_ amount: Double) -> String {
    if amount >= 99.95 { return String(Int(amount.rounded())) }
    let places: Int64 = amount >= 9.995 ? 1 : 2
    let scale: Int64 = places == 1 ? 10 : 100
    let scaled = Int64((amount * Double(scale)).rounded())
    return "\(scaled / scale).\(pad(scaled % scale, Int(places)))"
  }
}
