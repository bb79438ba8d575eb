internal import ByteText
public import Time

/// What a device is made of, as its brand says.
public struct Model: AssertionValue {
  public let brandID: String
  public let model: String
  public let displayName: String
  public let architecture: String
  public let base: String
  public let gadget: String
  public let kernel: String
  public let store: String
  public let isClassic: Bool
  public let distribution: String
  /// `unset`, `dangerous`, `signed` or `secured`.
  public let grade: String
  /// Empty when nothing is said.
  public let storageSafety: String
  /// In the form of old: names of snaps beside the essential ones.
  public let requiredSnaps: [String]
  /// In the newer form, all snaps; nil in the older one.
  public let snaps: [ModelSnap]?
  public let validationSets: [ModelValidationSet]
  /// Accounts that may sign serials; the brand always may.
  public let serialAuthorities: [String]
  /// Accounts whose users are let in; the brand's always are. Nil is anybody's.
  public let systemUserAuthorities: [String]?
  public let preseedAuthorities: [String]
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    _ = try headers.series()
    brandID = try content.requireAuthority("brand-id", "brand")
    model = try headers.matching("model", TextForm.model)
    guard !model.utf8.contains(where: { $0.isASCIIUpper }) else {
      throw AssertionError("\"model\" header cannot contain uppercase letters")
    }
    displayName = try headers.optional("display-name")
    isClassic = try headers.boolean("classic")
    distribution = try headers.optionalMatching("distribution", TextForm.alias)
    store = try headers.optional("store")
    architecture = isClassic ? try headers.optional("architecture") : try headers.notEmpty("architecture")
    let choices = ["dangerous", "signed", "secured"]
    snaps = try ModelSnap.list(headers, isClassic: isClassic)
    if let snaps {
      for name in ["gadget", "kernel", "required-snaps"] where headers.has(name) {
        throw AssertionError("cannot specify separate \"\(name)\" header once using the extended snaps header")
      }
      base =
        isClassic ? try headers.optionalMatching("base", TextForm.name) : try headers.matching("base", TextForm.name)
      grade = headers.has("grade") ? try headers.oneOf("grade", choices) : "signed"
      storageSafety =
        headers.has("storage-safety")
        ? try headers.oneOf("storage-safety", ["encrypted", "prefer-encrypted", "prefer-unencrypted"])
        : grade == "secured" ? "encrypted" : "prefer-encrypted"
      if grade == "secured", storageSafety != "encrypted" {
        throw AssertionError("secured grade model must not have storage-safety overridden, only \"encrypted\" is valid")
      }
      gadget = snaps.first { $0.type == "gadget" }?.name ?? ""
      kernel = snaps.first { $0.type == "kernel" }?.name ?? ""
      requiredSnaps = snaps.filter { $0.presence == "required" && $0.type == "app" }.map(\.name)
      guard isClassic || !gadget.isEmpty else {
        throw AssertionError("one \"snaps\" header entry must specify the model gadget")
      }
      guard isClassic || !kernel.isEmpty else {
        throw AssertionError("one \"snaps\" header entry must specify the model kernel")
      }
      guard grade == "dangerous" || snaps.allSatisfy({ !$0.id.isEmpty }) else {
        throw AssertionError("\"id\" of snap is mandatory for \(grade) grade model")
      }
    } else {
      for name in ["grade", "storage-safety"] where headers.has(name) {
        throw AssertionError("cannot specify a \(name) for model without the extended snaps header")
      }
      grade = "unset"
      storageSafety = ""
      base = try headers.optionalMatching("base", TextForm.name)
      gadget = try Self.tracked(headers, "gadget", isMandatory: !isClassic)
      kernel = try Self.tracked(headers, "kernel", isMandatory: !isClassic)
      guard !isClassic || kernel.isEmpty else { throw AssertionError("cannot specify a kernel with a classic model") }
      guard !isClassic || base.isEmpty else { throw AssertionError("cannot specify a base with a classic model") }
      requiredSnaps = try headers.texts("required-snaps", TextForm.name)
    }
    validationSets = try ModelValidationSet.list(headers, brand: brandID)
    serialAuthorities = [brandID] + (try Self.authorities(headers, "serial-authority") ?? [])
    systemUserAuthorities = try Self.userAuthorities(headers, brand: brandID)
    preseedAuthorities = [brandID] + (try Self.authorities(headers, "preseed-authority") ?? [])
    timestamp = try headers.time("timestamp")
  }

  /// A name, perhaps with a track behind `=`.
  private static func tracked(
    _ headers: HeaderReader, _ name: String, isMandatory: Bool
  ) throws(AssertionError) -> String {
    guard isMandatory || headers.has(name) else { return "" }
    let parts = try headers.notEmpty(name).byteSplit("=", maxSplits: 1, keepingEmpty: true).map(String.init)
    guard TextForm.name(parts[0]) else { throw headers.error(name, "contains invalid characters: \(quoted(parts[0]))") }
    guard parts.count == 1 || !parts[1].isEmpty && !parts[1].hasByte("/") else {
      throw AssertionError("\(quoted(name)) channel selector must be a track name only")
    }
    return parts[0]
  }

  private static func authorities(_ headers: HeaderReader, _ name: String) throws(AssertionError) -> [String]? {
    guard headers.has(name) else { return nil }
    return try headers.texts(name, TextForm.accountID)
  }

  private static func userAuthorities(_ headers: HeaderReader, brand: String) throws(AssertionError) -> [String]? {
    let name = "system-user-authority"
    if let text = headers.headers[name]?.text {
      guard text.hasSameBytes(as: "*") else { throw headers.error(name, "must be '*' or a list of account ids") }
      return nil
    }
    return [brand] + (try authorities(headers, name) ?? [])
  }
}

/// Who a device is.
public struct Serial: AssertionValue {
  public let brandID: String
  public let model: String
  public let serial: String
  public let deviceKey: PublicKey
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    brandID = try headers.matching("brand-id", TextForm.accountID)
    model = try headers.matching("model", TextForm.model)
    serial = try headers.notEmpty("serial")
    deviceKey = try headers.key("device-key", id: "device-key-sha3-384")
    timestamp = try headers.time("timestamp")
  }

  public var prerequisites: [AssertionReference] { [AssertionReference(.model, ["16", brandID, model])] }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    if assertion.authorityID == brandID { return }
    // Others may sign when the model says so.
    guard let model = try known.value(.model, ["16", brandID, model], as: Model.self) else {
      throw AssertionCheckError(
        "serial with authority-id \(quoted(assertion.authorityID)) different from brand-id \(quoted(brandID)) does not "
          + "have a matching model assertion")
    }
    guard model.serialAuthorities.contains(assertion.authorityID) else {
      throw AssertionCheckError(
        "serial with authority-id \(quoted(assertion.authorityID)) different from brand-id \(quoted(brandID)) without it "
          + "being listed in the model serial-authority header")
    }
  }
}

extension HeaderReader {
  /// A public key in a header, and its id in another.
  func key(_ name: String, id: String? = nil) throws(AssertionError) -> PublicKey {
    let key: PublicKey
    do { key = try PublicKey(decoding: Array(try notEmpty(name).utf8)) } catch {
      throw AssertionError("\(label(name)) cannot be decoded: \(error)")
    }
    if let id, try digest(id) != key.id {
      throw AssertionError("\(name) does not match provided key id")
    }
    return key
  }
}
