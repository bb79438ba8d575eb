/// An action that polkit asks about before it is done (polkit(8), "DECLARING ACTIONS").
public struct PolkitAction: Hashable, Sendable {
  /// Who may do it, and what it takes.
  public enum Authorization: String, Hashable, Sendable, CaseIterable {
    case no, yes
    case authSelf = "auth_self"
    case authAdmin = "auth_admin"
    case authSelfKeep = "auth_self_keep"
    case authAdminKeep = "auth_admin_keep"
  }

  /// `org.example.foo.do-it`.
  public let id: PolicyName
  /// What it does, for people.
  public var description: String
  /// What people are asked.
  public var message: String
  /// For a client that is in no session, in one that is not active, in the active one.
  public var any: Authorization
  public var inactive: Authorization
  public var active: Authorization

  /// Why an action is refused.
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// - Throws: when the id does not belong to the prefix that the plug was granted, or is no action's name.
  public init(
    id: String, prefix: String, description: String, message: String, any: Authorization = .no,
    inactive: Authorization = .no, active: Authorization = .no
  ) throws(Invalid) {
    guard let name = try? PolicyName(id), !id.contains("+") else {
      throw Invalid(description: "cannot use \(quoted(id)) as a polkit action")
    }
    guard id == prefix || id.hasPrefix(prefix + ".") else {
      throw Invalid(description: "polkit action \(quoted(id)) does not have the prefix \(quoted(prefix))")
    }
    self.id = name
    self.description = description
    self.message = message
    self.any = any
    self.inactive = inactive
    self.active = active
  }
}
