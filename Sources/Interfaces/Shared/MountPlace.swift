internal import ByteText
internal import Permissions
internal import Snap

/// Where an attribute `where` puts a mount: absolute, or below `$SNAP_COMMON` or `$SNAP_DATA`; a pattern.
struct MountPlace {
  private let variable: String
  private let rest: GlobText

  /// - Throws: in the interface's name, when the text is anything else, or not clean.
  init(_ text: String, interface: String) throws(InterfaceError) {
    variable = ["$SNAP_COMMON", "$SNAP_DATA"].first { text.hasBytePrefix($0 + "/") } ?? ""
    let path = text.bytes(after: variable).map(String.init) ?? text
    guard path.hasBytePrefix("/"), path != "/",
      !path.unicodeScalars.contains(where: { "$\"@".unicodeScalars.contains($0) || $0.value < 0x20 || $0.value == 0x7f }
      )
    else {
      throw InterfaceError(
        #"\#(interface) "where" attribute must start with $SNAP_COMMON, $SNAP_DATA or / and not contain special characters"#
      )
    }
    guard PathCheck.isClean(path) else {
      throw InterfaceError(#"\#(interface) "where" pattern is not clean: \#(quoted(text))"#)
    }
    do { rest = try GlobText(path) } catch {
      throw InterfaceError(#"\#(interface) "where" setting cannot be used: \#(error)"#)
    }
  }

  /// The place in the plug's snap.
  func pattern(in plug: ConnectionSide) -> PolicyPattern {
    switch variable {
    case "$SNAP_COMMON": "/var/snap/\(plug.snapNameText)/common\(rest.pattern)"
    case "$SNAP_DATA":
      "/var/snap/\(plug.snapNameText)/\(PatternText(of: plug.snap.revision.description))\(rest.pattern)"
    default: rest.pattern
    }
  }
}
