import JSONValues
import Testing

@testable import Snapctl

@Suite struct SnapctlTests {
  @Test(arguments: [
    (["A=1", "SNAP_COOKIE=one", "SNAP_CONTEXT=two"], "one"), (["SNAP_CONTEXT=two"], "two"),
    (["SNAP_COOKIE=", "SNAP_CONTEXT=two"], "two"), (["XSNAP_COOKIE=one"], ""),
  ])
  func cookie(environment: [String], cookie: String) {
    #expect(Snapctl.cookie(environment) == cookie)
  }

  @Test func request() throws {
    let request = String(decoding: Snapctl.request(["set", "a=\"\n"], cookie: "c"), as: UTF8.self)
    let body = #"{"args":["set","a=\"\n"],"context-id":"c"}"#
    #expect(request.hasPrefix("POST /v2/snapctl HTTP/1.1\r\n"))
    #expect(request.hasSuffix("Content-Length: \(body.utf8.count)\r\n\r\n" + body))
  }

  /// What is printed and returned, or what is the matter.
  @Test(arguments: [
    (#"{"type":"sync","result":{"stdout":"a\n","stderr":"b"}}"#, 0, "a\n", "b", nil),
    (
      #"{"type":"error","result":{"kind":"unsuccessful","value":{"stdout":"o","stderr":"e","exit-code":11}}}"#, 11, "o",
      "e", nil
    ),
    (#"{"type":"error","result":{"message":"no"}}"#, 0, "", "", "no"),
    (#"{"type":"error","result":{"message":"no","kind":"unsuccessful","value":1}}"#, 0, "", "", "no"),
    ("{", 0, "", "", "cannot communicate with server: its answer cannot be read"),
    ("{}", 0, "", "", "cannot communicate with server: its answer has no result"),
  ])
  func answer(body: String, status: Int32, out: String, err: String, refusal: String?) throws {
    let bytes = Array(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body).utf8)
    do throws(SnapctlError) {
      let answer = try Answer(bytes)
      #expect(answer.status == status)
      #expect(answer.out == out)
      #expect(answer.err == err)
      #expect(refusal == nil)
    } catch { #expect(error.message == refusal) }
  }
}
