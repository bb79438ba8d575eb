#if hasFeature(Embedded)
  internal import JSONValuesEmbedded
#else
  internal import JSONValues
#endif

/// What the daemon answered, as the program prints it.
struct Answer: Equatable {
  /// Bytes of the longest answer.
  static let limit = 16 << 20

  var status: Int32 = 0
  var out = ""
  var err = ""

  /// Reads an HTTP answer whose body ends with the connection, or is as long as it says.
  ///
  /// - Throws: what the daemon has against the request, or that it is no answer.
  init(_ bytes: [UInt8]) throws(SnapctlError) {
    guard let body = Self.body(of: bytes), let json = Self.parse(body) else {
      throw SnapctlError("cannot communicate with server: its answer cannot be read")
    }
    guard let result = json["result"] else {
      throw SnapctlError("cannot communicate with server: its answer has no result")
    }
    guard json["type"]?.string == "error" else {
      out = result["stdout"]?.string ?? ""
      err = result["stderr"]?.string ?? ""
      return
    }
    guard result["kind"]?.string == "unsuccessful", let value = result["value"],
      let code = value["exit-code"]?.integer
    else { throw SnapctlError(result["message"]?.string ?? "") }
    status = Int32(truncatingIfNeeded: code)
    out = value["stdout"]?.string ?? ""
    err = value["stderr"]?.string ?? ""
  }

  private static func parse(_ body: ArraySlice<UInt8>) -> JSONValue? {
    do throws(JSONError) { return try JSONValue(parsing: body) } catch { return nil }
  }

  /// What follows the first empty line.
  private static func body(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var index = 0
    while index + 3 < bytes.count {
      if bytes[index] == 13, bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 {
        return bytes[(index + 4)...]
      }
      index += 1
    }
    return nil
  }
}
