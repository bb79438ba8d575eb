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
  private var started = 0
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
    let fraction = min(1, max(0, Double(done) / Double(max(1, total))))
    let percent = " \(Int(fraction * 100))%"
    let text = TerminalMeter.fit(label, to: columns - percent.count) + percent
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
