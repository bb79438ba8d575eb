import API
import Testing
import Time

private func text(_ value: some Encodable) throws -> String {
  String(decoding: try WireJSON.encode(value), as: UTF8.self)
}

@Suite struct WireTests {
  @Test func envelopes() throws {
    let sync = Envelope(
      statusCode: 200, reply: .sync([ProgressJSON(label: "a")]),
      warningTimestamp: Timestamp("2026-01-02T03:04:05.5Z"), warningCount: 2,
      maintenance: ErrorResult(message: "m", kind: .daemonRestart))
    #expect(
      try text(sync)
        == #"{"maintenance":{"kind":"daemon-restart","message":"m"},"result":[{"done":0,"label":"a","total":1}],"#
        + #""status":"OK","status-code":200,"type":"sync","warning-count":2,"warning-timestamp":"2026-01-02T03:04:05.5Z"}"#
    )
    let async = Envelope<NoResult>(statusCode: 202, reply: .async(change: "7"))
    #expect(
      try text(async) == #"{"change":"7","result":null,"status":"Accepted","status-code":202,"type":"async"}"#)
    let error = Envelope<NoResult>(
      statusCode: 404, reply: .error(ErrorResult(message: "no", kind: .snapNotFound, value: "x")), warningCount: 3)
    #expect(
      try text(error) == #"{"result":{"kind":"snap-not-found","message":"no","value":"x"},"#
        + #""status":"Not Found","status-code":404,"type":"error"}"#)

    // What an answer without a result (`null`) and an error of an unknown kind read as.
    let null = try WireJSON.decode(
      Envelope<NoResult>.self, from: Array(#"{"type":"sync","status-code":200,"result":null}"#.utf8))
    guard case .sync = null.reply else { throw ErrorResultFailure() }
    let failed = try WireJSON.decode(
      Envelope<[SnapJSON]>.self,
      from: Array(
        #"{"type":"error","status-code":400,"result":{"message":"m","kind":"new","value":{"a":[1,2.5,null]}}}"#.utf8))
    guard case .error(let result) = failed.reply else { throw ErrorResultFailure() }
    #expect(result.kind == nil && result.kindText == "new")
    #expect(result.value == ["a": [1, 2.5, nil]])
  }

  struct ErrorResultFailure: Error {}

  @Test func emptyKeys() throws {
    // The keys that the reference always writes, and none of those it omits.
    let keys = try WireJSON.decode(JSONValue.self, from: WireJSON.encode(SnapJSON(name: "foo"))).object ?? [:]
    #expect(
      keys.keys.sorted() == [
        "channel", "confinement", "contact", "description", "developer", "devmode", "id", "ignore-validation",
        "jailmode", "name", "private", "revision", "status", "summary", "trymode", "type", "version",
      ])
    let read = try WireJSON.decode(SnapJSON.self, from: Array(#"{"name":"a","apps":null,"hold":null,"later":1}"#.utf8))
    #expect(read.apps.isEmpty && read.name == "a" && read.hold == nil)
    #expect(try text(AppJSON(name: "a")) == #"{"name":"a"}"#)
    #expect(
      try text(AppActivatorJSON(name: "s", type: "socket", active: true, enabled: false))
        == #"{"Active":true,"Enabled":false,"Name":"s","Type":"socket"}"#)
    let notice = NoticeJSON(
      id: "1", userID: nil, type: "warning", key: "k", firstOccurred: .zero, lastOccurred: .zero, lastRepeated: .zero,
      occurrences: 1)
    #expect(try text(notice).contains(#""user-id":null"#))
  }

  @Test func instructions() throws {
    let body = #"{"action":"install","snaps":["a"],"devmode":true,"later":1,"revision":7,"components":{"a":["c"]}}"#
    var unknown: [String] = []
    let read = try SnapInstruction(
      json: WireJSON.decode(JSONValue.self, from: Array(body.utf8)), unknown: &unknown)
    #expect(unknown == ["later"])
    #expect(read.action == "install" && read.devmode && read.revision == "7" && read.componentsBySnap == ["a": ["c"]])
    #expect(
      try text(read)
        == #"{"action":"install","components":{"a":["c"]},"devmode":true,"revision":"7","snaps":["a"]}"#)
  }

  @Test(
    arguments: [
      (JSONValue.array([]), "expected object, found array"),
      (.object(["channel": 1]), #"field "channel" must be string, found number"#),
      (.object(["devmode": "yes"]), #"field "devmode" must be bool, found string"#),
      (.object(["snaps": ["a", 2]]), #"field "snaps" must be string, found number"#),
      (.object(["snaps": "a"]), #"field "snaps" must be array of strings, found string"#),
    ] as [(JSONValue, String)])
  func illTypedInstructions(json: JSONValue, message: String) {
    var unknown: [String] = []
    do {
      _ = try SnapInstruction(json: json, unknown: &unknown)
      Issue.record("accepted")
    } catch {
      #expect(error.description == "cannot decode request body into snap instruction: " + message)
    }
  }
}
