internal import Interfaces
internal import Permissions

/// A refusal, in the language of permissions.
struct AppRefusal: Hashable {
  var denial: Denial
  /// What refused it.
  var layer: String
  /// What was tried, for people.
  var what: String
  /// What it named is not in the app's view: that may be the base's doing as well as confinement's.
  var isMissing = false

  init(_ denial: Denial, by layer: String, what: String? = nil, isMissing: Bool = false) {
    self.denial = denial
    self.layer = layer
    self.what = what ?? denial.summary
    self.isMissing = isMissing
  }
}
