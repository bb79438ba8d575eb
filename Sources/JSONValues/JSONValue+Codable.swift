#if !hasFeature(Embedded)
  extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
      if let keyed = try? decoder.container(keyedBy: AnyKey.self) {
        var members: [String: JSONValue] = [:]
        members.reserveCapacity(keyed.allKeys.count)
        for key in keyed.allKeys { members[key.stringValue] = try keyed.decode(JSONValue.self, forKey: key) }
        self = .object(members)
        return
      }
      if var list = try? decoder.unkeyedContainer() {
        var elements: [JSONValue] = []
        while !list.isAtEnd { elements.append(try list.decode(JSONValue.self)) }
        self = .array(elements)
        return
      }
      let single = try decoder.singleValueContainer()
      if single.decodeNil() {
        self = .null
      } else if let text = try? single.decode(String.self) {
        self = .string(text)
      } else if let truth = try? single.decode(Bool.self) {
        self = .bool(truth)
      } else if let number = try? single.decode(Int64.self) {
        self = .integer(number)
      } else {
        self = .number(try single.decode(Double.self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var single = encoder.singleValueContainer()
      switch self {
      case .null: try single.encodeNil()
      case .bool(let truth): try single.encode(truth)
      case .integer(let number): try single.encode(number)
      // Encoders know no numbers as text. What must stay exact goes by ``text``.
      case .decimal(let text): try single.encode(Double(text) ?? 0)
      case .number(let number): try single.encode(number)
      case .string(let text): try single.encode(text)
      case .array(let elements): try single.encode(elements)
      case .object(let members): try single.encode(members)
      }
    }

    struct AnyKey: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
  {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
      self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
    public init(nilLiteral: ()) { self = .null }
  }
#endif
