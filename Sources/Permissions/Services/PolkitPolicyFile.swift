/// A policy file of polkit(8): `/usr/share/polkit-1/actions/snap.<inst>.interface.<name>.policy`.
public struct PolkitPolicyFile: Hashable, Sendable {
  public var actions: [PolkitAction]

  public init(_ actions: [PolkitAction]) { self.actions = actions }

  /// `snap.foo.interface.NAME.policy`.
  public static func fileName(of instance: PolicyName, name: PolicyName) -> String {
    "snap.\(instance).interface.\(name).policy"
  }

  public var text: String {
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE policyconfig PUBLIC "-//freedesktop//DTD PolicyKit Policy Configuration 1.0//EN"
       "http://www.freedesktop.org/standards/PolicyKit/1/policyconfig.dtd">
      <policyconfig>

      """
    for action in actions {
      text += """
          <action id="\(action.id)">
            <description>\(XMLText.escape(action.description))</description>
            <message>\(XMLText.escape(action.message))</message>
            <defaults>
              <allow_any>\(action.any.rawValue)</allow_any>
              <allow_inactive>\(action.inactive.rawValue)</allow_inactive>
              <allow_active>\(action.active.rawValue)</allow_active>
            </defaults>
          </action>

        """
    }
    return text + "</policyconfig>\n"
  }
}
