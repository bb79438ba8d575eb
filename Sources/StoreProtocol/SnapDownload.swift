internal import ByteText
public import JSONValues
public import Snap

/// Where the image of a revision is, and what it must be. Source: `spec/assertions-and-store.md` §6.
public struct SnapDownload: WireType {
  /// The SHA3-384 of the image: 96 lower-case hexadecimal digits; empty when the store did not say.
  public var sha3_384 = ""
  /// Bytes.
  public var size: Int64 = 0
  public var url = ""
  /// How to make the image of an older one.
  public var deltas: [SnapDelta] = []

  public init(sha3_384: String = "", size: Int64 = 0, url: String = "", deltas: [SnapDelta] = []) {
    (self.sha3_384, self.size, self.url, self.deltas) = (sha3_384, size, url, deltas)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "sha3-384": sha3_384 = try reader.hexDigest()
      case "size": size = try reader.count()
      case "url": url = try reader.text()
      case "deltas": deltas = try reader.list(of: SnapDelta.self)
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("sha3-384", sha3_384)
      builder.member("size", size)
      builder.member("url", url)
      builder.member("deltas", deltas)
    }
  }
}

/// What makes the image of one revision of that of another.
public struct SnapDelta: WireType {
  public var format: String
  /// Of the delta itself.
  public var sha3_384: String
  /// Bytes of the delta.
  public var size: Int64
  /// The revision that must be there.
  public var source: Revision?
  /// The revision that comes of it.
  public var target: Revision?
  public var url: String

  public init(
    format: String = "", sha3_384: String = "", size: Int64 = 0, source: Revision? = nil, target: Revision? = nil,
    url: String = ""
  ) {
    (self.format, self.sha3_384, self.size, self.url) = (format, sha3_384, size, url)
    (self.source, self.target) = (source, target)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    self.init()
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "format": format = try reader.text()
      case "sha3-384": sha3_384 = try reader.hexDigest()
      case "size": size = try reader.count()
      case "source": source = try reader.revision()
      case "target": target = try reader.revision()
      case "url": url = try reader.text()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("format", format)
      builder.member("sha3-384", sha3_384)
      builder.member("size", size)
      if let source { builder.member("source", source) }
      if let target { builder.member("target", target) }
      builder.member("url", url)
    }
  }
}

/// A component of a snap, by what the store calls it. Source: `spec/assertions-and-store.md` §6.
public struct SnapResource: WireType {
  public var download = SnapDownload()
  /// `component/standard`, …
  public var type = ""
  public var name = ""
  public var revision: Revision?
  public var version = ""
  public var createdAt = ""
  public var description = ""

  public init(
    download: SnapDownload = SnapDownload(), type: String = "", name: String = "", revision: Revision? = nil,
    version: String = "", createdAt: String = "", description: String = ""
  ) {
    (self.download, self.type, self.name, self.revision) = (download, type, name, revision)
    (self.version, self.createdAt, self.description) = (version, createdAt, description)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let member = try reader.nextMember() {
      switch member {
      case "download": download = try SnapDownload(from: &reader)
      case "type": type = try reader.text()
      case "name": name = try reader.text()
      case "revision": revision = try reader.revision()
      case "version": version = try reader.line()
      case "created-at": createdAt = try reader.line()
      case "description": description = try reader.paragraph()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("download", download)
      builder.member("type", type)
      builder.member("name", name)
      if let revision { builder.member("revision", revision) }
      builder.member("version", version)
      builder.member("created-at", createdAt)
      builder.member("description", description)
    }
  }
}

extension JSONReader {
  /// The SHA3-384 of something, in hexadecimal; it becomes a file's name, so it is nothing else. Empty for `null`.
  mutating func hexDigest() throws(JSONError) -> String {
    let text = try text()
    guard text.isEmpty || text.utf8.count == 96 && Hexadecimal.bytes(text) != nil else {
      throw JSONError("cannot read \(InvalidText.quote(text)) as a SHA3-384 in hexadecimal")
    }
    return text
  }
}
