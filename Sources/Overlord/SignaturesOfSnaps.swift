internal import AssertionManager
public import Assertions
internal import Interfaces
internal import Snap
internal import SnapManager

/// What has been signed, as the operations on snaps know it.
struct SignaturesOfSnaps: SnapSignatures {
  let assertions: AssertionManager
  let store: any SnapStore

  func verify(_ claim: SnapClaim) throws {
    guard case .store(let revision) = claim.revision else { throw StoreRefusal.notSigned(claim.instance) }
    let image = ImageClaim(
      instance: claim.instance.description, name: claim.instance.name.description, snapID: claim.snapID,
      revision: Int(revision), sha3: claim.sha3, size: Int(claim.size), provenance: claim.provenance)
    try assertions.verify(image, from: AssertionsOfStore(store: store, name: claim.store))
  }

  func known(sha3: String, size: UInt64, provenance: String, fileName: String) throws -> SignedSnap? {
    let known = try assertions.known(sha3: sha3, size: Int(size), provenance: provenance, fileName: fileName)
    guard let known, let revision = UInt32(exactly: known.revision) else { return nil }
    return SignedSnap(
      name: try SnapName(known.name), snapID: known.snapID, revision: .store(revision), provenance: provenance)
  }

  func refreshDeclarations(_ snaps: [String: [String]]) throws -> Set<String> {
    var changed: Set<String> = []
    for (name, ids) in snaps.sorted(by: { $0.key < $1.key }) {
      let references = ids.map { AssertionReference(.snapDeclaration, ["16", $0]) }
      let fetched = try assertions.update(
        references, from: AssertionsOfStore(store: store, name: name, expected: references))
      for assertion in fetched {
        if let declaration = assertion.value as? SnapDeclaration { changed.insert(declaration.snapID) }
      }
    }
    return changed
  }

  func refuseUnvalidated(
    _ instance: InstanceName, _ snapID: String, _ revision: Revision, installed: [String: String], store name: String
  ) throws {
    guard case .store(let number) = revision else { return }
    try assertions.refuseUnvalidated(
      (instance.description, snapID), revision: Int(number), installed: installed.map { ($0.key, $0.value) },
      from: AssertionsOfStore(store: store, name: name))
  }

  var generation: UInt64 { assertions.generation }

  func publisher(of snapID: String) -> SnapPublisher? {
    guard let declaration = try? assertions.declaration(of: snapID)?.value,
      let account = try? assertions.account(declaration.publisherID)
    else { return nil }
    return SnapPublisher(
      id: account.id, username: account.username, displayName: account.displayName, validation: account.validation)
  }
}

extension Overlord {
  /// Has rules follow declarations that are new.
  public func declarationsChanged(_ assertions: [Assertion]) {
    let ids = Set(assertions.compactMap { ($0.value as? SnapDeclaration)?.snapID })
    if !ids.isEmpty { snaps.declarationsChanged(ids) }
  }
}

/// The assertions that one store has, for one fetch on one thread. What is asked for brings what it needs along, where
/// the store sends that at once; the fetcher trusts it no more than what comes alone.
final class AssertionsOfStore: AssertionSource {
  /// Of a longer list the address would get too long for some servers.
  private static let bundleSize = 50

  private let store: any SnapStore
  private let name: String
  /// What will be asked for, and has not been fetched yet.
  private var expected: [AssertionReference]
  private var bundle: AssertionBatch?

  /// - Parameter expected: what will be asked for, in its order, if that is known.
  init(store: any SnapStore, name: String, expected: [AssertionReference] = []) {
    (self.store, self.name, self.expected) = (store, name, expected)
  }

  func assertion(_ reference: AssertionReference) throws -> Assertion {
    // Apart from those that are expected, only what is asked for first needs others that are not here.
    if bundle == nil || expected.contains(reference), !reference.type.isSequence {
      let next = expected.firstIndex(of: reference).map { Array(expected[$0...].prefix(Self.bundleSize)) }
      expected.removeAll { next?.contains($0) ?? false }
      bundle = AssertionBatch(try store.assertions(next ?? [reference], from: name))
    }
    if let found = try? bundle?.assertion(reference) { return found }
    return try store.assertion(reference, from: name)
  }
}

/// The aliases that publishers have been granted, by the declarations of their snaps.
struct DeclaredAliases: AutomaticAliases {
  let assertions: AssertionManager

  func aliases(of snap: SnapName, id snapID: String?) throws -> [String: String] {
    guard let snapID else { return [:] }
    return try assertions.declaration(of: snapID)?.value.aliases ?? [:]
  }
}

extension ActiveSnapDeclaration {
  /// What is declared of a snap; nothing for one that nobody has signed for, or whose declaration is not believed.
  init(of snapID: String?, _ assertions: AssertionManager) {
    guard let snapID, let declaration = try? assertions.declaration(of: snapID)?.value else {
      self.init(publisherID: nil, rules: nil)
      return
    }
    self.init(publisherID: declaration.publisherID, rules: try? DeclarationRules(declaration))
  }
}

/// What a declaration is to the rules of interfaces.
struct ActiveSnapDeclaration {
  let publisherID: String?
  let rules: DeclarationRules?
}
