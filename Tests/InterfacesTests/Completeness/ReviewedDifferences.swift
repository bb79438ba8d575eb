/// Rows of the table that are deliberately not there, each with its reason.
struct ReviewedDifference {
  var interface: String
  var kind: String
  /// A part of the row's subject, or all of it.
  var subject: String
  var reason: String

  func covers(_ row: Tables.Access) -> Bool {
    row.interface == interface && row.kind == kind && (subject.isEmpty || row.subject == subject)
  }

  static let all: [ReviewedDifference] = [
    ReviewedDifference(
      interface: "interface", kind: "kind", subject: "subject", reason: "a heading inside the table")
  ]
}
