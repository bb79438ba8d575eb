import JSONValues
import Snap
import State
import TestSupport
import Testing

@testable import ConfigurationManager

private func object(_ text: String) throws -> [String: JSONValue] {
  try #require(try JSONValue(parsing: text).object)
}

@Suite struct ConfigurationTests {
  @Test(arguments: [
    ("a", nil), ("a.b", nil), ("a-b.c9", nil), ("9a", nil), ("a-9", nil), ("", ""), (".", ""), ("a.", ""), ("9", "9"),
    ("A", "A"), ("a--b", "a--b"), ("-a", "-a"), ("a-", "a-"), ("a.b_c", "b_c"), ("a\u{301}", "a\u{301}"),
    ("a b", "a b"),
  ])
  func names(text: String, bad: String?) throws {
    guard let bad else {
      #expect(try OptionKey(text).description == text)
      return
    }
    #expect(throws: ConfigurationError.invalidName(bad)) { try OptionKey(text) }
  }

  /// What is there, what is set one after the other (`key=json`), and what is there then, or why not.
  @Test(arguments: [
    ("{}", ["a=1"], #"{"a":1}"#),
    ("{}", ["a.b.c=1", "a.d=2"], #"{"a":{"b":{"c":1},"d":2}}"#),
    (#"{"a":{"b":1,"c":2}}"#, ["a.b=3"], #"{"a":{"b":3,"c":2}}"#),
    (#"{"a":{"b":1,"c":2}}"#, ["a={\"b\":3}"], #"{"a":{"b":3}}"#),
    (#"{"a":{"b":1,"c":2}}"#, ["a.b=null"], #"{"a":{"c":2}}"#),
    (#"{"a":{"b":1}}"#, ["a.b=null"], #"{"a":{}}"#),
    (#"{"a":1}"#, ["a=null"], "{}"),
    (#"{"a":{"b":1}}"#, ["a=null", "a.c=2"], #"{"a":{"c":2}}"#),
    (#"{"a":{"b":1}}"#, ["a={\"c\":2}", "a.d=3"], #"{"a":{"c":2,"d":3}}"#),
    ("{}", [#"a={"b":null,"c":[null]}"#], #"{"a":{"c":[null]}}"#),
    ("{}", ["big=123456789012345678901234567890", "f=1.0"], #"{"big":123456789012345678901234567890,"f":1.0}"#),
    (#"{"a":1}"#, ["a.b=1"], #"snap "x" option "a" is not a map"#),
    ("{}", ["a=1", "a.b=1"], #"snap "x" option "a" is not a map"#),
    ("{}", ["=1"], #"invalid option name: """#),
  ])
  func setting(before: String, set: [String], after: String) throws {
    var transaction = ConfigurationTransaction(snap: "x", pristine: Configuration(try object(before)))
    do {
      for item in set {
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        try transaction.set(String(parts[0]), to: try JSONValue(parsing: String(parts[1])))
      }
    } catch {
      #expect("\(error)" == after)
      return
    }
    #expect(JSONValue.object(transaction.current.values).text == after)
  }

  /// What `get` says of `{"a":{"b":{"c":1}},"n":null}`.
  @Test(arguments: [
    ("a.b.c", "1"), ("a.b", #"{"c":1}"#), ("", #"{"a":{"b":{"c":1}}}"#),
    ("z", #"snap "x" has no "z" configuration option"#), ("a.z.y", #"snap "x" has no "a.z" configuration option"#),
    ("a.b.c.d", #"snap "x" option "a.b.c" is not a map"#), ("n", #"snap "x" has no "n" configuration option"#),
  ])
  func getting(key: String, answer: String) throws {
    let transaction = ConfigurationTransaction(
      snap: "x", pristine: Configuration(try object(#"{"a":{"b":{"c":1}},"n":null}"#)))
    do { #expect(try transaction.value(key).text == answer) } catch { #expect("\(error)" == answer) }
  }

  @Test func nothing() {
    let transaction = ConfigurationTransaction(snap: "x", pristine: Configuration())
    #expect(throws: ConfigurationError.noOption(snap: "x", key: "")) { try transaction.value("") }
  }

  /// A patch sets maps before what is in them, whatever the order it came in.
  @Test func patch() throws {
    var transaction = ConfigurationTransaction(snap: "x", pristine: Configuration())
    try transaction.set(["a.b": 2, "a": ["b": 1, "c": 1]])
    #expect(JSONValue.object(transaction.current.values).text == #"{"a":{"b":2,"c":1}}"#)
  }

  /// Two transactions at a time: each changes what it says, and nothing else.
  @Test func committing() throws {
    try withStore { store in
      try store.write { $0[configuration: "x"] = Configuration(["a": ["one": 1]]) }
      let manager = ConfigurationManager(store: store, system: SystemOptions([]))
      var first = manager.transaction(for: "x")
      var second = manager.transaction(for: "x")
      try first.set("a.two", to: 2)
      try second.set("a.one", to: nil)
      for transaction in [first, second] { try store.write { ConfigurationManager.commit(transaction, in: &$0) } }
      #expect(manager.transaction(for: "x").current.values == ["a": ["two": 2]])
    }
  }

  @Test func revisions() throws {
    try withStore { store in
      let name = try InstanceName("x1")
      try store.write { state in
        state[configuration: "x1"] = Configuration(["v": 1])
        ConfigurationManager.keep(name, for: .local(1), in: &state)
        state[configuration: "x1"] = Configuration(["v": 2])
        ConfigurationManager.restore(name, of: .local(7), in: &state)
        #expect(state[configuration: "x1"].values == ["v": 2])
        ConfigurationManager.restore(name, of: .local(1), in: &state)
        #expect(state[configuration: "x1"].values == ["v": 1])
        ConfigurationManager.forget(name, .local(1), in: &state)
        #expect(state.all(.revisionConfigurations).isEmpty)
        ConfigurationManager.keep(name, for: .local(2), in: &state)
        ConfigurationManager.forget(name, nil, in: &state)
        #expect(state.all(.revisionConfigurations).isEmpty)
        #expect(state.all(.configurations).isEmpty)
      }
    }
  }

  private func withStore(_ body: (StateStore) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    let result = Result { try body(try StateStore(path: directory.path + "/state.db")) }
    try directory.remove()
    try result.get()
  }
}
