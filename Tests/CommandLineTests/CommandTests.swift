import API
import Glibc
import TestSupport
import Testing

@testable import CommandLine

typealias Server = ScriptedServer

/// A change that is done at the first look, and the snap it was about.
private func operation(_ request: String, _ data: String = #""snap-names":["foo"]"#, snap more: String = "") -> [String:
  [String]]
{
  [
    request: [Server.async("7")],
    "GET /v2/changes/7": [
      Server.sync(
        change(
          "7", "Doing", ready: false,
          #","tasks":[{"id":"1","kind":"k","summary":"Mount","status":"Doing","progress":{"label":"","done":0,"total":1}}]"#
        )),
      Server.sync(change("7", "Done", #","data":{\#(data)}"#)),
    ],
    "GET /v2/snaps?snaps=foo": [Server.sync("[\(snap("foo", more))]")],
  ]
}

private let publisher = #","publisher":{"id":"i","username":"pub","display-name":"Pub Lisher","validation":"verified"}"#

@Suite struct CommandTests {
  @Test func list() throws {
    let answers = [
      "GET /v2/snaps": [
        Server.sync(
          "["
            + [
              snap("zed", #","tracking-channel":"latest/edge/fix","devmode":true,"trymode":true"# + publisher),
              snap("core", #","type":"os","status":"installed","broken":"gone","tracking-channel":"latest/stable""#),
              snap(
                "foo",
                #","status":"active","health":{"status":"blocked"},"hold":"2027-01-01T00:00:00Z","version":"","confinement":"classic""#
              ),
            ].joined(separator: ",") + "]", #","warning-count":1,"warning-timestamp":"2026-01-10T00:00:00Z""#)
      ]
    ]
    let table = """
      Name  Version  Rev  Tracking       Publisher  Notes
      core  1.0      x1   latest/stable  -          core,disabled,broken
      foo   -        x1   -              -          classic,blocked,held
      zed   1.0      x1   latest/edge/…  pub**      devmode,try

      """
    let hint = "WARNING: There is 1 new warning. See 'snap warnings'.\n"
    #expect(try run("list", answers) == Ran(code: 0, out: table, err: hint))
    let utf8 = ["LANG": "en_US.UTF-8"]
    #expect(
      try run("list", answers, terminal: true, environment: utf8).out.contains("pub\u{1b}[32m✓\u{1b}[0m       devmode"))
    #expect(
      try run("list", answers, terminal: true, environment: ["LANG": "C.UTF-8", "NO_COLOR": "1"]).out.contains("pub✓ "))
    #expect(try run("list --unicode=never --color=never", answers, terminal: true, environment: utf8).out == table)
  }

  @Test func listOfNothing() throws {
    let none = Ran(code: 0, out: "", err: "No snaps are installed yet. Try 'snap install hello-world'.\n")
    #expect(try run("list", ["GET /v2/snaps": [Server.sync("[]")]]) == none)
    #expect(
      try run("list --all foo", ["GET /v2/snaps?select=all&snaps=foo": [Server.sync("[]")]])
        == Ran(code: 1, out: "", err: "error: no matching snaps installed\n"))
    #expect(
      try run("list", ["GET /v2/snaps": [""]]).err
        == "error: cannot list snaps: cannot communicate with server: Get \"http://localhost/v2/snaps\": EOF\n")
  }

  /// What each operation sends, and what it says in the end.
  @Test(arguments: [
    ("refresh foo", "POST /v2/snaps/foo", #"{"action":"refresh"}"#, "", "foo 1.0 refreshed\n"),
    (
      "refresh foo --channel=latest/beta", "POST /v2/snaps/foo", #"{"action":"refresh","channel":"latest/beta"}"#,
      #","channel":"latest/beta","tracking-channel":"latest/beta""# + publisher,
      "foo (beta) 1.0 from Pub Lisher (pub**) refreshed\n"
    ),
    (
      "install --edge foo", "POST /v2/snaps/foo", #"{"action":"install","channel":"edge"}"#,
      #","channel":"latest/stable","tracking-channel":"latest/edge""#,
      "foo 1.0 installed\nChannel latest/edge for foo is closed; temporarily forwarding to latest/stable.\n"
    ),
    (
      "install foo bar", "POST /v2/snaps", #"{"action":"install","snaps":["foo","bar"]}"#, "",
      "foo 1.0 installed\nbar already installed\n"
    ),
    ("refresh", "POST /v2/snaps", #"{"action":"refresh"}"#, "", "foo 1.0 refreshed\n"),
    (
      "revert foo --revision=x3", "POST /v2/snaps/foo", #"{"action":"revert","revision":"x3"}"#, "",
      "foo reverted to 1.0\n"
    ),
    ("enable foo", "POST /v2/snaps/foo", #"{"action":"enable"}"#, "", "foo enabled\n"),
    ("disable foo", "POST /v2/snaps/foo", #"{"action":"disable"}"#, "", "foo disabled\n"),
    ("remove --purge foo", "POST /v2/snaps/foo", #"{"action":"remove","purge":true}"#, "", "foo removed\n"),
    (
      "remove foo --revision x1", "POST /v2/snaps/foo", #"{"action":"remove","revision":"x1"}"#, "",
      "foo (revision x1) removed\n"
    ),
    ("remove foo bar", "POST /v2/snaps", #"{"action":"remove","snaps":["foo","bar"]}"#, "", "foo removed\n"),
    ("remove --no-wait foo", "POST /v2/snaps/foo", #"{"action":"remove"}"#, "", "7\n"),
  ])
  func operations(line: String, request: String, body: String, snap: String, said: String) throws {
    let ran = try run(line, operation(request, snap: snap)) { server in
      #expect(server.lines.first == request)
      #expect(String(decoding: server.requests.first?.body ?? [], as: UTF8.self) == body)
    }
    #expect(ran == Ran(code: 0, out: said, err: ""))
  }

  @Test func files() throws {
    let directory = try TemporaryDirectory()
    let image = directory("cli-test.snap")
    try SmallFile.write(Array("image".utf8), to: image, mode: 0o600)
    let answers = operation("POST /v2/snaps", #""snap-name":"foo""#)
    let ran = try run("install --devmode --name=foo_a \(image)", answers) { server in
      let body = String(decoding: server.requests.first?.body ?? [], as: UTF8.self)
      for (name, value) in [("dangerous", "true"), ("devmode", "true"), ("name", "foo_a")] {
        #expect(body.contains("name=\"\(name)\"\r\n\r\n\(value)\r\n"))
      }
      #expect(body.contains("\r\n\r\nimage\r\n--"))
    }
    #expect(ran == Ran(code: 0, out: "foo 1.0 installed\n", err: ""))
    let tried = try run("try --jailmode /a/./b/../c", answers) { server in
      let body = String(decoding: server.requests.first?.body ?? [], as: UTF8.self)
      #expect(body.contains("name=\"snap-path\"\r\n\r\n/a/c\r\n") && body.contains("name=\"action\"\r\n\r\ntry\r\n"))
    }
    #expect(tried == Ran(code: 0, out: "foo 1.0 mounted from /a/c\n", err: ""))
  }

  /// Kinds of errors: message, exit code.
  @Test(
    arguments: [
      ("install foo", "snap-already-installed", 0, "snap \"foo\" is already installed, see 'snap help refresh'\n"),
      ("remove foo", "snap-not-installed", 0, "the message\n"),
      ("enable foo", "snap-not-installed", 0, "the message\n"),
      ("refresh foo", "snap-no-update-available", 0, "snap \"foo\" has no updates available\n"),
      ("install foo", "snap-not-found", 1, "error: snap \"foo\" not found\n"),
      ("install foo", "snap-change-conflict", 10, "error: the message\n"),
      ("install foo", "snap-not-classic", 1, "error: snap \"foo\" is not compatible with --classic\n"),
      ("install foo", "login-required", 1, "error: the message (try with sudo)\n"),
      (
        "refresh foo", "snap-local", 1,
        "error: local snap \"foo\" is unknown to the store, use --amend to proceed anyway\n"
      ),
      (
        "install foo --dangerous", "snap-needs-devmode", 1,
        "error: snap \"foo\" requires devmode or confinement override\n"
      ),
      ("install foo", "network-timeout", 1, "error: unable to contact snap store\n"),
      (
        "install foo", "snap-revision-not-available", 1,
        "error: snap \"foo\" not available as specified (see 'snap info foo')\n"
      ),
      ("install foo", "some-new-kind", 1, "error: the message\n"),
      (
        "install foo", "snap-needs-classic", 1,
        """
        error: This revision of snap "foo" was published using classic confinement and
               thus may perform arbitrary system changes outside of the security
               sandbox that snaps are usually confined to, which may put your system at
               risk.

               If you understand and want to proceed repeat the command including
               --classic.

        """
      ),
    ] as [(String, String, Int32, String)])
  func errorKinds(line: String, kind: String, code: Int32, err: String) throws {
    let answers = ["POST /v2/snaps/foo": [Server.error("the message", kind: kind, value: #""foo""#)]]
    #expect(try run(line, answers, user: 1000) == Ran(code: code, out: "", err: err))
  }

  @Test func diskSpace() throws {
    let answers = [
      "POST /v2/snaps/foo": [
        Server.error(
          "m", kind: "insufficient-disk-space", value: #"{"snap-names":["foo"],"change-kind":"remove"}"#, status: 507)
      ]
    ]
    #expect(
      try run("remove foo", answers).err == """
        error: cannot remove "foo" due to low disk space for automatic snapshot, use
               --purge to avoid creating a snapshot

        """)
  }

  @Test func failedChange() throws {
    var answers = operation("POST /v2/snaps/foo")
    answers["GET /v2/changes/7"] = [
      Server.sync(change("7", "Error", #","err":"cannot perform the following tasks:\n- Mount (no)""#))
    ]
    #expect(try run("remove foo", answers).err == "error: cannot perform the following tasks:\n- Mount (no)\n")
    answers["GET /v2/changes/7"] = [Server.sync(change("7", "Undone"))]
    let undone = "error: change finished in status \"Undone\" with no error message\n"
    #expect(try run("remove foo", answers) == Ran(code: 1, out: "", err: undone))
    // The daemon starts anew while we wait; what its tasks log is shown as it comes.
    let log =
      #","tasks":[{"id":"1","kind":"k","summary":"s","status":"Doing","log":["T INFO hello"],"progress":{"done":0,"total":1}}]"#
    answers["GET /v2/changes/7"] = [
      "", Server.sync(change("7", "Doing", ready: false, log)), Server.sync(change("7", "Done")),
    ]
    #expect(try run("remove foo", answers) == Ran(code: 0, out: "T INFO hello\nfoo removed\n", err: ""))
    // One that it has forgotten is no reason to wait.
    answers["GET /v2/changes/7"] = [Server.error("cannot find change with id \\\"7\\\"", status: 404)]
    #expect(try run("remove foo", answers).err == "error: cannot find change with id \"7\"\n")
  }

  @Test func interruptAborts() throws {
    var answers = operation("POST /v2/snaps/foo")
    let doing = Server.sync(change("7", "Doing", ready: false))
    answers["GET /v2/changes/7"] = Array(repeating: doing, count: 40) + [Server.sync(change("7", "Undone"))]
    answers["POST /v2/changes/7"] = [Server.sync(change("7", "Doing", ready: false))]
    // Blocked here first, so that it is pending for this thread alone when the waiting begins.
    var set = sigset_t()
    var old = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    pthread_sigmask(SIG_BLOCK, &set, &old)
    pthread_kill(pthread_self(), SIGINT)
    let ran = try run("remove foo", answers) { server in
      let abort = server.requests.first { $0.method == "POST" && $0.target == "/v2/changes/7" }
      #expect(String(decoding: abort?.body ?? [], as: UTF8.self) == #"{"action":"abort"}"#)
    }
    pthread_sigmask(SIG_SETMASK, &old, nil)
    #expect(ran.code == 1 && ran.err.contains("\"Undone\""))
  }

  @Test func changesAndTasks() throws {
    let list =
      "[\(change("12", "Done")),\(change("9", "Doing", ready: false, #","spawn-time":"2026-01-08T10:00:00Z""#))]"
      .replacing(
        #","spawn-time":"2026-01-10T10:00:00Z","ready-time":"2026-01-09T10:00:05.5Z","spawn-time""#,
        with: #","spawn-time""#)
    let answers = ["GET /v2/changes?select=all": [Server.sync(list)]]
    #expect(
      try run("changes", answers).out == """
        ID   Status  Spawn                     Ready                   Summary
        9    Doing   2 days ago, at 10:00 UTC  -                       Install
        12   Done    today at 10:00 UTC        yesterday at 10:00 UTC  Install


        """)
    #expect(
      try run("changes --abs-time", answers).out.contains("12   Done    2026-01-10T10:00:00Z  2026-01-09T10:00:05Z  "))
    #expect(
      try run("changes foo", ["GET /v2/changes?for=foo&select=all": [Server.sync("[]")]]).err
        == "error: no changes of \"foo\" found\n")
    let tasks =
      #","tasks":[{"id":"1","kind":"k","summary":"Copy","status":"Doing","progress":{"done":1,"total":3},"spawn-time":"2026-01-10T10:00:00Z"},"#
      + #"{"id":"2","kind":"k","summary":"Link","status":"Do","log":["a","b"],"spawn-time":"2026-01-10T10:00:00Z"}]"#
    var one = answers
    one["GET /v2/changes/12"] = [Server.sync(change("12", "Doing", ready: false, tasks))]
    let table = """
      Status  Spawn               Ready  Summary
      Doing   today at 10:00 UTC  -      Copy (33.33%)
      Do      today at 10:00 UTC  -      Link

      ......................................................................
      Link

      a
      b


      """
    #expect(try run("tasks 12", one) == Ran(code: 0, out: table, err: ""))
    #expect(try run("change --last=install", one).out == table)
    #expect(try run("tasks --last=remove?", one) == Ran(code: 0, out: "", err: ""))
    #expect(try run("tasks --last=remove", one).err == "error: no changes of type \"remove\" found\n")
    #expect(try run("tasks --format=json 12", one).out.hasPrefix(#"{"id":"12","kind":"install-snap","#))
    let aborted = try run("abort 12", ["POST /v2/changes/12": [Server.sync(change("12", "Abort"))]])
    #expect(aborted == Ran(code: 0, out: "", err: ""))
    #expect(
      try run("watch 12", ["GET /v2/changes/12": [Server.sync(change("12", "Done"))]]) == Ran(code: 0, out: "", err: "")
    )
    #expect(
      try run("debug state", answers).out.contains(
        "12   Done    today at 10:00 UTC        yesterday at 10:00 UTC  install-snap  Install\n"))
  }

  @Test func info() throws {
    let more =
      #","summary":"A: b","description":"Long\ntext","license":"MIT","tracking-channel":"latest/stable","id":"abc","#
      + #""installed-size":4096,"install-date":"2026-01-10T09:00:00Z","apps":[{"name":"foo"},{"name":"bar"},"#
      + #"{"name":"svc","daemon":"simple","enabled":true}]"#
    let answers = ["GET /v2/snaps/foo": [Server.sync(snap("foo", more + publisher))]]
    #expect(
      try run("info foo", answers)
        == Ran(
          code: 0,
          out: """
            name:      foo
            summary:   'A: b'
            publisher: Pub Lisher (pub**)
            license:   MIT
            description: |
              Long
              text
            commands:
              - foo
              - foo.bar
            services:
              foo.svc: simple, enabled, inactive
            snap-id:      abc
            tracking:     latest/stable
            refresh-date: today at 09:00 UTC
            installed:    1.0 (x1) 4kB -

            """, err: ""))
    #expect(
      try run("info nope", ["GET /v2/snaps/nope": [Server.error("m", kind: "snap-not-found", status: 404)]])
        == Ran(code: 1, out: "", err: "error: no snap found for \"nope\"\n"))
  }

  @Test func system() throws {
    let info =
      #"{"series":"16","version":"2.77","on-classic":true,"os-release":{"id":"debian","version-id":"12"},"#
      + #""kernel-version":"6.1","confinement":"strict","sandbox-features":{"seccomp":["a","b"],"landlock":["v3"]},"#
      + #""locations":{"snap-mount-dir":"/snap","snap-bin-dir":"/snap/bin"},"#
      + #""refresh":{"timer":"00:00~24:00/4","last":"","next":"2026-01-10T20:00:00Z"}}"#
    let answers = ["GET /v2/system-info": [Server.sync(info)]]
    #expect(try run("version", answers).out == "snap    2.77.0\nsnapd   2.77\nseries  16\ndebian  12\nkernel  6.1\n")
    #expect(try run("--version", answers).out == run("version", answers).out)
    #expect(try run("version").out == "snap    2.77.0\nsnapd   unavailable\nseries  -\n")
    #expect(try run("debug confinement", answers).out == "strict\n")
    #expect(try run("debug sandbox-features", answers).out == "landlock:  v3\nseccomp:   a b\n")
    #expect(try run("debug sandbox-features --required=seccomp:a", answers).code == 0)
    #expect(
      try run("debug sandbox-features --required=x:y", answers).err == "error: sandbox feature not available: \"x:y\"\n"
    )
    #expect(
      try run("debug paths", answers).out
        == "SNAPD_MOUNT=/snap\nSNAPD_BIN=/snap/bin\nSNAPD_LIBEXEC=ROOT/usr/lib/snapd\n")
    #expect(try run("refresh --time", answers).out == "timer: 00:00~24:00/4\nlast: n/a\nnext: today at 20:00 UTC\n")
    let envelope = #"{"type":"sync","status-code":200,"status":"OK","result":\#(info)}"# + "\n"
    #expect(try run("debug api /v2/system-info", answers).out == envelope)
    #expect(try run("debug api /nope --fail").err == "error: request failed with status code 500\n")
    #expect(try run("debug ensure-state-soon", ["POST /v2/debug": [Server.sync("true")]]).code == 0)
  }

  @Test func services() throws {
    let apps =
      #"[{"snap":"foo","name":"b","daemon":"simple","enabled":true,"active":true},"#
      + #"{"snap":"foo","name":"a","daemon":"oneshot","activators":[{"Name":"a","Type":"timer"}]}]"#
    #expect(
      try run("services foo", ["GET /v2/apps?names=foo&select=service&global=true": [Server.sync(apps)]]).out == """
        Service  Startup   Current   Notes
        foo.a    disabled  inactive  timer-activated
        foo.b    enabled   active    -

        """)
    #expect(
      try run("services", ["GET /v2/apps?select=service&global=true": [Server.sync("[]")]]).err
        == "There are no services provided by installed snaps.\n")
    #expect(try run("services -g -u").err == "error: cannot combine --global and --user switches.\n")
  }

  /// What is sent to start, stop and restart services, and what is said then.
  @Test(arguments: [
    ("start foo.b", #"{"action":"start","names":["foo.b"]}"#, "Started."),
    ("start --enable foo bar", #"{"action":"start","enable":true,"names":["foo","bar"]}"#, "Started."),
    ("stop --disable foo", #"{"action":"stop","disable":true,"names":["foo"]}"#, "Stopped."),
    ("restart --reload foo", #"{"action":"restart","names":["foo"],"reload":true}"#, "Restarted."),
    ("stop --system foo", #"{"action":"stop","names":["foo"],"scope":["system"]}"#, "Stopped."),
    ("stop --user foo", #"{"action":"stop","names":["foo"],"scope":["user"],"users":"self"}"#, "Stopped."),
    ("stop --users=all foo", #"{"action":"stop","names":["foo"],"scope":["user"],"users":"all"}"#, "Stopped."),
    ("stop --system --users=all foo", #"{"action":"stop","names":["foo"],"users":"all"}"#, "Stopped."),
  ])
  func serviceControl(line: String, body: String, said: String) throws {
    let answers = [
      "POST /v2/apps": [Server.async("7")],
      "GET /v2/changes/7": [Server.sync(#"{"id":"7","status":"Done","ready":true}"#)],
    ]
    let ran = try run(line, answers) { server in
      #expect(String(decoding: server.requests.first?.body ?? [], as: UTF8.self) == body)
    }
    #expect(ran == Ran(code: 0, out: said + "\n", err: ""))
  }

  @Test(arguments: [
    ("stop --users=me foo", "only \"all\" is supported as a value for --users"),
    ("stop --user --users=all foo", "--user and --users cannot be used in conjunction with each other"),
    ("start --user --system foo", "--system and --user cannot be used in conjunction with each other"),
    ("logs -n x foo", "invalid argument for flag ‘-n’: expected a non-negative integer argument, or “all”."),
    ("logs -n -1 foo", "invalid argument for flag ‘-n’: expected a non-negative integer argument, or “all”."),
    ("run --timer=nonsense foo", "invalid timer format: cannot parse \"nonsense\": not a valid weekday"),
    ("run --timer=10:00 --hook=x foo", "you can only use one of --hook, --command, and --timer"),
  ])
  func serviceMistakes(line: String, message: String) throws {
    #expect(try run(line) == Ran(code: 1, out: "", err: "error: \(message)\n"))
  }

  /// Logs come in pieces that are cut anywhere.
  @Test func logs() throws {
    func piece(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }
    let first = #"{"timestamp":"2026-01-10T11:00:00.5Z","message":"one","sid":"foo.a","pid":"42"}"#
    let second = #"{"timestamp":"2026-01-10T11:00:01Z","message":"two","sid":"foo.b","pid":"-"}"#
    let answer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json-seq\r\nTransfer-Encoding: chunked\r\n\r\n"
      + piece("\u{1e}") + piece(first + "\n\u{1e}" + second.prefix(9)) + piece(second.dropFirst(9) + "\n") + piece("")
    for line in ["logs -n 2 foo", "logs --abs-time -n=2 foo"] {
      #expect(
        try run(line, ["GET /v2/logs?names=foo&n=2": [answer]]).out == """
          2026-01-10T11:00:00Z foo.a[42]: one
          2026-01-10T11:00:01Z foo.b[-]: two

          """)
    }
    #expect(
      try run("logs -f -n all foo", ["GET /v2/logs?names=foo&n=-1&follow=true": [Server.error("no matching services")]])
        .err == "error: no matching services\n")
    #expect(
      try run("run --timer=13:00 foo").err
        == "2026-01-10T12:00:00Z: attempted to run \"foo\" timer outside of scheduled time \"13:00\"\n")
  }

  @Test func warnings() throws {
    let list =
      #"[{"message":"one","first-added":"2026-01-09T00:00:00Z","last-added":"2026-01-10T10:00:00Z","#
      + #""expire-after":"672h0m0s","repeat-after":"24h0m0s"},{"message":"two","last-added":"2026-01-10T11:00:00Z"}]"#
    let home = try TemporaryDirectory(mode: 0o700)
    let environment = ["HOME": home.path]
    var answers = ["GET /v2/warnings": [Server.sync("[]")]]
    #expect(try run("warnings", answers, environment: environment).out == "No warnings.\n")
    answers["GET /v2/warnings"] = [Server.sync(list, #","warning-count":2,"warning-timestamp":"2026-01-10T11:00:00Z""#)]
    #expect(
      try run("warnings", answers, environment: environment)
        == Ran(
          code: 0,
          out: """
            last-occurrence:  today at 10:00 UTC
            warning: |
              one
            ---
            last-occurrence:  today at 11:00 UTC
            warning: |
              two

            """, err: ""))
    #expect(try run("warnings --verbose", answers, environment: environment).out.contains("expires-after:     28d\n"))
    answers["POST /v2/warnings"] = [Server.sync("2")]
    let ran = try run("okay", answers, environment: environment) { server in
      #expect(
        String(decoding: server.requests.last?.body ?? [], as: UTF8.self)
          == #"{"action":"okay","timestamp":"2026-01-10T12:00:00Z"}"#)
    }
    #expect(ran == Ran(code: 0, out: "", err: ""))
    answers["GET /v2/warnings"] = [Server.sync("[]")]
    #expect(try run("warnings", answers, environment: environment).out == "No further warnings.\n")
  }

  @Test func pack() throws {
    let temporary = try TemporaryDirectory()
    let directory = temporary.path
    mkdir(directory + "/meta", 0o755)
    try SmallFile.write(
      Array("name: foo\nversion: 1.0\nsummary: s\napps:\n  bar:\n    command: b\n".utf8),
      to: directory + "/meta/snap.yaml", mode: 0o644)
    defer { withExtendedLifetime(temporary) {} }
    let echo = "echo \"$@\""
    #expect(
      try run("pack --filename=a.snap --compression lzo \(directory) /out", helper: echo)
        == Ran(code: 0, out: "built: pack --filename=a.snap --compression=lzo -- \(directory) /out\n", err: ""))
    #expect(try run("pack --check-skeleton \(directory)", helper: echo) == Ran(code: 0, out: "", err: ""))
    #expect(try run("pack \(directory)", helper: "exit 20") == Ran(code: 20, out: "", err: ""))
    #expect(try run("pack \(directory)", helper: "exit 3").code == 1)
    #expect(
      try run("pack /nonexistent", helper: echo).err
        == "error: cannot pack \"/nonexistent\": open /nonexistent/meta/snap.yaml: no such file or directory\n")
    #expect(
      try run("pack \(directory)").err == "error: cannot run ROOT/usr/lib/snapd/snap-image: No such file or directory\n"
    )
    #expect(
      try run("info \(directory)")
        == Ran(
          code: 0,
          out: """
            path:    "\(directory)"
            name:    foo
            summary: s
            version: 1.0 -
            license: unset
            description: |
              -
            commands:
              - foo.bar
            base: core

            """, err: ""))
    #expect(
      try run("info \(directory)/meta/snap.yaml", helper: "printf 'name: Foo\\nversion: 1\\n'").err
        .hasPrefix("error: cannot read snap file "))
    // An image that the helper refuses: its words, once.
    let image = directory + "/meta/snap.yaml"
    #expect(
      try run("info \(image)", helper: "echo 'error: cannot read it' >&2; exit 1")
        == Ran(code: 1, out: "", err: "error: cannot read it\n"))
  }
}
