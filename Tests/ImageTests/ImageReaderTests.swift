import Glibc
import Image
import Linux
import TestSupport
import Testing

@Suite struct ImageReaderTests {
  static let formats: [[String]] = [
    ["-comp", "gzip"], ["-comp", "xz"], ["-comp", "zstd"], ["-comp", "lz4"], ["-comp", "lzma"], ["-comp", "lzo"],
    ["-comp", "lzo", "-Xalgorithm", "lzo1x_1_15"], ["-comp", "xz", "-Xbcj", "x86", "-b", "1M"],
    ["-comp", "gzip", "-b", "4K", "-no-fragments"], ["-comp", "zstd", "-noI", "-noD", "-noF"],
    ["-comp", "lzo", "-no-fragments", "-b", "4K"],
  ]

  @Test(arguments: formats) func readsWhatWasPacked(options: [String]) throws {
    let temporary = try TemporaryDirectory()
    let numbers = (0..<60_000).map(String.init).joined(separator: "\n")
    let tree = try temporary.tree(
      "d",
      [
        "meta/snap.yaml": "name: foo\n", "meta/empty": "", "meta/gui/icon.png": "png", "usr/share/numbers": numbers,
        "many/": "", "bin/foo": "#!/bin/sh\n",
      ])
    var random = SeededGenerator(seed: 7)
    let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    try write(noise, to: "\(tree)/usr/noise")
    for index in 0..<700 { try write([65], to: "\(tree)/many/file-\(index)-with-a-long-name-to-fill-the-blocks") }
    truncate("\(tree)/usr/noise", 900_000)
    symlink("../usr/noise", "\(tree)/meta/link")
    chown("\(tree)/bin/foo", 584788, 12)
    chmod("\(tree)/bin/foo", 0o4755)
    let image = try temporary.image("x.snap", of: tree, options)

    let reader = try ImageReader(path: image)
    for file in ["meta/snap.yaml", "meta/empty", "meta/gui/icon.png", "usr/share/numbers", "usr/noise", "bin/foo"] {
      #expect(try reader.read(file, limit: 1 << 20) == contents(of: "\(tree)/\(file)"), "\(file)")
    }
    #expect(try reader.list("meta") == ["empty", "gui", "link", "snap.yaml"])
    #expect(try reader.list("many").count == 700)
    #expect(try reader.read("many/file-666-with-a-long-name-to-fill-the-blocks", limit: 1) == [65])
    #expect(try reader.readLink("meta/link") == "../usr/noise")
    #expect(try reader.resolve("meta/link") == "usr/noise")
    #expect(reader.info.compression.rawValue == options[1])
    #expect(reader.info.inodes == 714)
    let foo = try #require(try reader.status("bin/foo"))
    #expect((foo.kind, foo.permissions, foo.uid, foo.gid) == (.regular, 0o4755, 584788, 12))
    #expect(foo.modeText == "urwxr-xr-x")
    #expect(try reader.status("bin/bar") == nil)
    #expect(try reader.status("bin/foo/bar") == nil)
    #expect(try reader.status("./meta//snap.yaml")?.size == 10)

    let directory = try DirectoryContainer(path: tree)
    var inImage: [String] = []
    var onDisk: [String] = []
    try reader.walk(".", limits: WalkLimits()) { (path, status) in
      inImage.append("\(path) \(status.modeText) \(status.size) \(status.uid) \(status.modified)")
      return .continue
    }
    try directory.walk(".", limits: WalkLimits()) { (path, status) in
      onDisk.append("\(path) \(status.modeText) \(status.size) \(status.uid) \(status.modified)")
      return .continue
    }
    #expect(inImage == onDisk)
  }

