/// The files of a store, opened. What they are is not seen behind ``StoreState`` and ``BlobStore``.
package enum StoreFiles {
  /// Opens a state in one SQLite file, which is made when it is missing and whose tables are brought up to date.
  ///
  /// - Throws: a sentence, also when a newer program has changed the tables.
  package static func openState(path: String) throws -> any StoreState { try SQLiteState(path: path) }

  /// Opens a directory of blobs, which is made when it is missing, and removes what writers have left that are no more.
  package static func openBlobs(path: String) throws -> any BlobStore { try BlobDirectory(path) }
}
