import Testing

@testable import Daemon

@Suite struct MemoryAfterWorkTests {
  /// A tick of 15 s: MiB that are resident, whether something is done, and whether the daemon should let go then.
  struct Tick {
    let resident: Int
    var busy = false
    let due: Bool
  }

  static let courses: [(name: String, start: Int, ticks: [Tick])] = [
    ("nothing happens", 10, [Tick(resident: 10, due: false), Tick(resident: 10, due: false)]),
    ("requests that read", 10, [Tick(resident: 13, due: false), Tick(resident: 13, due: false)]),
    (
      "work, then rest", 10,
      [
        Tick(resident: 30, busy: true, due: false), Tick(resident: 30, due: false), Tick(resident: 30, due: true),
        // What is left is what is in use.
        Tick(resident: 15, due: false), Tick(resident: 15, due: false),
      ]
    ),
    (
      "work without rest", 10,
      [
        Tick(resident: 30, due: false), Tick(resident: 30, busy: true, due: false), Tick(resident: 30, due: false),
        Tick(resident: 30, due: true),
      ]
    ),
    (
      "less than at the start", 30,
      [Tick(resident: 12, due: false), Tick(resident: 17, due: false), Tick(resident: 17, due: true)]
    ),
  ]

  @Test(arguments: courses)
  func course(_ name: String, _ start: Int, _ ticks: [Tick]) {
    var memory = MemoryAfterWork(resident: start << 20)
    var last = false
    for (number, tick) in ticks.enumerated() {
      if last { memory.released(to: tick.resident << 20) }
      last = memory.isDue(resident: tick.resident << 20, isBusy: tick.busy, after: .seconds(15))
      #expect(last == tick.due, "\(name), tick \(number)")
    }
  }
}
