internal import Glibc
internal import Synchronization

/// What this process has done, for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). Several
/// processes are several targets; sums are made where they are read.
final class Metrics: Sendable {
  /// A kind of request: the pattern of its route, so that there are few.
  private struct Route: Hashable, Comparable {
    var method: String
    var pattern: String
    static func < (left: Route, right: Route) -> Bool {
      (left.pattern, left.method) < (right.pattern, right.method)
    }
  }

  fileprivate struct Counts {
    var statuses: [Int: Int] = [:]
    /// One for each bound, and one for what is slower.
    var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
    var seconds = 0.0
    var bytes: Int64 = 0
  }

  struct Spent {
    var times = 0
    var seconds = 0.0
  }

  /// Upper bounds of the histogram, in seconds.
  private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private let routes = Mutex<[Route: Counts]>([:])
  private let database = Mutex<[String: Spent]>([:])
  private let downloads = Mutex<(count: Int, bytes: Int64)>((0, 0))

  /// A request has been answered.
  ///
  /// - Parameters:
  ///   - pattern: of its route; empty when it had none.
  ///   - time: until the answer began.
  ///   - bytes: of the answer's body, where it is known.
  func addRequest(_ method: String, _ pattern: String, status: Int, time: Duration, bytes: Int64) {
    let seconds = Self.seconds(time)
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    // A method is the client's text.
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].contains(method) ? method : "other"
    routes.withLock { routes in
      routes[Route(method: known, pattern: pattern), default: Counts()].add(status, bucket, seconds, bytes)
    }
  }

  /// A download has begun.
  func addDownload(bytes: Int64) {
    downloads.withLock { $0 = ($0.count + 1, $0.bytes + bytes) }
  }

  /// Something was asked of the database.
  func addDatabase(_ kind: String, _ time: Duration) {
    let seconds = Self.seconds(time)
    database.withLock { spent in
      spent[kind, default: Spent()].times += 1
      spent[kind, default: Spent()].seconds += seconds
    }
  }

  static func seconds(_ time: Duration) -> Double {
    Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
  }

  /// All of it.
  ///
  /// - Parameter gauges: numbers of the moment, by name, with what they say.
  func text(gauges: [(name: String, help: String, value: Int)]) -> String {
    let routes = routes.withLock { $0 }.sorted { $0.key < $1.key }
    var text = ""
    func head(_ name: String, _ type: String, _ help: String) {
      text += "# HELP snap_store_\(name) \(help)\n# TYPE snap_store_\(name) \(type)\n"
    }
    head("requests_total", "counter", "Requests answered.")
    for (route, counts) in routes {
      for (status, count) in counts.statuses.sorted(by: { $0.key < $1.key }) {
        text += "snap_store_requests_total{\(Self.labels(route)),status=\"\(status)\"} \(count)\n"
      }
    }
    head("request_seconds", "histogram", "Time until an answer began.")
    for (route, counts) in routes {
      var sum = 0
      for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], counts.buckets) {
        sum += count
        text += "snap_store_request_seconds_bucket{\(Self.labels(route)),le=\"\(bound)\"} \(sum)\n"
      }
      text += "snap_store_request_seconds_sum{\(Self.labels(route))} \(counts.seconds)\n"
      text += "snap_store_request_seconds_count{\(Self.labels(route))} \(sum)\n"
    }
    head("response_bytes_total", "counter", "Bytes of answers' bodies.")
    for (route, counts) in routes { text += "snap_store_response_bytes_total{\(Self.labels(route))} \(counts.bytes)\n" }
    let downloads = downloads.withLock { $0 }
    head("downloads_total", "counter", "Downloads begun.")
    text += "snap_store_downloads_total \(downloads.count)\n"
    head("download_bytes_total", "counter", "Bytes of downloads that were asked for.")
    text += "snap_store_download_bytes_total \(downloads.bytes)\n"
    head("database_seconds", "summary", "Time in transactions of the database.")
    for (kind, spent) in database.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      text += "snap_store_database_seconds_sum{kind=\"\(kind)\"} \(spent.seconds)\n"
      text += "snap_store_database_seconds_count{kind=\"\(kind)\"} \(spent.times)\n"
    }
    for gauge in gauges {
      head(gauge.name, "gauge", gauge.help)
      text += "snap_store_\(gauge.name) \(gauge.value)\n"
    }
    return text
  }

  private static func labels(_ route: Route) -> String { "route=\"\(route.pattern)\",method=\"\(route.method)\"" }
}

extension Metrics.Counts {
  fileprivate mutating func add(_ status: Int, _ bucket: Int, _ seconds: Double, _ bytes: Int64) {
    statuses[status, default: 0] += 1
    buckets[bucket] += 1
    self.seconds += seconds
    self.bytes += bytes
  }
}
