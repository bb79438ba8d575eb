package import Snap

/// What snaps are searched by.
package struct SearchQuery: Sendable {
  /// Words in name, title, summary or description.
  package var text: SearchText?
  /// How the name begins.
  package var namePrefix: String?
  package var category: String?
  /// AppStream's id of one of the apps.
  package var commonID: String?
  package var architecture: Architecture
  /// Only snaps with something in this risk of any track; nil for any risk.
  package var risk: Channel.Risk?
  /// Snaps at most.
  package var limit = 100

  package init(
    text: SearchText? = nil, namePrefix: String? = nil, category: String? = nil, commonID: String? = nil,
    architecture: Architecture, risk: Channel.Risk? = nil, limit: Int = 100
  ) {
    self.text = text
    self.namePrefix = namePrefix
    self.category = category
    self.commonID = commonID
    self.architecture = architecture
    self.risk = risk
    self.limit = limit
  }
}
