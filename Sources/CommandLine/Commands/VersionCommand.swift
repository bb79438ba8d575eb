import API
import Client

/// `snap version`
enum VersionCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "version", summary: "Show version details",
      help: "The version command shows the versions of this program, the daemon and the system.",
      options: [.flag("verbose", "Show more: architecture and where the programs come from")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var table = TableWriter()
    table.line("snap", ProgramVersion.text)
    if let info = try? SystemInfo.fetch(in: context) {
      table.line("snapd", info.version.isEmpty ? "unknown" : info.version)
      table.line("series", info.series)
      if info.onClassic, let release = info.osRelease {
        table.line(release.id, release.versionID.isEmpty ? "-" : release.versionID)
      }
      if !info.kernelVersion.isEmpty { table.line("kernel", info.kernelVersion) }
      if arguments.has("verbose") {
        table.line("architecture", info.architecture)
        table.line("snapd-bin-from", info.snapdBinFrom)
        table.line("snap-bin-from", "native-package")
      }
    } else {
      table.line("snapd", "unavailable")
      table.line("series", "-")
    }
    context.out.write(table.flush())
  }
}
