extension Macaroon {
  /// Proves that this macaroon was made with a root key, and that every third party's condition is discharged.
  ///
  /// - Parameters:
  ///   - key: the root key that the identifier names.
  ///   - discharges: those bound to this macaroon; each has to be for one caveat.
  /// - Returns: every condition of all of them. None may be passed over.
  public func verified(key: [UInt8], discharges: [Macaroon] = []) throws(MacaroonError) -> [MacaroonCondition] {
    guard discharges.count <= MacaroonLimits.discharges else { throw .malformed("too many discharges") }
    var check = Check(root: self, discharges: discharges)
    try check.visit(self, signed: Self.derived(key), isRoot: true)
    guard check.left.isEmpty else { throw .unusedDischarge }
    return check.conditions
  }

  /// Proves a discharge that is bound to nothing: what its maker is shown to have it renewed.
  ///
  /// - Parameter key: the root key of the discharge.
  public func verifiedUnbound(key: [UInt8]) throws(MacaroonError) -> [MacaroonCondition] { try verified(key: key) }

  private struct Check {
    let root: Macaroon
    var left: [Macaroon]
    var conditions: [MacaroonCondition] = []

    init(root: Macaroon, discharges: [Macaroon]) {
      self.root = root
      left = discharges
    }

    /// Goes down as deep as there are discharges, which are few.
    mutating func visit(_ macaroon: Macaroon, signed key: [UInt8], isRoot: Bool) throws(MacaroonError) {
      // The chain first: nothing in what is forged is worth opening.
      var signature = Macaroon.chain(key, macaroon.identifier)
      var secrets: [(caveat: Caveat, signature: [UInt8])] = []
      for caveat in macaroon.caveats {
        if caveat.thirdParty != nil { secrets.append((caveat, signature)) }
        signature = Macaroon.next(signature, caveat)
      }
      let expected = isRoot ? signature : Macaroon.binding(of: signature, to: root.signature)
      guard Sodium.same(expected, macaroon.signature) else { throw .forged }
      for caveat in macaroon.caveats where caveat.thirdParty == nil {
        guard let text = String(validating: caveat.identifier, as: UTF8.self) else {
          throw .malformed("condition is not utf8")
        }
        conditions.append(MacaroonCondition(text: text, isOfDischarge: !isRoot))
      }
      for (caveat, before) in secrets {
        guard let thirdParty = caveat.thirdParty else { continue }
        guard let index = left.firstIndex(where: { $0.identifier == caveat.identifier }) else {
          throw .undischarged(location: thirdParty.location)
        }
        let discharge = left.remove(at: index)
        guard let key = Sodium.open(thirdParty.verification, key: before) else { throw .forged }
        try visit(discharge, signed: key, isRoot: false)
      }
    }
  }
}

/// A condition of a macaroon that is proven.
public struct MacaroonCondition: Hashable, Sendable {
  public let text: String
  /// Whether a third party added it, who confirmed something under this condition.
  public let isOfDischarge: Bool
}
