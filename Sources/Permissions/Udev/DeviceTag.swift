/// The names under which udev(7) knows an app, and the way back (`spec/confinement.md` §5).
public enum DeviceTag {
  /// `snap.foo.bar` → `snap_foo_bar`; a component's `+` becomes `__`.
  public static func tag(of securityTag: PolicyName) -> String {
    securityTag.rawValue.map { $0 == "." ? "_" : $0 == "+" ? "__" : String($0) }.joined()
  }

  /// `snap_foo_bar` → `snap.foo.bar`, as the helper that udev calls reads it; nil when the text is no such tag.
  ///
  /// An underscore of an instance key stays: of `snap_foo_key_bar` only the last one parts the app. An instance key
  /// named `hook` is taken for a hook.
  public static func securityTag(of tag: String) -> String? {
    guard tag.hasPrefix("snap_"), (try? PolicyName(tag)) != nil, !tag.contains(".") else { return nil }
    var text = Array(tag.utf8.dropFirst(5))
    let underscore = UInt8(ascii: "_")
    var joined: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] == underscore, index + 1 < text.count, text[index + 1] == underscore {
        joined.append(UInt8(ascii: "+"))
        index += 2
      } else {
        joined.append(text[index])
        index += 1
      }
    }
    text = joined
    guard let last = text.lastIndex(of: underscore), last > 0, last < text.count - 1 else { return nil }
    text[last] = UInt8(ascii: ".")
    let hook = Array("_hook".utf8)
    if last > hook.count, Array(text[(last - hook.count)..<last]) == hook {
      text[last - hook.count] = UInt8(ascii: ".")
    }
    return "snap." + String(decoding: text, as: UTF8.self)
  }
}
