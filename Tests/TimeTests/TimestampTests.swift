import Testing
import Time

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"),
    ("2026-11-21T13:16:44.120+01:00", 1_795_263_404, 120_000_000, "2026-11-21T13:16:44.12+01:00"),
    ("2000-02-29T23:59:59.9999999991Z", 951_868_799, 999_999_999, "2000-02-29T23:59:59.999999999Z"),
    ("1969-12-31T23:59:59-00:30", 1799, 0, "1969-12-31T23:59:59-00:30"),
    ("0001-01-01T00:00:00Z", -62_135_596_800, 0, "0001-01-01T00:00:00Z"),
  ])
  func texts(text: String, seconds: Int, nanoseconds: Int, written: String) throws {
    let time = try #require(Timestamp(text))
    #expect(time.seconds == Int64(seconds) && time.nanoseconds == Int32(nanoseconds))
    #expect(time.description == written)
  }

  @Test(arguments: [
    "", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00+1:00",
    "٢026-01-01T00:00:00Z",
  ])
  func noTexts(text: String) { #expect(Timestamp(text) == nil) }

  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00.5Z", 951_825_600_500_000_000),
      ("1969-12-31T23:59:59.999999999Z", -1), ("2026-11-21T12:30:00.000000001Z", 1_795_264_200_000_000_001),
      ("2100-03-01T00:00:00Z", 4_107_542_400_000_000_000), ("1677-09-21T00:12:43.145224192Z", .min),
      ("2262-04-11T23:47:16.854775807Z", .max),
    ] as [(String, Int64)])
  func nanoseconds(text: String, nanoseconds: Int64) {
    #expect(Timestamp(nanosecondsSinceEpoch: nanoseconds).description == text)
    #expect(Timestamp(text)?.nanosecondsSinceEpoch == nanoseconds)
  }

  @Test func arithmetic() throws {
    let time = try #require(Timestamp("2026-01-01T00:00:00.5Z"))
    #expect((time + .milliseconds(700)).description == "2026-01-01T00:00:01.2Z")
    #expect((time - .milliseconds(700)).description == "2025-12-31T23:59:59.8Z")
    #expect(time - (time + .milliseconds(700)) == .milliseconds(-700))
    #expect(time + .seconds(Int64.max) == Timestamp(nanosecondsSinceEpoch: .max))
    #expect(Timestamp("2026-01-01T02:00:00+02:00") == Timestamp("2026-01-01T00:00:00Z"))
    // What no 64 bits of nanoseconds hold is kept as the end of what they do.
    #expect(
      Timestamp.zero.nanosecondsSinceEpoch == .min && Timestamp("9999-01-01T00:00:00Z")?.nanosecondsSinceEpoch == .max)
  }
}
