import Host
import JSONValues
import Linux
import Snap
import State
import Synchronization
import TestSupport
import Testing

@testable import ConfigurationManager

/// A machine that notes what it is asked for.
private final class NotingMachine: SystemMachine {
  let directories: Directories
  let notes = Mutex<[String]>([])

  init(root: String) { directories = Directories(root: root) }

  func managesRefreshes() -> Bool { false }
  func storeHasAddress(_ store: String) -> Bool? { store == "known" ? true : store == "bare" ? false : nil }
  func rewriteServices(of instances: [InstanceName], ranks: [InstanceName: Int]) throws {
    for instance in instances { notes.withLock { $0.append("\(instance) \(ranks[instance] ?? 0)") } }
  }
  func rewriteAllProfiles() throws { notes.withLock { $0.append("profiles") } }
}

private let certificate = """
  -----BEGIN CERTIFICATE-----
  MIIBbzCCARWgAwIBAgIUe1hQWrTUj5qVpWCfvqACqGpUm1UwCgYIKoZIzj0EAwIw
  DDEKMAgGA1UEAwwBeDAgFw0yNjExMjExOTU2MDBaGA8yMTI2MTAyODE5NTYwMFow
  DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKqsb0LP9Crn
  1vyfHMtLJhCpXiZMhzeo6Odl1MuJO44++d9OoQCJeHUxTNLAmNv/btIe5aXGoL3l
  f6bA2SlDiOSjUzBRMB0GA1UdDgQWBBTXQxW67k2ZJr+IkUOcmkGLu0fRpDAfBgNV
  HSMEGDAWgBTXQxW67k2ZJr+IkUOcmkGLu0fRpDAPBgNVHRMBAf8EBTADAQH/MAoG
  CCqGSM49BAMCA0gAMEUCIQDT1waw4HQ2x8xME9FAgAhR1mb3HXRgAvHRTTW+RmTY
  /QIgOkFKVS/T5ZuTpMuDtmzeIasAGsdbDuclBOu2jvU/K2w=
  -----END CERTIFICATE-----

  """

@Suite struct SystemOptionTests {
  /// The whole of a system's configuration, below a root of its own, which has `/data`, `/srv/file` and a zone.
  private func withSystem(_ body: (ConfigurationManager, NotingMachine, StateStore) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    let result = Result {
      let machine = NotingMachine(root: directory.path + "/root")
      for path in ["data/homes", "srv", "etc", "var/lib/snapd"] {
        try Files.makeDirectories("\(machine.directories.root)/\(path)")
      }
      try Files.writeAtomically([], to: machine.directories.root + "/srv/file", mode: 0o644)
      try Files.replaceSymlink(
        at: machine.directories.root + "/etc/localtime", target: "/usr/share/zoneinfo/Europe/Berlin")
      let store = try StateStore(path: directory.path + "/state.db")
      let manager = ConfigurationManager(store: store, system: SystemOptions())
      manager.attach(machine)
      try body(manager, machine, store)
    }
    try directory.remove()
    try result.get()
  }

  /// As `snap set system` does it: checked, applied, kept.
  private func set(_ values: [String: JSONValue], _ manager: ConfigurationManager, _ store: StateStore) throws {
    var transaction = manager.transaction(for: "core")
    try transaction.set(values)
    try manager.applySystem(transaction)
    try store.write { manager.commitSystem(transaction, in: &$0) }
  }

