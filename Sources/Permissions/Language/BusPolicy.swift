/// What the system bus itself lets users do with a service that a snap provides (dbus-daemon(1), `<policy>`).
///
/// Peculiar to slots that own names on the system bus: the bus refuses every name and message that no policy names.
public struct BusPolicy: Hashable, Sendable {
  public enum Subject: Hashable, Sendable {
    case everyone
    case user(String)
    case group(String)
    case atConsole
  }

  public enum Rule: Hashable, Sendable {
    case own(PatternText)
    case send(destination: PatternText?, interface: PatternText?, member: PatternText?, path: PatternText?)
    case receive(sender: PatternText?, interface: PatternText?)
    indirect case deny(Rule)
  }

  public var subject: Subject
  public var rules: [Rule]

  public init(_ subject: Subject, _ rules: [Rule]) {
    self.subject = subject
    self.rules = rules
  }
}
