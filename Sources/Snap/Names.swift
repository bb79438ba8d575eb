internal import ByteText

/// The name a publisher registered: 2 to 40 of `a-z`, `0-9` and single dashes inside, with at least one letter.
/// Source: `spec/features.md` §4.
public struct SnapName: ValidatedText {
  public let rawValue: String

  public init(_ text: String) throws(InvalidText) {
    guard SnapName.isValid(text) else { throw InvalidText("invalid snap name: \(InvalidText.quote(text))") }
    rawValue = text
  }

  static func isValid(_ text: String) -> Bool {
    guard (2...40).contains(text.utf8.count) else { return false }
    return NameForm.areSmallWords(text) && text.utf8.contains(where: \.isASCIILower)
  }
}

/// A snap as it is installed: its name, and a key when it is installed several times side by side (`foo_bar`).
public struct InstanceName: ValidatedText {
  public let name: SnapName
  /// 1 to 10 of `a-z` and `0-9`; nil for the ordinary instance.
  public let key: String?

  public init(_ text: String) throws(InvalidText) {
    let parts = text.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    name = try SnapName(parts.first.map(String.init) ?? "")
    if parts.count == 2 {
      let key = String(parts[1])
      guard (1...10).contains(key.utf8.count),
        key.utf8.allSatisfy({ $0.isASCIILower || $0.isASCIIDigit })
      else { throw InvalidText("invalid instance key: \(InvalidText.quote(key))") }
      self.key = key
    } else {
      key = nil
    }
  }

  /// The ordinary instance of a snap.
  public init(_ name: SnapName) {
    self.name = name
    key = nil
  }

  public var rawValue: String { key.map { "\(name)_\($0)" } ?? name.rawValue }
}

/// The name of an app: words of letters and digits joined by single dashes.
public struct AppName: ValidatedText {
  public let rawValue: String

  public init(_ text: String) throws(InvalidText) {
    guard
      NameForm.areDashedWords(text, first: \.isASCIIAlphanumeric, rest: \.isASCIIAlphanumeric),
      text.utf8.count <= 255
    else {
      throw InvalidText(
        "cannot have \(InvalidText.quote(text)) as app name - use letters, digits, and dash as separator")
    }
    rawValue = text
  }
}

/// The name of a hook, such as `install` or `prepare-plug-home`.
public struct HookName: ValidatedText {
  public let rawValue: String

  public init(_ text: String) throws(InvalidText) {
    guard InterfaceWord.isValid(text) else { throw InvalidText("invalid hook name: \(InvalidText.quote(text))") }
    rawValue = text
  }

  /// Whether the system ever calls a hook of this name. Source: `spec/features.md` §5.
  public var isSupported: Bool {
    if HookName.fixed.contains(rawValue) { return true }
    return HookName.prefixes.contains { rawValue.hasPrefix($0) && rawValue.utf8.count > $0.utf8.count }
  }

  private static let fixed: Set<String> = [
    "prepare-device", "install-device", "prepare-serial-request", "default-configure", "configure", "install",
    "pre-refresh", "post-refresh", "remove", "check-health", "fde-setup", "gate-auto-refresh",
  ]
  private static let prefixes = [
    "prepare-plug-", "prepare-slot-", "unprepare-plug-", "unprepare-slot-", "connect-plug-", "connect-slot-",
    "disconnect-plug-", "disconnect-slot-", "change-view-", "save-view-", "query-view-", "load-view-", "observe-view-",
  ]
}

/// The name of a plug or slot.
public struct InterfaceEndName: ValidatedText {
  public let rawValue: String

  public init(_ text: String) throws(InvalidText) {
    guard InterfaceWord.isValid(text) else {
      throw InvalidText("invalid plug or slot name: \(InvalidText.quote(text))")
    }
    rawValue = text
  }
}

/// `[a-z](-?[a-z0-9])*`: how hooks, plugs, slots and interfaces are named.
enum InterfaceWord {
  static func isValid(_ text: String) -> Bool {
    NameForm.areDashedWords(
      text, first: \.isASCIILower, rest: { $0.isASCIILower || $0.isASCIIDigit })
  }
}

/// The label under which an app or hook is confined: `snap.foo.bar`, `snap.foo.hook.install`.
public struct SecurityTag: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// The tag of an app.
  public static func app(_ app: AppName, of instance: InstanceName) -> SecurityTag {
    SecurityTag(description: "snap.\(instance).\(app)")
  }

  /// The tag of a hook.
  public static func hook(_ hook: HookName, of instance: InstanceName) -> SecurityTag {
    SecurityTag(description: "snap.\(instance).hook.\(hook)")
  }
}
