import Glibc
import Image

struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// What was asked for, checked.
enum ImageCommand {
  case read(file: String, paths: [String], limit: Int)
  case list(file: String, directory: String)
  case info(file: String)

  /// The most that metadata of a snap may take; `--limit` changes it.
  static let defaultLimit = 16 << 20

  init(_ arguments: [String]) throws {
    var words: [String] = []
    var limit = ImageCommand.defaultLimit
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--limit" {
        guard let text = rest.popFirst(), let number = Int(text), number >= 0 else {
          throw UsageError(description: "cannot use --limit without a number of bytes")
        }
        limit = number
      } else if word == "--" {
        words += rest
        rest = []
      } else {
        words.append(word)
      }
    }
    switch (words.first, words.count) {
    case ("read", 3...): self = .read(file: words[1], paths: Array(words[2...]), limit: limit)
    case ("list", 3): self = .list(file: words[1], directory: words[2])
    case ("info", 2): self = .info(file: words[1])
    default:
      throw UsageError(
        description: "usage: snap-image read FILE PATH… [--limit BYTES] | list FILE DIRECTORY | info FILE")
    }
  }

  func run() throws(ImageError) {
    switch self {
    case .read(let file, let paths, let limit):
      let reader = try ImageReader(path: file, followingLink: true)
      if paths.count == 1 {
        try reader.read(paths[0], limit: limit) { emit($0) }
        return
      }
      for path in paths {
        guard try reader.status(path) != nil else {
          emit(Array("- \(path)\n".utf8))
          continue
        }
        let content = try reader.read(path, limit: limit)
        emit(Array("\(content.count) \(path)\n".utf8))
        emit(content)
      }
    case .list(let file, let directory):
      let reader = try ImageReader(path: file, followingLink: true)
      for entry in try reader.entries(of: directory) {
        emit(Array("\(entry.status.modeText) \(entry.status.size) \(oneLine(entry.name))\n".utf8))
      }
    case .info(let file):
      let info = try ImageReader(path: file, followingLink: true).info
      let facts = [
        "compression: \(info.compression.rawValue)", "size: \(info.size)", "bytes-used: \(info.bytesUsed)",
        "created: \(info.created)",
      ]
      emit(Array((facts.joined(separator: "\n") + "\n").utf8))
    }
  }

  /// A name that can't pretend to be several lines, nor talk to a terminal.
  private func oneLine(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
  }
}
