internal import JSONValues

/// All options that the system has. What is not among them cannot be set.
public struct SystemOptions: Sendable {
  /// Those of this machine, in the order in which they are checked and applied.
  public static let builtin: [any SystemOption] = [
    RefreshRetain(), RefreshHold(), RefreshMetered(), RefreshTimer(), RefreshRateLimit(), MaxInhibitionDays(),
    SnapshotRetention(), Proxies(), ProxyStore(), StoreAccess(), StoreCertificates(), CustomCertificates(),
    ServiceSwitches(), PowerKeyAction(), CtrlAltDelAction(), BacklightService(), ConsoleLogLevel(), Hostname(),
    Timezone(), MessageOfTheDay(), CoreDumps(), Netplan(), KernelCommandLine(), DisableIPv6(), PersistentJournal(),
    Watchdog(), SwapSize(), TemporarySize(), UserCreation(), UserLockout(), HomeDirectories(), VitalityHint(),
    DaemonLogging(), SystemdLogLevel(), CloudFacts(), AutoConnection(), PiConfiguration(), ExperimentalFeatures(),
    SeedLoaded(),
  ]

  let options: [any SystemOption]

  public init(_ options: [any SystemOption] = SystemOptions.builtin) { self.options = options }

  /// Refuses unknown names, then what an option says no to: everything is checked before anything is done.
  func check(_ transaction: ConfigurationTransaction, on machine: any SystemMachine) throws {
    for name in transaction.changedOptions {
      guard !options.contains(where: { $0.accepts(name) }) else { continue }
      throw StoreCertificates.refusal(of: name) ?? .unsupportedSystemOption(name)
    }
    let configuration = view(transaction)
    for option in options { try option.check(configuration, on: machine) }
  }

  /// Makes the machine follow: this is no Ubuntu Core, so its options do nothing.
  func apply(
    _ transaction: ConfigurationTransaction, on machine: any SystemMachine, checkpoint: (StaticString) -> Void
  ) throws {
    let configuration = view(transaction)
    for option in options where !option.isForCore {
      try option.apply(configuration, on: machine)
      if configuration.changed.contains(where: option.accepts) { checkpoint("applied") }
    }
  }

  private func view(_ transaction: ConfigurationTransaction) -> SystemConfiguration {
    SystemConfiguration(
      transaction.current, before: transaction.pristine, changed: Set(transaction.changedOptions))
  }

  /// A configuration with what the machine itself says.
  func completed(_ configuration: Configuration, on machine: any SystemMachine) -> Configuration {
    var transaction = ConfigurationTransaction(snap: ConfigurationManager.systemName, pristine: configuration)
    for option in options {
      for (name, value) in option.readings(SystemConfiguration(configuration), on: machine) {
        // Where a person has put something else in the way, that is what there is.
        try? transaction.set(name, to: value)
      }
    }
    return transaction.current
  }

  /// A configuration as it is kept: without what the machine itself says.
  func withoutExternal(_ configuration: Configuration) -> Configuration {
    let patterns = options.flatMap(\.external).map { OptionPattern.words($0)[...] }
    return Configuration(Self.removing(patterns, from: configuration.values))
  }

  private static func removing(
    _ patterns: [ArraySlice<OptionPattern.Word>], from members: [String: JSONValue]
  ) -> [String: JSONValue] {
    guard !patterns.isEmpty else { return members }
    var result: [String: JSONValue] = [:]
    for (name, value) in members {
      let tails = patterns.filter { pattern in
        if case .text(let text)? = pattern.first { return name.utf8.elementsEqual(text.utf8) }
        return true
      }.map { $0.dropFirst() }
      if tails.contains(where: { $0.isEmpty || $0.first == .rest }) { continue }
      guard case .object(let inner) = value else {
        result[name] = value
        continue
      }
      let kept = removing(tails, from: inner)
      // A map that held nothing else is not there.
      if !kept.isEmpty || inner.isEmpty { result[name] = .object(kept) }
    }
    return result
  }
}
