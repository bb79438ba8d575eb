internal import ByteText
internal import CCurl
internal import Glibc
internal import JSONValues
internal import Linux

/// Asks a store, as whoever is logged in.
final class PublisherClient {
  private(set) var credentials: Credentials
  private let transfer: Exchange

  init(_ credentials: Credentials) throws {
    self.credentials = credentials
    transfer = try Exchange()
  }

  /// One request without a log-in.
  static func ask(_ url: String, _ path: String, _ body: JSONValue) throws -> JSONValue {
    try Exchange().json("POST", url + path, body: body, authorization: nil)
  }

  /// One request; a log-in that is too old is refreshed first.
  func request(_ method: String, _ path: String, _ body: JSONValue? = nil, raw: (type: String, bytes: [UInt8])? = nil)
    throws -> JSONValue
  {
    do {
      return try transfer.json(
        method, credentials.url + path, body: body, raw: raw, authorization: try credentials.authorization())
    } catch let error as PublishingError where error.code == "macaroon-needs-refresh" {
      let answer = try transfer.json(
        "POST", credentials.url + "/api/v2/tokens/refresh",
        body: ["discharge_macaroon": .string(credentials.discharge)], authorization: nil)
      guard let discharge = answer["discharge_macaroon"]?.string else { throw error }
      credentials.discharge = discharge
      try credentials.save()
      return try transfer.json(
        method, credentials.url + path, body: body, raw: raw, authorization: try credentials.authorization())
    }
  }

  /// Sends an image, from the file as it is read.
  ///
  /// - Returns: what the store calls it by.
  func upload(_ path: String) throws -> String {
    let file = try OwnedFD.open(path, O_RDONLY | O_CLOEXEC)
    guard let size = try Files.status(path)?.size else { throw PublishingError("cannot read \(path)") }
    // Whatever a first request would find out about the log-in is found out before the long one.
    _ = try request("GET", "/v1/tokens/whoami")
    let answer = try transfer.form(
      credentials.url + "/unscanned-upload/", file: file, size: Int64(size),
      authorization: try credentials.authorization())
    guard let id = answer["upload_id"]?.string else { throw PublishingError("cannot upload: the store said nothing") }
    return id
  }
}

/// One connection to a store. Used on one thread.
private final class Exchange {
  private let handle: UnsafeMutableRawPointer
  private var received: [UInt8] = []
  private var outgoing: Outgoing?

  /// What is sent, piece by piece.
  private struct Outgoing {
    var before: ArraySlice<UInt8>
    var file: Int32?
    var left: Int64
    var after: ArraySlice<UInt8>
  }

  init() throws {
    if let problem = cu_load() { throw PublishingError("cannot use libcurl: \(String(cString: problem))") }
    guard let made = cu_new() else { throw PublishingError("cannot use libcurl: no memory") }
    handle = made
  }

  deinit { cu_free(handle) }

  func json(
    _ method: String, _ url: String, body: JSONValue? = nil, raw: (type: String, bytes: [UInt8])? = nil,
    authorization: String?
  ) throws -> JSONValue {
    let bytes = raw?.bytes ?? body?.bytes ?? []
    outgoing = Outgoing(before: bytes[...], file: nil, left: 0, after: [])
    return try perform(
      method, url, type: raw?.type ?? "application/json", size: Int64(bytes.count), authorization, patience: 120)
  }

  func form(_ url: String, file: borrowing OwnedFD, size: Int64, authorization: String) throws -> JSONValue {
    let boundary = "snap-store-a7f31c08d2e94b56b0"
    let before = Array(
      ("--\(boundary)\r\nContent-Disposition: form-data; name=\"binary\"; filename=\"image.snap\"\r\n"
        + "Content-Type: application/octet-stream\r\n\r\n").utf8)
    let after = Array("\r\n--\(boundary)--\r\n".utf8)
    outgoing = Outgoing(before: before[...], file: file.raw, left: size, after: after[...])
    return try perform(
      "POST", url, type: "multipart/form-data; boundary=\(boundary)", size: Int64(before.count + after.count) + size,
      authorization, patience: 86_400)
  }

