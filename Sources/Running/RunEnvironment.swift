#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// The environment an app starts with (spec/features.md §6), in the order of its making.
///
/// What the caller gave is passed on byte by byte, be it UTF-8 or not.
struct RunEnvironment {
  /// Where the sandbox finds programs, whatever the caller's `PATH` is (spec/confinement.md §2).
  static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games"

  private(set) var variables: Variables

  /// - Parameters:
  ///   - given: the caller's environment, `KEY=value`.
  ///   - root: the root prefix, which strict snaps do not see.
  init(plan: LaunchPlan, given: [UnsafeBufferPointer<UInt8>], user: RunUser, root: String = "") {
    let isClassic = plan.confinement == .classic
    variables = Variables()
    for variable in given {
      guard let equals = variable.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = String(decoding: variable[..<equals], as: UTF8.self)
      // What the loader obeys must come from the snap, not from the caller (LD_PRELOAD of the host).
      if !isClassic, Self.isUnsafe(key) { continue }
      // The launcher would take this for a variable that was saved here.
      if key.utf8.starts(with: "SNAP_SAVED_".utf8) { continue }
      variables.set(key, variable[(equals + 1)...])
    }
    // Inside, the machine's directories are what is below the root outside.
    if plan.confinement == .strict, !root.isEmpty, let socket = variables["NOTIFY_SOCKET"],
      socket.utf8.starts(with: (root + "/").utf8)
    {
      variables.set("NOTIFY_SOCKET", socket.utf8.dropFirst(root.utf8.count))
    }
    if !isClassic {
      variables["PATH"] = Self.path
      variables["SHELL"] = "/bin/bash"
      variables["TMPDIR"] = "/tmp"
      variables["TEMPDIR"] = "/tmp"
    }
    addSnap(plan, root: isClassic ? root : "")
    addUser(plan, user)
    for variable in plan.environment { variables[variable.key] = variable.value }
    for variable in plan.declaredEnvironment { variables.set(variable.key, expand(variable.value)) }
  }

  private mutating func addSnap(_ plan: LaunchPlan, root: String) {
    let name = plan.confinement == .classic ? plan.instanceName : plan.snapName
    variables["SNAP"] = "\(root)/snap/\(name)/\(plan.revision)"
    variables["SNAP_COMMON"] = "\(root)/var/snap/\(name)/common"
    variables["SNAP_DATA"] = "\(root)/var/snap/\(name)/\(plan.revision)"
    variables["SNAP_NAME"] = plan.snapName
    variables["SNAP_INSTANCE_NAME"] = plan.instanceName
    variables["SNAP_INSTANCE_KEY"] = String(
      decoding: plan.instanceName.utf8.drop { $0 != UInt8(ascii: "_") }.dropFirst(), as: UTF8.self)
    variables["SNAP_VERSION"] = plan.version
    variables["SNAP_REVISION"] = plan.revision
    if variables["SNAP_REEXEC"] == nil { variables["SNAP_REEXEC"] = "" }
    // A hook's cookie is that of its run, which the daemon gives; an app's is its snap's, which the launcher gives.
    guard plan.kind != .hook else { return }
    for key in ["SNAP_COOKIE", "SNAP_CONTEXT"] { variables[key] = nil }
    let app = [
      ("SNAP_APP_NAME", plan.appName), ("SNAP_APP_COMMON_ID", plan.commonID),
      ("SNAP_APP_DESKTOP_FILE", plan.desktopFile), ("SNAP_APP_BUS_NAME", plan.busName),
    ]
    for (key, value) in app { variables[key] = value.isEmpty ? nil : value }
  }

  private mutating func addUser(_ plan: LaunchPlan, _ user: RunUser) {
    let data = "\(user.home)/snap/\(plan.instanceName)"
    variables["SNAP_UID"] = "\(user.uid)"
    variables["SNAP_EUID"] = "\(user.uid)"
    variables["SNAP_REAL_HOME"] = user.home
    variables["SNAP_USER_COMMON"] = data + "/common"
    variables["SNAP_USER_DATA"] = "\(data)/\(plan.revision)"
    if plan.confinement != .classic {
      variables["HOME"] = "\(data)/\(plan.revision)"
      variables["XDG_RUNTIME_DIR"] = "/run/user/\(user.uid)/snap.\(plan.instanceName)"
    }
  }

