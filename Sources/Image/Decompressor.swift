internal import CSquashFS

/// Unpacks one block. The only code of libsquashfs that hostile bytes reach.
final class Decompressor {
  private let compressor: UnsafeMutablePointer<sqfs_compressor_t>?

  /// - Parameter blockSize: The largest block, in bytes before compression.
  init(_ compression: ImageCompression, blockSize: Int, image: String) throws(ImageError) {
    if compression == .lzo {
      // Not in libsquashfs (liblzo2 is GPL).
      compressor = nil
      return
    }
    var configuration = sqfs_compressor_config_t()
    var made: UnsafeMutablePointer<sqfs_compressor_t>?
    var result = sqfs_compressor_config_init(
      &configuration, compression.squashFS, blockSize, UInt16(SQFS_COMP_FLAG_UNCOMPRESS.rawValue))
    if result == 0 { result = sqfs_compressor_create(&configuration, &made) }
    guard result == 0, let made else {
      throw ImageError(
        container: image, reason: .unsupported("\(compression.rawValue) compression is not supported here"))
    }
    compressor = made
  }

  deinit { sqfs_destroy(compressor) }

  /// The block's content, `nil` if the input is damaged or gives more than `limit` bytes.
  func unpack(_ input: [UInt8], limit: Int) -> [UInt8]? {
    guard !input.isEmpty, limit > 0 else { return nil }
    guard let compressor else { return LZO1X.unpack(input, limit: limit) }
    var result: Int32 = -1
    let output = [UInt8](unsafeUninitializedCapacity: limit) { space, filled in
      input.withUnsafeBufferPointer { input in
        result = compressor.pointee.do_block(
          compressor, input.baseAddress, UInt32(input.count), space.baseAddress, UInt32(limit))
      }
      filled = max(0, min(Int(result), limit))
    }
    return result > 0 && Int(result) <= limit ? output : nil
  }
}
