/// What the system bus is told about an app that owns names there: `/etc/dbus-1/system.d/snap.<tag>.conf`
/// (dbus-daemon(1), "CONFIGURATION FILE").
public struct BusPolicyFile: Hashable, Sendable {
  public var policies: [BusPolicy]

  public init(_ policies: [BusPolicy]) { self.policies = policies }

  /// `snap.foo.app.conf`.
  public static func fileName(of tag: PolicyName) -> String { "\(tag).conf" }

  /// The file's text; nil when there is nothing to say.
  ///
  /// A rule about a name that no bus can carry (all of them are printable ASCII) matches nothing and is left out;
  /// so is a policy for an account that cannot exist.
  public var text: String? {
    let blocks = policies.compactMap(Self.block)
    guard !blocks.isEmpty else { return nil }
    return """
      <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
       "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig>
      \(blocks.joined(separator: "\n"))
      </busconfig>

      """
  }

  private static func block(_ policy: BusPolicy) -> String? {
    let subject: String
    switch policy.subject {
    case .everyone: subject = "context=\"default\""
    case .atConsole: subject = "at_console=\"true\""
    case .user(let name), .group(let name):
      guard isAccount(name) else { return nil }
      if case .user = policy.subject { subject = "user=\"\(name)\"" } else { subject = "group=\"\(name)\"" }
    }
    let lines = policy.rules.compactMap { element($0, "allow") }
    guard !lines.isEmpty else { return nil }
    return (["  <policy \(subject)>"] + lines.map { "    " + $0 } + ["  </policy>"]).joined(separator: "\n")
  }

  private static func isAccount(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
    return (try? PolicyName(name)) != nil && name.utf8.count <= 32
  }

  /// One line; nil when the rule is about nothing.
  private static func element(_ rule: BusPolicy.Rule, _ word: String) -> String? {
    let pairs: [(String, PatternText?)]
    switch rule {
    case .deny(let inner): return element(inner, "deny")
    case .own(let name): pairs = [("own", name)]
    case .send(let destination, let interface, let member, let path):
      pairs = [
        ("send_destination", destination), ("send_path", path), ("send_interface", interface),
        ("send_member", member),
      ]
    case .receive(let sender, let interface): pairs = [("receive_sender", sender), ("receive_interface", interface)]
    }
    var line = "<" + word
    for case (let key, let value?) in pairs {
      guard value.text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !value.text.isEmpty else { return nil }
      line += " \(key)=\"\(XMLText.escape(value.text))\""
    }
    // Without an attribute it would be about every message there is.
    return line == "<" + word ? nil : line + "/>"
  }
}
