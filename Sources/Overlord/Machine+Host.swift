internal import ByteText
internal import Host
internal import Interfaces
internal import Linux

extension Machine {
  /// What interfaces want to know of this machine.
  init(of directories: Directories) {
    let release = (try? Files.read("/etc/os-release", limit: 64 << 10)) ?? []
    var values: [Substring: String] = [:]
    for line in String(decoding: release, as: UTF8.self).byteSplit("\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      values[parts[0]] = parts[1].filter { $0 != "\"" && $0 != "'" }
    }
    self.init(
      isClassic: values["ID"] != "ubuntu-core", distribution: values["ID"] ?? "", version: values["VERSION_ID"] ?? "",
      exists: { path in (try? Files.status(path, followSymlinks: true)) ?? nil != nil })
  }
}
