internal import CLinux

/// Who runs an app.
struct RunUser: Equatable {
  var uid: UInt32
  /// As the user database has it, without slashes at its end.
  var home: String

  init(uid: UInt32, home: String) {
    self.uid = uid
    self.home = home
  }

  /// The user of this process with the home directory of the user database: `$HOME` is not to be trusted under `sudo`.
  ///
  /// `/etc/passwd` is read here and stops at the user: the C library's look-up loads plug-ins, which a static program
  /// must not. Whoever is not in it is asked of `getent`, which does.
  static func current(
    passwd: String = "/etc/passwd", getent: String = "/usr/bin/getent"
  ) throws(RunError) -> RunUser {
    let uid = cl_launch_uid()
    var bytes: [UInt8] = []
    if let file = try RegularFile.open(passwd) { try file.read(into: &bytes, upTo: 64 << 20) }
    if let user = user(uid, in: bytes) { return user }
    if let user = user(uid, in: ask(getent, uid)) { return user }
    throw RunError("cannot get the current user: unknown user id \(uid)")
  }

  /// The first entry with the number (passwd(5)).
  static func user(_ uid: UInt32, in database: [UInt8]) -> RunUser? {
    var start = 0
    while start < database.count {
      var end = start
      // Where the fields of the line begin.
      var fields = 1
      var colons = (0, 0, 0, 0, 0, 0)
      while end < database.count, database[end] != UInt8(ascii: "\n") {
        if database[end] == UInt8(ascii: ":") {
          switch fields {
          case 1: colons.0 = end
          case 2: colons.1 = end
          case 3: colons.2 = end
          case 4: colons.3 = end
          case 5: colons.4 = end
          case 6: colons.5 = end
          default: break
          }
          fields += 1
        }
        end += 1
      }
      let first = database[start]
      if fields == 7, colons.0 > start, first != UInt8(ascii: "#"), first != UInt8(ascii: "+"),
        number(database[(colons.1 + 1)..<colons.2]) == uid, number(database[(colons.2 + 1)..<colons.3]) != nil
      {
        var home = database[(colons.4 + 1)..<colons.5]
        while home.count > 1, home.last == UInt8(ascii: "/") { home.removeLast() }
        return RunUser(uid: uid, home: String(decoding: home, as: UTF8.self))
      }
      start = end + 1
    }
    return nil
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
    guard !digits.isEmpty, digits.count <= 10 else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
    }
    return UInt32(exactly: value)
  }

  /// What `getent` prints; nothing when it fails.
  private static func ask(_ getent: String, _ uid: UInt32) -> [UInt8] {
    var arguments = TextBlock()
    for word in [getent, "passwd", "\(uid)"] { arguments.append(word) }
    var answer = [UInt8](repeating: 0, count: 4096)
    var count: Int64 = -1
    arguments.withPointers { pointers in
      count = answer.withUnsafeMutableBytes { buffer in
        cl_launch_capture(getent, pointers, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
      }
    }
    return count > 0 ? Array(answer[..<Int(count)]) : []
  }
}
