import Host
import LaunchPlan
import Linux
import Permissions
import Testing

@testable import LaunchPlanning

extension GrantedPlace {
  /// One line: source, target if it is another, pattern, options.
  var line: String {
    let names: [(Options, String)] = [
      (.write, "w"), (.execute, "x"), (.owner, "o"), (.subtree, "t"), (.devices, "d"), (.byDirectory, "b"),
      (.hidden, "H"), (.protected, "P"), (.links, "l"),
    ]
    let letters = names.filter { options.contains($0.0) }.map { $0.1 }.joined()
    return "\(source)\(source == target ? "" : ">" + target) \(pattern) \(letters)"
  }
}

extension GrantedPlace {
  /// The same for each name that the pattern stands for.
  var lines: [String] {
    (PathGlob.expandBraces(Array(pattern.utf8), limit: 256) ?? []).map { name in
      var one = self
      one.pattern = String(decoding: name, as: UTF8.self)
      return one.line
    }
  }
}

extension GrantedRule {
  var line: String {
    let names: [(PathAccess, String)] = [
      (.readFile, "r"), (.writeFile, "w"), (.execute, "x"), (.makeRegular, "m"), (.ioctlDevice, "i"),
    ]
    return "\(path) \(pattern)\(subtree ? "/" : "") \(names.filter { access.contains($0.0) }.map { $0.1 }.joined())"
  }
}

/// What file rules become.
@Suite struct GrantTests {
  /// One planner, whose compiled filters serve all.
  private static let planners = ["/": planner(), "/r": planner(prefix: "/r")]

  private func plan(_ rules: [FileRule], prefix: String = "/") throws -> LaunchPlan {
    var subject = subject()
    subject.entries[0].grants.files = rules
    return try #require(Self.planners[prefix]).plans(for: subject, base: core22).plans[0]
  }

  private static func rule(
    _ text: String, _ access: FileAccess, owner: Bool = false, effect: RuleEffect = .allow
  ) throws -> FileRule {
    FileRule(try PathPattern(text), access, owner: owner, effect: effect)
  }

