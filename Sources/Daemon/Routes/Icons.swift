internal import API
internal import HTTP
internal import Linux
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `/v2/icons/{name}/icon`.
extension DaemonService {
  /// Icons larger than this are no icons.
  private static let limit = 16 << 20

  /// `GET /v2/icons/{name}/icon`: the icon in the image. It is read as a regular file of the image itself, so a link
  /// out of it shows nothing (CVE-2024-29069).
  func showIcon(_ request: Request) async throws -> Answer {
    let name = try instance(request.capture("name"))
    guard let installed = overlord.store.read({ $0[RecordKind<SnapState>.snaps, name.description] }) else {
      throw APIFailure(404, "cannot find snap \"\(name)\"", kind: .snapNotFound, value: .string(name.description))
    }
    guard let icon = try overlord.snaps.icon(of: name, installed.current, limit: Self.limit) else {
      throw APIFailure(404, "local snap has no icon")
    }
    return .bytes(icon.bytes, contentType: icon.contentType)
  }
}
