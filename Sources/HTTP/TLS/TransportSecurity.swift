internal import CSSL
internal import Synchronization

/// TLS 1.2 and 1.3 with a certificate and a key out of files, by the machine's OpenSSL.
public final class TransportSecurity: Sendable {
  /// libssl's context. Its reference count is atomic; once it is set up, threads share it.
  final class Context: @unchecked Sendable {
    let handle: OpaquePointer
    init(_ handle: OpaquePointer) { self.handle = handle }
    deinit { SSL_CTX_free(handle) }
  }

  private let certificate: String
  private let key: String
  private let context: Mutex<Context>

  /// - Parameters:
  ///   - certificate: a file in PEM: the server's certificate, and those that vouch for it.
  ///   - key: a file in PEM, without a passphrase.
  /// - Throws: ``TLSError``.
  public init(certificate: String, key: String) throws {
    self.certificate = certificate
    self.key = key
    context = Mutex(try Self.load(certificate, key))
  }

  /// Reads the files again, for connections that come from now on. When that fails all stays as it was.
  public func reload() throws {
    let loaded = try Self.load(certificate, key)
    context.withLock { $0 = loaded }
  }

  var current: Context { context.withLock { $0 } }

  private static func load(_ certificate: String, _ key: String) throws -> Context {
    ERR_clear_error()
    guard let handle = SSL_CTX_new(TLS_server_method()) else { throw TLSError("make a TLS context") }
    let context = Context(handle)
    _ = SSL_CTX_ctrl(handle, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    // An idle connection keeps no buffers; renegotiation is only ever asked for by attackers.
    _ = SSL_CTX_ctrl(handle, SSL_CTRL_MODE, 0x10, nil)  // SSL_MODE_RELEASE_BUFFERS
    _ = SSL_CTX_set_options(handle, (1 << 30) | (1 << 17))  // SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_COMPRESSION
    guard SSL_CTX_use_certificate_chain_file(handle, certificate) == 1 else {
      throw TLSError("use certificate \(certificate)")
    }
    guard SSL_CTX_use_PrivateKey_file(handle, key, SSL_FILETYPE_PEM) == 1 else { throw TLSError("use key \(key)") }
    guard SSL_CTX_check_private_key(handle) == 1 else {
      throw TLSError("use key \(key) with certificate \(certificate)")
    }
    return context
  }
}

/// Why TLS can't be had, in OpenSSL's words.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// Takes the thread's first error out of OpenSSL.
  init(_ what: String) {
    var room = [CChar](repeating: 0, count: 256)
    let code = ERR_get_error()
    if code != 0 { ERR_error_string_n(code, &room, room.count) }
    ERR_clear_error()
    let reason = ERR_reason_error_string(code).map { String(cString: $0) }
    description = "cannot \(what): \(reason ?? "OpenSSL gives no reason")"
  }
}
