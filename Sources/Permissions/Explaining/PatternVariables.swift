/// What the variables of patterns stand for (`@{pid}`, `@{SNAP_NAME}`, …), as the profile defines them and the
/// tunables of AppArmor do.
public struct PatternVariables: Hashable, Sendable {
  /// Patterns by name, without variables in them.
  public var values: [String: [String]]

  /// - Parameters:
  ///   - subject: whose profile; nil leaves the snap's own variables undefined, and patterns with them match nothing.
  ///   - homes: patterns of home directories.
  public init(subject: PolicySubject? = nil, homes: [String] = ["/home/*", "/root"]) {
    let pid =
      "{[1-9],[1-9][0-9],[1-9][0-9][0-9],[1-9][0-9][0-9][0-9],[1-9][0-9][0-9][0-9][0-9]"
      + ",[1-9][0-9][0-9][0-9][0-9][0-9],[1-4][0-9][0-9][0-9][0-9][0-9][0-9]}"
    values = [
      "HOME": homes, "HOMEDIRS": ["/home"], "PROC": ["/proc"], "sys": ["/sys"], "run": ["/run", "/var/run"],
      "pid": [pid], "tid": [pid], "pids": [pid], "multiarch": ["*-linux-gnu*"],
      "INSTALL_DIR": ["/snap", "/var/lib/snapd/snap"],
      "SNAP_COREUTIL_DIRS": ["/bin/", "/usr/bin/", "/lib/cargo/bin/coreutils/", "/usr/lib/cargo/bin/coreutils/"],
    ]
    guard let subject else { return }
    values["SNAP_NAME"] = [subject.snap.rawValue]
    values["SNAP_INSTANCE_NAME"] = [subject.instance.rawValue]
    values["SNAP_REVISION"] = [subject.revision.rawValue]
    values["SNAP_COMMAND_NAME"] = [subject.command]
    values["PROFILE_DBUS"] = [subject.busLabel]
    values["profile_name"] = [subject.tag.rawValue]
  }

  /// A pattern's text with its variables replaced, several values as alternatives; nil when one is not defined.
  public func expand(_ pattern: PolicyPattern) -> String? {
    var bytes = Array(pattern.rawValue.utf8)
    if bytes.starts(with: "$HOME/".utf8) { bytes.replaceSubrange(..<5, with: "@{HOME}".utf8) }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
        result += bytes[index...(index + 1)]
        index += 2
        continue
      }
      guard byte == UInt8(ascii: "@"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "{"),
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")), bytes[(index + 2)..<end].allSatisfy(Self.isName),
        end > index + 2
      else {
        // `@{mbim,qmi}` is an abstract address of two alternatives.
        result.append(byte)
        index += 1
        continue
      }
      guard let found = values[String(decoding: bytes[(index + 2)..<end], as: UTF8.self)] else { return nil }
      index = end + 1
      let isSlashNext = index < bytes.count && bytes[index] == UInt8(ascii: "/")
      let texts = found.map { isSlashNext && $0.last == "/" ? String($0.dropLast()) : $0 }
      result += Array((texts.count == 1 ? texts[0] : "{" + texts.joined(separator: ",") + "}").utf8)
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isName(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
  }
}
