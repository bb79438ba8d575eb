import API
import Glibc
import Snap

/// Snaps that are not installed: image files and directories.
enum LocalSnap {
  /// Largest `meta/snap.yaml` looked at, in bytes.
  private static let limit = 4 << 20

  /// What `snap info` shows of an image file or an unpacked snap.
  static func read(_ path: String, in context: Context) throws -> SnapJSON {
    try summary(yaml: metadata(of: path, in: context), path: path)
  }

  /// Checks the metadata of a directory that is to be packed; the helper that packs checks its files.
  static func check(directory: String) throws {
    let path = directory + "/meta/snap.yaml"
    guard access(path, R_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw Failure(
        "cannot pack \(quoted(directory)): open \(path): \(reason.prefix(1).lowercased() + reason.dropFirst())")
    }
    guard let bytes = SmallFile.read(path, limit: limit) else {
      throw Failure("cannot pack \(quoted(directory)): \(path) is no file or larger than \(limit) bytes")
    }
    let info: SnapInfo
    do throws(InvalidText) { info = try SnapInfo(yaml: bytes) } catch {
      throw Failure("cannot pack \(quoted(directory)): \(error)")
    }
    do throws(InvalidText) { try info.validate() } catch {
      throw Failure("cannot pack \(quoted(directory)): cannot validate snap \(quoted(info.name.rawValue)): \(error)")
    }
  }

  /// The text of `meta/snap.yaml`: from an image by the helper program, which this static one cannot be.
  private static func metadata(of path: String, in context: Context) throws -> [UInt8] {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      guard let bytes = SmallFile.read(path + "/meta/snap.yaml", limit: limit) else {
        throw Failure("cannot read \(path)/meta/snap.yaml")
      }
      return bytes
    }
    return try Helper.image(
      ["read", path, "meta/snap.yaml", "--limit", "\(limit)"], limit: limit, timeout: .seconds(60), in: context)
  }

  private static func summary(yaml: [UInt8], path: String) throws -> SnapJSON {
    let info: SnapInfo
    do throws(InvalidText) {
      info = try SnapInfo(yaml: yaml)
      try info.validate()
    } catch {
      throw Failure("cannot read snap file \(quoted(path)): \(error)")
    }
    var snap = SnapJSON(name: info.name.rawValue)
    snap.version = info.version.rawValue
    snap.summary = info.summary
    snap.description = info.description
    snap.license = info.license
    snap.type = info.type.rawValue
    snap.base = info.base ?? ""
    snap.confinement = info.confinement.rawValue
    snap.grade = info.grade.rawValue
    snap.links = info.links
    snap.contact = info.links["contact"]?.first ?? ""
    // Nothing local is disabled: the Notes are those of the snap itself.
    snap.status = "active"
    snap.apps = info.apps.map { app in
      var json = AppJSON(name: app.name.rawValue)
      json.daemon = app.daemon?.rawValue ?? ""
      return json
    }
    return snap
  }
}
