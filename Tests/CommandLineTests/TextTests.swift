import API
import Testing
import Time

@testable import CommandLine

@Suite struct TextTests {
  @Test func tables() {
    var table = TableWriter()
    table.line("Name", "Rev", "Notes")
    table.line("a-long-name", "x1", "-")
    table.line("é✓", "\u{1b}[32m123456\u{1b}[0m", "last")
    #expect(
      table.flush()
        == "Name         Rev     Notes\na-long-name  x1      -\né✓           \u{1b}[32m123456\u{1b}[0m  last\n")
    // A line without a column ends that column's block.
    var blocks = TableWriter(minimumWidth: 2, padding: 1)
    blocks.line("name:", "x")
    blocks.line("alone:")
    blocks.line("a:", "y")
    #expect(blocks.flush() == "name: x\nalone:\na: y\n")
  }

  @Test(arguments: [
    ("2026-01-10T09:05:00Z", "today at 09:05 UTC"), ("2026-01-09T23:59:59Z", "yesterday at 23:59 UTC"),
    ("2026-01-11T00:00:00Z", "tomorrow at 00:00 UTC"), ("2026-01-05T12:00:00Z", "5 days ago, at 12:00 UTC"),
    ("2026-01-13T12:00:00Z", "in 3 days, at 12:00 UTC"), ("2025-11-11T12:00:00Z", "60 days ago, at 12:00 UTC"),
    ("2025-11-10T12:00:00Z", "2025-11-10"), ("1969-12-31T12:00:00Z", "1969-12-31"),
  ])
  func relativeTimes(text: String, shown: String) throws {
    let time = try #require(Timestamp(text))
    #expect(Times.fixed.text(time, absolute: false) == shown)
    #expect(Times.fixed.text(time, absolute: true) == text)
  }

  @Test(arguments: [
    (Int64(0), "0B"), (999, "999B"), (4096, "4kB"), (999_499, "999kB"), (999_500, "1MB"), (57_400_000, "57MB"),
    (1_240_000_000, "1.2GB"), (12_400_000_000, "12GB"),
  ])
  func sizes(bytes: Int64, shown: String) { #expect(sizeText(bytes) == shown) }

  @Test(arguments: [
    ("a b", "  ", 80, "  a b\n"), ("aaaa bbbb cccc", "", 10, "aaaa bbbb\ncccc\n"), ("a\n\nb", " ", 80, " a\n\n b\n"),
    ("  aaaa bbbb cccc", "", 12, "  aaaa bbbb\n  cccc\n"), ("abcdefghijklmno", "", 10, "abcdefghij\nklmno\n"),
  ])
  func wrapping(text: String, indent: String, width: Int, shown: String) {
    #expect(Wrapping.wrap(text, indent: indent, width: width) == shown)
  }

  @Test(arguments: [
    ("", ""), ("stable", ""), ("latest/stable", ""), ("edge", " (edge)"), ("latest/beta", " (beta)"),
    ("1.0/stable", " (1.0/stable)"), ("2.0", " (2.0/stable)"), ("1.0/edge/fix", " (1.0/edge/fix)"),
  ])
  func channels(channel: String, suffix: String) { #expect(Results.riskSuffix(channel) == suffix) }

  @Test func progress() {
    let out = Output()
    let meter = TerminalMeter(out, columns: 20, symbols: false, times: .fixed)
    meter.spin("Mount snap \"foo\" (x1)")
    meter.set("Copy", done: 1, total: 2)
    meter.notify("note")
    meter.finish()
    #expect(
      out.captured
        == "\u{1b}[?25l\rMount snap \"foo\"… -\u{1b}[K" + "\r\u{1b}[7mCopy     \u{1b}[0m       50%\u{1b}[K"
        + "\r\u{1b}[Knote\n\r\u{1b}[K\u{1b}[?25h")
  }
}
