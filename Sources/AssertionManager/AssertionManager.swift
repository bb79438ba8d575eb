public import Assertions
public import Host
internal import Interfaces
internal import Linux
internal import Synchronization
public import Time

/// Owns the assertions that the machine knows, and whom it trusts.
public final class AssertionManager: Sendable {
  private let directories: Directories
  private let backstore: FileBackstore
  private let clock: @Sendable () -> Timestamp
  private let report: @Sendable (_ problem: String) -> Void
  private let current: Mutex<Trusting>

  /// A database, and the directories it trusts as they were.
  private struct Trusting {
    var stamps: [Stamp]
    var database: AssertionDatabase
    var generation: UInt64 = 0
  }

  /// A directory as it was.
  private struct Stamp: Equatable {
    var inode: UInt64
    var seconds: Int64
    var nanoseconds: Int64
  }

  /// - Parameters:
  ///   - clock: what time it is.
  ///   - report: told of files in `trusted.d` that are left out, with why.
  /// - Throws: when the database cannot be made or others can write it.
  public init(
    directories: Directories, clock: @escaping @Sendable () -> Timestamp,
    report: @escaping @Sendable (_ problem: String) -> Void
  ) throws {
    self.directories = directories
    self.clock = clock
    self.report = report
    backstore = try FileBackstore(directory: directories.assertions)
    current = Mutex(try Self.trusting(directories, backstore, report))
  }

  private static func trusting(
    _ directories: Directories, _ backstore: FileBackstore, _ report: (String) -> Void
  ) throws -> Trusting {
    // Before the files: what changes meanwhile is seen the next time.
    let stamps = try stamps(directories)
    let roots = TrustedRoots(directories: directories.trustedRoots)
    roots.problems.forEach(report)
    let database = try AssertionDatabase(
      trusted: roots.assertions, backstore: backstore, matcher: { KeyConstraint.fits($0, $1) },
      examine: { assertion in
        if let declaration = assertion.value as? SnapDeclaration { _ = try DeclarationRules(declaration) }
      })
    return Trusting(stamps: stamps, database: database)
  }

  private static func stamps(_ directories: Directories) throws -> [Stamp] {
    // The directories change with the names in them, a file with what an editor writes into it.
    let directories = directories.trustedRoots
    let files = directories.flatMap { path in ((try? Files.list(path)) ?? []).sorted().map { "\(path)/\($0)" } }
    return try (directories + files).map { path in
      guard let status = try Files.status(path) else { return Stamp(inode: 0, seconds: 0, nanoseconds: 0) }
      return Stamp(inode: status.inode, seconds: status.modifiedSeconds, nanoseconds: status.modifiedNanoseconds)
    }
  }

  /// What is known and trusted at this moment.
  public var database: AssertionDatabase {
    get throws {
      try current.withLock { current in
        if try Self.stamps(directories) != current.stamps {
          let generation = current.generation
          current = try Self.trusting(directories, backstore, report)
          current.generation = generation + 1
        }
        return current.database
      }
    }
  }

  /// Another number whenever something else is known or trusted: for who keeps what follows from it.
  public var generation: UInt64 {
    // Looking at it finds out what the administrator has changed.
    _ = try? database
    return current.withLock { $0.generation }
  }

  func advance() { current.withLock { $0.generation += 1 } }

  /// What time it is.
  var now: Timestamp { clock() }

  /// Adds assertions, each after what it needs of the others or of what is known: all of them, or none.
  ///
  /// - Returns: those that are new.
  /// - Throws: what ``AssertionDatabase/add(_:now:)`` throws.
  @discardableResult
  public func add(_ assertions: [Assertion]) throws -> [Assertion] {
    defer { advance() }
    return try AssertionBatch(assertions).commit(to: database, now: clock())
  }
}
