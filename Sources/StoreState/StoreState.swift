/// What the store knows, but for the blobs. Calls block; any thread may make them, in any process of the store.
///
/// No process may keep in memory what another could change, but for what it compares ``SnapReader/generation()`` for.
package protocol StoreState: Sendable {
  /// Reads, all of it at one instant.
  func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result

  /// Changes things: all of them, on disk, when this returns, and none when it throws. Nobody else writes meanwhile, so
  /// neither keys are used nor blobs written in it.
  func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result
}

/// What can be asked.
package protocol StoreReader: AccountReader, SnapReader, RevisionReader, ReleaseReader, AssertionReader, SecretReader,
  UploadReader, SearchReader
{}

/// What can be changed.
package protocol StoreWriter: StoreReader, AccountWriter, SnapWriter, RevisionWriter, ReleaseWriter, AssertionWriter,
  SecretWriter, UploadWriter, SearchWriter
{}

/// Why something cannot be kept.
package enum StateConflict: Error, Hashable, CustomStringConvertible {
  case usernameTaken(String)
  case emailTaken(String)
  case nameTaken(String)
  /// The thing that should be changed is not there.
  case gone(String)

  package var description: String {
    switch self {
    case .usernameTaken(let name): "cannot use username \"\(name)\": another account has it"
    case .emailTaken(let email): "cannot use email \"\(email)\": another account has it"
    case .nameTaken(let name): "cannot register \"\(name)\": it is registered already"
    case .gone(let what): "cannot change \(what): it is not there"
    }
  }
}

/// Why the state cannot be used now, where the reason is none of the request that met it.
package protocol StateFailure: Error {
  /// There is no room to write.
  var isFull: Bool { get }
  /// Others have been using it for too long; another try may succeed.
  var isBusy: Bool { get }
}
