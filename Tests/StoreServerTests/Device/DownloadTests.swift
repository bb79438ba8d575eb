import Testing

@testable import StoreServer

@Suite struct DownloadTests {
  @Test(arguments: [
    (nil as String?, ByteRange.whole), ("bytes=0-", .part(first: 0, last: 99)), ("bytes=7-", .part(first: 7, last: 99)),
    ("bytes=99-", .part(first: 99, last: 99)), ("bytes=100-", .outside), ("bytes=5-9", .part(first: 5, last: 9)),
    ("bytes=5-900", .part(first: 5, last: 99)), ("bytes=-10", .part(first: 90, last: 99)),
    ("bytes=-1000", .part(first: 0, last: 99)), ("bytes=-0", .outside), ("bytes=9-5", .whole), ("bytes=-", .whole),
    ("bytes=1-2,4-5", .whole), ("lines=1-", .whole), ("bytes=x-", .whole), ("", .whole),
    ("bytes=99999999999999999999-", .outside), ("bytes=+1-", .whole),
  ])
  func partsOfAFile(_ header: String?, _ range: ByteRange) {
    #expect(ByteRange(header, tag: "\"a\"", size: 100) == range)
    #expect(ByteRange(header, condition: "\"b\"", tag: "\"a\"", size: 100) == .whole)
    #expect(ByteRange(header, condition: "\"a\"", tag: "\"a\"", size: 100) == range)
  }

  @Test(arguments: [
    ("abc_7.snap", "abc 7" as String?), ("abc_6_7_xdelta3.delta", "abc 6 7 xdelta3"), ("abc_x7.snap", nil),
    ("abc_0.snap", nil), ("abc_07.snap", nil), ("abc.snap", nil), ("_7.snap", nil), ("a/b_7.snap", nil),
    ("abc_7.delta", nil), ("abc_7", nil), ("é_7.snap", nil), ("abc_6_7_.delta", nil), (".snap", nil),
  ])
  func namesOfFiles(_ text: String, _ meaning: String?) {
    let name = DownloadName(text)
    switch name {
    case .image(let id, let revision): #expect("\(id) \(revision)" == meaning)
    case .delta(let id, let source, let target, let format): #expect("\(id) \(source) \(target) \(format)" == meaning)
    case nil: #expect(meaning == nil)
    }
    if let name { #expect(name.path == "api/v1/snaps/download/" + text) }
  }

  @Test(arguments: [
    ([5, 4, 5, 3, 2] as [UInt32], [9, 4] as [UInt32], [5, 4, 3, 9] as [UInt32]), ([], [], []), ([10, 10], [10], []),
    ([], [3, 3, 2], [3, 2]), ([9, 8, 7, 6], [5], [9, 8, 7, 5]),
  ])
  func deltasAreMadeFromWhatDevicesHave(_ before: [UInt32], _ others: [UInt32], _ sources: [UInt32]) {
    #expect(DeltaPlan.sources(of: 10, before: before, others: others) == sources)
  }
}
