internal import Snap

/// Why an option cannot be read or set, in the reference's words.
public enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidName(String)
  /// The key is empty where the whole configuration was asked for.
  case noOption(snap: String, key: String)
  case notMap(snap: String, key: String)
  case unsupportedSystemOption(String)
  /// The value of a system's option is not one that it can have.
  case invalidValue(String)

  public var description: String {
    switch self {
    case .invalidName(let word): "invalid option name: \(quoted(word))"
    case .noOption(let snap, ""): "snap \(quoted(snap)) has no configuration"
    case .noOption(let snap, let key): "snap \(quoted(snap)) has no \(quoted(key)) configuration option"
    case .notMap(let snap, let key): "snap \(quoted(snap)) option \(quoted(key)) is not a map"
    case .unsupportedSystemOption(let key): "cannot set \(quoted("core." + key)): unsupported system option"
    case .invalidValue(let message): message
    }
  }
}

/// A text between double quotes, as Go's `%q` writes it.
func quoted(_ text: String) -> String { InvalidText.quote(text) }
