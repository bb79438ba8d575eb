import JSONValues
import Snap
import Testing

@Suite struct GadgetTests {
  static let id = "abcdefghijklmnopqrstuvwxyz012345"

  @Test(arguments: [
    ("volumes: {}\n", []),
    ("connections:\n", []),
    (
      "connections:\n- plug: \(id):camera\n- {plug: \(id):data, slot: \(id):data-out}\n- plug: system:a\n  slot: system:b\n",
      [
        GadgetConnection(plugSnapID: id, plug: "camera"),
        GadgetConnection(plugSnapID: id, plug: "data", slotSnapID: id, slot: "data-out"),
        GadgetConnection(plugSnapID: "system", plug: "a", slotSnapID: "system", slot: "b"),
      ]
    ),
  ])
  func connectionsAreRead(_ yaml: String, _ expected: [GadgetConnection]) throws {
    #expect(try GadgetInfo(yaml: Array(yaml.utf8)).connections == expected)
  }

  @Test func defaultsAreRead() throws {
    let yaml =
      "defaults:\n  \(Self.id): {a: {b: 1, c: [x, 1.5, true]}, gone: null}\n  system: {refresh.retain: \"3\"}\n"
    let defaults = try GadgetInfo(yaml: Array(yaml.utf8)).defaults
    #expect(defaults[Self.id].map { JSONValue.object($0).text } == #"{"a":{"b":1,"c":["x",1.5,true]}}"#)
    #expect(defaults["system"] == ["refresh.retain": "3"])
  }

  @Test(arguments: [
    ("defaults: []", "cannot parse gadget metadata: defaults are no map"),
    ("defaults: {short: {}}", #"default stanza not compatible with schema: snap id "short" is not valid"#),
    ("defaults: {system: 1}", #"default stanza not compatible with schema: options of "system" are no map"#),
    ("- a", "cannot parse gadget metadata: it is no map"),
    ("connections: {}", "cannot parse gadget metadata: connections are no list"),
    ("connections: [{slot: \"a:b\"}]", "gadget connection plug cannot be empty"),
    (
      "connections: [{plug: \"a:b:c\"}]",
      #"cannot parse gadget metadata: in gadget connection plug: expected "(<snap-id>|system):name" not "a:b:c""#
    ),
    (
      "connections: [{plug: \"a:b\", slot: \":x\"}]",
      #"cannot parse gadget metadata: in gadget connection slot: expected "(<snap-id>|system):name" not ":x""#
    ),
  ])
  func badConnectionsAreRefused(_ yaml: String, _ message: String) {
    let error = #expect(throws: InvalidText.self) { try GadgetInfo(yaml: Array(yaml.utf8)) }
    #expect(error?.description == message)
  }
}
