internal import CLinux

let readOnlyFileSystem: Int32 = 30

/// A number as `mode=` options take it.
func octal(_ value: UInt32) -> String { "0" + String(value, radix: 8) }

/// The last component of a clean path.
func lastName(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
  return String(path[path.utf8.index(after: slash)...])
}

/// The number of an optional descriptor, -1 for none.
func descriptorNumber(_ descriptor: borrowing Descriptor?) -> Int32 {
  switch descriptor {
  case .none: -1
  case .some(let descriptor): descriptor.raw
  }
}

/// A name in a directory.
struct DirectoryEntry {
  let name: String
  /// `DT_*` of readdir(3); 0 where the file system doesn't tell.
  let type: UInt8
}

/// What is in a directory, without `.` and `..`.
func entries(of directory: borrowing Descriptor, _ path: String) throws(LaunchError) -> [DirectoryEntry] {
  var found: [DirectoryEntry] = []
  var buffer = [UInt8](repeating: 0, count: 16384)
  while true {
    let size = buffer.count
    let count = buffer.withUnsafeMutableBytes { cl_launch_entries(directory.raw, $0.baseAddress, size) }
    guard count >= 0 else { throw .call("list \(path)") }
    if count == 0 { return found }
    var offset = 0
    // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name.
    while offset + 19 < Int(count) {
      let length = Int(buffer[offset + 16]) | Int(buffer[offset + 17]) << 8
      let name = String(
        decoding: buffer[(offset + 19)..<(offset + length)].prefix { $0 != 0 }, as: UTF8.self)
      if name != ".", name != ".." { found.append(DirectoryEntry(name: name, type: buffer[offset + 18])) }
      offset += length
    }
  }
}

/// Whether two texts are the same bytes.
func isSame(_ one: String, _ other: String) -> Bool {
  let length = one.utf8.count
  guard length == other.utf8.count else { return false }
  return withBytes(one, other) { startsSame($0, $1, length) }
}

/// Whether two pieces of memory begin with the same bytes. Paths that are compared mostly differ at their end.
func startsSame(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>, _ length: Int) -> Bool {
  var index = length
  while index > 0 {
    index -= 1
    if one[index] != other[index] { return false }
  }
  return true
}

/// Two texts as bytes. They are contiguous: whatever the launcher has was made here or read.
func withBytes(
  _ one: String, _ other: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
) -> Bool {
  let result = one.utf8.withContiguousStorageIfAvailable { one in
    other.utf8.withContiguousStorageIfAvailable { body(one, $0) }
  }
  if let result = result.flatMap({ $0 }) { return result }
  return Array(one.utf8).withUnsafeBufferPointer { one in
    Array(other.utf8).withUnsafeBufferPointer { body(one, $0) }
  }
}

/// The directory of a clean absolute path.
func directoryPath(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.utf8.startIndex else { return "/" }
  return String(path[..<slash])
}

/// `DT_DIR` and `DT_LNK` of readdir(3).
let typeOfDirectory: UInt8 = 4
let typeOfLink: UInt8 = 10

/// What a symbolic link says.
func linkContent(_ directory: Int32, _ name: String) throws(LaunchError) -> String {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = cl_launch_readlink(directory, name, &buffer, 4095)
  guard count >= 0 else { throw .call("read link \(name)") }
  return String(decoding: buffer[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
