internal import Macaroons

/// What makes several devices see a snap's channels as they were at one moment.
///
/// The text says which snap, when and which cohort, under the store's secret: any server process can read it, and
/// nobody else can make one. Source: `spec/assertions-and-store.md` §6, "Cohorts".
struct CohortKey: Equatable, Sendable {
  /// Why a text is no key.
  enum Invalid: Error, Equatable, CustomStringConvertible {
    case malformed, otherSnap

    var description: String {
      switch self {
      case .malformed: "cannot use cohort key: it is not one of this store"
      case .otherSnap: "cannot use cohort key: it is for another snap"
      }
    }
  }

  let snapID: String
  /// Seconds of Unix time.
  let createdAt: Int64
  /// Tells cohorts of the same second apart.
  let number: UInt64

  /// Bytes of a key.
  private static let limit = 512
  private static let location = "cohort"

  init(snapID: String, createdAt: Int64, number: UInt64) {
    self.snapID = snapID
    self.createdAt = createdAt
    self.number = number
  }

  /// Reads a key for a snap.
  init(_ text: String, for snapID: String, secret: [UInt8]) throws(Invalid) {
    guard text.utf8.count <= Self.limit, let macaroon = try? Macaroon(serialized: text),
      macaroon.location == Self.location, let conditions = try? macaroon.verified(key: secret), conditions.isEmpty
    else { throw .malformed }
    // Only this store writes identifiers, so any other form is another store's.
    let parts = String(decoding: macaroon.identifier, as: UTF8.self).split(separator: " ")
    guard parts.count == 3, let createdAt = Int64(parts[1]), let number = UInt64(parts[2]) else { throw .malformed }
    guard parts[0].utf8.elementsEqual(snapID.utf8) else { throw .otherSnap }
    self.init(snapID: snapID, createdAt: createdAt, number: number)
  }

  /// The key as text.
  func text(secret: [UInt8]) throws -> String {
    let identifier = Array("\(snapID) \(createdAt) \(number)".utf8)
    return try Macaroon(location: Self.location, identifier: identifier, key: secret).serialized()
  }

  /// Who is in and who is out of a progressive release is said for the cohort as a whole.
  var seed: DeviceSeed { .cohort("\(createdAt).\(number)") }
}
