internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// The tmpfs that a view itself consists of, and the ways to make names in them: what everyone sees of them is
/// read-only, so names are made through mounts of the same file systems that are nowhere.
///
/// There is one such mount for a file system, however many directories of it get names: letting go of a mount costs the
/// kernel a grace period, 0.1 ms and more.
struct OwnPlaces: ~Copyable {
  private struct Place {
    let target: String
    let device: UInt64
    /// The mount that is nowhere; -1 while nobody has asked for it.
    var clone: Int32
    /// What it is cloned from; -1 when that has been done.
    var source: Int32
  }

  /// Whether they can be written as they are: nobody is in the view yet.
  private let areOpen: Bool
  private var places: [Place] = []
  /// The directory in which something was put last, and those around it.
  private var spots: [Spot] = []

  /// An open directory of a view.
  struct Spot {
    let path: String
    /// As everyone sees it.
    let inside: Int32
    /// As one in which names can be made; -1 when it is none. In a view that is open it may be the same.
    let writable: Int32
    let device: UInt64

    fileprivate func close() {
      _ = cl_close(inside)
      if writable >= 0, writable != inside { _ = cl_close(writable) }
    }
  }

  init(areOpen: Bool = false) { self.areOpen = areOpen }

  deinit {
    for spot in spots { spot.close() }
    for place in places {
      if place.clone >= 0 { _ = cl_close(place.clone) }
      if place.source >= 0 { _ = cl_close(place.source) }
    }
  }

  /// Takes what is opened at a path of the view, and keeps it if it is where a tmpfs is mounted.
  mutating func find(_ raw: Int32, _ target: String) {
    guard raw >= 0 else { return }
    var status = cl_launch_status()
    guard cl_launch_filesystem(raw) == CL_LAUNCH_TMPFS, cl_launch_fstatus(raw, &status) == 0,
      status.mount_root != 0 || target.utf8.count == 1, !has(status.device)
    else {
      _ = cl_close(raw)
      return
    }
    places.append(Place(target: target, device: status.device, clone: -1, source: raw))
  }

  /// Whether names can be made in a directory as it is.
  func isOpen(_ directory: cl_launch_status) -> Bool { areOpen && has(directory.device) }

  func has(_ device: UInt64) -> Bool {
    for place in places where place.device == device { return true }
    return false
  }

  /// Opens a directory of the view through the mount that is nowhere.
  ///
  /// - Parameter status: what the directory is; another one at its path is not opened.
  /// - Returns: -1 when there is no such way to it.
  mutating func open(_ path: String, _ status: cl_launch_status) -> Int32 {
    for index in places.indices where places[index].device == status.device {
      let target = places[index].target
      guard path == target || isBelow(path, target) else { return -1 }
      if places[index].source >= 0 {
        places[index].clone = Self.writableClone(of: places[index].source)
        _ = cl_close(places[index].source)
        places[index].source = -1
      }
      guard places[index].clone >= 0 else { return -1 }
      var rest = Substring(path.utf8.dropFirst(target.utf8.count))
      while rest.utf8.first == UInt8(ascii: "/") { rest = Substring(rest.utf8.dropFirst()) }
      let name = rest.utf8.isEmpty ? "." : String(rest)
      let opened = openRaw(places[index].clone, name, flags: pathOfDirectory, walk: .beneath)
      guard opened >= 0 else { return -1 }
      var found = cl_launch_status()
      if cl_launch_fstatus(opened, &found) == 0, found.device == status.device, found.inode == status.inode {
        return opened
      }
      _ = cl_close(opened)
      return -1
    }
    return -1
  }

  // MARK: Open directories

  /// What is open of a directory, if something was put into it or below it last. What is shown is sorted, so only those
  /// around it stay open.
  mutating func spot(_ path: String) -> Spot? {
    while let last = spots.last, !isSame(path, last.path), !isBelow(path, last.path) {
      last.close()
      spots.removeLast()
    }
    guard let last = spots.last, isSame(path, last.path) else { return nil }
    return last
  }

  /// Keeps a directory open, whose parent is the last one; it is this value's to close.
  mutating func remember(_ spot: Spot) { spots.append(spot) }

  /// To be called when something else is seen at a target: a directory there, or below it, is another now.
  mutating func forget(_ target: String) {
    while let last = spots.last, isSame(last.path, target) || isBelow(last.path, target) {
      last.close()
      spots.removeLast()
    }
  }

  /// Another mount of a directory, nowhere, private and writable; -1 when there can be none.
  static func writableClone(of directory: Int32) -> Int32 {
    let clone = cl_open_tree(directory, "", View.cloneFlags([]))
    guard clone >= 0 else { return -1 }
    if cl_mount_setattr(clone, CL_AT_EMPTY_PATH, 0, UInt64(CL_MOUNT_ATTR_RDONLY), UInt64(CL_MS_PRIVATE)) == 0 {
      return clone
    }
    _ = cl_close(clone)
    return -1
  }
}
