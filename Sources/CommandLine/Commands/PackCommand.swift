/// `snap pack`
enum PackCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "pack", summary: "Pack the given directory as a snap",
      help: """
        The pack command makes a snap of a directory that has meta/snap.yaml, in the current directory or in the one \
        given. Its metadata and the files it speaks of are checked first; with --check-skeleton, nothing else is done.

        The file is called after the snap's name, version and architecture unless --filename says otherwise.
        """,
      options: [
        .flag("check-skeleton", "Check the metadata and exit"),
        .value("filename", label: "", "Call the file this"),
        .value("compression", label: "", "Compress with this: xz (the default), zstd, gzip, lzo or lz4"),
        .flag("append-integrity-data", "Generate and append dm-verity data", hidden: true),
      ],
      positionals: [
        .init("<snap-dir>", .optional, values: .directories), .init("<target-dir>", .optional, values: .directories),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let directory = arguments.positional(0) ?? "."
    if arguments.has("append-integrity-data") { throw Failure("integrity data is not supported yet") }
    try LocalSnap.check(directory: directory)
    var words = ["pack"]
    if arguments.has("check-skeleton") { words.append("--check-skeleton") }
    for option in ["filename", "compression"] {
      if let value = arguments.value(option) { words.append("--\(option)=\(value)") }
    }
    words += ["--", directory] + (arguments.positional(1).map { [$0] } ?? [])
    let output = try Helper.foreground(words, in: context)
    if arguments.has("check-skeleton") { return }
    let name = String(decoding: output, as: UTF8.self).split(separator: "\n").last.map { String($0) } ?? ""
    context.out.line("built: \(name)")
  }
}
