import API
import ByteText
import Client

/// Sending what changes one snap, or several at once.
enum SnapOperation {
  /// Where requests go: to the snap, when it is one.
  static func path(_ names: [String]) -> String {
    names.count == 1 ? "/v2/snaps/\(PercentCoding.encode(names[0]))" : "/v2/snaps"
  }

  /// Sends a request.
  ///
  /// - Returns: the change to wait for; nil when the daemon refused with something that is no failure, which the person
  ///   has been told.
  static func send(
    _ operation: String, _ names: [String], dangerous: Bool = false, in context: Context,
    _ request: () throws(ClientError) -> String
  ) throws -> String? {
    do throws(ClientError) { return try request() } catch {
      let about = DaemonMessage.Request(
        snap: names.count == 1 ? names[0] : "", operation: operation, dangerous: dangerous)
      context.err.line(try DaemonMessage.explain(error, about, in: context))
      return nil
    }
  }
}
