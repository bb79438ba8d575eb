internal import CLinux

/// One thing of the granted part of a view: what the record of a kept namespace has a line for.
struct Shown {
  enum Kind: UInt8 {
    /// The source, bound.
    case bind = 0
    /// A read-only tmpfs of the view's own, in which things are bound: a stand-in for a read-only directory.
    case mimic = 1
    /// A symbolic link; ``source`` is its text.
    case link = 2
    /// Something empty over what must not be seen: a directory…
    case hiddenDirectory = 3
    /// … or a file.
    case hiddenFile = 4
    /// A tmpfs that may be written.
    case scratch = 5
  }

  var kind: Kind
  /// Where, inside.
  var target: String
  /// What, on the host; its path there.
  var source: String
  /// Opened with the user's rights.
  var isUsers = false
  /// `CL_MOUNT_ATTR_*`.
  var attributes: UInt32 = 0
  /// Which file or directory it is, so that another at the same path is noticed; 0 for what is the view's own.
  var device: UInt64 = 0
  var inode: UInt64 = 0
  var birth: Int64 = 0
  var isDirectory = false
  /// Mode of a tmpfs.
  var mode: UInt32 = 0
  /// Stays though a grant around it shows the same: it takes rights away.
  var isRefusal = false
  /// A step of the plan, which may be one of the fixed view's too.
  var isAgain = false
  /// What a stand-in shows of the directory that it stands for: there or gone with it.
  var isFiller = false
  /// How many names were made for it in the view, from the target upwards.
  var made: UInt32 = 0

  /// Whether it is the same as what is there already.
  func isSame(as other: Shown) -> Bool {
    kind == other.kind && target == other.target && source == other.source && attributes == other.attributes
      && device == other.device && inode == other.inode && birth == other.birth && mode == other.mode
  }

  var isMount: Bool { kind != .link }
}

/// What a kept namespace shows by grants, as a file beside it: `snap.<inst>.fstab` or `snap.<inst>.<uid>.fstab`, for root
/// only. A line is `SOURCE TARGET KIND NUMBERS…`, with blanks and backslashes in octal as fstab(5) has them.
enum Record {
  static let limit = 4 << 20

  static func encode(_ shown: [Shown]) -> [UInt8] {
    var bytes: [UInt8] = []
    for item in shown {
      escape(item.source, &bytes)
      bytes.append(UInt8(ascii: " "))
      escape(item.target, &bytes)
      let numbers: [UInt64] = [
        UInt64(item.kind.rawValue), UInt64(item.attributes), item.device, item.inode, UInt64(bitPattern: item.birth),
        UInt64(item.mode), UInt64(item.made), item.isDirectory ? 1 : 0,
      ]
      for number in numbers {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: String(number).utf8)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// What does not read as a line is left out: root wrote the file, and what is not in it is looked for anew.
  static func decode(_ bytes: [UInt8]) -> [Shown] {
    var result: [Shown] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard words.count == 10 else { continue }
      var numbers: [UInt64] = []
      for word in words[2...] {
        if let number = UInt64(String(decoding: word, as: UTF8.self)) { numbers.append(number) }
      }
      guard numbers.count == 8, let kind = Shown.Kind(rawValue: UInt8(truncatingIfNeeded: numbers[0])) else { continue }
      let target = unescape(words[1])
      guard isCleanAbsolute(target) else { continue }
      var item = Shown(kind: kind, target: target, source: unescape(words[0]))
      item.attributes = UInt32(truncatingIfNeeded: numbers[1])
      item.device = numbers[2]
      item.inode = numbers[3]
      item.birth = Int64(bitPattern: numbers[4])
      item.mode = UInt32(truncatingIfNeeded: numbers[5])
      item.made = UInt32(truncatingIfNeeded: numbers[6])
      item.isDirectory = numbers[7] == 1
      result.append(item)
    }
    return result
  }

  static func escape(_ text: String, _ bytes: inout [UInt8]) {
    for byte in text.utf8 {
      if byte <= 0x20 || byte == UInt8(ascii: "\\") || byte == 0x7f {
        bytes.append(UInt8(ascii: "\\"))
        for shift in [6, 3, 0] as [UInt8] { bytes.append(UInt8(ascii: "0") + (byte >> shift) & 7) }
      } else {
        bytes.append(byte)
      }
    }
  }

  static func unescape(_ word: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var index = word.startIndex
    while index < word.endIndex {
      if word[index] == UInt8(ascii: "\\"), index + 3 < word.endIndex {
        var value: UInt8 = 0
        for place in 1...3 { value = value << 3 | (word[index + place] & 7) }
        bytes.append(value)
        index += 4
      } else {
        bytes.append(word[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Whether a path is strictly inside another.
func isBelow(_ path: String, _ directory: String) -> Bool {
  if directory == "/" { return path != "/" }
  let length = directory.utf8.count
  guard path.utf8.count > length else { return false }
  return withBytes(path, directory) { path, directory in
    path[length] == UInt8(ascii: "/") && startsSame(path, directory, length)
  }
}

/// Whether one path comes before another where a directory comes before all in it, and that before its siblings.
func comesBefore(_ one: String, _ other: String) -> Bool {
  withBytes(one, other) { left, right in
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      if left[index] == UInt8(ascii: "/") { return true }
      if right[index] == UInt8(ascii: "/") { return false }
      return left[index] < right[index]
    }
    return left.count < right.count
  }
}
