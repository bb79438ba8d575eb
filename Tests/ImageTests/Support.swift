import Glibc
import Image
import TestSupport
import Testing

extension TemporaryDirectory {
  /// Makes a tree: "a/" is a directory, anything else a file with the text as its content.
  func tree(_ name: String, _ files: KeyValuePairs<String, String>) throws -> String {
    let top = self(name)
    mkdir(top, 0o755)
    for (file, content) in files {
      var made = top
      for part in file.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
        made += "/\(part)"
        mkdir(made, 0o755)
      }
      if !file.hasSuffix("/") { try write(Array(content.utf8), to: "\(top)/\(file)") }
    }
    return top
  }

  /// An image of a directory, made by `mksquashfs` itself.
  func image(_ name: String, of directory: String, _ options: [String]) throws -> String {
    let target = self(name)
    let made = try execute(
      ["/usr/bin/mksquashfs", directory, target, "-noappend", "-no-progress", "-quiet"] + options)
    guard made.status == 0 else { throw Failure("mksquashfs: \(made.output)") }
    return target
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func write(_ bytes: [UInt8], to path: String) throws {
  let raw = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard raw >= 0 else { throw Failure("open \(path)") }
  defer { close(raw) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(raw, $0.baseAddress, $0.count) }
    guard count > 0 else { throw Failure("write \(path)") }
    rest = rest.dropFirst(count)
  }
}

func contents(of path: String) throws -> [UInt8] {
  let raw = open(path, O_RDONLY | O_CLOEXEC)
  guard raw >= 0 else { throw Failure("open \(path)") }
  defer { close(raw) }
  var result: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = chunk.withUnsafeMutableBytes { read(raw, $0.baseAddress, $0.count) }
    guard count > 0 else { return result }
    result += chunk[..<count]
  }
}

/// Runs a program; its exit status as `waitpid` gives it, and both outputs together.
@discardableResult
func execute(_ arguments: [String]) throws -> (status: Int32, output: String) {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { throw Failure("pipe") }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
  var vector = arguments.map { strdup($0) } + [nil]
  defer { for argument in vector { free(argument) } }
  var child: pid_t = 0
  let spawned = posix_spawn(&child, arguments[0], &actions, nil, &vector, environ)
  close(ends[1])
  defer { close(ends[0]) }
  guard spawned == 0 else { throw Failure("spawn \(arguments[0])") }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = chunk.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
    guard count > 0 else { break }
    output += chunk[..<count]
  }
  var status: Int32 = 0
  waitpid(child, &status, 0)
  return (status, String(decoding: output, as: UTF8.self))
}

/// Everything an image offers, each path with its bytes; what can't be read counts as an error.
@discardableResult
func exercise(_ path: String, limit: Int = 1 << 20) throws -> Int {
  let reader = try ImageReader(path: path)
  var files: [String] = []
  try reader.walk(".", limits: WalkLimits(entries: 20_000, depth: 32)) { (path, status) in
    if files.count < 200 { files.append(path) }
    return .continue
  }
  var errors = 0
  for file in files {
    guard let status = try reader.status(file) else { continue }
    do throws(ImageError) {
      switch status.kind {
      case .regular: _ = try reader.read(file, limit: limit)
      case .symlink: _ = try reader.readLink(file)
      case .directory: _ = try reader.entries(of: file)
      default: break
      }
      _ = try reader.resolve(file)
    } catch {
      errors += 1
    }
  }
  return errors
}
