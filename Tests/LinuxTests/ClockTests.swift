import Glibc
import Linux
import Testing

@Suite struct ClockTests {
  @Test func `the clocks are the kernel's`() {
    let before = time(nil)
    let now = Clock.realTime()
    #expect(now.seconds >= before && now.seconds <= time(nil) && (0..<1_000_000_000).contains(now.nanoseconds))

    let (early, then, late) = (Clock.nanoseconds(), Clock.milliseconds(), Clock.nanoseconds())
    #expect(early <= late)
    #expect(then >= early / 1_000_000 && then <= late / 1_000_000)
  }
}
