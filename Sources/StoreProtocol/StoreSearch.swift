/// What somebody looks for.
public struct StoreSearch: Hashable, Sendable {
  public enum Terms: Hashable, Sendable {
    /// Words anywhere.
    case words(String)
    /// The beginning of a name.
    case prefix(String)
    case commonID(String)
  }

  public var terms: Terms
  /// The category; empty for all.
  public var category = ""
  /// Only what the user may see and others may not.
  public var isPrivate = false
  /// In all channels, instead of in stable alone.
  public var isWide = false

  public init(_ terms: Terms, category: String = "", isPrivate: Bool = false, isWide: Bool = false) {
    (self.terms, self.category, self.isPrivate, self.isWide) = (terms, category, isPrivate, isWide)
  }
}
