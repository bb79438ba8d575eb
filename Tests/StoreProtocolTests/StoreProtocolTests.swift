import JSONValues
import Snap
import StoreProtocol
import Testing
import Time

@Suite struct StoreProtocolTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func refreshRequestHasTheReferencesForm() throws {
    let request = SnapActionRequest(
      context: [
        SnapContext(
          snapID: "abc", instanceKey: "abc", revision: .store(7), trackingChannel: try Channel("edge"),
          refreshedDate: Timestamp("2026-11-21T12:00:00Z"), ignoresValidation: true, cohortKey: "k",
          validationSets: [["16", "acct", "set"]], heldBy: ["system"]),
        SnapContext(snapID: "def", instanceKey: "def", revision: .local(1)),
      ],
      actions: [
        SnapAction(.refresh, instanceKey: "abc", snapID: "abc", channel: try Channel("2.0")),
        SnapAction(.install, instanceKey: "install-1", name: try SnapName("hello")),
        SnapAction(
          .fetchAssertions, key: "g", assertions: [AssertionQuery(type: "model", key: ["16", "b"], ifNewerThan: 2)]),
      ], fields: ["name", "new-one"], assertionMaxFormats: ["snap-declaration": 7])
    let text = String(decoding: request.json, as: UTF8.self)
    #expect(
      text == #"{"context":[{"snap-id":"abc","instance-key":"abc","revision":7,"tracking-channel":"latest/edge","#
        + #""epoch":{"read":[0],"write":[0]},"refreshed-date":"2026-11-21T12:00:00Z","ignore-validation":true,"#
        + #""cohort-key":"k","validation-sets":[["16","acct","set"]],"held":{"by":["system"]}},"#
        + #"{"snap-id":"def","instance-key":"def","revision":0,"tracking-channel":"","#
        + #""epoch":{"read":[0],"write":[0]}}],"#
        + #""actions":[{"action":"refresh","instance-key":"abc","snap-id":"abc","channel":"2.0/stable"},"#
        + #"{"action":"install","instance-key":"install-1","name":"hello","epoch":null},"#
        + #"{"action":"fetch-assertions","key":"g","#
        + #""assertions":[{"type":"model","primary-key":["16","b"],"if-newer-than":2}]}],"#
        + #""fields":["name","new-one"],"assertion-max-formats":{"snap-declaration":7}}"#)
    var again = request
    again.context[1].revision = nil
    #expect(try SnapActionRequest(json: request.json) == again)
  }

  @Test func answersAreReadAndWrittenAlike() throws {
    let text = #"""
      {"results":[
        {"result":"install","instance-key":"install-1","snap-id":"ID","name":"hello","effective-channel":"stable",
         "redirect-channel":"2.0/stable","new":[{"x":null}],
         "snap":{"architectures":["all"],"base":"core22","confinement":"classic","links":{"contact":["a","b"]},
          "created-at":"2020","description":"two\nlines\u001b[31m","download":{"sha3-384":"\#(String(repeating: "0f", count: 48))",
          "size":12,"url":"http://x/y","deltas":[{"format":"xdelta3","source":1,"target":2,"size":3,"url":"u","sha3-384":""}]},
          "epoch":{"read":[0,1],"write":[1]},"private":false,"publisher":{"id":"p","username":"u","display-name":"U"},
          "revision":2,"summary":"one\nline","type":"application","version":"1","prices":{"EUR":"1.99"},
          "media":[{"type":"icon","url":"i","width":1}],"categories":[{"name":"c","featured":true}],
          "integrity":[{"type":"dm-verity"}],"resources":[{"name":"r","type":"component/standard","revision":4}]}},
        {"result":"error","instance-key":"download-1","error":{"code":"revision-not-found","message":"no",
         "extra":{"releases":[{"architecture":"amd64","channel":"beta"}]}}},
        {"result":"fetch-assertions","key":"g","assertion-stream-urls":["s"],
         "error-list":[{"code":"not-found","message":"m","type":"model","primary-key":["16"]}]}],
       "error-list":[{"code":"c","message":"m"}]}
      """#
    let response = try SnapActionResponse(json: Self.bytes(text))
    guard case .snap(.install, let snap) = response.results[0].content else {
      Issue.record("no snap")
      return
    }
    #expect(try snap.name == SnapName("hello") && snap.snapID == "ID" && snap.revision == .store(2))
    #expect(snap.description == "two\nlines[31m" && snap.summary == "oneline" && snap.type == .app)
    #expect(try snap.epoch == Epoch("1*") && snap.confinement == .classic && snap.download.size == 12)
    #expect(snap.download.deltas.first?.target == .store(2))
    #expect(try response.results[0].redirectChannel == Channel("2.0"))
    guard case .failure(let failure) = response.results[1].content else {
      Issue.record("no failure")
      return
    }
    #expect(try failure.code == .revisionNotFound && failure.releases.first?.channel == Channel("beta"))
    #expect(try SnapActionResponse(json: response.json) == response)
    // Codable goes the same way.
    #expect(try SnapActionResponse(from: Passing(value: JSONValue(parsing: response.json))) == response)

    let fields = StoreFields(names: ["revision", "version", "nonsense"])
    var builder = JSONBuilder()
    snap.write(fields, to: &builder)
    #expect(String(decoding: builder.bytes, as: UTF8.self) == #"{"revision":2,"version":"1"}"#)
    #expect(fields.names == ["revision", "version"])

    var info = SnapInfoResponse(name: snap.name, snapID: "ID", snap: StoreSnap(), defaultTrack: "2.0")
    info.snap.title = "T"
    var ofRevision = StoreSnap()
    ofRevision.revision = .store(3)
    info.channelMap = [
      ChannelMapEntry(
        channel: ChannelMapChannel(
          architecture: "amd64", try Channel("edge"), releasedAt: Timestamp("2026-11-21T12:00:00Z")),
        snap: ofRevision)
    ]
    #expect(try SnapInfoResponse(json: info.json) == info)
    var found = snap
    found.channel = "stable"
    let answer = FindResponse(results: [FindResult(found)])
    #expect(try FindResponse(json: answer.json) == answer)
  }

  @Test(arguments: [
    ("", "unexpected end of JSON input"),
    ("[]", "an object is expected at offset 0 of JSON input"),
    ("{\"results\":{}}", "an array is expected at offset 11 of JSON input"),
    ("{\"results\":[{\"result\":\"odd\"}]}", "unknown result \"odd\""),
    ("{\"results\":[{\"result\":\"install\"}]}", "the result \"install\" has no snap"),
    ("{\"results\":[{\"name\":7}]}", "a string is expected at offset 20 of JSON input"),
    ("{\"results\":[{\"snap\":{\"name\":\"../x\"}}]}", "invalid snap name: \"../x\""),
    ("{\"results\":[{\"snap\":{\"revision\":-1}}]}", "invalid snap revision: -1"),
    ("{\"results\":[{\"snap\":{\"revision\":1.5}}]}", "a whole number is expected at offset 32 of JSON input"),
    ("{\"results\":[{\"snap\":{\"download\":{\"size\":-1}}}]}", "a number that is not negative is expected, not -1"),
    (
      "{\"results\":[{\"snap\":{\"download\":{\"sha3-384\":\"../../x\"}}}]}",
      "cannot read \"../../x\" as a SHA3-384 in hexadecimal"
    ),
    ("{\"results\":[],}", "invalid character at offset 14 of JSON input"),
    ("{\"results\":[]} x", "cannot parse json value"),
    ("{\"x\":" + String(repeating: "[", count: 300), "JSON input is nested too deeply"),
  ]) func oddAnswersAreRefused(text: String, message: String) {
    #expect(throws: JSONError(message)) { try SnapActionResponse(json: Self.bytes(text)) }
  }

  @Test func nullStandsForNothing() throws {
    #expect(try SnapActionResponse(json: Self.bytes("null")) == SnapActionResponse())
    let text = #"{"results":null,"error-list":[null]}"#
    #expect(try SnapActionResponse(json: Self.bytes(text)).errorList == [ErrorListEntry()])
    let snap = try StoreSnap(json: Self.bytes(#"{"name":null,"epoch":null,"download":null,"links":null,"type":""}"#))
    #expect(snap == StoreSnap())
  }

  @Test func loginMessagesAreReadAndWrittenAlike() throws {
    let discharge = DischargeRequest(email: "a@b", password: "p\"", caveatID: "c", oneTimePassword: "1")
    #expect(try DischargeRequest(json: discharge.json) == discharge)
    let failure = try LoginFailure(
      json: Self.bytes(#"{"code":"INVALID_DATA","message":"m","extra":{"email":["bad"],"x":1}}"#))
    #expect(failure == LoginFailure(code: LoginFailure.invalidData, message: "m", extra: ["email": ["bad"]]))
    let session = SessionRequest(deviceSessionRequest: "d", serialAssertion: "s", modelAssertion: "m")
    #expect(try SessionRequest(json: session.json) == session)
  }
}

/// A decoder that hands over one JSON value.
private struct Passing: Decoder, SingleValueDecodingContainer {
  let value: JSONValue
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  struct Wrong: Error {}

  func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> { throw Wrong() }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Wrong() }
  func singleValueContainer() -> any SingleValueDecodingContainer { self }
  func decodeNil() -> Bool { value == .null }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard let value = value as? Value else { throw Wrong() }
    return value
  }
}
