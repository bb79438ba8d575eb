/// Unpacks LZO1X blocks (`mksquashfs -comp lzo`, which many published snaps use).
///
/// libsquashfs has no lzo because liblzo2 is GPL, and running `unsquashfs` as root on a hostile image would
/// put its parser in reach of an attacker. The format (kernel `Documentation/staging/lzo.rst`) is a dozen
/// rules, every access here is bounds-checked by the language, and no child process is needed.
enum LZO1X {
  /// The content of one block, `nil` if it is damaged or longer than `limit` bytes.
  static func unpack(_ input: [UInt8], limit: Int) -> [UInt8]? {
    var stream = Stream(input: input, limit: limit)
    stream.output.reserveCapacity(limit)
    return stream.run() ? stream.output : nil
  }

  private struct Stream {
    let input: [UInt8]
    let limit: Int
    var position = 0
    var output: [UInt8] = []

    init(input: [UInt8], limit: Int) {
      self.input = input
      self.limit = limit
    }

    mutating func byte() -> Int? {
      guard position < input.count else { return nil }
      defer { position += 1 }
      return Int(input[position])
    }

    /// A length that didn't fit its instruction: 255 for each zero byte, then the rest.
    mutating func extended(_ base: Int) -> Int? {
      var length = base
      while let next = byte() {
        if next != 0 { return length + next }
        length += 255
        guard length <= limit else { return nil }
      }
      return nil
    }

    mutating func literals(_ count: Int) -> Bool {
      guard count <= input.count - position, count <= limit - output.count else { return false }
      output.append(contentsOf: input[position..<position + count])
      position += count
      return true
    }

    mutating func match(distance: Int, length: Int) -> Bool {
      guard distance > 0, distance <= output.count, length <= limit - output.count else { return false }
      let start = output.count - distance
      // Source and target may overlap: that is how runs are written.
      for index in start..<start + length { output.append(output[index]) }
      return true
    }

    /// `literalsBefore` is what the format calls the state: how many literals the last instruction copied,
    /// with 4 for a long run.
    mutating func run() -> Bool {
      var literalsBefore = 0
      if let first = input.first, first > 17 {
        position = 1
        let count = Int(first) - 17
        guard literals(count) else { return false }
        literalsBefore = min(count, 4)
      }
      while let code = byte() {
        var distance = 0
        var length = 0
        var trailing = 0
        switch code {
        case 0..<16 where literalsBefore == 0:
          guard let count = code == 0 ? extended(15) : code, literals(count + 3) else { return false }
          literalsBefore = 4
          continue
        case 0..<16:
          guard let high = byte() else { return false }
          let long = literalsBefore == 4
          distance = (high << 2) + (code >> 2) + (long ? 2049 : 1)
          length = long ? 3 : 2
          trailing = code & 3
        case 64...:
          guard let high = byte() else { return false }
          distance = (high << 3) + ((code >> 2) & 7) + 1
          length = (code >> 5) + 1
          trailing = code & 3
        default:
          let far = code < 32
          let mask = far ? 7 : 31
          guard let count = code & mask == 0 ? extended(mask) : code & mask,
            let low = byte(), let high = byte()
          else { return false }
          length = count + 2
          distance = (high << 6) + (low >> 2)
          trailing = low & 3
          if far {
            distance += (code & 8) << 11
            if distance == 0 { return position == input.count && length == 3 }
            distance += 0x4000
          } else {
            distance += 1
          }
        }
        guard match(distance: distance, length: length), literals(trailing) else { return false }
        literalsBefore = trailing
      }
      return false
    }
  }
}
