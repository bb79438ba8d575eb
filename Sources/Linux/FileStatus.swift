internal import Glibc

/// What stat(2) tells of a file.
public struct FileStatus: Equatable, Sendable {
  /// The types of files.
  public enum Kind: Sendable { case regular, directory, symlink, fifo, socket, characterDevice, blockDevice, unknown }

  /// The type of the file.
  public let kind: Kind
  /// Permission bits with set-user-id, set-group-id and sticky: the low 12 bits of `st_mode`.
  public let mode: UInt32
  /// The owner.
  public let uid: UInt32
  /// The group.
  public let gid: UInt32
  /// In bytes.
  public let size: Int64
  /// Number of the file in its file system.
  public let inode: UInt64
  /// The device that holds the file.
  public let device: UInt64
  /// The device that a device file stands for.
  public let specialDevice: UInt64
  /// How many names the file has.
  public let links: UInt64
  /// Space taken on the disk, in units of 512 bytes.
  public let blocks: Int64
  /// Last change of the content: seconds since 1970.
  public let modifiedSeconds: Int64
  /// Last change of the content: nanoseconds within the second.
  public let modifiedNanoseconds: Int64

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symlink
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      default: .unknown
      }
    mode = status.st_mode & 0o7777
    uid = status.st_uid
    gid = status.st_gid
    size = Int64(status.st_size)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    specialDevice = UInt64(status.st_rdev)
    links = UInt64(status.st_nlink)
    blocks = Int64(status.st_blocks)
    modifiedSeconds = Int64(status.st_mtim.tv_sec)
    modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
  }
}
