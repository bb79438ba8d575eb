import Snap
import TestSupport
import Testing

/// Names and other texts that are parsed once: what is one, what is none, and what is said of it.
struct NamesTests {
  /// What the type makes of a text: the text itself, or the error.
  static func parse<T: ValidatedText>(_ type: T.Type, _ text: String) -> String {
    do throws(InvalidText) { return try T(text).rawValue } catch { return error.description }
  }

  static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  @Test(arguments: ["aa", "a1", "1a", "a-b", "0-a-0", "foo-bar-9", many("a", 40), many("a-", 19) + "ab"])
  func namesOfSnaps(_ name: String) {
    #expect(Self.parse(SnapName.self, name) == name && Self.parse(InstanceName.self, name) == name)
  }

  @Test(arguments: [
    "", "a", "1", "12", "1-2", "-a", "a-", "a--b", "A", "aB", "a_b", "a.b", "a b", "ä", "a\n", "a\0b", "аа",
    many("a", 41),
    "../x", "a/b", "aa\u{301}",
  ]) func noNamesOfSnaps(_ name: String) {
    #expect(Self.parse(SnapName.self, name) == "invalid snap name: \(InvalidText.quote(name))")
  }

  @Test(
    arguments: [
      ("foo_bar", nil), ("foo_1", nil), ("foo_0123456789", nil), ("foo_", "invalid instance key: \"\""),
      ("foo_01234567890", "invalid instance key: \"01234567890\""), ("foo_A", "invalid instance key: \"A\""),
      ("foo_a_b", "invalid instance key: \"a_b\""), ("foo_a-b", "invalid instance key: \"a-b\""),
      ("_foo", "invalid snap name: \"\""), ("_", "invalid snap name: \"\""), ("F_x", "invalid snap name: \"F\""),
      ("foo_ä", "invalid instance key: \"ä\""), ("foo_\n", "invalid instance key: \"\\n\""),
    ] as [(String, String?)]) func instances(_ text: String, _ error: String?)
  {
    #expect(Self.parse(InstanceName.self, text) == error ?? text)
  }

  @Test(arguments: [
    ("a", true), ("A", true), ("0", true), ("a-B-0", true), ("foo", true), ("", false), ("-", false), ("a-", false),
    ("-a", false), ("a--b", false), ("a_b", false), ("a.b", false), ("a b", false), ("a/b", false), ("..", false),
    (many("a", 255), true), (many("a", 256), false),
  ]) func apps(_ name: String, _ isValid: Bool) {
    let error = "cannot have \(InvalidText.quote(name)) as app name - use letters, digits, and dash as separator"
    #expect(Self.parse(AppName.self, name) == (isValid ? name : error))
  }

  @Test(arguments: [
    ("configure", true), ("prepare-plug-x", true), ("a1", true), ("a-1", true), ("", false), ("A", false),
    ("1a", false),
    ("a-", false), ("a--b", false), ("-a", false), ("a_b", false), ("a/b", false),
  ]) func hooksAndPlugs(_ name: String, _ isValid: Bool) {
    #expect(Self.parse(HookName.self, name) == (isValid ? name : "invalid hook name: \(InvalidText.quote(name))"))
    #expect(((try? InterfaceEndName(name)) != nil) == isValid)
  }

  @Test(
    arguments: [
      ("1", nil), ("17", nil), ("x1", nil), ("x2147483647", nil), ("2147483647", nil), ("0", ""), ("x0", ""), ("", ""),
      ("x", ""), ("-1", ""), ("01", ""), ("x01", ""), ("1x", ""), ("X1", ""), ("+1", ""), ("2147483648", ""),
      ("x99999999999999999999", ""), ("unset", ""), (" 1", ""), ("1\n", ""), ("١", ""),
    ] as [(String, String?)]) func revisions(_ text: String, _ error: String?)
  {
    let invalid = "invalid snap revision: \(InvalidText.quote(text))"
    #expect(Self.parse(Revision.self, text) == (error == nil ? text : invalid))
  }

  @Test func revisionsHaveAnOrder() throws {
    let texts = ["9", "x10", "10", "x9", "1"]
    #expect(try texts.map(Revision.init).sorted().map(\.rawValue) == ["x9", "x10", "1", "9", "10"])
  }

  @Test(arguments: [
    ("stable", "latest/stable", "stable"), ("edge", "latest/edge", "edge"), ("latest", "latest/stable", "stable"),
    ("2.0", "2.0/stable", "2.0"), ("2.0/edge", "2.0/edge", "2.0/edge"),
    ("edge/fix-1", "latest/edge/fix-1", "edge/fix-1"),
    ("latest/stable", "latest/stable", "stable"), ("1/beta/b", "1/beta/b", "1/beta/b"),
    ("stable/b", "latest/stable/b", "stable/b"), ("candidate/stable", "latest/candidate/stable", "candidate/stable"),
  ]) func channels(_ text: String, _ full: String, _ short: String) throws {
    let channel = try Channel(text)
    #expect(channel.fullName == full && channel.shortName == short && "\(channel)" == full)
    #expect(try Channel(full) == channel && Channel(short) == channel)
  }

