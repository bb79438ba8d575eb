internal import Glibc
internal import Host
internal import Linux
internal import Snap

/// The data directories of a snap: one a revision and one common to all, for the system and for each user.
struct RevisionData {
  let directories: Directories
  let instance: InstanceName

  /// A place that holds data of the snap: `/var/snap/<instance>`, or `~/snap/<instance>` of one user.
  ///
  /// A user may put anything into the own home, links included, at any moment. So the place is opened once,
  /// without following links, and everything is done below that descriptor (`spec/threats.md`, "Privileged path
  /// operations").
  final class Place {
    /// What the place is called in records.
    let name: String
    private let directory: OwnedFD

    init(name: String, directory: consuming OwnedFD) {
      self.name = name
      self.directory = directory
    }

    private var path: String { "/proc/self/fd/\(directory.raw)" }

    func revision(_ revision: Revision) -> String { "\(path)/\(revision)" }
    /// Data of an earlier stay of the same revision, kept until the change is over.
    func trashed(_ revision: Revision) -> String { "\(path)/\(revision).old" }

    func has(_ path: String) throws(SyscallError) -> Bool {
      try Files.status(path, followSymlinks: false) != nil
    }
  }

  /// The system's place and those of the users who have one. Users are found as the reference finds them: the
  /// directories below `/home`, and root.
  func places() -> [Place] {
    var found: [Place] = []
    if let system = try? OwnedFD.open(directories.data(of: instance), O_RDONLY | O_DIRECTORY | O_NOFOLLOW) {
      found.append(Place(name: directories.data(of: instance), directory: system))
    }
    for home in directories.homes {
      guard let homeDirectory = try? OwnedFD.open(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
        let own = try? homeDirectory.openBeneath("snap/\(instance)", O_RDONLY | O_DIRECTORY)
      else { continue }
      found.append(Place(name: "\(home)/snap/\(instance)", directory: own))
    }
    return found
  }

  /// Makes the directories of a first install.
  func create(_ revision: Revision) throws(SyscallError) {
    try Files.makeDirectories(directories.data(of: instance, revision), mode: 0o755)
    try Files.makeDirectories(directories.commonData(of: instance), mode: 0o755)
  }

  /// Copies the data of one revision to another: aside, synced, renamed into place. What was there before (from an
  /// earlier stay of that revision) is set aside first and comes back with ``restore(_:)``.
  ///
  /// - Parameter replaced: the places in which the target existed when the task began.
  func copy(from old: Revision, to new: Revision, replaced: [String]) throws(SyscallError) {
    for place in places() {
      let target = place.revision(new)
      let trash = place.trashed(new)
      if replaced.contains(place.name), try !place.has(trash) {
        try Files.rename(target, to: trash)
      }
      guard try !place.has(target) else { continue }
      guard try place.has(place.revision(old)) else { continue }
      try Copying.copyTreeAtomically(from: place.revision(old), to: target)
    }
    try create(new)
  }

  /// The places in which data of a revision exists already.
  func existing(_ revision: Revision) -> [String] {
    places().filter { (try? $0.has($0.revision(revision))) ?? false }.map(\.name)
  }

  /// Undoes ``copy(from:to:replaced:)``.
  func restore(_ revision: Revision, replaced: [String]) throws(SyscallError) {
    for place in places() {
      let trash = place.trashed(revision)
      let isTrashed = try place.has(trash)
      // Where the target was there before and has not been set aside yet, it is still the user's own data.
      if replaced.contains(place.name) && !isTrashed { continue }
      try Files.removeTree(place.revision(revision))
      try Files.removeTree(Copying.asidePath(for: place.revision(revision)))
      if isTrashed { try Files.rename(trash, to: place.revision(revision)) }
    }
  }

  /// Forgets what ``copy(from:to:replaced:)`` set aside.
  func discardTrash(_ revision: Revision) throws(SyscallError) {
    for place in places() { try Files.removeTree(place.trashed(revision)) }
  }

  /// Removes one revision's data everywhere.
  func remove(_ revision: Revision) throws(SyscallError) {
    for place in places() {
      try Files.removeTree(place.revision(revision))
      try Files.removeTree(place.trashed(revision))
    }
  }

  /// Removes everything, common data included: the snap is gone.
  func removeAll() throws(SyscallError) {
    for home in directories.homes {
      guard let homeDirectory = try? OwnedFD.open(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
        let snaps = try? homeDirectory.openBeneath("snap", O_RDONLY | O_DIRECTORY)
      else { continue }
      try Files.removeTree("/proc/self/fd/\(snaps.raw)/\(instance)")
    }
    try Files.removeTree(directories.data(of: instance))
    try Files.removeTree(directories.privateTmp(of: instance))
  }
}
