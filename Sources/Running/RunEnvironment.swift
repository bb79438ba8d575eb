internal import LaunchPlan

/// The environment an app starts with (spec/features.md §6), in the order of its making.
struct RunEnvironment {
  /// Where the sandbox finds programs, whatever the caller's `PATH` is (spec/confinement.md §2).
  static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games"

  private(set) var variables: [String: String] = [:]

  /// - Parameters:
  ///   - given: the caller's environment, `KEY=value`.
  ///   - root: the root prefix, which only classic snaps see.
  init(plan: LaunchPlan, given: [String], user: RunUser, root: String = "") {
    let isClassic = plan.confinement == .classic
    variables.reserveCapacity(given.count + plan.environment.count + plan.declaredEnvironment.count + 32)
    for variable in given {
      guard let equals = variable.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = String(variable[..<equals])
      // What the loader obeys must come from the snap, not from the caller (LD_PRELOAD of the host).
      if !isClassic, Self.isUnsafe(key) { continue }
      // The launcher would take this for a variable that was saved here.
      if key.hasPrefix("SNAP_SAVED_") { continue }
      variables[key] = String(variable[variable.utf8.index(after: equals)...])
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
    for variable in plan.declaredEnvironment { variables[variable.key] = expand(variable.value) }
  }

  private mutating func addSnap(_ plan: LaunchPlan, root: String) {
    let name = plan.confinement == .classic ? plan.instanceName : plan.snapName
    variables["SNAP"] = "\(root)/snap/\(name)/\(plan.revision)"
    variables["SNAP_COMMON"] = "\(root)/var/snap/\(name)/common"
    variables["SNAP_DATA"] = "\(root)/var/snap/\(name)/\(plan.revision)"
    variables["SNAP_NAME"] = plan.snapName
    variables["SNAP_INSTANCE_NAME"] = plan.instanceName
    let underscore = plan.instanceName.firstIndex(of: "_")
    variables["SNAP_INSTANCE_KEY"] =
      underscore.map {
        String(plan.instanceName[plan.instanceName.index(after: $0)...])
      } ?? ""
    variables["SNAP_VERSION"] = plan.version
    variables["SNAP_REVISION"] = plan.revision
    variables["SNAP_REEXEC"] = variables["SNAP_REEXEC"] ?? ""
    for key in ["SNAP_COOKIE", "SNAP_CONTEXT"] { variables[key] = nil }
    guard plan.kind != .hook else { return }
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

  /// `$NAME` and `${NAME}` replaced by what the variables are so far; what is not set is empty. A dollar sign with
  /// nothing to name after it stays.
  func expand(_ text: String) -> String {
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
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if bytes[index + 1] == UInt8(ascii: "{") {
        guard let end = bytes[(index + 2)...].firstIndex(of: UInt8(ascii: "}")) else {
          // Not closed: the two characters are dropped, the rest is text.
          index += 2
          continue
        }
        let name = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
        result += (variables[name] ?? "").utf8
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
      result += (variables[String(decoding: bytes[(index + 1)..<end], as: UTF8.self)] ?? "").utf8
      index = end
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The variables as the launcher takes them: those the loader would drop on its way have the prefix `SNAP_SAVED_`,
  /// which the launcher takes off again.
  var forLauncher: [String] {
    variables.map { key, value in (Self.isUnsafe(key) ? "SNAP_SAVED_" : "") + key + "=" + value }.sorted()
  }

  /// What the C library removes in a program with more privileges than its caller (ld.so(8)).
  static func isUnsafe(_ key: String) -> Bool {
    if key.hasPrefix("LD_") || key.hasPrefix("MALLOC_") { return true }
    switch key {
    case "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "NIS_PATH", "NLSPATH",
      "RESOLV_HOST_CONF", "RES_OPTIONS", "TMPDIR", "TZDIR":
      return true
    default: return false
    }
  }
}

/// Who runs an app.
struct RunUser: Equatable {
  var uid: UInt32
  var home: String
}
