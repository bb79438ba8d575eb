internal import ByteText

extension SnapInfo {
  /// A layout stays inside what a snap may rearrange, and layouts do not contradict each other.
  func validateLayouts() throws(InvalidText) {
    /// What lies at a place, with the layout's path for messages.
    var places: Set<ExactText> = []
    var directories: Set<ExactText> = []
    var files: Set<ExactText> = []
    for layout in layouts.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
      func invalid(_ why: String) -> InvalidText { InvalidText("layout \(InvalidText.quote(layout.path)) \(why)") }
      let target = try validateTarget(of: layout, invalid)
      for ancestor in SnapInfo.placesAbove(target) where places.contains(ExactText(ancestor)) {
        throw invalid("underneath prior layout item \(InvalidText.quote(ancestor))")
      }
      places.insert(ExactText(target))
      try validateSource(of: layout, invalid)
      switch layout.content {
      case .bind(let source):
        let expanded = ExactText(expand(source))
        guard !files.contains(expanded) else {
          throw invalid("refers to directory \(InvalidText.quote(source)) but another layout treats it as file")
        }
        directories.insert(expanded)
      case .bindFile(let source):
        let expanded = ExactText(expand(source))
        guard !directories.contains(expanded) else {
          throw invalid("refers to file \(InvalidText.quote(source)) but another layout treats it as a directory")
        }
        files.insert(expanded)
      case .tmpfs, .symlink: break
      }
    }
  }

  /// A path and all that it lies in, except the root.
  private static func placesAbove(_ path: String) -> [String] {
    var places: [String] = []
    var place = ""
    // No path that the system takes is deeper.
    for part in path.byteSplit("/").prefix(2048) {
      place += "/" + part
      places.append(place)
    }
    return places
  }

  private func validateTarget(
    of layout: Layout, _ invalid: (String) -> InvalidText
  ) throws(InvalidText) -> String {
    let path = layout.path
    guard !path.isEmpty else { throw InvalidText("layout cannot use an empty path") }
    guard path.utf8.count <= 4096 else { throw invalid("uses invalid mount point: too long") }
    func badPoint(_ why: String) -> InvalidText { invalid("uses invalid mount point: \(why)") }
    do throws(InvalidText) { try PathText.requireKnownVariables(path) } catch { throw badPoint(error.description) }
    let target = expand(path)
    guard PathText.isCleanAbsolute(target), target != "/" else { throw badPoint("must be absolute and clean") }
    do throws(InvalidText) { try PathText.requireHarmless(target) } catch { throw badPoint(error.description) }
    for place in SnapInfo.offLimits where PathBytes.lies(target, in: place) { throw invalid("in an off-limits area") }
    let first = target.byteSplit("/")[0]
    guard SnapInfo.topLevel.contains(String(first)) else {
      throw invalid("defines a new top-level directory \(InvalidText.quote("/" + first))")
    }
    if PathBytes.lies(target, in: "/snap"), !PathBytes.lies(target, in: "/snap/\(name)") {
      throw invalid("defines a layout in space belonging to another snap")
    }
    return target
  }

  private func validateSource(of layout: Layout, _ invalid: (String) -> InvalidText) throws(InvalidText) {
    let (source, what): (String, String)
    switch layout.content {
    case .bind(let path), .bindFile(let path): (source, what) = (path, "bind mount source")
    case .symlink(let path): (source, what) = (path, "symlink old name")
    case .tmpfs: return
    }
    func bad(_ path: String, _ why: String) -> InvalidText {
      invalid("uses invalid \(what) \(InvalidText.quote(path)): \(why)")
    }
    guard source.utf8.count <= 4096 else { throw bad(source, "too long") }
    do throws(InvalidText) { try PathText.requireKnownVariables(source) } catch {
      throw bad(source, error.description)
    }
    let expanded = expand(source)
    guard PathText.isCleanAbsolute(expanded) else { throw bad(expanded, "must be absolute and clean") }
    // Not where a variable stands for, but the variable: places of other revisions are not the snap's to show.
    let roots = ["$SNAP", "$SNAP_DATA", "$SNAP_COMMON"]
    guard roots.contains(where: { PathBytes.lies(source, in: $0) }) else {
      throw bad(expanded, "must start with $SNAP, $SNAP_DATA or $SNAP_COMMON")
    }
    do throws(InvalidText) { try PathText.requireHarmless(expanded) } catch {
      throw invalid("uses invalid \(what == "symlink old name" ? "symlink" : "mount source"): \(error)")
    }
  }

  private static let offLimits = [
    "/dev", "/proc", "/sys", "/media", "/run", "/var/run", "/tmp", "/var/lib/snapd", "/lib/firmware",
    "/usr/lib/firmware", "/lib/modules", "/usr/lib/modules", "/var/snap", "/home", "/boot", "/lost+found",
  ]
  private static let topLevel: Set<String> = [
    "bin", "etc", "lib", "lib64", "meta", "mnt", "opt", "root", "sbin", "snap", "srv", "usr", "var", "writable",
  ]

  /// A path of a layout with its variables replaced, for a revision that is not known yet.
  private func expand(_ path: String) -> String {
    var parts = path.byteSplit("$", keepingEmpty: true)[...]
    var result = String(parts.removeFirst())
    for part in parts {
      let variable = PathText.variable(in: part)
      switch variable {
      case "SNAP_COMMON": result += "/var/snap/\(name)/common"
      case "SNAP_DATA": result += "/var/snap/\(name)/unset"
      case "SNAP": result += "/snap/\(name)/unset"
      default: result += "$" + variable
      }
      result += Substring(part.utf8.dropFirst(variable.utf8.count))
    }
    return result
  }
}
