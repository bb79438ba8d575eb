internal import ByteText
internal import JSONValues
public import State

/// The options about automatic refreshes, as they are read by who makes them. They have been checked when they were set.
public struct RefreshOptions: Sendable {
  /// `refresh.timer`; empty when it is not set.
  public let timer: String
  /// `refresh.schedule`, the older form.
  public let schedule: String
  /// `refresh.hold`.
  public let hold: String
  /// `refresh.metered=hold`.
  public let holdsWhenMetered: Bool
  /// `refresh.rate-limit`, bytes a second.
  public let rateLimit: Int64?
  /// `refresh.max-inhibition-days`.
  public let maxInhibitionDays: Int
  /// `store.access=offline`.
  public let isOffline: Bool
  /// `experimental.gate-auto-refresh-hook`.
  public let asksHooks: Bool

  /// Those that hold at this moment.
  public init(in state: State) {
    let configuration = SystemConfiguration(state[configuration: ConfigurationManager.systemName])
    timer = configuration.text("refresh.timer")
    schedule = configuration.text("refresh.schedule")
    hold = configuration.text(RefreshHold.name)
    holdsWhenMetered = configuration.text(RefreshMetered.name).hasSameBytes(as: "hold")
    let limit = configuration.text(RefreshRateLimit.name)
    rateLimit = limit.isEmpty ? nil : try? OptionText.decimalSize(limit)
    maxInhibitionDays = OptionText.number(configuration.text(MaxInhibitionDays.name), 1...21) ?? 14
    isOffline = configuration.text(StoreAccess.name).hasSameBytes(as: "offline")
    asksHooks = configuration.text("experimental.gate-auto-refresh-hook").hasSameBytes(as: "true")
  }

  /// Takes away a hold that is over.
  public static func forgetHold(in state: inout State) { setHold(nil, in: &state) }

  /// Sets until when nothing is refreshed by itself: `forever`, or RFC 3339; nil for no longer.
  public static func setHold(_ text: String?, in state: inout State) {
    var transaction = ConfigurationTransaction(
      snap: ConfigurationManager.systemName, pristine: state[configuration: ConfigurationManager.systemName])
    // The name is one: it cannot be refused.
    try? transaction.set(RefreshHold.name, to: text.map { .string($0) } ?? .null)
    ConfigurationManager.commit(transaction, in: &state)
  }
}
