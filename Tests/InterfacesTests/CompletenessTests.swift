import Permissions
import Snap
import Testing

@testable import Interfaces

/// The builtin interfaces against the tables of facts: whatever is missing is named, one line each.
@Suite struct CompletenessTests {
  @Test func everyAccessOfTheTableIsGranted() throws {
    let byName = Dictionary(uniqueKeysWithValues: Interface.builtin.map { ($0.name, $0) })
    var missing: [String] = []
    for (name, rows) in Dictionary(grouping: try Tables.access(), by: \.interface).sorted(by: { $0.key < $1.key }) {
      guard let interface = byName[name] else {
        missing.append("\(name)\tno such interface")
        continue
      }
      let granted = Granted(interface)
      if let failure = granted.failure { missing.append("\(name)\tno sample can be evaluated: \(failure)") }
      let matchers = [
        "plug": AccessMatcher(set: granted.plug), "slot": AccessMatcher(set: granted.slot),
        "slot-connected": AccessMatcher(set: granted.connectedSlot),
      ]
      for row in rows {
        let isReviewed = ReviewedDifference.all.contains { $0.covers(row) }
        let isThere = matchers[row.side]?.has(row) ?? false
        if !isThere, !isReviewed { missing.append("\(row)") }
        if isThere, isReviewed { missing.append("\(row)\tis reviewed as missing but is there") }
      }
    }
    report(missing, known: KnownGaps.accesses)
  }

  /// Rules of the base declaration, implicit sides and flags.
  @Test func everyInterfaceOfTheTableIsAsItSays() throws {
    let byName = Dictionary(uniqueKeysWithValues: Interface.builtin.map { ($0.name, $0) })
    var wrong: [String] = []
    let rows = try Tables.interfaces()
    #expect(Set(rows.compactMap { $0["name"] }) == Set(byName.keys))
    for row in rows {
      let name = row["name"] ?? ""
      guard let interface = byName[name] else {
        wrong.append("\(name): no such interface")
        continue
      }
      func check(_ isRight: Bool, _ what: String) { if !isRight { wrong.append("\(name): \(what)") } }
      for (column, presence) in [("implicit", interface.implicitSlot), ("implicit_plug", interface.implicitPlug)] {
        for isClassic in [true, false] {
          let key = "\(column)_on_\(isClassic ? "classic" : "core")"
          let expected = row[key] ?? ""
          if expected == "true" || expected == "false" {
            let holds = [true, false].map { exists in
              presence.holds(on: Machine(isClassic: isClassic, exists: { _ in exists }))
            }
            check(holds == [expected == "true", expected == "true"], "\(key) is not \(expected)")
          } else if case .when = isClassic ? presence.onClassic : presence.onCore {
          } else {
            check(false, "\(key) is no condition: \(expected)")
          }
        }
      }
      check(interface.affectsPlugOnRefresh == (row["affects_plug_on_refresh"] == "true"), "affects_plug_on_refresh")
      check(interface.conflicts.isEmpty == (row["conflicts"] ?? "").isEmpty, "conflicts: \(row["conflicts"] ?? "")")
      if (row["hooks"] ?? "").contains("HotplugDeviceDetected") { check(interface.hotplug != nil, "hotplug") }
      check(
        (interface.plugRules.allowInstallation == .never) == (row["super_privileged_plug"] == "yes"),
        "super_privileged_plug")
      for (column, role, rules) in [
        ("base_decl_plugs", ConnectionSide.Role.plug, interface.plugRules),
        ("base_decl_slots", .slot, interface.slotRules),
      ] {
        let text = row[column] ?? ""
        var parser = RuleText(text)
        let expected = text.isEmpty ? SideRules() : try SideRules(parser.value(), role, interface: name)
        check(rules == expected, "\(column) is not \(text)")
      }
      let grants = Granted(interface)
      for backend in BackendUse.all(row["backends"] ?? "") where !backend.isThere(grants) {
        wrong.append("\(name): nothing for \(backend)")
      }
      for (flag, trait) in [
        ("controlsDeviceCgroup", ProcessTraits.managesDeviceGroup), ("usesSysModuleCapability", .loadsModules),
        ("suppressPtraceTrace", .quietPtrace), ("suppressSysModuleCapability", .quietModules),
        ("appArmorUnconfinedPlugs", .appArmorUnconfined),
      ] where (row["flags"] ?? "").contains(flag) {
        check(grants.plug.traits.contains(trait), "no trait for \(flag)")
      }
    }
    report(wrong, known: KnownGaps.backends)
  }

  /// One line for each; those that nobody knew of are a failure.
  private func report(_ lines: [String], known: Set<String>) {
    let (new, old) = KnownGaps.sorted(lines, known: known)
    for line in new { print("missing: \(line)") }
    for line in old { print("known to be missing: \(line)") }
    #expect(new.isEmpty, "\(new.count) are missing:\n\(new.joined(separator: "\n"))")
    if !old.isEmpty {
      withKnownIssue("still to be made") { Issue.record("\(old.joined(separator: "\n"))") }
    }
  }
}

/// One entry of the column `backends`: `udev(cP/cS)`.
struct BackendUse: CustomStringConvertible {
  var backend: String
  var side: String

  var description: String { "\(backend)(\(side))" }

  static func all(_ text: String) -> [BackendUse] {
    text.split(separator: ";").flatMap { entry -> [BackendUse] in
      let parts = entry.split { $0 == "(" || $0 == ")" }
      guard parts.count == 2 else { return [] }
      return parts[1].split(separator: "/").map { BackendUse(backend: String(parts[0]), side: String($0)) }
    }
  }

  /// Whether the side grants anything of the kind. What only other systems than the sandbox see is not asked for.
  func isThere(_ granted: Granted) -> Bool {
    let set =
      switch side {
      case "cS": granted.connectedSlot
      case "pS": granted.slot
      default: granted.plug
      }
    switch backend {
    case "seccomp":
      return !set.syscalls.isEmpty || !set.networks.isEmpty || set.traits.contains(.unrestrictedSyscalls)
    case "udev": return !set.udev.isEmpty || !set.deviceLinks.isEmpty || set.traits.contains(.managesDeviceGroup)
    case "kmod": return !set.modules.isEmpty
    case "mount": return !set.contentMounts.isEmpty || !set.homeDirectories.isEmpty
    case "dbus": return !set.busPolicies.isEmpty
    default: return true
    }
  }
}

/// Reads the tables' form of a rule: `{allow-installation={slot-snap-type=[app | core]}, deny-connection=true}`.
struct RuleText {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  mutating func value() -> RuleValue {
    skip(" ")
    switch rest.first {
    case "{":
      rest.removeFirst()
      var map: [String: RuleValue] = [:]
      while let first = rest.first, first != "}" {
        skip(", ")
        let key = String(rest.prefix { $0 != "=" })
        rest = rest.dropFirst(key.count + 1)
        map[key] = value()
        skip(", ")
      }
      if !rest.isEmpty { rest.removeFirst() }
      return .map(map)
    case "[":
      rest.removeFirst()
      var list: [RuleValue] = []
      while let first = rest.first, first != "]" {
        list.append(value())
        skip(" |")
      }
      if !rest.isEmpty { rest.removeFirst() }
      return .list(list)
    default:
      var depth = 0
      let text = rest.prefix { character in
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        return depth > 0 || !",}]| ".contains(character)
      }
      rest = rest[text.endIndex...]
      return .text(String(text))
    }
  }

  private mutating func skip(_ characters: String) {
    while let first = rest.first, characters.contains(first) { rest.removeFirst() }
  }
}
