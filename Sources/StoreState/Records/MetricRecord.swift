/// A count of something on a day: installed devices of a channel, downloads.
package struct MetricRecord: Hashable, Sendable {
  package let snapID: String
  package let name: String
  /// `YYYY-MM-DD`.
  package let day: String
  /// What is counted: a version, a channel, a country; empty for the whole.
  package let bucket: String
  package var value: Int64

  package init(snapID: String, name: String, day: String, bucket: String, value: Int64) {
    self.snapID = snapID
    self.name = name
    self.day = day
    self.bucket = bucket
    self.value = value
  }
}

/// How much there is in a store.
package struct StoreTotals: Hashable, Sendable {
  package var accounts: Int
  package var snaps: Int
  package var revisions: Int
  /// Of all revisions' images.
  package var bytes: Int64
  package var assertions: Int
}
