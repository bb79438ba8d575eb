internal import ByteText
public import Time

extension Assertion {
  /// Makes and signs an assertion, its headers in the one order.
  ///
  /// - Parameters:
  ///   - headers: all that are not made here: `type` is given beside them, and `body-length` and `sign-key-sha3-384`
  ///     follow from body and key.
  ///   - time: what the signature says of when it was made.
  /// - Throws: ``AssertionError`` when the headers are not what the type asks for, or what the key throws.
  public static func sign(
    _ type: AssertionType, _ headers: Headers, body: [UInt8] = [], with key: any SigningKey, at time: Timestamp
  ) throws -> Assertion {
    var headers = headers
    headers["type"] = .text(type.rawValue)
    headers["sign-key-sha3-384"] = .text(key.publicKey.id)
    headers["body-length"] = body.isEmpty ? nil : .text(String(body.count))
    let content = try content(type, &headers, body)
    // Before anybody is asked for a passphrase: what is signed has to be right.
    _ = try Assertion(headers, body: body, content: content, signature: [0])
    let signature = try key.signature(content, time: time.seconds)
    return try Assertion.decode(content + Array("\n\n".utf8) + signature)
  }

  /// An assertion that comes with the program: nobody signs it.
  public static func builtin(
    _ type: AssertionType, _ headers: Headers
  ) throws(AssertionError) -> Assertion {
    var headers = headers
    headers["type"] = .text(type.rawValue)
    let content = try content(type, &headers, [])
    return try Assertion(headers, body: [], content: content, signature: builtinSignature, isBuiltin: true)
  }

  /// The bytes that are signed. Headers that nobody reads are left out of `headers`, as they are of the bytes.
  private static func content(
    _ type: AssertionType, _ headers: inout Headers, _ body: [UInt8]
  ) throws(AssertionError) -> [UInt8] {
    for name in headers.keys.sorted() where !HeaderName.isValid(name.utf8) {
      throw AssertionError("invalid header name: \(quoted(name))")
    }
    for (name, value) in headers where value.isNothing { headers[name] = nil }
    let format = try HeaderReader(headers).integer("format", default: 0)
    let needed = type.neededFormat(headers)
    guard format <= type.maximumFormat else {
      throw AssertionError(
        "cannot sign \(quoted(type.rawValue)) assertion with format \(format) higher than max supported format \(type.maximumFormat)"
      )
    }
    guard !headers.keys.contains("format") || format >= needed else {
      throw AssertionError(
        "cannot sign \(quoted(type.rawValue)) assertion with format set to \(format) lower than min format \(needed) covering included features"
      )
    }
    headers["format"] = max(format, needed) > 0 ? .text(String(max(format, needed))) : nil
    if headers["revision"]?.text == "0" { headers["revision"] = nil }
    for (name, value) in type.optionalKeys where headers[name]?.text == value { headers[name] = nil }
    if !type.hasAuthority, headers["authority-id"] != nil {
      throw AssertionError("\(quoted(type.rawValue)) assertion cannot have authority-id set")
    }
    var writer = HeaderWriter()
    let first = ["type", "format", "authority-id", "revision"] + type.primaryKey
    let last = ["body-length", "sign-key-sha3-384"]
    let others = headers.keys.filter { !first.contains($0) && !last.contains($0) }.sorted()
    for name in first + others + last { if let value = headers[name] { writer.add(name, value) } }
    let head = Array(writer.text.utf8)
    // A text that ends one line and begins another would be read as something else.
    guard try HeaderParser.parse(head[...]) == headers else {
      throw AssertionError("cannot sign headers that are read differently from how they are written")
    }
    return body.isEmpty ? head : head + Array("\n\n".utf8) + body
  }
}

extension AssertionType {
  /// The oldest format that has all features which the headers use. Source: `spec/assertions-and-store.md` §1.
  func neededFormat(_ headers: Headers) -> Int {
    switch self {
    case .accountKey: headers["constraints"] == nil ? 0 : 1
    case .systemUser: headers["user-presence"] != nil ? 2 : headers["serials"] != nil ? 1 : 0
    case .snapDeclaration:
      max(
        headers["plugs"] != nil || headers["slots"] != nil ? 1 : 0,
        StanzaFormat.of(headers["plugs"]), StanzaFormat.of(headers["slots"]))
    default: 0
    }
  }
}

/// Which format the rules of a declaration need.
private enum StanzaFormat {
  static func of(_ stanzas: HeaderValue?) -> Int {
    (stanzas?.map ?? [:]).values.flatMap { ($0.map ?? [:]).values }.map(subrule).max() ?? 0
  }

  /// What may be one map of constraints, or several of them.
  private static func subrule(_ value: HeaderValue) -> Int {
    (value.list ?? [value]).map { constraints($0.map ?? [:]) }.max() ?? 0
  }

  private static func constraints(_ map: [String: HeaderValue]) -> Int {
    map.map { key, value in
      switch key {
      case "plug-attributes", "slot-attributes": attributes(value)
      case "on-store", "on-brand", "on-model": 3
      case "plug-names", "slot-names": 4
      case "on-classic": (value.list ?? []).contains { $0.text?.hasByte("/") == true } ? 7 : 0
      default: 0
      }
    }.max() ?? 0
  }

  private static func attributes(_ value: HeaderValue) -> Int {
    switch value {
    case .text(let text):
      if text.hasBytePrefix("$PLUG_PUBLISHER_ID") || text.hasBytePrefix("$SLOT_PUBLISHER_ID") { return 6 }
      return text.hasBytePrefix("$SLOT(") || text.hasBytePrefix("$PLUG(") || text.hasSameBytes(as: "$MISSING") ? 2 : 0
    case .map(let map): return map.values.map(attributes).max() ?? 0
    case .list(let list):
      // Alternatives in one attribute came with the fifth format; maps of attributes were so from the first.
      let isTop = list.allSatisfy { $0.map != nil }
      return max(isTop ? 0 : 5, list.map(attributes).max() ?? 0)
    }
  }
}
