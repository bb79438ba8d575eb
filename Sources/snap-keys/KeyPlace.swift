import Assertions
import ByteText
import Glibc
import Linux

/// Where the user's keys are.
enum KeyPlace {
  /// - `SNAPD_EXT_KEYMGR` names a program that has them;
  /// - `SNAPD_KEY_DIR` names a directory with files (ours: for machines that sign by themselves);
  /// - else GnuPG has them, in `~/.snap/gnupg` or `SNAP_GNUPG_HOME`;
  /// - else, without GnuPG, files in `~/.snap`.
  static func keys() throws -> any NamedKeyManager {
    if let program = variable("SNAPD_EXT_KEYMGR") {
      guard program.hasBytePrefix("/") else {
        throw Failure("cannot use external keypair manager \(QuotedText.quote(program)): it is no absolute path")
      }
      return try ExternalKeys(program: program, environment: environment())
    }
    if let directory = variable("SNAPD_KEY_DIR") { return KeyFiles(directory: directory) }
    let place = try home() + "/.snap"
    let programs = ["/usr/bin/gpg", "/bin/gpg", "/usr/local/bin/gpg"]
    if let gpg = programs.first(where: { (path: String) in access(path, X_OK) == 0 }) {
      return try GPGKeys(
        program: gpg, home: variable("SNAP_GNUPG_HOME") ?? place + "/gnupg", environment: environment())
    }
    return KeyFiles(directory: place)
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func home() throws -> String {
    if let home = variable("HOME"), home.hasBytePrefix("/") { return home }
    guard let user = try UserDatabase.user(uid: getuid()) else { throw Failure("cannot find the user's home") }
    return user.home
  }

  /// All of the user's, with the terminal on which GnuPG may ask.
  private static func environment() -> [String: String] {
    var environment: [String: String] = [:]
    var place = environ
    while let entry = place.pointee {
      let parts = String(cString: entry).byteSplit("=", maxSplits: 1, keepingEmpty: true).map(String.init)
      if parts.count == 2 { environment[parts[0]] = parts[1] }
      place += 1
    }
    if environment["GPG_TTY"] == nil, let terminal = ttyname(0) { environment["GPG_TTY"] = String(cString: terminal) }
    return environment
  }
}
