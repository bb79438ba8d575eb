internal import Image
public import Interfaces
public import Linux
internal import Packing
public import Snap

/// Looks at an uploaded image.
public struct SnapReviewer: Sendable {
  /// How much an image may be.
  public struct Limits: Sendable {
    /// Of the image, in bytes.
    public var size: Int64
    /// Files and directories in it.
    public var entries: Int

    public init(size: Int64 = 8 << 30, entries: Int = 500_000) {
      self.size = size
      self.entries = entries
    }
  }

  public var limits: Limits
  /// What the store's declaration of the snap says of its interfaces.
  public var declaration: DeclarationRules?
  /// Codes of findings that an administrator granted this snap for good.
  public var grants: Set<String>

  public init(limits: Limits = Limits(), declaration: DeclarationRules? = nil, grants: Set<String> = []) {
    self.limits = limits
    self.declaration = declaration
    self.grants = grants
  }

  /// Why there is nothing to review.
  public struct Unusable: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
  }

  /// - Parameters:
  ///   - file: the image, open for reading; it stays so.
  ///   - name: the name that it is uploaded for.
  ///   - snapID, publisherID: whose it is, for rules that name them.
  /// - Throws: ``Unusable`` when the image cannot be read, or is no valid snap of that name.
  public func review(
    image file: borrowing OwnedFD, name: SnapName, snapID: String, publisherID: String
  ) throws(Unusable) -> Review {
    let image: ImageReader
    let info: SnapInfo
    let metadata: String
    var findings: [Finding] = []
    do {
      image = try ImageReader(descriptor: file.duplicate(), name: "image")
      // Once for the judgement, once as it stands: both of the one open file.
      metadata = String(decoding: try image.read("meta/snap.yaml", limit: 4 << 20), as: UTF8.self)
      info = try SnapInfo(in: image)
    } catch let error as ImageError {
      throw Unusable(Self.text(of: error))
    } catch {
      throw Unusable("\(error)")
    }
    guard info.name == name else {
      throw Unusable("cannot accept snap \(quoted(info.name.rawValue)) for the name \(quoted(name.rawValue))")
    }
    do throws(ContainerError) {
      try info.check(image)
    } catch {
      findings.append(Finding(.rejects, "container", ([error.description] + error.details).joined(separator: "; ")))
    }
    findings += try contents(of: image, info)
    findings += kind(of: info)
    findings += InterfaceReview(info: info, snapID: snapID, publisherID: publisherID, declaration: declaration).findings
    let left = findings.filter { $0.severity != .needsReview || !grants.contains($0.code) }
    return Review(info: info, metadata: metadata, findings: left)
  }

  /// Without where the server keeps the image.
  private static func text(of error: ImageError) -> String {
    ImageError(container: "image", path: error.path ?? ".", reason: error.reason).description
  }

  /// Files that have no place in a snap.
  private func contents(of image: ImageReader, _ info: SnapInfo) throws(Unusable) -> [Finding] {
    var special: [String] = []
    var privileged: [String] = []
    var owned: [String] = []
    let isSystem = info.type.isBase || info.type == .snapd || info.type == .kernel
    do {
      try image.walk(".", limits: WalkLimits(entries: limits.entries)) { (path, status) throws(ImageError) in
        switch status.kind {
        case .blockDevice, .characterDevice, .fifo, .socket:
          if special.count < 5 { special.append("\(path) is \(status.kind.noun)") }
        case .directory, .regular, .symlink: break
        }
        // Sticky directories are harmless.
        if status.kind == .regular, status.permissions & 0o6000 != 0, privileged.count < 5 {
          privileged.append("\(path) (\(status.modeText))")
        }
        if status.uid != 0 || status.gid != 0, owned.count < 5 {
          owned.append("\(path) (\(status.uid):\(status.gid))")
        }
        return .continue
      }
    } catch {
      throw Unusable(Self.text(of: error))
    }
    guard !isSystem else { return [] }
    var findings: [Finding] = []
    if !special.isEmpty {
      findings.append(Finding(.rejects, "files:special", "special files: \(special.joined(separator: ", "))"))
    }
    if !privileged.isEmpty {
      findings.append(
        Finding(.needsReview, "files:privileged", "files with set-id bits: \(privileged.joined(separator: ", "))"))
    }
    if !owned.isEmpty {
      findings.append(
        Finding(.needsReview, "files:owner", "files not owned by root: \(owned.joined(separator: ", "))"))
    }
    return findings
  }

  private func kind(of info: SnapInfo) -> [Finding] {
    var findings: [Finding] = []
    if info.type != .app {
      findings.append(
        Finding(.needsReview, "type:\(info.type)", "a snap of type \(info.type) has to be approved by an administrator")
      )
    }
    if info.confinement == .classic {
      findings.append(
        Finding(.needsReview, "confinement:classic", "classic confinement has to be approved by an administrator"))
    }
    if !info.provenance.isEmpty, info.provenance != "global-upload" {
      findings.append(
        Finding(
          .rejects, "provenance", "provenance \(quoted(info.provenance)) is not signed by this store"))
    }
    if info.instanceKey != nil {
      findings.append(Finding(.rejects, "instance-key", "the name in snap.yaml has an instance key"))
    }
    for hook in info.hooks where !hook.name.isSupported {
      findings.append(
        Finding(.warns, "hook:\(hook.name)", "nothing ever calls the hook \(quoted(hook.name.rawValue))"))
    }
    if info.summary.isEmpty { findings.append(Finding(.warns, "summary", "snap.yaml has no summary")) }
    return findings
  }
}