  /// Values that are taken, the last one as it is read again.
  @Test(arguments: [
    ("refresh.retain", ["2", "20", "3"]), ("refresh.timer", ["\"00:00~24:00/4\"", "\"mon,9:00-11:00\""]),
    ("refresh.schedule", ["\"9:00-11:00/20:00-22:00\""]),
    ("refresh.hold", ["\"forever\"", "\"2030-01-02T15:04:05Z\"", "\"2030-01-02T15:04:05.5+01:00\""]),
    ("refresh.metered", ["\"\"", "\"hold\""]), ("refresh.rate-limit", ["\"0B\"", "\"10kb\"", "\"10KB\""]),
    ("refresh.max-inhibition-days", ["1", "21"]), ("snapshots.automatic.retention", ["\"no\"", "\"24h\""]),
    ("proxy.http", ["\"http://x:3128\""]), ("proxy.no-proxy", ["\"localhost\""]), ("proxy.store", ["\"known\""]),
    ("store.access", ["\"offline\""]), ("service.ssh.disable", ["true"]),
    ("service.ssh.listen-address", ["\"[::1]:22,10.0.0.1,host:2222\""]),
    ("system.power-key-action", ["\"hybrid-sleep\""]), ("system.ctrl-alt-del-action", ["\"none\""]),
    ("system.disable-backlight-service", ["false"]), ("system.kernel.printk.console-loglevel", ["0", "7"]),
    ("system.kernel.cmdline-append", ["\"a=\\\"b c\\\"\""]), ("system.coredump.enable", ["true"]),
    ("system.coredump.maxuse", ["\"10M\""]), ("network.disable-ipv6", ["true"]), ("journal.persistent", ["true"]),
    ("watchdog.runtime-timeout", ["\"0s\"", "\"5m\""]), ("swap.size", ["0", "1048576", "\"100M\""]),
    ("tmp.size", ["\"0\"", "\"16M\""]), ("users.create.automatic", ["false"]), ("users.lockout", ["true"]),
    ("resilience.vitality-hint", ["\"aa,bb_1\""]), ("debug.systemd.log-level", ["\"debug\""]),
    ("cloud.name", ["\"aws\""]), ("interface.x11.allow-auto-connection", ["true", "\"verified\""]),
    ("pi-config.gpu-mem-512", ["\"64\""]), ("experimental.layouts", ["true"]), ("experimental.hotplug", ["true"]),
  ])
  func taken(name: String, values: [String]) throws {
    try withSystem { manager, _, store in
      for value in values { try set([name: try JSONValue(parsing: value)], manager, store) }
      let kept = manager.transaction(for: "core")
      #expect(try kept.value(name).text == values.last)
      try set([name: nil], manager, store)
      #expect(throws: (any Error).self) { try manager.transaction(for: "core").value(name) }
    }
  }