  @Test(arguments: [
    ("", "channel name cannot be empty"), ("a/b/c/d", "channel name has too many components: a/b/c/d"),
    ("////", "channel name has too many components: ////"), ("1.0/fix", "invalid risk in channel name: 1.0/fix"),
    ("a/b/c", "invalid risk in channel name: a/b/c"), ("1/STABLE", "invalid risk in channel name: 1/STABLE"),
    ("/stable", "invalid track in channel name: /stable"), ("/stable/x", "invalid track in channel name: /stable/x"),
    ("stable/", "invalid branch in channel name: stable/"), ("1/", "invalid risk in channel name: 1/"),
    ("1/edge/", "invalid branch in channel name: 1/edge/"), ("/", "invalid risk in channel name: /"),
    ("a b", "invalid track in channel name: a b"), ("a\n", "invalid track in channel name: a\\n"),
    ("ä", "invalid track in channel name: ä"),
  ]) func noChannels(_ text: String, _ error: String) {
    #expect { try Channel(text) } throws: { "\($0)" == error }
  }

  @Test(arguments: ["0", "1", "1.0", "v1", "1.0+git~", "a:b", "1~", "A-b.c:d+e~", many("1", 32)])
  func versions(_ text: String) { #expect(Self.parse(SnapVersion.self, text) == text) }

  @Test(arguments: [
    ("", "invalid snap version: cannot be empty"),
    ("-1", "invalid snap version \"-1\": must start with an ASCII alphanumeric (and not '-')"),
    ("1-", "invalid snap version \"1-\": must end with an ASCII alphanumeric or one of '+' or '~' (and not '-')"),
    ("a_b", "invalid snap version \"a_b\": contains invalid characters: \"_\""),
    ("a_b/c", "invalid snap version \"a_b/c\": contains invalid characters: \"_\", \"/\""),
    ("a b", "invalid snap version \"a b\": must be printable, non-whitespace ASCII"),
    ("1\n", "invalid snap version \"1\\n\": must be printable, non-whitespace ASCII"),
    ("ä", "invalid snap version \"\\u00e4\": must be printable, non-whitespace ASCII"),
    ("\u{1F525}", "invalid snap version \"\\U0001f525\": must be printable, non-whitespace ASCII"),
    ("'", "invalid snap version \"'\": must start with an ASCII alphanumeric (and not '\\'')"),
    (
      many("1", 33), "invalid snap version \"\(many("1", 33))\": cannot be longer than 32 characters (got: 33)"
    ),
    (
      "+x.",
      "invalid snap version \"+x.\": must start with an ASCII alphanumeric (and not '+'), "
        + "and must end with an ASCII alphanumeric or one of '+' or '~' (and not '.')"
    ),
    (
      "-a_\(many("b", 40))-",
      "invalid snap version \"-a_\(many("b", 40))-\": cannot be longer than 32 characters (got: 44), "
        + "must start with an ASCII alphanumeric (and not '-'), "
        + "must end with an ASCII alphanumeric or one of '+' or '~' (and not '-'), and contains invalid characters: \"_\""
    ),
  ]) func noVersions(_ text: String, _ error: String) { #expect(Self.parse(SnapVersion.self, text) == error) }

  @Test(
    arguments: [
      ("", [0], [0], "0"), ("0", [0], [0], "0"), ("7", [7], [7], "7"), ("1*", [0, 1], [1], "1*"),
      ("4294967295*", [4_294_967_294, 4_294_967_295], [4_294_967_295], "4294967295*"),
    ] as [(String, [UInt32], [UInt32], String)])
  func epochs(_ text: String, _ read: [UInt32], _ write: [UInt32], _ shown: String) throws {
    let epoch = try Epoch(text)
    #expect(epoch.read == read && epoch.write == write && "\(epoch)" == shown)
    #expect(try Epoch(read: read, write: write) == epoch)
  }

  @Test(arguments: ["01", "-1", "x", "1**", "*", "1.0", " 1", "+1", "00*"]) func noEpochs(_ text: String) {
    let number = text.hasSuffix("*") ? String(text.dropLast()) : text
    let error = "epoch numbers must be base 10 with no zero padding, but got \"\(number)\""
    #expect { try Epoch(text) } throws: { "\($0)" == error }
  }

  @Test func epochsMustMakeSense() throws {
    let ten = Array(UInt32(0)..<10)
    for (read, write, error) in [
      ([], [1], "epoch list cannot be explicitly empty"), ([1], [], "epoch list cannot be explicitly empty"),
      ([1, 1], [1], "epoch list must be a strictly increasing sequence"),
      ([1], [2, 1], "epoch list must be a strictly increasing sequence"),
      ([1], [2], "epoch read and write lists must have a non-empty intersection"),
      (ten + [10], [1], "epoch list must not have more than 10 entries"),
    ] as [([UInt32], [UInt32], String)] {
      #expect { try Epoch(read: read, write: write) } throws: { "\($0)" == error }
    }
    #expect { try Epoch("0*") } throws: { "\($0)" == "0* is an invalid epoch" }
    let huge = "epoch numbers must be less than 2³², but got \"4294967296\""
    #expect { try Epoch("4294967296") } throws: { "\($0)" == huge }
    #expect(try "\(Epoch(read: ten, write: [3]))" == "{\"read\":[0,1,2,3,4,5,6,7,8,9],\"write\":[3]}")
    #expect(try Epoch("1*").canRead(Epoch("0")) && !Epoch("1").canRead(Epoch("0")) && Epoch("2*").canRead(Epoch("1*")))
  }

  @Test(arguments: [
    ("snapd2.77", true), ("snapd2", true), ("snapd1.999.999", true), ("snapd2.78", false), ("snapd3", false),
    ("snapd2.77.0", true), ("snapd2.77.0.1", false), ("snapd", false), ("snapd2.", false), ("snapd-2", false),
    ("snapd99999999999", false), ("common-data-dir", true), ("snap-env", true), ("command-chain", true),
    ("kernel-assets", true), ("app-refresh-mode", true), ("snap-uid-envvars", true), ("other", false), ("", false),
    ("isa-pdp11-v7", true), ("isa-\(Architecture.host)-x", false), ("isa-x", false), ("isa--", false), ("isa", false),
  ]) func features(_ name: String, _ isSupported: Bool) { #expect(Features.isSupported(name) == isSupported) }

  @Test(
    arguments: [
      ("10s", 10_000), ("1m30s", 90_000), ("100ms", 100), ("1h", 3_600_000), ("1.5s", 1500), ("0", 0), ("-1s", -1000),
      (".5s", 500),
      ("1us", nil), ("", nil), ("5", nil), ("s", nil), ("1x", nil), ("1s1", nil), ("- 1s", nil), ("1e3s", nil),
      ("1..s", nil),
      ("99999999999h", nil), (many("1", 200) + "s", nil), ("٣s", nil),
    ] as [(String, Int?)]) func durations(_ text: String, _ milliseconds: Int?)
  {
    let expected = text == "1us" ? Duration.microseconds(1) : milliseconds.map { Duration.milliseconds($0) }
    #expect(Duration(goText: text) == expected)
  }

  @Test(arguments: [
    ("a\"b\\c\n\t\r\u{1b}\u{7f}", "\"a\\\"b\\\\c\\n\\t\\r\\x1b\\x7f\""), ("äß字🔥", "\"äß字🔥\""),
    ("\u{202e}\u{a0}\u{feff}", "\"\\u202e\\u00a0\\ufeff\""), ("\0\u{7}\u{8}\u{b}\u{c}", "\"\\x00\\a\\b\\v\\f\""),
    (many("a", 300), "\"\(many("a", 200))…\""),
  ]) func quotes(_ text: String, _ quoted: String) { #expect(InvalidText.quote(text) == quoted) }

  /// What is made at random of the characters that matter either is refused or comes back as it was.
  @Test func textsComeBack() {
    var generator = SeededGenerator(seed: 11)
    let alphabet = Array("ab01xz-_./*~+:stableedge \n\0ä")
    for _ in 0..<20_000 {
      let text = String(
        (0..<Int.random(in: 0...8, using: &generator)).map { _ in
          alphabet.randomElement(using: &generator) ?? "a"
        })
      if let revision = try? Revision(text) { #expect(revision.rawValue == text) }
      if let name = try? InstanceName(text) { #expect((try? InstanceName(name.rawValue)) == name && "\(name)" == text) }
      if let version = try? SnapVersion(text) { #expect(version.rawValue == text) }
      if let channel = try? Channel(text) {
        #expect((try? Channel(channel.fullName)) == channel && (try? Channel(channel.shortName)) == channel)
      }
      if let epoch = try? Epoch(text) { #expect((try? Epoch(read: epoch.read, write: epoch.write)) == epoch) }
      _ = Duration(goText: text)
    }
    for _ in 0..<1000 {
      let number = UInt32.random(in: 1...UInt32(Int32.max), using: &generator)
      #expect((try? Revision("x\(number)")) == .local(number) && (try? Revision("\(number)")) == .store(number))
    }
  }
}