  /// A word of a command as the app gets it: variables in fixed arguments are replaced, and what is empty then is left
  /// out, as in the reference. Programs are where the plan says.
  func expand(argument word: String) -> [UInt8]? {
    let bytes = word.utf8
    guard bytes.contains(UInt8(ascii: "$")) else { return Array(bytes) }
    if let image = variables.value(of: "SNAP"), bytes.starts(with: image), bytes.dropFirst(image.count).first == 0x2F {
      return Array(bytes)
    }
    let expanded = expand(word)
    return expanded.isEmpty ? nil : expanded
  }

  /// `$NAME` and `${NAME}` replaced by what the variables are so far; what is not set is empty. A dollar sign with
  /// nothing to name after it stays. What a shell has special variables for (`$$`, `$1`) is one character long. These
  /// are the rules of Go's `os.Expand`, which the reference uses.
  func expand(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    func isName(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    func add(_ name: ArraySlice<UInt8>) {
      if let value = variables.value(of: String(decoding: name, as: UTF8.self)) { result += value }
    }
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if "*#$@!?-0123456789".utf8.contains(bytes[index + 1]) {
        add(bytes[(index + 1)...(index + 1)])
        index += 2
        continue
      }
      if bytes[index + 1] == UInt8(ascii: "{") {
        guard let end = bytes[(index + 2)...].firstIndex(of: UInt8(ascii: "}")) else {
          // Not closed: the two characters are dropped, the rest is text.
          index += 2
          continue
        }
        add(bytes[(index + 2)..<end])
        index = end + 1
        continue
      }
      var end = index + 1
      while end < bytes.count, isName(bytes[end]) { end += 1 }
      if end == index + 1 {
        result.append(bytes[index])
        index += 1
        continue
      }
      add(bytes[(index + 1)..<end])
      index = end
    }
    return result
  }

  /// The variables as the launcher takes them: those the loader would drop on its way have the prefix `SNAP_SAVED_`,
  /// which the launcher takes off again.
  var forLauncher: TextBlock {
    var block = TextBlock()
    variables.forEach { key, variable in
      block.begin()
      if Self.isUnsafe(key) { block.add("SNAP_SAVED_".utf8) }
      block.add(variable)
      block.end()
    }
    return block
  }

  /// What the C library removes in a program with more privileges than its caller (ld.so(8)).
  static func isUnsafe(_ key: String) -> Bool {
    if key.utf8.starts(with: "LD_".utf8) || key.utf8.starts(with: "MALLOC_".utf8) { return true }
    switch key {
    case "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "NIS_PATH", "NLSPATH",
      "RESOLV_HOST_CONF", "RES_OPTIONS", "TMPDIR", "TZDIR":
      return true
    default: return false
    }
  }
}

/// Variables by name, in the order in which they were first set. There are some dozens: looking at each is faster than
/// a table, and the texts lie in one piece of memory.
struct Variables {
  private struct Entry {
    var start: Int
    var key: Int
    var count: Int
  }

  /// `KEY=value`, one behind the other.
  private var bytes: [UInt8] = []
  private var entries: [Entry] = []

  init() {
    bytes.reserveCapacity(8000)
    entries.reserveCapacity(120)
  }

  private func index(of key: String) -> Int? {
    let wanted = key.utf8
    return entries.firstIndex { entry in
      entry.key == wanted.count && bytes[entry.start..<(entry.start + entry.key)].elementsEqual(wanted)
    }
  }

  mutating func set(_ key: String, _ value: some Sequence<UInt8>) {
    let known = index(of: key)
    let start = bytes.count
    bytes.append(contentsOf: key.utf8)
    bytes.append(UInt8(ascii: "="))
    bytes.append(contentsOf: value)
    let entry = Entry(start: start, key: key.utf8.count, count: bytes.count - start)
    if let known { entries[known] = entry } else { entries.append(entry) }
  }

  /// The bytes of a variable's value; nil when it is not set.
  func value(of key: String) -> ArraySlice<UInt8>? {
    guard let index = index(of: key) else { return nil }
    let entry = entries[index]
    return bytes[(entry.start + entry.key + 1)..<(entry.start + entry.count)]
  }

  subscript(key: String) -> String? {
    get { value(of: key).map { String(decoding: $0, as: UTF8.self) } }
    set {
      if let newValue {
        set(key, newValue.utf8)
      } else if let index = index(of: key) {
        entries.remove(at: index)
      }
    }
  }

  func forEach(_ body: (_ key: String, _ variable: ArraySlice<UInt8>) -> Void) {
    for entry in entries {
      let variable = bytes[entry.start..<(entry.start + entry.count)]
      body(String(decoding: variable.prefix(entry.key), as: UTF8.self), variable)
    }
  }
}