  /// Values that are not, with what is said of them.
  @Test(
    arguments: [
      ("bogus", "1", #"cannot set "core.bogus": unsupported system option"#),
      ("x", "{}", #"cannot set "core.x": unsupported system option"#),
      ("refresh.bogus", "1", #"cannot set "core.refresh.bogus": unsupported system option"#),
      ("seed.loaded", "false", #"cannot set "core.seed.loaded": unsupported system option"#),
      ("experimental.bogus", "true", #"cannot set "core.experimental.bogus": unsupported system option"#),
      (
        "interface.home.allow-auto-connection", "true",
        #"cannot set "core.interface.home.allow-auto-connection": unsupported system option"#
      ),
      ("refresh.retain", "1", #"retain must be a number between 2 and 20, not "1""#),
      ("refresh.retain", "\"+3\"", #"retain must be a number between 2 and 20, not "+3""#),
      ("refresh.timer", "\"managed\"", "cannot set schedule to managed"),
      ("refresh.schedule", "\"managed\"", "cannot set schedule to managed"),
      ("refresh.timer", "\"25:00\"", #"cannot parse "25:00": not a valid time"#),
      ("refresh.schedule", "\"9:00\"", #"cannot parse "9:00": not a valid interval"#),
      ("refresh.schedule", "\"9:00-mon\"", #"cannot parse "mon": not a valid time"#),
      (
        "refresh.hold", "\"tomorrow\"",
        #"refresh.hold cannot be parsed: parsing time "tomorrow" as "2006-01-02T15:04:05Z07:00": "#
          + #"cannot parse "tomorrow" as "2006""#
      ),
      (
        "refresh.hold", "\"2030-01-02\"",
        #"refresh.hold cannot be parsed: parsing time "2030-01-02" as "2006-01-02T15:04:05Z07:00": "#
          + #"cannot parse "" as "T""#
      ),
      ("refresh.metered", "\"yes\"", #"refresh.metered value "yes" is invalid"#),
      ("refresh.rate-limit", "\"10\"", #"cannot parse "10": need a number with a unit as input"#),
      ("refresh.rate-limit", "\"B\"", #"cannot parse "B": no numerical prefix"#),
      ("refresh.rate-limit", "\"10x\"", #"cannot parse "10x": try 'kB' or 'MB'"#),
      ("refresh.rate-limit", "\"-1B\"", #"cannot parse "-1B": size cannot be negative"#),
      ("refresh.max-inhibition-days", "22", #"max-inhibition-days must be a number between 1 and 21, not "22""#),
      (
        "snapshots.automatic.retention", "\"x\"",
        #"snapshots.automatic.retention cannot be parsed: time: invalid duration "x""#
      ),
      (
        "snapshots.automatic.retention", "\"23h\"",
        #"snapshots.automatic.retention must be a value greater than 24 hours, or "no" to disable"#
      ),
      ("proxy.store", "\"foo\"", #"cannot set proxy.store to "foo" without a matching store assertion"#),
      ("proxy.store", "\"bare\"", #"cannot set proxy.store to "bare" with a matching store assertion with url unset"#),
      ("store.access", "\"online\"", "store access can only be set to 'offline'"),
      ("store-certs.x", "\"no certificate\"", #"cannot decode pem certificate "x""#),
      (
        "store-certs.a.b", "1",
        #"cannot set store ssl certificate under name "core.store-certs.a.b": name must only contain word "#
          + "characters or a dash"
      ),
      ("pki.certs.custom.x.content", "\"no\"", #"cannot decode pem certificate "x""#),
      (
        "pki.certs.custom.x.state", "\"odd\"",
        "pki.certs.custom.x.state can only be set to 'accepted', 'blocked' or 'unset'"
      ),
      ("pki.certs.custom.x.state", "\"blocked\"", #"cannot set state of certificate "x": it has no content"#),
      (
        "pki.certs.custom.x.fingerprint", "\"1\"",
        #"cannot set "core.pki.certs.custom.x.fingerprint": option is read-only"#
      ),
      ("service.ssh.disable", "\"odd\"", #"option "ssh.service" has invalid value "odd""#),
      ("service.ssh.listen-address", "\"a:b\"", #"cannot set service.ssh.listen-address: invalid hostname "a:b""#),
      (
        "system.power-key-action", "\"explode\"",
        #"invalid action "explode" supplied for system.power-key-action option"#
      ),
      (
        "system.ctrl-alt-del-action", "\"explode\"",
        #"invalid action "explode" supplied for system.ctrl-alt-del-action option"#
      ),
      (
        "system.disable-backlight-service", "1",
        "system.disable-backlight-service can only be set to 'true' or 'false'"
      ),
      ("system.kernel.printk.console-loglevel", "8", "console-loglevel must be a number between 0 and 7, not: 8"),
      ("system.kernel.cmdline-append", "\"\\\"\"", "cannot set system.kernel.cmdline-append: unbalanced quoting"),
      ("system.hostname", "\"-a\"", #"cannot set hostname "-a": name not valid"#),
      ("system.timezone", "\"a//b\"", #"cannot set timezone "a//b": name not valid"#),
      ("system.coredump.maxuse", "\"1K\"", #"invalid suffix "K""#),
      ("network.disable-ipv6", "1", "network.disable-ipv6 can only be set to 'true' or 'false'"),
      ("journal.persistent", "\"on\"", "journal.persistent can only be set to 'true' or 'false'"),
      ("watchdog.runtime-timeout", "\"-1s\"", #"cannot set timer to "-1s": cannot use negative duration "-1s""#),
      (
        "watchdog.shutdown-timeout", "\"x\"",
        #"cannot set timer to "x": cannot parse "x": time: invalid duration "x""#
      ),
      ("swap.size", "1000", "swap size setting must be at least one megabyte"),
      ("swap.size", "1048577", "swap size setting must be an integer number of megabytes"),
      ("tmp.size", "\"15M\"", "size is less than 16Mb"), ("tmp.size", "\"x\"", "no numerical prefix"),
      ("users.create.automatic", "\"\\n\"", "users.create.automatic can only be set to 'true' or 'false'"),
      ("users.lockout", "\"x\"", "users.lockout can only be set to 'true' or 'false'"),
      ("homedirs", "\"data\"", #"path "data" is not absolute"#),
      ("homedirs", "\"/data,/dev/x\"", #"path "/dev/x/" uses reserved root directory"#),
      ("homedirs", "\"/root\"", #"path "/root/" uses reserved root directory"#),
      ("homedirs", "\"/data/h*\"", #"home path invalid: "/data/h*" contains a reserved apparmor char from ?*[]{}^""#),
      ("homedirs", "\"/data/../etc\"", #"path "/data/../etc" is not a clean path"#),
      ("homedirs", "\"/data\\n/x\"", #"path "/data\n/x" is not a clean path"#),
      ("homedirs", "\"/missing\"", #"path "/missing" does not exist"#),
      ("homedirs", "\"/srv/file\"", #"path "/srv/file" is not a directory"#),
      (
        "resilience.vitality-hint", "\"aa,snapd\"",
        #"cannot set "resilience.vitality-hint": snapd snap vitality cannot be changed"#
      ),
      (
        "resilience.vitality-hint", "\"A!\"",
        #"cannot set "resilience.vitality-hint": invalid snap name: "A!""#
      ),
      ("debug.snapd.log", "1", "debug.snapd.log can only be set to 'true' or 'false'"),
      (
        "debug.systemd.log-level", "\"loud\"",
        #""loud" is not a valid value for debug.systemd.log-level (must be one of: emerg, alert, crit, err, "#
          + "warning, notice, info, debug)"
      ),
      (
        "interface.x11.allow-auto-connection", "\"x\"",
        "interface.x11.allow-auto-connection can only be set to 'true', 'false' or 'verified'"
      ),
      ("experimental.layouts", "1", "experimental.layouts can only be set to 'true' or 'false'"),
    ] as [(String, String, String)])
  func refused(name: String, value: String, refusal: String) throws {
    try withSystem { manager, machine, store in
      // What comes with it is not done either.
      let all: [String: JSONValue] = [
        name: try JSONValue(parsing: value), "experimental.confdb": true,
      ]
      do {
        try set(all, manager, store)
        Issue.record("\(name)=\(value) is taken")
      } catch { #expect("\(error)" == refusal) }
      #expect(try Files.status(machine.directories.features) == nil)
      #expect(store.read { $0[configuration: "core"].isEmpty })
    }
  }

  /// What is on disk and asked of the machine after one step after the other; nil: no such file.
  @Test(
    arguments: [
      ([#"{"experimental.confdb": true}"#], "features/confdb", ""),
      ([#"{"experimental.confdb": true}"#, #"{"experimental.confdb": false}"#], "features/confdb", nil),
      ([#"{"experimental.hotplug": true}"#], "features/hotplug", nil),
      ([#"{"debug.snapd.log": true}"#], "environment/snapd.conf", "SNAPD_DEBUG=1\n"),
      ([#"{"debug.snapd.log": true}"#, #"{"debug.snapd.log": null}"#], "environment/snapd.conf", nil),
      ([#"{"homedirs": "/data/homes/,/srv"}"#], "system-params", "homedirs=/data/homes,/srv\n"),
      ([#"{"homedirs": "/data"}"#, #"{"homedirs": ""}"#], "system-params", nil),
      (
        [#"{"homedirs": "/data/homes/,/srv"}"#], "../../../etc/apparmor.d/tunables/home.d/snapd",
        "# Generated by snapd -- DO NOT EDIT!\n@{HOMEDIRS}+=\"/data/homes\" \"/srv\"\n"
      ),
      ([#"{"homedirs": "/data"}"#, #"{"homedirs": null}"#], "../../../etc/apparmor.d/tunables/home.d/snapd", nil),
      // Options of Ubuntu Core do nothing here.
      ([#"{"proxy.http": "http://x"}"#], "../../../etc/environment", nil),
      ([#"{"store.access": "offline"}"#], "repair.json", nil),
    ] as [([String], String, String?)])
  func files(steps: [String], path: String, content: String?) throws {
    try withSystem { manager, machine, store in
      for step in steps { try set(try #require(try JSONValue(parsing: step).object), manager, store) }
      let file = "\(machine.directories.library)/\(path)"
      guard let content else {
        #expect(try Files.status(file) == nil)
        return
      }
      #expect(String(decoding: try Files.read(file, limit: 1 << 16), as: UTF8.self) == content)
    }
  }

  @Test func certificates() throws {
    try withSystem { manager, machine, store in
      try set(
        [
          "store-certs.ours": .string(certificate), "pki.certs.custom.a.content": .string(certificate),
          "pki.certs.custom.a.state": "accepted",
        ], manager, store)
      let names = { (path: String) in try Files.list("\(machine.directories.library)/\(path)") }
      #expect(try names("ssl/store-certs") == ["ours.pem"])
      #expect(try names("pki/v1/accepted") == ["a.pem"])
      let print = try manager.transaction(for: "core").value("pki.certs.custom.a.fingerprint")
      #expect(print == "175923d8bc125603aa6f77b27be3c15f48cdf39faafca0aa02f96773618e9688")
      #expect(store.read { $0[configuration: "core"].values["pki"]?["certs"]?["custom"]?["a"]?["fingerprint"] } == nil)
      try set(["store-certs.ours": nil, "pki.certs.custom.a.state": "blocked"], manager, store)
      #expect(try names("ssl/store-certs") == [])
      #expect(try names("pki/v1/accepted") == [])
      #expect(try names("pki/v1/blocked") == ["a.pem"])
    }
  }

  @Test func vitality() throws {
    try withSystem { manager, machine, store in
      try set(["resilience.vitality-hint": "bb,aa"], manager, store)
      try set(["resilience.vitality-hint": "bb,cc"], manager, store)
      try set(["refresh": ["retain": 4]], manager, store)
      #expect(store.read { RefreshRetain.value(in: $0) } == 4)
      #expect(machine.notes.withLock { $0 } == ["aa 2", "bb 1", "aa 0", "cc 2"])
      #expect(try store.read { VitalityHint.rank(of: try InstanceName("cc"), in: $0) } == 2)
      #expect(try store.read { VitalityHint.rank(of: try InstanceName("aa"), in: $0) } == nil)
      try set(["homedirs": "/data"], manager, store)
      #expect(machine.notes.withLock { $0.last } == "profiles")
    }
  }

  /// What the machine itself says is read, and what is set of it is kept nowhere.
  @Test func external() throws {
    try withSystem { manager, _, store in
      try set(
        ["system.hostname": "other", "system.network.netplan.network.version": 2, "system.motd": "hi"], manager, store)
      #expect(store.read { $0[configuration: "core"].isEmpty })
      let now = manager.transaction(for: "core")
      #expect(try now.value("system.hostname") != "other")
      #expect(try now.value("system.timezone") == "Europe/Berlin")
      #expect(try now.value("seed.loaded") == true)
      #expect(throws: (any Error).self) { try now.value("system.motd") }
    }
  }

  @Test func autoConnection() throws {
    try withSystem { manager, _, store in
      for (value, allowance) in [("false", AutoConnection.Allowance.never), ("verified", .verified), ("true", .always)]
      {
        try set(["interface.x11.allow-auto-connection": .string(value)], manager, store)
        #expect(store.read { AutoConnection.value(of: "x11", in: $0) } == allowance)
        #expect(store.read { AutoConnection.value(of: "home", in: $0) } == .always)
      }
    }
  }

  /// `docs/system-options.md` has a row for each option, and for nothing else.
  @Test func documentation() throws {
    let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/docs/system-options.md"
    let text = String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
    var rows: [String: String] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.split(separator: "`", omittingEmptySubsequences: false) }
      try #require(cells.count == 3, "a row has options, what they accept and what they do: \(line)")
      for index in stride(from: 1, to: cells[0].count, by: 2) {
        #expect(rows.updateValue(String(line), forKey: String(cells[0][index])) == nil, "two rows: \(line)")
      }
    }
    for option in SystemOptions.builtin {
      for name in Set(option.names + option.external) {
        let row = rows.removeValue(forKey: name)
        #expect(row != nil, "docs/system-options.md has no row for \(name)")
        #expect(option.isForCore == (row?.contains("Ubuntu Core") ?? false), "\(name): is it for Ubuntu Core only?")
      }
    }
    #expect(rows.keys.sorted() == [], "rows of options that do not exist")
  }
}