  /// Both containers give the same answers to paths that want out, and to files that aren't.
  @Test(arguments: [false, true]) func refusesHostileContent(packed: Bool) throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["meta/a/file": "inside", "meta/b/": ""])
    mkfifo("\(tree)/meta/snap.yaml", 0o644)
    mknod("\(tree)/meta/null", S_IFCHR | 0o666, dev_t(0x103))
    for (name, target) in [
      ("passwd", "/etc/passwd"), ("up", "../../etc/passwd"), ("loop", "loop"), ("ok", "b/../a/file"),
      ("dangling", "nothing"), ("dir", "a"), ("through", "a/file/x"),
    ] { symlink(target, "\(tree)/meta/\(name)") }
    try write([], to: "\(tree)/meta/big")
    // mksquashfs reads every byte of a hole; what an inode can declare is tested with damaged images.
    let size = packed ? 16 << 20 : 4 << 30
    truncate("\(tree)/meta/big", size)
    let path = packed ? try temporary.image("x.snap", of: tree, ["-comp", "xz"]) : tree
    let container: any SnapContainer = packed ? try ImageReader(path: path) : try DirectoryContainer(path: path)

    func reason(_ body: () throws(ImageError) -> some Any) -> ImageError.Reason? {
      do {
        _ = try body()
        return nil
      } catch { return error.reason }
    }
    let limit = 1 << 20
    #expect(
      reason { () throws(ImageError) in try container.read("meta/snap.yaml", limit: limit) } == .notRegular(.fifo))
    #expect(
      reason { () throws(ImageError) in try container.read("meta/null", limit: limit) }
        == .notRegular(.characterDevice))
    #expect(
      reason { () throws(ImageError) in try container.read("meta/passwd", limit: limit) } == .notRegular(.symlink))
    #expect(reason { () throws(ImageError) in try container.read("meta/dir/file", limit: limit) } == .missing)
    #expect(reason { () throws(ImageError) in try container.read("meta/a", limit: limit) } == .notRegular(.directory))
    #expect(
      reason { () throws(ImageError) in try container.read("meta/big", limit: limit) }
        == .tooLarge(size: UInt64(size), limit: 1 << 20))
    #expect(reason { () throws(ImageError) in try container.read("../x", limit: limit) } == .outside("../x"))
    #expect(reason { () throws(ImageError) in try container.read("/meta", limit: limit) } == .outside("/meta"))
    #expect(reason { () throws(ImageError) in try container.entries(of: "meta/a/file") } == .notDirectory)
    #expect(reason { () throws(ImageError) in try container.readLink("meta/a/file") } == .notLink)
    #expect(reason { () throws(ImageError) in try container.resolve("meta/passwd") } == .outside("/etc/passwd"))
    #expect(reason { () throws(ImageError) in try container.resolve("meta/up") } == .outside(".."))
    #expect(reason { () throws(ImageError) in try container.resolve("meta/loop") } == .linkLoop)
    #expect(reason { () throws(ImageError) in try container.resolve("meta/dangling") } == .missing)
    #expect(reason { () throws(ImageError) in try container.resolve("meta/through") } == .notDirectory)
    #expect(try container.resolve("meta/ok") == "meta/a/file")
    #expect(try container.resolve("meta/dir/file") == "meta/a/file")
    let all = WalkLimits(entries: 5)
    #expect(
      reason { () throws(ImageError) in
        try container.walk(".", limits: all) { (_, _) in .continue }
      } == .limit("more than 5 entries"))
    let shallow = WalkLimits(depth: 1)
    #expect(
      reason { () throws(ImageError) in
        try container.walk(".", limits: shallow) { (_, _) in .continue }
      } == .limit("more than 1 directories deep"))
    #expect(
      "\(ImageError(container: "x.snap", path: "meta/snap.yaml", reason: .notRegular(.fifo)))"
        == "cannot read \"meta/snap.yaml\" of \"x.snap\": a named pipe, not a regular file")
  }

  @Test func refusesWhatIsNoImage() throws {
    let temporary = try TemporaryDirectory()
    func error(_ path: String) -> String {
      do throws(ImageError) {
        _ = try ImageReader(path: path)
        return "none"
      } catch { return "\(error)" }
    }
    let text = temporary("text.snap")
    try write(Array("not a squashfs image at all".utf8), to: text)
    let bytes = "[110 111 116 32 97 32 115 113 117 97 115 104 102 115 32 105 109 97 103 101]"
    #expect(error(text) == "cannot process snap or snapdir: file \"\(text)\" is invalid (header \(bytes))")
    let empty = temporary("empty.snap")
    try write([], to: empty)
    #expect(error(empty) == "cannot process snap or snapdir: file \"\(empty)\" is empty")
    let pipe = temporary("pipe.snap")
    mkfifo(pipe, 0o644)
    #expect(error(pipe) == "cannot process snap or snapdir: \"\(pipe)\" is a named pipe, not a regular file")
    #expect(error("/dev/zero").contains("is a character device"))
    #expect(error(temporary.path).contains("is a directory"))
    #expect(error(temporary("none")) == "cannot read \"\(temporary("none"))\": no such file or directory")
    let link = temporary("link.snap")
    symlink(text, link)
    #expect(error(link).contains("is a symbolic link"))
    #expect(throws: ImageError.self) { try ImageReader(path: link, followingLink: true) }
    let descriptor = OwnedFD(owning: open("/dev/null", O_RDONLY | O_CLOEXEC))
    do throws(ImageError) {
      _ = try ImageReader(descriptor: descriptor, name: "upload")
      Issue.record("a device was taken for an image")
    } catch {
      #expect(error.container == "upload")
    }
  }

  @Test func opensWhateverHoldsASnap() throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["meta/snap.yaml": "name: foo\n"])
    let image = try temporary.image("x.snap", of: tree, [])
    for path in [tree, image] {
      #expect(try SnapContainers.open(path).read("meta/snap.yaml", limit: 100).count == 10)
    }
    for (name, files, text) in [("empty", [:], "empty"), ("other", ["file": ""], "invalid")]
      as [(String, KeyValuePairs<String, String>, String)]
    {
      let path = try temporary.tree(name, files)
      do throws(ImageError) {
        _ = try SnapContainers.open(path)
        Issue.record("\(name) was taken for a snap")
      } catch {
        #expect(error.description == "cannot process snap or snapdir: directory \"\(path)\" is \(text)")
      }
    }
  }
}
