internal import ByteText
internal import JSONValues
internal import StoreProtocol
internal import StoreState

/// What a publisher may say of a snap, and how much of it.
enum MetadataRules {
  static let kinds: Set<String> = ["contact", "donations", "issues", "source", "website"]
  static let mediaKinds: Set<String> = ["icon", "screenshot", "banner", "video"]

  /// Puts the fields of a request into metadata; what is not named stays.
  ///
  /// - Throws: ``PublisherError`` naming the field.
  static func apply(_ fields: RequestFields, to metadata: inout SnapMetadata) throws(PublisherError) {
    try set(&metadata.title, "title", fields, limit: 64)
    try set(&metadata.summary, "summary", fields, limit: 128)
    try set(&metadata.description, "description", fields, limit: 4096, isLong: true)
    try set(&metadata.license, "license", fields, limit: 256)
    try set(&metadata.contact, "contact", fields, limit: 2048)
    try set(&metadata.website, "website", fields, limit: 2048)
    if !metadata.website.isEmpty { try checkURL(metadata.website, "website") }
    if !metadata.contact.isEmpty, !metadata.contact.hasByte("@") || metadata.contact.hasByte(":") {
      try checkURL(metadata.contact, "contact")
    }
    if let categories = try fields.texts("categories") {
      guard categories.count <= 5, categories.allSatisfy(isWord) else {
        throw .invalid("\"categories\" are up to 5 words of lower-case letters, digits and dashes")
      }
      metadata.categories = categories
    }
    if let links = try fields.object("links") { metadata.links = try Self.links(links) }
    if let media = try fields.objects("media") { metadata.media = try Self.media(media) }
  }

  private static func set(
    _ value: inout String, _ name: String, _ fields: RequestFields, limit: Int, isLong: Bool = false
  ) throws(PublisherError) {
    guard fields.has(name) else { return }
    let text = try fields.optionalText(name) ?? ""
    guard text.unicodeScalars.count <= limit else {
      throw .invalid("\(quoted(name)) is longer than \(limit) characters")
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || isLong && ($0 == "\n" || $0 == "\t") }) else {
      throw .invalid("\(quoted(name)) has control characters")
    }
    value = text
  }

  private static func links(_ fields: RequestFields) throws(PublisherError) -> [String: [String]] {
    var links: [String: [String]] = [:]
    for kind in kinds.sorted() {
      guard let urls = try fields.texts(kind), !urls.isEmpty else { continue }
      guard urls.count <= 10 else { throw .invalid("more than 10 links of a kind") }
      for url in urls where !(kind == "contact" && url.hasByte("@")) { try checkURL(url, "links") }
      links[kind] = urls
    }
    return links
  }

  private static func media(_ list: [RequestFields]) throws(PublisherError) -> [StoreMedia] {
    guard list.count <= 10 else { throw .invalid("more than 10 media") }
    var media: [StoreMedia] = []
    for fields in list {
      let type = try fields.text("type")
      guard mediaKinds.contains(type) else { throw .invalid("media cannot be of type \(quoted(type))") }
      let url = try fields.text("url")
      try checkURL(url, "media")
      media.append(
        StoreMedia(
          type: type, url: url, width: try fields.integer("width"), height: try fields.integer("height")))
    }
    guard media.filter({ $0.type == "icon" }).count <= 1 else { throw .invalid("more than one icon") }
    return media
  }

  private static func checkURL(_ url: String, _ name: String) throws(PublisherError) {
    guard url.utf8.count <= 2048, url.hasBytePrefix("https://") || url.hasBytePrefix("http://"),
      url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "<") })
    else { throw .invalid("\(quoted(name)) is no URL: \(quoted(url))") }
  }

  private static func isWord(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        $0.isASCIILower || $0.isASCIIDigit || $0 == UInt8(ascii: "-")
      }
  }
}
