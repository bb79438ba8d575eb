import Glibc
import Image
import Interfaces
import Linux
import Snap
import SnapReview
import TestSupport
import Testing

/// Real directories, packed and reviewed.
struct SnapReviewTests {
  /// A change of a good tree by shell commands, and the codes of what is found, or what is thrown.
  struct Case: Sendable, CustomTestStringConvertible {
    var change: String
    var codes: [String] = []
    var verdict = Review.Verdict.accepted
    var unusable: String?
    var grants: Set<String> = []
    var testDescription: String { change }
  }

  private static func plug(_ interface: String, _ attributes: String = "") -> String {
    "printf 'plugs: {p: {interface: \(interface)\(attributes)}}\\n' >> meta/snap.yaml"
  }

  static let cases = [
    Case(change: "true"),
    Case(change: plug("network")),
    Case(change: plug("docker-support"), codes: ["plug:docker-support:p"], verdict: .needsReview),
    Case(change: plug("docker-support"), grants: ["plug:docker-support:p"]),
    Case(change: plug("docker-support"), grants: ["plug:docker-support"]).needing("plug:docker-support:p"),
    Case(change: plug("browser-support")),
    Case(change: plug("browser-support", ", allow-sandbox: true")).needing("plug:browser-support:p"),
    Case(change: plug("teleporter")).needing("plug:teleporter:p"),
    Case(change: plug("content"), codes: ["plug:content:p"], verdict: .rejected, grants: ["plug:content:p"]),
    Case(change: "echo 'slots: {s: {interface: network}}' >> meta/snap.yaml").needing("slot:network:s"),
    Case(change: "echo 'confinement: classic' >> meta/snap.yaml").needing("confinement:classic"),
    Case(
      change:
        "echo 'type: base' >> meta/snap.yaml; sed -i '/^base/d; /^apps/,$d' meta/snap.yaml; echo 'type: base' >> meta/snap.yaml"
    )
    .needing("type:base"),
    Case(change: "echo 'provenance: other' >> meta/snap.yaml", codes: ["provenance"], verdict: .rejected),
    Case(change: "mknod dev c 1 3; mkfifo pipe", codes: ["files:special"], verdict: .rejected),
    Case(change: "chmod u+s bin/foo").needing("files:privileged"),
    Case(change: "rm bin/foo", codes: ["container"], verdict: .rejected),
    Case(change: "sed -i 's/name: foo/name: bar/' meta/snap.yaml", unusable: "for the name \"foo\""),
    Case(change: "echo '{' > meta/snap.yaml", unusable: "cannot parse snap.yaml"),
    Case(change: "rm meta/snap.yaml", unusable: "cannot read \"meta/snap.yaml\""),
  ]

  @Test("an image gets the verdict that it deserves", arguments: cases)
  func verdicts(_ example: Case) throws {
    let directory = try TemporaryDirectory()
    let tree = directory.path + "/tree"
    let script = """
      mkdir -p \(tree)/meta \(tree)/bin && cd \(tree)
      printf 'name: foo\\nversion: "1"\\nsummary: A thing\\nbase: core22\\napps: {foo: {command: bin/foo}}\\n' > meta/snap.yaml
      echo '#!/bin/sh' > bin/foo; chmod 755 bin/foo . meta bin
      \(example.change)
      mksquashfs . \(directory.path)/foo.snap -noappend -quiet -no-progress >/dev/null
      """
    _ = try ChildProcess.run(["/bin/sh", "-c", script])
    let reviewer = SnapReviewer(grants: example.grants)
    func review() throws -> Review {
      try reviewer.review(
        image: OwnedFD.open(directory.path + "/foo.snap", O_RDONLY), name: SnapName("foo"), snapID: "foo-id",
        publisherID: "somebody")
    }
    if let unusable = example.unusable {
      let error = try #require(throws: SnapReviewer.Unusable.self) { try review() }
      #expect(error.description.contains(unusable), "\(error)")
      return
    }
    let review = try review()
    #expect(review.verdict == example.verdict, "\(review.findings)")
    #expect(review.findings.map(\.code) == example.codes, "\(review.findings)")
  }

  @Test("a declaration lets a snap have what nobody else may")
  func declared() throws {
    let directory = try TemporaryDirectory()
    let script = """
      mkdir -p t/meta && cd t && chmod 755 . meta
      printf 'name: foo\\nversion: "1"\\nsummary: A thing\\nplugs: {docker-support: null}\\n' > meta/snap.yaml
      mksquashfs . ../foo.snap -noappend -quiet -no-progress >/dev/null
      """
    _ = try ChildProcess.run(["/bin/sh", "-c", "cd \(directory.path) && \(script)"])
    let rules = try DeclarationRules(
      snapName: "foo", plugs: .map(["docker-support": .map(["allow-installation": .text("true")])]), slots: nil)
    let review = try SnapReviewer(declaration: rules).review(
      image: OwnedFD.open(directory.path + "/foo.snap", O_RDONLY), name: SnapName("foo"), snapID: "foo-id",
      publisherID: "somebody")
    #expect(review.verdict == .accepted, "\(review.findings)")
  }

  @Test("an image that is cut off or changed anywhere is refused, or read without a crash")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    let script = """
      mkdir -p t/meta && cd t && chmod 755 . meta
      printf 'name: foo\\nversion: "1"\\nsummary: A thing\\n' > meta/snap.yaml
      mksquashfs . ../foo.snap -noappend -quiet -no-progress >/dev/null
      """
    _ = try ChildProcess.run(["/bin/sh", "-c", "cd \(directory.path) && \(script)"])
    let image = try Files.read(directory.path + "/foo.snap", limit: 1 << 20)
    for length in stride(from: 0, to: 300, by: 17) {
      try Files.writeAtomically(Array(image[..<length]), to: directory.path + "/cut.snap", mode: 0o644)
      #expect(throws: SnapReviewer.Unusable.self) {
        try SnapReviewer().review(
          image: OwnedFD.open(directory.path + "/cut.snap", O_RDONLY), name: SnapName("foo"), snapID: "",
          publisherID: "")
      }
    }
  }
}

extension SnapReviewTests.Case {
  func needing(_ code: String) -> Self {
    var copy = self
    copy.codes = [code]
    copy.verdict = .needsReview
    return copy
  }
}
