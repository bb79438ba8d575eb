import Glibc
import TestSupport
import Testing

/// The helper program, as `snap` runs it.
@Suite struct SnapImageTests {
  /// Programs are built into the directory of the test bundle.
  private static var program: String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    for argument in CommandLine.arguments where argument.contains(".xctest") {
      var directory = argument
      while let slash = directory.lastIndex(of: "/") {
        directory = String(directory[..<slash])
        let candidate = "\(directory)/snap-image"
        if realpath(candidate, &buffer) != nil, access(candidate, X_OK) == 0 { return candidate }
      }
    }
    return nil
  }

  @Test func answersLikeAProgram() throws {
    let program = try #require(SnapImageTests.program)
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["meta/snap.yaml": "name: foo\n", "meta/gui/icon": "png"])
    mkfifo("\(tree)/meta/pipe", 0o644)
    let image = try temporary.image("x.snap", of: tree, ["-comp", "lzo"])
    let link = temporary("link.snap")
    symlink(image, link)
    let text = temporary("text")
    try write(Array("text".utf8), to: text)

    let table: [([String], Int32, String)] = [
      (["read", image, "meta/snap.yaml"], 0, "name: foo\n"),
      (
        ["read", link, "meta/snap.yaml", "meta/none", "meta/gui/icon"], 0,
        "10 meta/snap.yaml\nname: foo\n- meta/none\n3 meta/gui/icon\npng"
      ),
      (
        ["read", image, "meta/snap.yaml", "--limit", "9"], 1,
        "error: cannot read \"meta/snap.yaml\" of \"\(image)\": 10 bytes, more than the 9 allowed\n"
      ),
      (
        ["read", image, "meta/none"], 1,
        "error: cannot read \"meta/none\" of \"\(image)\": no such file or directory\n"
      ),
      (
        ["read", image, "meta/pipe"], 1,
        "error: cannot read \"meta/pipe\" of \"\(image)\": a named pipe, not a regular file\n"
      ),
      (["list", image, "meta"], 0, "drwxr-xr-x 0 gui\nprw-r--r-- 0 pipe\n-rw-r--r-- 10 snap.yaml\n"),
      (
        ["read", text, "meta/snap.yaml"], 1,
        "error: cannot process snap or snapdir: file \"\(text)\" is invalid (header [116 101 120 116])\n"
      ),
      (
        ["read", image], 64,
        "error: usage: snap-image read FILE PATH… [--limit BYTES] | list FILE DIRECTORY | info FILE\n"
      ),
      (["read", image, "x", "--limit", "many"], 64, "error: cannot use --limit without a number of bytes\n"),
    ]
    for (arguments, status, output) in table {
      let result = try execute([program] + arguments)
      #expect(result.status >> 8 == status, "\(arguments)")
      #expect(result.output == output, "\(arguments)")
    }
    #expect(try execute([program, "info", image]).output.hasPrefix("compression: lzo\nsize: "))
  }
}