  private func perform(
    _ method: String, _ url: String, type: String, size: Int64, _ authorization: String?, patience: Int
  ) throws -> JSONValue {
    cu_reset(handle)
    received = []
    var list: UnsafeMutablePointer<curl_slist>?
    defer { cu_free_list(list) }
    for header in ["Content-Type: \(type)", "Accept: application/json", "Expect:"]
      + (authorization.map { ["Authorization: \($0)"] } ?? [])
    {
      list = cu_append(list, header)
    }
    var codes = [
      cu_set_text(handle, CURLOPT_URL, url), cu_set_text(handle, CURLOPT_CUSTOMREQUEST, method),
      cu_set_text(handle, CURLOPT_USERAGENT, "snap-store"), cu_set_number(handle, CURLOPT_NOSIGNAL, 1),
      cu_set_number(handle, CURLOPT_CONNECTTIMEOUT, 20), cu_set_number(handle, CURLOPT_TIMEOUT, patience),
      cu_set_number(handle, CURLOPT_LOW_SPEED_LIMIT, 1), cu_set_number(handle, CURLOPT_LOW_SPEED_TIME, 120),
      cu_set_pointer(handle, CURLOPT_HTTPHEADER, list),
      cu_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        return Exchange.at(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
      },
      cu_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque()),
    ]
    if method != "GET" {
      codes += [
        cu_set_number(handle, CURLOPT_POST, 1), cu_set_large(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(size)),
        cu_set_data_callback(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
          guard let bytes, let context else { return 0 }
          return Exchange.at(context).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        },
        cu_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque()),
      ]
    }
    if let bad = codes.first(where: { $0 != CURLE_OK }) { throw failure(bad, url) }
    let code = withExtendedLifetime(self) { cu_perform(handle) }
    let status = cu_number(handle, CURLINFO_RESPONSE_CODE)
    // A store that refuses an upload may close before it has read all of it; what it said counts.
    guard code == CURLE_OK || status >= 400 && !received.isEmpty else { throw failure(code, url) }
    return try answer(status)
  }

  private func failure(_ code: CURLcode, _ url: String) -> PublishingError {
    PublishingError("cannot reach \(shown(url)): \(String(cString: cu_message(code)))")
  }

  private func answer(_ status: Int) throws -> JSONValue {
    let value = try? JSONValue(parsing: received)
    guard (200..<300).contains(status) else {
      let first = (value?["error-list"] ?? value?["error_list"])?.array?.first
      let message = first?["message"]?.string ?? value?["message"]?.string ?? "the store answered \(status)"
      throw PublishingError(shown(message), code: first?["code"]?.string ?? value?["code"]?.string)
    }
    guard let value else { throw PublishingError("cannot understand what the store answered") }
    return value
  }

  private static func at(_ context: UnsafeMutableRawPointer) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard received.count + bytes.count <= 64 << 20 else { return 0 }
    received.append(contentsOf: bytes)
    return bytes.count
  }

  private func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
    guard var sending = outgoing, room.count > 0 else { return 0 }
    defer { outgoing = sending }
    func copy(_ bytes: inout ArraySlice<UInt8>) -> Int {
      let part = bytes.prefix(room.count)
      room.copyBytes(from: part)
      bytes = bytes.dropFirst(part.count)
      return part.count
    }
    if !sending.before.isEmpty { return copy(&sending.before) }
    if sending.left > 0, let file = sending.file {
      let count = read(file, room.baseAddress, min(room.count, Int(clamping: sending.left)))
      // A file that shrinks meanwhile, or cannot be read: the store must not take what was sent for the whole.
      guard count > 0 else { return Int(CURL_READFUNC_ABORT) }
      sending.left -= Int64(count)
      return count
    }
    return copy(&sending.after)
  }
}
