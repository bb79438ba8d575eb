internal import CommandGrammar
internal import Glibc
internal import Image
internal import JSONValues
internal import Packing
internal import Snap

/// `snap-store upload FILE`.
enum Upload: PublishingCommand {
  static let grammar = Grammar(
    name: "upload", summary: "Upload a snap, and perhaps release it",
    help:
      "Waits until the store has looked at the snap, and says what it found. The same file again is the same revision.",
    options: [
      .value("release", label: "CHANNELS", "release it to these channels, with commas between")
    ],
    positionals: [Grammar.Positional("<file>", .one)])

  static func run(_ words: Arguments) throws {
    let client = try PublisherClient(try Credentials.load())
    let path = words.positionals[0]
    let info = try SnapInfo(in: try ImageReader(path: path))
    let name = info.name.rawValue
    // Refused here, before all of it is sent.
    _ = try client.request("POST", "/dev/api/snap-push/", ["name": .string(name), "dry_run": true])
    let id = try client.upload(path)
    let pushed = try client.request(
      "POST", "/dev/api/snap-push/",
      [
        "name": .string(name), "series": "16", "updown_id": .string(id), "source_uploaded": false,
        "channels": .array((words.list("release") ?? []).map { .string($0) }),
      ])
    guard let url = pushed["status_details_url"]?.string,
      let start = url.utf8.firstRange(of: "/dev/api/".utf8)?.lowerBound
    else { throw PublishingError("cannot follow the upload: the store did not say where") }
    let answer = try wait(client, String(url[start...]))
    let errors = (answer["errors"]?.array ?? []).compactMap { $0["message"]?.string }.map(shown)
    guard let revision = answer["revision"]?.integer else {
      throw PublishingError("cannot accept \(shown(name)): \(errors.joined(separator: "; "))")
    }
    let isReady = answer["can_release"]?.bool == true
    print("Revision \(revision) of \(shown(name)) \(isReady ? "is ready" : "waits for a review").")
    // Of what waits they are why; of what is ready, why it is not released.
    guard !isReady || errors.isEmpty else {
      throw PublishingError("cannot release revision \(revision): \(errors.joined(separator: "; "))")
    }
    for error in errors { print("  \(error)") }
  }

  private static func wait(_ client: PublisherClient, _ path: String) throws -> JSONValue {
    var pause: UInt32 = 50_000
    // An hour: what takes longer can be looked up with "snap-store revisions".
    for _ in 0..<3_700 {
      let answer = try client.request("GET", path)
      if answer["processed"]?.bool == true { return answer }
      usleep(pause)
      pause = min(pause * 2, 1_000_000)
    }
    throw PublishingError("cannot wait any longer: the store still looks at the upload")
  }
}
