import Assertions
import CFuzzer
import Crypto
import Desktop
import Explaining
import Glibc
import Image
import LaunchPlan
import Linux
import Permissions
import Snap
import StoreProtocol
import Time
import YAML

/// What is fed with bytes. A target only has to come back: whatever traps, hangs or grows is found by libFuzzer.
/// Where a property is at hand it is checked too.
enum Target: String, CaseIterable {
  /// A YAML document, by itself.
  case yaml
  /// `meta/snap.yaml`: parsed and validated.
  case snap
  /// Names, revisions, channels, epochs, timers and durations: each comes back as it was.
  case texts
  /// The record that the privileged launcher reads.
  case plan
  /// A line of the seccomp language, and a whole source.
  case syscall
  /// A text in every policy that we write.
  case policy
  /// A pattern and a text that it may match.
  case glob
  /// Lines of audit logs, and a filter made of the same bytes.
  case audit
  /// A `.desktop` file: only admitted keys come out, and commands of the snap.
  case desktop
  /// Assertions, alone and in a stream; and the same bytes as a key, as a signature, and as what is to be signed.
  case assertion
  /// What a store answers, and what it is asked: each comes back as it was.
  case storeAnswers = "store-answers"
  /// A squashfs image: mounted by nobody, read in process.
  case image

  /// Set once, before the only thread runs.
  nonisolated(unsafe) static var current = Target.yaml

  func run(_ bytes: [UInt8]) {
    switch self {
    case .yaml: if let node = try? Node.parse(bytes) { Target.visit(node) }
    case .snap:
      guard let info = try? SnapInfo(yaml: bytes) else { return }
      try? info.validate()
      for app in info.apps { _ = (info.plugs(of: app), info.slots(of: app), AppInfo.words(of: app.command)) }
    case .texts: Target.texts(String(decoding: bytes, as: UTF8.self))
    case .plan:
      guard let plan = try? LaunchPlan(decoding: bytes) else { return }
      // What was read can be written, and is then the same.
      guard let again = try? plan.encoded(), let copy = try? LaunchPlan(decoding: again) else {
        fatalError("internal error: a plan that was decoded cannot be encoded")
      }
      precondition(copy == plan, "internal error: a plan changed on its way")
    case .syscall:
      let text = String(decoding: bytes, as: UTF8.self)
      for line in text.split(separator: "\n") { _ = try? SyscallRule(line: String(line)) }
      _ = try? SeccompCompiler.Source(text)
      _ = try? SeccompPrograms(decoding: bytes)
    case .policy: Policies.check(String(decoding: bytes, as: UTF8.self))
    case .glob: Policies.glob(String(decoding: bytes, as: UTF8.self))
    case .audit:
      var reader = AuditReader(limit: 3)
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") { reader.read(line) }
      precondition(reader.records.count <= 3, "internal error: more records than wanted")
      _ = try? FilterMachine.run(bytes, FilterMachine.Call(number: 1, arguments: [1, 2]))
    case .desktop: Target.desktop(bytes)
    case .assertion: Target.assertion(bytes)
    case .storeAnswers: StoreMessages.check(bytes)
    case .image: Target.image(bytes)
    }
  }

  private static func assertion(_ bytes: [UInt8]) {
    if let one = try? Assertion.decode(bytes) {
      precondition(one.encoded == bytes, "internal error: an assertion changed on its way")
      _ = one.value.prerequisites
    }
    if let all = try? AssertionStreamReader.decode(bytes) {
      // However the bytes come.
      var reader = AssertionStreamReader()
      var pieces: [Assertion] = []
      for start in stride(from: 0, to: bytes.count, by: 97) {
        reader.take(bytes[start..<min(start + 97, bytes.count)])
        while let next = try? reader.next() { pieces.append(next) }
      }
      reader.end()
      while let next = try? reader.next() { pieces.append(next) }
      precondition(pieces == all, "internal error: a stream is read otherwise in pieces")
    }
    if let key = try? PublicKey(decoding: bytes) {
      precondition((try? PublicKey(decoding: key.encoded)) == key, "internal error: a key changed on its way")
    }
    _ = try? PrivateKey(decoding: bytes)
    _ = try? SigningInput(json: bytes)
    try? someKey?.verify([1], signature: bytes)
  }

  private static let someKey = try? PublicKey(
    RSAPublicKey(modulus: [UInt8](repeating: 0xC1, count: 256), exponent: [1, 0, 1]))

  private static func desktop(_ bytes: [UInt8]) {
    let filter = DesktopFileFilter(
      instance: "foo_key", snap: "foo", image: "/snap/foo_key/current",
      apps: [
        .init(name: "foo", command: "foo", program: "/snap/bin/foo_key"),
        .init(name: "bar", command: "foo.bar", program: "/snap/bin/foo_key.bar", commonID: "org.foo"),
        .init(name: "service", command: "foo.service", program: "/usr/bin/false"),
      ])
    guard let output = filter.filter(bytes, stem: "bar") else { return }
    if let violation = DesktopFileProperty.violation(of: output, by: filter) {
      fatalError("internal error: a desktop file shows \(violation)")
    }
  }

  /// Asks everything of every node.
  private static func visit(_ node: Node) {
    _ = (node.isNull, node.bool, node.integer, node.float, node.tag, node.kind)
    for element in node.sequence ?? [] { visit(element) }
    for (_, value) in node.mapping ?? [] { visit(value) }
  }

  private static func texts(_ text: String) {
    func check<T: ValidatedText>(_ type: T.Type) {
      guard let value = try? T(text) else { return }
      guard value.rawValue == text, (try? T(value.rawValue)) == value else {
        fatalError("internal error: \(type) changed a text")
      }
    }
    check(SnapName.self)
    check(InstanceName.self)
    check(AppName.self)
    check(HookName.self)
    check(SnapVersion.self)
    check(Revision.self)
    if let channel = try? Channel(text) {
      precondition((try? Channel(channel.fullName)) == channel && (try? Channel(channel.shortName)) == channel)
    }
    if let epoch = try? Epoch(text) { precondition((try? Epoch(read: epoch.read, write: epoch.write)) == epoch) }
    _ = (try? Schedule(text), Duration(goText: text), Features.isSupported(text), InvalidText.quote(text))
  }

  private static func image(_ bytes: [UInt8]) {
    let raw = cf_memory_file()
    guard raw >= 0 else { return }
    defer { close(raw) }
    guard bytes.withUnsafeBytes({ write(raw, $0.baseAddress, $0.count) }) == bytes.count,
      let reader = try? ImageReader(path: "/proc/self/fd/\(raw)", followingLink: true)
    else { return }
    var paths: [String] = []
    try? reader.walk(".", limits: WalkLimits(entries: 500, depth: 16)) { (path, _) throws(ImageError) -> WalkStep in
      paths.append(path)
      return .continue
    }
    for path in paths.prefix(50) {
      _ = (try? reader.status(path), try? reader.read(path, limit: 1 << 16), try? reader.readLink(path))
      _ = (try? reader.entries(of: path), try? reader.resolve(path))
    }
  }
}
