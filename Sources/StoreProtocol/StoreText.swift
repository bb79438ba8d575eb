/// Texts for people, which end up in terminals: without control characters.
public enum StoreText {
  /// Of one line.
  public static func line(_ text: String) -> String { text.withoutControls(keepingLines: false) }
  /// Of several.
  public static func paragraph(_ text: String) -> String { text.withoutControls(keepingLines: true) }
}