  /// Pattern, access, and the places and rules that come of it.
  @Test(
    arguments: [
      ("/dev/video[0-9]*", "rw", ["/dev video[0-9]* wdl"], ["/dev video[0-9]* rwi"]),
      ("/dev/snd/**", "rw", ["/dev snd wtd"], ["/dev/snd / rwmi"]),
      ("/dev/{input,dri}/", "r", [], []), ("/dev/null", "rw", [], []),
      ("/dev/shm/x*", "rw", [], []), ("/dev/tty[^0-9]*", "rw", ["/dev tty[^0-9]* wdl"], ["/dev tty[^0-9]* rwi"]),
      ("/{,var/}run/foo/sock", "rw", ["/run/foo sock wb"], ["/run/foo/sock  rw"]),
      ("/run/foo.sock", "rw", ["/run foo.sock w"], ["/run/foo.sock  rw"]),
      ("/run/systemd/x", "r", ["/run/systemd x "], ["/run/systemd/x  r"]),
      ("/run/foo/{,**}", "r", ["/run foo t"], ["/run/foo / r"]),
      ("/run/udev/data/c116:[0-9]*", "r", ["/run/udev data t"], ["/run/udev/data / r"]),
      (
        "/run/user/[0-9]*/wayland-[0-9]*", "rw", ["/run/user/$UID wayland-[0-9]* w"],
        ["/run/user/$UID wayland-[0-9]* rw"]
      ),
      ("/etc/foo/*", "rw", ["/etc foo wt"], ["/etc/foo / rwm"]), ("/etc/foo/*", "r", ["/etc/foo * "], []),
      ("/etc/{,**}", "r", ["/etc * ", "/etc * t"], []), ("/var/log/**", "r", ["/var log t"], ["/var/log / r"]),
      ("/media/*/**", "rwix", ["/ media wxt"], ["/media */ rwxm"]), ("/mnt/{,**}", "r", ["/ mnt t"], ["/mnt / r"]),
      ("/sys/class/drm/**", "r", [], ["/sys/class/drm / r"]),
      ("/sys/devices/**/name", "r", [], ["/sys/devices / r"]),
      (
        "/sys/devices/**/leds/**kbd/brightness", "w", ["/sys/devices */**/leds/**/*kbd/brightness w"],
        ["/sys/devices / w"]
      ),
      (
        "/sys/devices/system/cpu/cpu*/online", "rw", ["/sys/devices/system cpu wt"],
        ["/sys/devices/system/cpu cpu*/online rw"]
      ),
      ("/sys/kernel/debug/x", "r", ["/sys/kernel debug t"], ["/sys/kernel/debug/x  r"]),
      ("/proc/sys/net/*/x", "w", [], ["/proc/sys/net */x w"]),
      ("/proc/@{pid}/oom_score_adj", "rw", [], ["/proc/$PID/oom_score_adj  rw"]),
      ("/proc/**", "r", [], []), ("/usr/share/**", "r", [], []), ("/{,usr/}bin/mount", "ixr", [], []),
      ("$HOME/[^s.]**", "rw", ["$HOME [^s.]* w", "$HOME [^s.]* wt"], ["$HOME [^s.]*/ rwm", "$HOME [^s.]* rw"]),
      ("$HOME/.config/foo/**", "r", ["$HOME/.config foo t"], ["$HOME/.config/foo / r"]),
      ("$HOME/", "r", [], []), ("/tmp/**", "rw", [], []), ("/", "rw", [], []), ("/**", "rw", [], []),
      ("/var/lib/snapd/hostfs/usr/lib{,64}/x{,.*}", "rm", ["/usr>/var/lib/snapd/hostfs/usr lib{,64}/x{,.*} x"], []),
      ("/var/lib/snapd/desktop/icons/**", "r", ["/r/var/lib/snapd/desktop>/var/lib/snapd/desktop icons t"], []),
      (
        "/var/snap/other/common/pulse/native", "rw",
        ["/r/var/snap/other/common/pulse>/var/snap/other/common/pulse native w"],
        ["/var/snap/other/common/pulse/native  rw"]
      ),
      ("/var/snap/foo/common/x", "rw", [], []), ("/lib/modules/**", "r", ["/usr/lib modules t"], []),
      ("/unknown/@{bogus}/x", "r", [], []),
    ] as [(String, String, [String], [String])])
  func rulesBecome(pattern: String, access: String, places: [String], rules: [String]) throws {
    let plan = try plan([Self.rule(pattern, try #require(FileAccess(letters: access)))], prefix: "/r")
    #expect(plan.grantedPlaces.filter { !$0.options.contains(.protected) }.map(\.line) == places)
    #expect(plan.grantedRules.map(\.line) == rules)
    #expect(plan.grantedKey.isEmpty == places.isEmpty)
    _ = try plan.encoded()
  }

  @Test func refusalsAndProtection() throws {
    let plan = try plan([
      Self.rule("$HOME/[^s.]**", [.read, .write]), Self.rule("$HOME/bin/{,**}", [.write, .link], effect: .auditedDeny),
      Self.rule("$HOME/.gnupg/{,**}", .read, owner: true), Self.rule("$HOME/.gnupg/x", .read, effect: .deny),
      Self.rule("$HOME/.gnupg/y", .read), Self.rule("$HOME/.gnupg/y", .read, effect: .deny),
    ])
    let lines = plan.grantedPlaces.flatMap(\.lines)
    for line in [
      "$HOME bin tP", "$HOME/.gnupg x H", "$HOME .gnupg ot", "$HOME .bashrc P", "$HOME/.config autostart tP",
    ] {
      #expect(lines.contains(line), "\(line) in \(lines)")
    }
    #expect(!plan.grantedRules.map(\.line).contains { $0.contains(".gnupg/y") })
    #expect(plan.watchedPlaces.first == "$HOME")
    // Who is granted such a place by name has it.
    let named = try self.plan([Self.rule("$HOME/.ssh/config", [.read, .write])])
    let protected = named.grantedPlaces.flatMap(\.lines)
    #expect(!protected.contains("$HOME .ssh tP") && protected.contains("$HOME .bashrc P"))
  }

  @Test func theViewIsTheSnapsAndRulesAreTheApps() throws {
    var subject = subject()
    subject.entries[0].grants.files = [try Self.rule("/dev/a", [.read])]
    subject.entries[1].grants.files = [try Self.rule("/dev/b", [.read])]
    let plans = try planner().plans(for: subject, base: core22).plans
    #expect(Set(plans.map { $0.grantedPlaces.flatMap(\.lines) }) == [["/dev a dl", "/dev b dl"]])
    #expect(plans.map { $0.grantedRules.map(\.path) } == [["/dev/a"], ["/dev/b"], []])
    #expect(plans[0].namespaceKey == (try plan([]).namespaceKey))
    for confinement in [LaunchPlan.Confinement.devmode, .classic] {
      subject.confinement = confinement
      let plan = try planner().plans(for: subject, base: core22).plans[0]
      #expect(plan.grantedPlaces.isEmpty && plan.grantedRules.isEmpty)
    }
  }

  @Test func whoMountsHasNoFileDomain() throws {
    var subject = subject()
    subject.entries[0].grants.mounts = [MountRule()]
    subject.entries[1].grants.profileChanges = [ChangeProfileRule(to: "x")]
    let plans = try planner().plans(for: subject, base: core22).plans
    #expect(plans[0].handledAccess == [] && plans[0].noNewPrivileges && plans[0].pathRules.isEmpty)
    #expect(plans[1].handledAccess == .all && !plans[1].noNewPrivileges)
    #expect(plans[2].handledAccess == .all && plans[2].noNewPrivileges)
  }

  @Test(arguments: [
    // Where there is a place for it in the image, and where there is none.
    ("/snap/other/3/lib", "/snap/foo/7/lib", ["bind /snap/other/3/lib /snap/foo/7/lib rosd?"]),
    (
      "/snap/other/3", "/snap/foo/7/lib/new",
      ["tree /snap/foo/7/lib /snap/foo/7/lib -[] rosd", "bind /snap/other/3 /snap/foo/7/lib/new rosd?"]
    ),
    ("/var/snap/other/common", "/var/snap/foo/common/c", ["bind /var/snap/other/common /var/snap/foo/common/c rosd?"]),
    ("/var/lib/snapd/hostfs/usr/share/x", "/usr/share/demo", ["bind /usr/share/x /usr/share/demo rosd?"]),
    // What the fixed view has there is shown in the stand-in again.
    (
      "/var/lib/snapd/hostfs/usr/lib/wsl", "/usr/lib/wsl",
      [
        "tree /snap/core22/100/usr/lib /usr/lib -[snapd] rosd", "bind /usr/lib/wsl /usr/lib/wsl rosd?",
        "bind /usr/lib/snapd /usr/lib/snapd osd?",
      ]
    ),
    ("/var/lib/snapd/hostfs/tmp/.X11-unix", "/tmp/.X11-unix", ["bind /tmp/.X11-unix /tmp/.X11-unix rosd?"]),
    ("/snap/other/3", "/dev/x", []), ("/snap/other/3", "/proc", []), ("/snap/../etc", "/snap/foo/7/lib", []),
    ("/snap/other/3", "/snap/foo/7/../../x", []), ("/snap/other/3", "/var/snap/other", []),
  ])
  func contentMounts(source: String, target: String, steps: [String]) throws {
    for isEntrys in [false, true] {
      var subject = subject()
      let mount = ContentMount(source: source, target: target)
      if isEntrys { subject.entries[1].grants.contentMounts = [mount] } else { subject.contentMounts = [mount] }
      let plan = try planner(image: FakeTree("/lib/,/lib/data/")).plans(for: subject, base: core22).plans[0]
      #expect(plan.grantedSteps.map(\.line) == steps)
      #expect(
        plan.view
          == (try planner(image: FakeTree("/lib/,/lib/data/")).plans(for: self.subject(), base: core22).plans[0].view))
    }
  }

  /// They are the snap's, like the view.
  @Test func homeDirectoriesAreInEveryPlan() throws {
    var subject = subject()
    subject.entries[1].grants.homeDirectories = [".config/b", ".config/a", "../x", "", "/abs", "a\0b"]
    let plans = try planner().plans(for: subject, base: core22).plans
    #expect(plans.allSatisfy { $0.homeDirectories == [".config/a", ".config/b"] })
    subject.confinement = .classic
    #expect(try planner().plans(for: subject, base: nil).plans.allSatisfy { $0.homeDirectories.isEmpty })
  }

  private func subject() -> PlanSubject { LaunchPlanningTests.subject() }

  /// Every pattern of the reference's interfaces is read, quickly, and gives a plan that can be written.
  @Test func everyPatternOfTheTable() throws {
    let here = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    let table = try Files.read(here + "/InterfacesTests/Tables/interface-access.tsv", limit: 4 << 20)
    var rules: [FileRule] = []
    for line in String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 5, fields[2].hasPrefix("file"), !fields[3].contains("###") else { continue }
      let pattern = fields[3].replacing("\"", with: "")
      guard let path = try? PathPattern(pattern) else { continue }
      let access = FileAccess(letters: fields[4]) ?? .read
      rules.append(
        FileRule(path, access, owner: fields[2].hasSuffix("owner"), effect: fields[2].contains("deny") ? .deny : .allow)
      )
      let plan = try plan([rules[rules.count - 1]])
      for place in plan.grantedPlaces { #expect(PathGlob(place.pattern) != nil, "\(pattern): \(place.line)") }
      for rule in plan.grantedRules { #expect(PathGlob(rule.pattern) != nil, "\(pattern): \(rule.line)") }
    }
    #expect(rules.count > 1500)
    let start = ContinuousClock.now
    let all = try plan(rules)
    #expect(ContinuousClock.now - start < .seconds(5))
    _ = try all.encoded()
    #expect(all.watchedPlaces.count <= 16)
    print("all interfaces: \(all.grantedPlaces.count) places, \(all.grantedRules.count) rules")
  }
}
