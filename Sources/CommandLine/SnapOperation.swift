import Client

/// Sending what changes one snap, or several at once.
enum SnapOperation {
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
