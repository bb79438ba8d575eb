internal import ByteText
internal import CommandGrammar

/// Why a command ends, in one sentence.
struct PublishingError: Error, CustomStringConvertible {
  let description: String
  /// The code that the store gave, if it was the store.
  let code: String?
  init(_ description: String, code: String? = nil) {
    self.description = description
    self.code = code
  }
}

/// Wrong usage that the grammar does not tell: the command ends with 64.
struct WrongUsage: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Text from outside without what would move a terminal's cursor or change its colours.
func shown(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar.value < 0x20 && scalar != "\n" || (0x7F...0x9F).contains(scalar.value) {
      result.append(contentsOf: "\\x\(String(scalar.value, radix: 16))".unicodeScalars)
    } else {
      result.append(scalar)
    }
  }
  return String(result)
}

extension Arguments {
  /// The values of an option, which may be given with commas between, or several times.
  func list(_ option: String) -> [String]? {
    has(option) ? all(option).flatMap { value in value.byteSplit(",").map { String($0) } } : nil
  }
}
