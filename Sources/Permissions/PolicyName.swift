internal import ByteText

/// A name that stands bare in policies and in names of files: an instance, a revision, an app, a security tag.
///
/// 1 to 200 bytes of letters, digits, `_`, `-`, `+` and `.`, the first no dot: nothing in it has a meaning in any
/// output language, and none of it leaves a directory.
public struct PolicyName: Hashable, Sendable, CustomStringConvertible {
  public let rawValue: String

  /// Why a text is no name.
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public var description: String { "cannot use \(quoted(text)) as a name in a policy" }
  }

  public init(_ text: some StringProtocol) throws(Invalid) {
    let text = String(text)
    guard (1...200).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "."), text.utf8.allSatisfy(Self.isByte)
    else { throw Invalid(text: text) }
    rawValue = text
  }

  private static func isByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  public var description: String { rawValue }
}

/// Whose policy it is: one app or hook of a snap.
public struct PolicySubject: Hashable, Sendable {
  /// `snap.foo_key.app`, `snap.foo.hook.install`.
  public let tag: PolicyName
  /// Without instance key.
  public let snap: PolicyName
  /// With instance key, if there is one.
  public let instance: PolicyName
  public let revision: PolicyName

  /// - Throws: when a text is no name, or the tag does not belong to the instance.
  public init(tag: String, snap: String, instance: String, revision: String) throws(PolicyName.Invalid) {
    self.tag = try PolicyName(tag)
    self.snap = try PolicyName(snap)
    self.instance = try PolicyName(instance)
    self.revision = try PolicyName(revision)
    // A component's hooks have `snap.foo+component.hook.x`.
    guard tag.hasPrefix("snap.\(instance)."), tag.utf8.count > instance.utf8.count + 6 else {
      guard tag.hasPrefix("snap.\(instance)+") else { throw PolicyName.Invalid(text: tag) }
      return
    }
  }

  /// What follows the instance in the tag: `app`, `hook.install`.
  public var command: String {
    let rest = tag.rawValue.dropFirst("snap.\(instance)".count)
    return String(rest.first == "." ? rest.dropFirst() : rest)
  }

  /// The tag as an object path element of D-Bus: every byte but letters and digits as `_` and two hex digits.
  public var busLabel: String {
    var text = ""
    for byte in tag.rawValue.utf8 {
      text += byte.isASCIIAlphanumeric ? String(Unicode.Scalar(byte)) : "_" + Hexadecimal.text([byte])
    }
    return text
  }
}
