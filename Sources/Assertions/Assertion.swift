internal import ByteText
internal import Crypto

/// A signed document: headers, perhaps a body, and a signature over both.
///
/// Whoever holds one knows that its headers are what its type asks for. Whether its signature is good is for an
/// ``AssertionDatabase`` to say. Source: `spec/assertions-and-store.md` §1.
public struct Assertion: Sendable {
  public let type: AssertionType
  public let headers: Headers
  public let body: [UInt8]
  /// What is signed: headers and body as they were sent.
  public let content: [UInt8]
  /// As it was sent: Base64 of an OpenPGP packet.
  public let signature: [UInt8]
  /// Which features the headers use.
  public let format: Int
  public let revision: Int
  /// The headers as values.
  public let value: any AssertionValue

  /// Media type of one assertion; with `; bundle=y` of a stream.
  public static let mediaType = "application/x.ubuntu.assertion"

  /// The signature of assertions that come with the program. Source: `spec/assertions-and-store.md` §2.
  static let builtinSignature = Array("$builtin".utf8)

  /// Who signed; empty for types without authority.
  public var authorityID: String { headers["authority-id"]?.text ?? "" }
  /// Which key signed; empty for what comes with the program.
  public var signKeyID: String { headers["sign-key-sha3-384"]?.text ?? "" }
  /// Whether it comes with the program and not from outside.
  public let isBuiltin: Bool

  /// What it is called by: its type and primary key.
  public var reference: AssertionReference {
    AssertionReference(type, type.primaryKey.map { headers[$0]?.text ?? type.optionalKeys[$0] ?? "" })
  }

  /// As it is sent and kept.
  public var encoded: [UInt8] { content + Array("\n\n".utf8) + signature }

  /// Reads one assertion that is all of a text.
  ///
  /// - Throws: ``AssertionError`` when it is none, or its headers are not what its type asks for.
  public static func decode(_ bytes: [UInt8]) throws(AssertionError) -> Assertion {
    guard bytes.count <= AssertionLimits.whole else { throw AssertionError("assertion is too large") }
    guard let split = separator(in: bytes, fromEnd: true) else {
      throw AssertionError("assertion content/signature separator not found")
    }
    let content = bytes[..<split]
    var head = content
    var body: ArraySlice<UInt8> = []
    if let split = separator(in: content, fromEnd: false) {
      head = content[..<split]
      body = content[(split + 2)...]
    }
    guard head.count <= AssertionLimits.headers else { throw AssertionError("assertion headers are too large") }
    guard bytes.count - split - 2 <= AssertionLimits.signature else {
      throw AssertionError("assertion signature is too large")
    }
    return try assemble(head: head, body: Array(body), content: Array(content), signature: Array(bytes[(split + 2)...]))
  }

  private static func separator(in bytes: some BidirectionalCollection<UInt8>, fromEnd: Bool) -> Int? {
    let bytes = Array(bytes)
    let places = 0..<max(0, bytes.count - 1)
    func isSeparator(_ at: Int) -> Bool { bytes[at] == UInt8(ascii: "\n") && bytes[at + 1] == UInt8(ascii: "\n") }
    return fromEnd ? places.last(where: isSeparator) : places.first(where: isSeparator)
  }

  static func assemble(
    head: ArraySlice<UInt8>, body: [UInt8], content: [UInt8], signature: [UInt8]
  ) throws(AssertionError) -> Assertion {
    let headers: Headers
    do { headers = try HeaderParser.parse(head) } catch {
      throw AssertionError("parsing assertion headers: \(error)")
    }
    return try Assertion(headers, body: body, content: content, signature: signature)
  }

  /// Takes what was parsed, or is about to be signed.
  ///
  /// - Parameter isBuiltin: it comes with the program, and has no signature; never so from outside.
  init(
    _ headers: Headers, body: [UInt8], content: [UInt8], signature: [UInt8], isBuiltin: Bool = false
  ) throws(AssertionError) {
    let reader = HeaderReader(headers)
    let length: Int
    do {
      length = try reader.integer("body-length", default: 0)
      if !isBuiltin { _ = try reader.digest("sign-key-sha3-384") }
      let type = try AssertionType(named: reader.notEmpty("type"))
      if type.hasAuthority {
        _ = try reader.notEmpty("authority-id")
      } else if headers["authority-id"] != nil {
        throw AssertionError("\(quoted(type.rawValue)) assertion cannot have authority-id set")
      }
      format = try reader.integer("format", default: 0)
      revision = try reader.integer("revision", default: 0)
      self.type = type
    } catch {
      throw AssertionError("assertion: \(error)")
    }
    guard length == body.count else {
      throw AssertionError("assertion body length and declared body-length don't match: \(body.count) != \(length)")
    }
    guard String(validating: body, as: UTF8.self) != nil else { throw AssertionError("body is not utf8") }
    guard body.count <= type.bodyLimit else { throw AssertionError("assertion body is too large") }
    guard !signature.isEmpty else { throw AssertionError("empty assertion signature") }
    self.headers = headers
    self.body = body
    self.content = content
    self.signature = signature
    self.isBuiltin = isBuiltin
    do {
      for name in type.primaryKey { _ = try reader.primaryKey(name, default: type.optionalKeys[name]) }
      if type.hasJSONBody {
        guard try CanonicalJSON.of(body) == body else {
          throw AssertionError("body must be indented with 2 spaces and sort object entries by key")
        }
      }
      value = try type.valueType.init(AssertionContent(type: type, headers: reader, body: body, format: format))
    } catch {
      throw AssertionError("assertion \(type): \(error)")
    }
  }
}

extension Assertion: Equatable {
  public static func == (a: Assertion, b: Assertion) -> Bool { a.content == b.content && a.signature == b.signature }
}

/// How much is taken from outside, in bytes. Source: `spec/assertions-and-store.md` §1.
public enum AssertionLimits {
  public static let headers = 128 << 10
  public static let body = 2 << 20
  public static let signature = 128 << 10
  static let whole = headers + body + signature + 4
}
