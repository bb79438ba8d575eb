internal import API
internal import AssertionManager
internal import ConfigurationManager
internal import FoundationEssentials
internal import Glibc
internal import HTTP
internal import Image
internal import Interfaces
internal import Linux
internal import Overlord
internal import RefreshManager
internal import Snap
internal import SnapManager
internal import State
internal import StoreDirectory
internal import ValidationSets

/// What a route answers, before it is wrapped into the reference's envelope.
enum Answer: Sendable {
  /// 200 with a result, as JSON already encoded.
  case sync([UInt8])
  /// The same, of what stores have.
  case found([UInt8])
  /// 202: the work goes on in a change.
  case async(ChangeID)
  /// Content that is no JSON envelope.
  case bytes([UInt8], contentType: String)
  /// Content with header fields of its own.
  case content([UInt8], headers: Headers)
  /// Bytes of a file.
  case file(SharedFile, status: Int, headers: Headers, offset: Int64, length: Int64)
  /// Content that is written piece by piece, for as long as the client listens.
  case stream(contentType: String, _ write: @Sendable (ResponseWriter) async throws -> Void)

  /// 200 with a value.
  static func sync(_ value: some Encodable) throws -> Answer { .sync(try Answer.json(value)) }

  /// JSON as the API writes it.
  static func json(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }
}

/// A request that is refused, with all a client is told about it.
struct APIFailure: Error, Sendable {
  var status: Int
  var message: String
  var kind: ErrorKind?
  var value: JSONValue?

  init(_ status: Int, _ message: String, kind: ErrorKind? = nil, value: JSONValue? = nil) {
    self.status = status
    self.message = message
    self.kind = kind
    self.value = value
  }

  static func badRequest(_ message: String, kind: ErrorKind? = nil) -> APIFailure {
    APIFailure(400, message, kind: kind)
  }
}

extension APIFailure {
  /// The one place where errors become statuses and kinds. Source: `spec/features.md` §3, "Error kinds".
  ///
  init(_ error: any Error) {
    switch error {
    case let failure as APIFailure: self = failure
    case let refusal as Refusal: self.init(refusal)
    case let refusal as StoreRefusal: self.init(refusal)
    case let error as ConfigurationError: self.init(error)
    case let error as RemoteStoreError: self.init(error)
    case let error as StoreDirectoryError: self = .badRequest("\(error)")
    case let refusal as HoldRefusal: self.init(refusal)
    case let refusal as ValidationSetRefusal: self.init(refusal)
    case let error as RefreshControlError: self = .badRequest("\(error)")
    case let error as RefreshNetworkError: self.init(400, "\(error)", kind: .networkTimeout)
    case let conflict as AliasConflict: self = .badRequest("\(conflict)")
    case let refusal as ServiceRefusal: self.init(refusal)
    case let error as ImageError: self = .badRequest("\(error)")
    case let error as ContainerError: self = .badRequest("\(error)")
    case let error as InvalidText: self = .badRequest("\(error)")
    case let error as MultipartError: self = .badRequest("\(error)")
    case let error as BodyTooLarge: self.init(413, "\(error)")
    case let error as SyscallError where error.errno == ENOSPC || error.errno == EDQUOT:
      self.init(507, "\(error)", kind: .insufficientDiskSpace)
    case let error as InterfaceError:
      self = .badRequest("\(error)", kind: error.kind == .notConnected ? .interfacesUnchanged : nil)
    case StateError.noChange(let id): self.init(404, "cannot find change with id \"\(id)\"")
    default: self.init(500, "\(error)")
    }
  }

  private init(_ refusal: ServiceRefusal) {
    switch refusal {
    case .snapNotFound(let name): self.init(404, "\(refusal)", kind: .snapNotFound, value: .string(name))
    case .nothing, .notFound: self.init(404, "\(refusal)", kind: .appNotFound)
    default: self.init(400, "\(refusal)")
    }
  }

  private init(_ refusal: Refusal) {
    func about(_ snap: InstanceName) -> JSONValue { .string(snap.description) }
    let message = "\(refusal)"
    switch refusal {
    case .notInstalled(let snap), .revisionMissing(let snap, _):
      self.init(400, message, kind: .snapNotInstalled, value: about(snap))
    case .alreadyInstalled(let snap): self.init(400, message, kind: .snapAlreadyInstalled, value: about(snap))
    case .changeInProgress(let snap, let kind):
      var value: [String: JSONValue] = ["snap-name": about(snap)]
      if !kind.isEmpty { value["change-kind"] = .string(kind) }
      self.init(409, message, kind: .snapChangeConflict, value: .object(value))
    case .needsDevmode(let snap): self.init(400, message, kind: .snapNeedsDevMode, value: about(snap))
    case .needsClassic(let snap): self.init(400, message, kind: .snapNeedsClassic, value: about(snap))
    default: self.init(400, message)
    }
  }
}
