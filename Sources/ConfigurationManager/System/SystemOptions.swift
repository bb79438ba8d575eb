internal import JSONValues

/// All options that the system has. What is not among them cannot be set.
public struct SystemOptions: Sendable {
  /// Those of this machine.
  public static let builtin: [any SystemOption] = [RefreshRetain(), SeedLoaded()]

  let options: [any SystemOption]

  public init(_ options: [any SystemOption] = SystemOptions.builtin) { self.options = options }

  /// Refuses unknown names, then what an option says no to: everything is checked before anything is done.
  func check(_ transaction: ConfigurationTransaction) throws {
    for name in transaction.changedOptions where !options.contains(where: { $0.accepts(name) }) {
      throw ConfigurationError.unsupportedSystemOption(name)
    }
    let configuration = view(transaction)
    for option in options { try option.check(configuration) }
  }

  func apply(_ transaction: ConfigurationTransaction) throws {
    let configuration = view(transaction)
    for option in options { try option.apply(configuration) }
  }

  private func view(_ transaction: ConfigurationTransaction) -> SystemConfiguration {
    SystemConfiguration(transaction.current, changed: Set(transaction.changedOptions))
  }

  /// A configuration with what the system itself says.
  func completed(_ configuration: Configuration) -> Configuration {
    var transaction = ConfigurationTransaction(snap: ConfigurationManager.systemName, pristine: configuration)
    for option in options {
      for (name, value) in option.computed {
        // Where a person has put something else in the way, that is what there is.
        try? transaction.set(name, to: value)
      }
    }
    return transaction.current
  }
}
