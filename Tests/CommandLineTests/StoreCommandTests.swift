import API
import Glibc
import TestSupport
import Testing
import Time

@testable import CommandLine

/// The commands that need a store, against a daemon that says what a test told it.
@Suite struct StoreCommandTests {
  private static let found =
    #"{"name":"foo","version":"2.0","summary":"A\u001b[31mfoo","status":"available","type":"app","revision":"7","#
    + #""confinement":"strict","publisher":{"id":"i","username":"canonical","display-name":"Canonical","#
    + #""validation":"verified"},"#

  @Test func find() throws {
    let bar =
      #"{"name":"bar","version":"1","summary":"B","status":"priced","type":"base","confinement":"classic","#
      + #""prices":{"GBP":1.5,"USD":2},"publisher":{"id":"j","username":"j-d","display-name":"J D"}}"#
    let list = "[\(Self.found)\"private\":true},\(bar)]"
    let answers = [
      "GET /v2/find?q=foo&scope=wide": [Server.sync(list, #","suggested-currency":"GBP""#)],
      "GET /v2/find?q=foo": [Server.sync(list)],
      "GET /v2/find?q=foo&scope=wide&select=private": [Server.sync("[]")],
      "GET /v2/find?scope=wide&section=featured": [Server.sync("[\(Self.found)\"private\":false}]")],
      "GET /v2/sections": [Server.sync(#"["science","art"]"#)],
      "GET /v2/find?q=foo&scope=wide&section=art": [Server.sync("[]")],
      "GET /v2/find?q=a%26b&scope=wide": [Server.error("bad", kind: "bad-query")],
      "GET /v2/find?q=slow&scope=wide": [Server.error("m", kind: "network-timeout")],
    ]
    #expect(
      try run("find foo", answers)
        == Ran(
          code: 0,
          out: """
            Name  Version  Publisher    Notes                 Summary
            foo   2.0      canonical**  private               A [31mfoo
            bar   1        j-d          base,1.50GBP,classic  B

            """, err: ""))
    #expect(try run("search --narrow foo", answers).out.contains("base,2.00USD,classic"))
    #expect(
      try run("find --private foo", answers) == Ran(code: 0, out: "", err: "No matching snaps for \"foo\"\n"))
    #expect(
      try run("find", answers).out == """
        No search term specified. Here are some interesting snaps:

        Name  Version  Publisher    Notes  Summary
        foo   2.0      canonical**  -      A [31mfoo

        Provide a search term for more specific results.

        """)
    #expect(
      try run("find --section", answers).out == """
        No section specified. Available sections:
         * art
         * science
        Please try 'snap find --section=<selected section>'

        """)
    #expect(
      try run("find --section=x foo", answers).err
        == "error: No matching section \"x\", use --section to list existing sections\n")
    #expect(try run("find --section=art foo", answers).err == "No matching snaps for \"foo\" in section \"art\"\n")
    #expect(try run("find a&b", answers) == Ran(code: 1, out: "", err: "error: bad\n"))
    #expect(try run("find slow", answers).err == "error: unable to contact snap store\n")
  }

  @Test func infoOfStores() throws {
    func channel(_ name: String, _ version: String, _ revision: Int) -> String {
      #""\#(name)":{"revision":"\#(revision)","confinement":"strict","version":"\#(version)","channel":"\#(name)","#
        + #""size":65536,"released-at":"2025-12-18T15:16:56.7Z"}"#
    }
    let remote =
      Self.found
      + #""id":"abc","license":"MIT","description":"One\ntwo","store-url":"https://s.example/foo","tracks":["latest","2.0"],"#
      + #""channels":{\#(channel("latest/stable", "2.0", 7)),\#(channel("latest/beta", "2.1-rc", 10)),\#(channel("2.0/edge", "3", 112))}}"#
    let local = snap(
      "foo",
      #","version":"1.0","revision":"7","installed-size":4096,"tracking-channel":"latest/stable","hold":"2400-01-01T00:00:00Z""#
    )
    var answers = [
      "GET /v2/find?name=foo": [Server.sync("[\(remote)]")],
      "GET /v2/snaps/foo": [Server.error("m", kind: "snap-not-found", status: 404)],
      "GET /v2/find?name=nope": [Server.error("m", kind: "snap-not-found", status: 404)],
      "GET /v2/snaps/nope": [Server.error("m", kind: "snap-not-found", status: 404)],
    ]
    let table = """
      channels:
        latest/stable:    2.0    2025-12-18   (7) 66kB -
        latest/candidate: ^\("                            ")
        latest/beta:      2.1-rc 2025-12-18  (10) 66kB -
        latest/edge:      ^\("                            ")
        2.0/stable:       --\("                           ")
        2.0/candidate:    --\("                           ")
        2.0/beta:         --\("                           ")
        2.0/edge:         3      2025-12-18 (112) 66kB -

      """
    #expect(
      try run("info foo", answers)
        == Ran(
          code: 0,
          out: """
            name:      foo
            summary:   A [31mfoo
            publisher: Canonical**
            store-url: https://s.example/foo
            license:   MIT
            description: |
              One
              two
            snap-id: abc
            \(table)
            """.replacing("\n\n", with: "\n"), err: ""))
    #expect(try run("info --abs-time foo", answers).out.contains("2025-12-18T15:16:56Z"))
    answers["GET /v2/snaps/foo"] = [Server.sync(local)]
    let both = try run("info foo", answers).out
    #expect(both.contains("tracking: latest/stable\nhold:     forever\nchannels:\n"), "\(both)")
    #expect(both.hasSuffix("installed:          1.0                 (7)  4kB held\n"), "\(both)")
    let several = try run("info foo nope", answers)
    #expect(several.code == 0 && several.out.hasSuffix("---\nwarning: no snap found for \"nope\"\n"))
    // Without a store, what is installed is shown all the same.
    answers["GET /v2/find?name=foo"] = [Server.error("no store is set up")]
    #expect(try run("info foo", answers).out.hasSuffix("installed: 1.0 (7) 4kB held\n"))
  }

  @Test func refreshLists() throws {
    let update =
      Self.found + #""download-size":57000000,"update":{"download-size":1200000,"delta":true,"from-revision":"5","#
      + #""from-version":"1.9","permissions":[{"plug":"cam","interface":"camera","summary":"use cameras"},"#
      + #"{"plug":"home","interface":"home"}],"publisher":{"from":"a","to":"b"},"held":["held for good"]}}"#
    let answers = [
      "GET /v2/find?select=refresh": [Server.sync("[\(update)]")],
      "GET /v2/find?select=refresh&explain=true": [Server.sync("[\(update)]")],
    ]
    #expect(
      try run("refresh --list", answers).out == """
        Name  Version  Rev  Size  Publisher    Notes
        foo   2.0      7    57MB  canonical**  -

        """)
    #expect(
      try run("refresh --list --explain", answers).out == """
        foo:
          update:            1.9 (5) -> 2.0 (7)
          download:          1MB (delta)
          publisher:         Canonical**
          publisher-changed: a -> b
          new-permissions:
            - cam (camera): use cameras
            - home
          held:
            - held for good

        """)
    #expect(
      try run("refresh --list", ["GET /v2/find?select=refresh": [Server.sync("[]")]])
        == Ran(code: 0, out: "", err: "All snaps up to date.\n"))
  }

  @Test(arguments: [
    ("", "timer: t\nlast: n/a\nnext: today at 20:00 UTC\n"),
    (
      #","hold":"2026-01-10T22:00:00Z""#,
      "timer: t\nlast: n/a\nhold: today at 22:00 UTC\nnext: today at 20:00 UTC (but held)\n"
    ),
    (#","hold":"forever""#, "timer: t\nlast: n/a\nhold: forever\nnext: today at 20:00 UTC (but held)\n"),
    (#","hold":"2300-01-10T22:00:00Z""#, "timer: t\nlast: n/a\nhold: forever\nnext: today at 20:00 UTC (but held)\n"),
  ])
  func refreshTimes(hold: String, said: String) throws {
    let info = #"{"refresh":{"timer":"t","next":"2026-01-10T20:00:00Z"\#(hold)}}"#
    #expect(try run("refresh --time", ["GET /v2/system-info": [Server.sync(info)]]).out == said)
  }

  /// What each command sends that starts a change, and what it says in the end.
  @Test(arguments: [
    (
      "refresh --hold", "/v2/snaps", #"{"action":"hold","hold-level":"auto-refresh","time":"forever"}"#,
      "Auto-refresh of all snaps held indefinitely\n"
    ),
    (
      "refresh --hold=24h foo bar", "/v2/snaps",
      #"{"action":"hold","hold-level":"general","snaps":["foo","bar"],"time":"2026-01-11T12:00:00Z"}"#,
      "General refreshes of \"foo\", \"bar\" held until tomorrow at 12:00 UTC\n"
    ),
    ("refresh --unhold", "/v2/snaps", #"{"action":"unhold"}"#, "Removed auto-refresh hold on all snaps\n"),
    (
      "refresh --unhold foo", "/v2/snaps", #"{"action":"unhold","snaps":["foo"]}"#,
      "Removed general refresh hold of \"foo\"\n"
    ),
    (
      "switch --edge foo", "/v2/snaps/foo", #"{"action":"switch","channel":"edge"}"#,
      "\"foo\" switched to the \"latest/edge\" channel\n"
    ),
    (
      "switch --cohort=0123456789abc foo", "/v2/snaps/foo", #"{"action":"switch","cohort-key":"0123456789abc"}"#,
      "\"foo\" switched to the \"…456789abc\" cohort\n"
    ),
    (
      "switch --leave-cohort --channel=2/beta foo", "/v2/snaps/foo",
      #"{"action":"switch","channel":"2/beta","leave-cohort":true}"#,
      "\"foo\" left the cohort, and switched to the \"latest/edge\" channel\n"
    ),
    (
      "switch --leave-cohort foo", "/v2/snaps/foo", #"{"action":"switch","leave-cohort":true}"#,
      "\"foo\" left the cohort\n"
    ),
    (
      "install --channel=2.0 --cohort=k foo", "/v2/snaps/foo",
      #"{"action":"install","channel":"2.0","cohort-key":"k"}"#,
      "foo (2.0/stable) 1.0 from Canonical** installed\n"
        + "Channel latest/edge for foo is closed; temporarily forwarding to 2.0/stable.\n"
    ),
    (
      "validate --enforce --refresh acc/set=3", "/v2/snaps", #"{"action":"refresh","validation-sets":["acc/set=3"]}"#,
      "Refreshed/installed snaps to enforce validation set \"acc/set=3\"\n"
    ),
  ])
  func changes(line: String, path: String, body: String, said: String) throws {
    let foo = snap(
      "foo",
      #","channel":"2.0/stable","tracking-channel":"latest/edge","publisher":{"id":"i","username":"canonical","display-name":"Canonical","validation":"verified"}"#
    )
    let answers = [
      "POST \(path)": [Server.async("7")],
      "GET /v2/changes/7": [Server.sync(change("7", "Done"))],
      "GET /v2/snaps?snaps=foo": [Server.sync("[\(foo)]")],
    ]
    let ran = try run(line, answers) { server in
      #expect(String(decoding: server.requests.first?.body ?? [], as: UTF8.self) == body)
    }
    #expect(ran == Ran(code: 0, out: said, err: ""))
  }

  @Test func classicForNothing() throws {
    let answers = [
      "POST /v2/snaps/foo": [Server.async("7")],
      "GET /v2/changes/7": [Server.sync(change("7", "Done", #","data":{"snap-names":["foo"]}"#))],
      "GET /v2/snaps?snaps=foo": [Server.sync("[\(snap("foo"))]")],
    ]
    #expect(
      try run("install --classic foo", answers).err
        == "Warning: flag --classic ignored for strictly confined snap foo\n\n")
    #expect(
      try run("install --channel=//stable// foo", answers).err.hasPrefix(
        "Warning: Specifying a channel \"//stable//\" is relying on undefined behaviour."))
  }

  @Test func validationSets() throws {
    let set = #"{"account-id":"acc","name":"set","pinned-at":2,"mode":"enforce","sequence":2,"valid":true}"#
    let answers = [
      "GET /v2/validation-sets": [Server.sync("[\(set)]")],
      "GET /v2/validation-sets/acc/set?sequence=2": [Server.sync(set)],
      "POST /v2/validation-sets/acc/set": [Server.sync(set)],
      "POST /v2/validation-sets/acc/none": [Server.error("none there", kind: "validation-set-not-found", status: 404)],
    ]
    #expect(
      try run("validate", answers).out == """
        Validation  Mode     Seq  Current  Publisher  Notes
        acc/set=2   enforce  2    valid    acc        -

        """)
    #expect(try run("validate acc/set=2", answers).out == "valid\n")
    let monitored = try run("validate --monitor acc/set=2", answers) {
      #expect(
        String(decoding: $0.requests.first?.body ?? [], as: UTF8.self)
          == #"{"action":"apply","mode":"monitor","sequence":2}"#)
    }
    #expect(monitored.out == "valid\n")
    #expect(try run("validate --enforce acc/set", answers) == Ran(code: 0, out: "", err: ""))
    #expect(try run("validate --forget acc/set", answers) == Ran(code: 0, out: "", err: ""))
    #expect(try run("validate --forget acc/none", answers).err == "error: cannot forget validation set: none there\n")
    #expect(
      try run("validate", ["GET /v2/validation-sets": [Server.sync("[]")]]).err == "No validations are available\n")
  }

  @Test func logIn() throws {
    let home = try TemporaryDirectory(mode: 0o700)
    let environment = ["HOME": home.path]
    let user = #"{"id":1,"username":"joe","email":"joe@example.com","macaroon":"m","discharges":["d"]}"#
    let refused = Server.error("two factor authentication required", kind: "two-factor-required", status: 401)
    let ran = try run(
      "login",
      ["POST /v2/login": [refused, Server.error("no", kind: "two-factor-failed", status: 401), Server.sync(user)]],
      environment: environment, typed: ["joe@example.com", "secret", "1", "2"]
    ) { server in
      #expect(
        server.requests.map { String(decoding: $0.body, as: UTF8.self) } == [
          #"{"email":"joe@example.com","password":"secret!"}"#,
          #"{"email":"joe@example.com","otp":"1","password":"secret!"}"#,
          #"{"email":"joe@example.com","otp":"2","password":"secret!"}"#,
        ])
    }
    #expect(
      ran
        == Ran(
          code: 0,
          out:
            "Email address: Password of \"joe@example.com\": Two-factor code: Bad code. Try again: Login successful\n",
          err: ""))
    var status = stat()
    #expect(stat(home("/.snap/auth.json"), &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try run("whoami", environment: environment).out == "email: joe@example.com\n")
    _ = try run("list", ["GET /v2/snaps": [Server.sync("[]")]], environment: environment) { server in
      #expect(server.requests.first?.headers["authorization"] == #"Macaroon root="m", discharge="d""#)
    }
    #expect(try run("logout", ["POST /v2/logout": [Server.sync("null")]], environment: environment).code == 0)
    #expect(try run("whoami", environment: environment).out == "email: -\n")
    #expect(
      try run(
        "login joe", ["POST /v2/login": [Server.error("invalid credentials", kind: "invalid-auth-data", status: 401)]],
        environment: environment, typed: ["x"]
      ).err == "error: invalid credentials\n")
    #expect(try run("login", environment: environment).err == "error: EOF\n")
  }

  @Test func cohorts() throws {
    let ran = try run("create-cohort foo bar", ["POST /v2/cohorts": [Server.sync(#"{"foo":"MSBm/+=","bar":"a: b"}"#)]])
    {
      #expect(
        String(decoding: $0.requests.first?.body ?? [], as: UTF8.self) == #"{"action":"create","snaps":["foo","bar"]}"#)
    }
    #expect(
      ran.out == """
        cohorts:
          bar:
            cohort-key: "a: b"
          foo:
            cohort-key: MSBm/+=

        """)
    #expect(
      try run("create-cohort foo", ["POST /v2/cohorts": [Server.error("m", kind: "snap-not-found")]]).err
        == "error: snap \"\" not found\n")
  }

  @Test func stores() throws {
    let store = #"{"name":"s","url":"https://s.example/","key":"K","priority":0,"origin":"administrator"}"#
    let answers = ["GET /v2/stores": [Server.sync("[\(store)]")], "POST /v2/stores": [Server.sync(store)]]
    #expect(
      try run("store list", answers).out == """
        Name  URL                 Priority  From           Key
        s     https://s.example/  0         administrator  K

        """)
    #expect(
      try run("store list", ["GET /v2/stores": [Server.sync("[]")]]).err
        == "No store is set up yet. Try 'snap help store add'.\n")
    let added = try run("store add https://s.example --key K --priority 3", answers) {
      #expect(
        String(decoding: $0.requests.first?.body ?? [], as: UTF8.self)
          == #"{"action":"add","key":"K","priority":3,"url":"https://s.example"}"#)
    }
    #expect(added == Ran(code: 0, out: "Store \"s\" at https://s.example/ added\n", err: ""))
    #expect(try run("store remove s", answers).out == "Store \"s\" removed\n")
  }

  @Test func model() throws {
    let none = Server.error("no model assertion yet", kind: "assertion-not-found", status: 404)
    #expect(
      try run("model", ["GET /v2/model": [none], "GET /v2/model/serial": [none]])
        == Ran(code: 1, out: "", err: "error: device not ready yet (no assertions found)\n"))
    func raw(_ text: String) -> String {
      "HTTP/1.1 200 OK\r\nContent-Type: application/x.ubuntu.assertion\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }
    let model =
      "type: model\nauthority-id: b\nseries: 16\nbrand-id: b\nmodel: box\ndisplay-name: Box\narchitecture: amd64\n"
      + "snaps:\n  -\n    name: pc\ntimestamp: 2026-01-10T11:00:00Z\nsign-key-sha3-384: k\n\nsig\n"
    let account = "type: account\naccount-id: b\ndisplay-name: Brand\nusername: brand\nvalidation: verified\n\nsig\n"
    let answers = [
      "GET /v2/model": [raw(model)], "GET /v2/model/serial": [none],
      "GET /v2/assertions/account?account-id=b": [raw(account)],
    ]
    #expect(
      try run("model", answers).out
        == "brand   Brand**\nmodel   Box (box)\nserial  - (device not registered yet)\n")
    #expect(try run("model --assertion", answers).out == model)
    #expect(
      try run("model --verbose", answers).out == """
        brand-id:  b
        model:     box
        serial:    -- (device not registered yet)
        display-name: Box
        architecture: amd64
        snaps:
          -
            name: pc
        timestamp: today at 11:00 UTC

        """)
    #expect(
      try run("model --serial", answers)
        == Ran(
          code: 1, out: "brand-id:  b\nmodel:     box\n",
          err: "error: device not registered yet (no serial assertion found)\n"))
  }

  @Test func advice() throws {
    let place = try TemporaryDirectory()
    let lines = (0..<50).map { "c\(pad(Int64($0)))\tsnap\($0)\t1" } + ["hello\tgreeter\t2.0", "hello\tworld\t1.0"]
    try SmallFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: place("commands"), mode: 0o644)
    let file = try #require(SortedLines(path: place("commands")))
    for line in lines.prefix(50) { #expect(file.lines(of: String(line.prefix(3))) == [Substring(line)]) }
    #expect(file.lines(of: "hello").count == 2 && file.lines(of: "hell").isEmpty && file.lines(of: "zz").isEmpty)
    #expect(try run("advise-snap --command hello").err == "error: hello: command not found\n")
    #expect(try run("advise-snap").err == "error: the required argument `<command or pkg>` was not provided\n")
  }

  /// What is said of a snap that is elsewhere.
  @Test(arguments: [
    (
      "snap-channel-not-available", "stable", [("amd64", "latest/beta"), ("amd64", "edge"), ("arm64", "stable")],
      """
      error: snap "foo" is not available on stable but is available to install on the
             following channels:

             beta       snap install --beta foo
             edge       snap install --edge foo

             Please be mindful pre-release channels may include features not
             completely tested or implemented. Get more information with 'snap info
             foo'.

      """
    ),
    (
      "snap-channel-not-available", "2.0/edge", [("amd64", "3.0/edge"), ("amd64", "latest/edge")],
      """
      error: snap "foo" is not available on 2.0/edge but is available to install on
             the following tracks:

             3.0/edge     snap install --channel=3.0/edge foo
             latest/edge  snap install --edge foo

             Please be mindful that different tracks may include different features.
             Get more information with 'snap info foo'.

      """
    ),
    (
      "snap-channel-not-available", "edge/fix", [("amd64", "edge")],
      "error: requested a non-existing branch on latest/edge for snap \"foo\": fix\n"
    ),
    (
      "snap-architecture-not-available", "stable", [("arm64", "stable"), ("armhf", "stable")],
      """
      error: snap "foo" is not available on stable for this architecture (amd64) but
             exists on other architectures (arm64, armhf).

      """
    ),
    (
      "snap-architecture-not-available", "stable", [("arm64", "edge")],
      """
      error: snap "foo" is not available on this architecture (amd64) but exists on
             other architectures (arm64).

      """
    ),
    (
      "snap-channel-not-available", "stable", [],
      "error: snap \"foo\" not available as specified (see 'snap info foo')\n"
    ),
  ])
  func unavailable(kind: String, channel: String, releases: [(String, String)], said: String) throws {
    let list = releases.map { #"{"architecture":"\#($0.0)","channel":"\#($0.1)"}"# }.joined(separator: ",")
    let value =
      #"{"snap-name":"foo","action":"install","channel":"\#(channel)","architecture":"amd64","releases":[\#(list)]}"#
    let answers = ["POST /v2/snaps/foo": [Server.error("m", kind: kind, value: value, status: 404)]]
    #expect(try run("install foo", answers).err == said)
  }

  @Test func download() throws {
    let place = try TemporaryDirectory()
    func file(_ content: String, status: Int = 200, size: Int = 10) -> String {
      "HTTP/1.1 \(status) X\r\nContent-Type: application/octet-stream\r\nContent-Length: \(content.utf8.count)\r\n"
        + "Content-Disposition: attachment; filename=foo_7.snap\r\nSnap-Length: \(size)\r\nSnap-Sha3-384: "
        + String(repeating: "0a", count: 48) + "\r\nSnap-Download-Token: T\r\n\r\n\(content)"
    }
    func assertion(_ type: String, _ headers: String) -> String {
      let text = "type: \(type)\n\(headers)\n\nsignature\n"
      return
        "HTTP/1.1 200 OK\r\nContent-Type: application/x.ubuntu.assertion\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }
    let nothing =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x.ubuntu.assertion\r\nContent-Length: 0\r\n\r\n"
    let digest = String(repeating: "CgoK", count: 16)
    let assertions = [
      "GET /v2/assertions/snap-revision?snap-sha3-384=\(digest)&remote=true": [
        assertion("snap-revision", "snap-id: abc\ndeveloper-id: dev\nsign-key-sha3-384: K")
      ],
      "GET /v2/assertions/snap-declaration?series=16&snap-id=abc&remote=true": [
        assertion("snap-declaration", "snap-name: foo\npublisher-id: dev\nsign-key-sha3-384: K")
      ],
      "GET /v2/assertions/account?account-id=dev&remote=true": [
        assertion("account", "account-id: dev\nsign-key-sha3-384: ROOT")
      ],
      "GET /v2/assertions/account?account-id=store&remote=true": [
        assertion("account", "account-id: store\nsign-key-sha3-384: ROOT")
      ],
      "GET /v2/assertions/account-key?public-key-sha3-384=K": [nothing],
      "GET /v2/assertions/account-key?public-key-sha3-384=K&remote=true": [
        assertion("account-key", "account-id: store\npublic-key-sha3-384: K\nsign-key-sha3-384: ROOT")
      ],
      "GET /v2/assertions/account-key?public-key-sha3-384=ROOT": [
        assertion("account-key", "public-key-sha3-384: ROOT\nsign-key-sha3-384: ROOT")
      ],
    ]
    // The first time it is cut off half-way; the second time goes on there.
    var answers = assertions
    answers["POST /v2/download"] = [
      file(""), file("01234").replacing("Content-Length: 5", with: "Content-Length: 10") + "END",
    ]
    let line = "download --edge --target-directory=\(place.path) foo"
    let helper = "echo \(String(repeating: "0a", count: 48))"
    answers["POST /v2/download"] = [file(""), "HTTP/1.0" + file("01234").dropFirst(8).description]
    let cut = try run(line, answers, helper: helper)
    #expect(cut.code == 1 && cut.err.contains("cannot download \"foo\": got 5 bytes of 10"))
    answers["POST /v2/download"] = [file(""), file("56789", status: 206)]
    let ran = try run(line, answers, helper: helper) { server in
      let posts = server.requests.filter { $0.method == "POST" }
      #expect(
        posts.map { String(decoding: $0.body, as: UTF8.self) } == [
          #"{"channel":"edge","header-peek":true,"snap-name":"foo"}"#,
          #"{"channel":"edge","resume-token":"T","snap-name":"foo"}"#,
        ])
      #expect(posts.last?.headers["range"] == "bytes=5-")
    }
    let path = place("foo_7")
    #expect(
      ran
        == Ran(
          code: 0,
          out: """
            Fetching snap "foo"
            Fetching assertions for "foo"
            Install the snap with:
               snap ack \(path).assert
               snap install \(path).snap

            """, err: ""))
    #expect(SmallFile.read(path + ".snap", limit: 99) == Array("0123456789".utf8))
    let types = String(decoding: SmallFile.read(path + ".assert", limit: 9999) ?? [], as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix("type: ") }.map { $0.dropFirst(6) }
    #expect(types == ["account", "account-key", "account", "snap-declaration", "snap-revision"])
    // What is there already is not got again; another digest is refused.
    #expect(try run(line, answers, helper: helper).code == 0)
    #expect(access(path + ".snap.partial", F_OK) != 0)
    answers["POST /v2/download"] = [file(""), file("0123456789")]
    let wrong = try run(line, answers, helper: "echo \(String(repeating: "0b", count: 48))")
    #expect(wrong.code == 1 && wrong.err.hasPrefix("error: sha3-384 mismatch for \"foo\": got 0b"))
    #expect(
      try run("download foo", ["POST /v2/download": [Server.error("m", kind: "snap-not-found", status: 404)]]).err
        == "error: snap \"foo\" not found\n")
  }
}
