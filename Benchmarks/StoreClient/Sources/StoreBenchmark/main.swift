import Glibc
import Snap
import StoreClient
import StoreProtocol
import Time

// StoreBenchmark download URL SHA3-384 SIZE TARGET
// StoreBenchmark decode

let arguments = CommandLine.arguments

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .seconds(1)
}

func download() throws {
  let configuration = StoreConfiguration(name: "bench", api: try WebAddress(arguments[2]), userAgent: "bench")
  let client = StoreClient(configuration)
  let download = SnapDownload(sha3_384: arguments[3], size: Int64(arguments[4]) ?? 0, url: arguments[2])
  // Not synced, as `openssl dgst` syncs nothing.
  let options = DownloadOptions(isDurable: false)
  print(try seconds { try client.download("bench", download, to: arguments[5], options) })
}

func decode() throws {
  let request = SnapActionRequest(
    context: try (0..<50).map { index in
      SnapContext(
        snapID: "abcdefghijklmnopqrstuvwxyz0123\(10 + index)",
        instanceKey: "abcdefghijklmnopqrstuvwxyz0123\(10 + index)",
        revision: .store(UInt32(index) + 1), trackingChannel: try Channel(index % 5 == 0 ? "2.0/edge" : "stable"),
        refreshedDate: Timestamp("2026-11-21T12:16:44Z"))
    },
    actions: (0..<50).map { index in
      SnapAction(
        .refresh, instanceKey: "abcdefghijklmnopqrstuvwxyz0123\(10 + index)",
        snapID: "abcdefghijklmnopqrstuvwxyz0123\(10 + index)")
    })
  let bytes = request.json
  let rounds = 2000
  var count = 0
  let reading = try seconds {
    for _ in 0..<rounds { count += try SnapActionRequest(json: bytes).context.count }
  }
  let writing = seconds { for _ in 0..<rounds { count += request.json.count } }
  print(
    "bytes \(bytes.count), reading \(reading / Double(rounds) * 1e6) µs, writing \(writing / Double(rounds) * 1e6) µs")
  guard count > 0 else { exit(1) }
}

switch arguments.dropFirst().first {
case "download" where arguments.count == 6: try download()
case "decode": try decode()
default:
  print("usage: StoreBenchmark download URL SHA3-384 SIZE TARGET | decode")
  exit(2)
}
