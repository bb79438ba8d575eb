internal import Permissions

extension Interface {
  /// POSIX message queues by path. Attributes: `path`, `permissions`.
  static let posixMq = Interface(
    "posix-mq", "POSIX message queues by path",
    plugRules: SideRules(
      allowInstallation: .always,
      allowConnection: .when(Constraints(slotAttributes: .map(["posix-mq": .plugAttribute("posix-mq")]))),
      allowAutoConnection: .when(
        Constraints(
          slotAttributes: .map(["posix-mq": .plugAttribute("posix-mq")]), slotPublisherIDs: ["$PLUG_PUBLISHER_ID"]))),
    slotRules: SideRules(allowInstallation: .never, denyConnection: .always, denyAutoConnection: .always)
  )
  .with {
    $0.slot = { grants, _ in
      grants.syscalls(
        "mq_open", "mq_getsetattr", "mq_unlink", "mq_notify", "mq_timedreceive", "mq_timedreceive_time64",
        "mq_timedsend", "mq_timedsend_time64")
    }
  }
}
