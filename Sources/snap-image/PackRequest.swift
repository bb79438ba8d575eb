import Image
import Packing

/// `snap-image pack [--check-skeleton] [--filename=F] [--compression=C] [--] DIR [TARGET]`: what `snap pack` runs.
struct PackRequest {
  private var checksOnly = false
  private var fileName: String?
  private var compression: String?
  private var words: [String] = []

  init(_ arguments: ArraySlice<String>) throws {
    var rest = arguments
    while let word = rest.popFirst() {
      if word == "--" {
        words += rest
        break
      } else if word == "--check-skeleton" {
        checksOnly = true
      } else if word.hasPrefix("--filename=") {
        fileName = String(word.dropFirst(11))
      } else if word.hasPrefix("--compression=") {
        compression = String(word.dropFirst(14))
      } else if word.hasPrefix("-") {
        throw UsageError(description: "unknown flag \(word)")
      } else {
        words.append(word)
      }
    }
    guard words.count == 1 || words.count == 2 else {
      throw UsageError(
        description: "usage: snap-image pack [--check-skeleton] [--filename=F] [--compression=C] DIR [TARGET]")
    }
  }

  /// - Returns: the exit code: 20 when `mksquashfs` failed, 128 and the signal's number when one ended it.
  func run() -> Int32 {
    let packer = SnapPacker(directory: words[0])
    do {
      if checksOnly {
        for line in try packer.checkSkeleton() { complain(line) }
        return 0
      }
      let target = words.count > 1 ? words[1] : nil
      emit(Array("\(try packer.pack(into: target, fileName: fileName, compression: compression))\n".utf8))
      return 0
    } catch let error as ContainerError {
      for line in error.details { complain(line) }
      complain("error: cannot pack \"\(words[0])\": \(error)")
    } catch let error as PackError {
      complain("error: cannot pack \"\(words[0])\": \(error)")
      switch error {
      case .mksquashfs: return 20
      case .interrupted(let signal): return 128 + signal
      default: return 1
      }
    } catch {
      complain("error: cannot pack \"\(words[0])\": \(error)")
    }
    return 1
  }
}
