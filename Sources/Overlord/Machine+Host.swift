internal import Host
internal import Interfaces
internal import Linux

extension Machine {
  /// What interfaces want to know of this machine.
  init(of directories: Directories) {
    let release = OSRelease.read()
    self.init(
      isClassic: release.id != "ubuntu-core", distribution: release.id, version: release.versionID,
      exists: { path in (try? Files.status(path, followSymlinks: true)) ?? nil != nil })
    variant = release.variantID
  }
}
