internal import ByteText
internal import Crypto
internal import Glibc
internal import Linux
internal import Permissions

/// Why a snap's files for polkit cannot be used.
public struct PolkitFileError: Error, Equatable, CustomStringConvertible {
  public let description: String
}

/// A snap's files for polkit(8), read from its image and written anew: what the image says is a stranger's word.
struct PolkitFiles {
  /// Where the revision is mounted.
  var image: String
  var instance: PolicyName

  /// Bytes of a file that is read. The largest policy file of Debian has 100 kB, most of it translations.
  private static let limit = 512 << 10
  private static let directory = "meta/polkit"

  /// Policies by name: every `meta/polkit/<plug>.*.policy` whose actions are the plug's.
  func actions(_ grants: [PolkitGrant]) throws -> [String: String] {
    var files: [String: String] = [:]
    for case .actions(let plug, let prefix) in grants {
      let found = try names().filter { $0.hasBytePrefix(plug + ".") && $0.hasByteSuffix(".policy") }
      guard !found.isEmpty else {
        throw PolkitFileError(description: "cannot find any policy files for plug \"\(plug)\"")
      }
      for name in found {
        do {
          let actions = try PolkitPolicyReader.actions(of: try read(name), prefix: prefix)
          let stem = try PolicyName(name.dropLast(".policy".count))
          files[PolkitPolicyFile.fileName(of: instance, name: stem)] = PolkitPolicyFile(actions).text
        } catch {
          throw PolkitFileError(description: "cannot use polkit policy \(Self.directory)/\(shown(name)): \(error)")
        }
      }
    }
    return files
  }

  /// Rules by name. They are programs that decide for the whole machine, so only those are taken whose digest the plug
  /// has, which in turn the snap's declaration admitted.
  func rules(_ grants: [PolkitGrant]) throws -> [String: String] {
    var files: [String: String] = [:]
    for case .rule(let plug, let name, let digest) in grants {
      let file = "\(plug).\(name)"
      let bytes = try read(file)
      guard Self.digest(bytes) == digest else {
        throw PolkitFileError(
          description: "cannot use polkit rule \(Self.directory)/\(shown(file)): "
            + "its content does not have the digest that the plug names")
      }
      files["70-snap.\(instance).\(try PolicyName(file))"] = String(decoding: bytes, as: UTF8.self)
      guard [UInt8](files["70-snap.\(instance).\(file)"]?.utf8 ?? "".utf8) == bytes else {
        throw PolkitFileError(description: "cannot use polkit rule \(Self.directory)/\(shown(file)): it is no text")
      }
    }
    return files
  }

  private func names() throws -> [String] {
    let place = "\(image)/\(Self.directory)"
    guard try Files.status(place, followSymlinks: false)?.kind == .directory else { return [] }
    return try Files.list(place).sorted()
  }

  /// Links in an image lead wherever its author wants, and a pipe never ends: regular files of the image only.
  private func read(_ name: String) throws -> [UInt8] {
    let root = try OwnedFD.open(image, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let file = try root.openBeneath("\(Self.directory)/\(name)", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard try file.status().kind == .regular else {
      throw PolkitFileError(description: "cannot read \(Self.directory)/\(shown(name)): it is no regular file")
    }
    return try file.readAll(limit: Self.limit, path: "\(Self.directory)/\(name)")
  }

  private func shown(_ name: String) -> String {
    (try? PolicyName(name))?.rawValue ?? "(a file with an unusual name)"
  }

  /// SHA3-384 in the alphabet of URLs, as assertions write digests.
  static func digest(_ bytes: [UInt8]) -> String { Base64.encodeForURL(Digest.of(bytes, .sha3_384)) }
}
