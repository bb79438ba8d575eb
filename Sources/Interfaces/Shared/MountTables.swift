/// What `mount-control` admits, from mount(8).
enum MountTables {
  /// Admitted without being named.
  static let defaultTypes = [
    "aufs", "autofs", "btrfs", "ext2", "ext3", "ext4", "hfs", "iso9660", "jfs", "msdos", "ntfs", "ramfs", "reiserfs",
    "squashfs", "tmpfs", "ubifs", "udf", "ufs", "vfat", "xfs", "zfs",
  ]
  static let networkTypes: Set<String> = ["nfs", "nfs4", "cifs"]
  static let types = Set(defaultTypes).union(networkTypes).union(["functionfs", "exfat", "f2fs"])

  /// Flags of mount(2) in mount(8)'s words.
  static let kernelOptions: Set<String> = [
    "async", "atime", "bind", "diratime", "dirsync", "iversion", "lazytime", "noiversion", "nomand",
    "noatime", "nodev", "nodiratime", "noexec", "nolazytime", "norelatime", "nosuid", "nostrictatime",
    "private", "rbind", "relatime", "ro", "rprivate", "rshared", "rslave", "runbindable", "rw", "shared", "silent",
    "slave", "strictatime", "sync", "unbindable",
  ]
  /// What mount(8) and systemd make of options by themselves.
  static let programOptions: Set<String> = [
    "_netdev", "auto", "defaults", "group", "noauto", "nofail", "nouser", "owner", "user", "users",
  ]
  /// Options that change the tree, where a type has no meaning.
  static let withoutType: Set<String> = [
    "bind", "private", "rbind", "rprivate", "rshared", "rslave", "runbindable", "shared", "slave", "unbindable",
  ]
  static let typeOptions: [String: Set<String>] = [
    "btrfs": [
      "autodefrag", "commit", "compress", "compress-force", "degraded", "discard", "nodatacow", "nodatasum", "ssd",
      "nossd", "space_cache", "subvol", "subvolid", "user_subvol_rm_allowed",
    ],
    "cifs": [
      "cache", "credentials", "dir_mode", "domain", "file_mode", "forcegid", "forceuid", "gid", "guest", "iocharset",
      "mfsymlinks", "nobrl", "noperm", "noserverino", "sec", "seal", "uid", "user", "username", "vers",
    ],
    "exfat": ["allow_utime", "dmask", "errors", "fmask", "gid", "iocharset", "uid", "umask"],
    "ext2": ["acl", "errors", "noacl", "nouser_xattr", "resgid", "resuid", "user_xattr"],
    "ext3": ["acl", "barrier", "commit", "data", "errors", "noacl", "nouser_xattr", "user_xattr"],
    "ext4": [
      "acl", "barrier", "commit", "data", "delalloc", "discard", "errors", "max_batch_time", "min_batch_time", "noacl",
      "nobarrier", "nodelalloc", "nodiscard", "nouser_xattr", "stripe", "user_xattr",
    ],
    "f2fs": ["background_gc", "discard", "nodiscard", "mode", "compress_algorithm"],
    "functionfs": ["fmode", "gid", "mode", "no_disconnect", "rmode", "uid"],
    "iso9660": ["block", "check", "cruft", "gid", "iocharset", "map", "mode", "norock", "nojoliet", "sbsector", "uid"],
    "nfs": nfs, "nfs4": nfs,
    "ntfs": ["dmask", "fmask", "gid", "iocharset", "nls", "uid", "umask", "utf8"],
    "msdos": fat, "vfat": fat.union(["iocharset", "shortname", "utf8", "uni_xlate"]),
    "tmpfs": ["gid", "huge", "mode", "mpol", "nr_blocks", "nr_inodes", "size", "uid"],
    "squashfs": ["errors", "threads"],
    "ubifs": ["bulk_read", "chk_data_crc", "compr", "no_bulk_read", "no_chk_data_crc"],
    "udf": ["anchor", "gid", "iocharset", "lastblock", "session", "uid", "umask", "utf8"],
    "xfs": ["allocsize", "discard", "inode32", "inode64", "largeio", "logbsize", "logbufs", "noalign", "noquota"],
  ]
  private static let fat: Set<String> = [
    "allow_utime", "check", "codepage", "dmask", "errors", "flush", "fmask", "gid", "quiet", "showexec", "tz",
    "uid", "umask",
  ]
  private static let nfs: Set<String> = [
    "ac", "acdirmax", "acdirmin", "acregmax", "acregmin", "actimeo", "bg", "fg", "hard", "lock", "lookupcache",
    "mountport",
    "mountproto", "mountvers", "namlen", "nfsvers", "noac", "nolock", "noresvport", "port", "proto", "rdirplus",
    "resvport", "retrans", "retry", "rsize", "sec", "sharecache", "soft", "softerr", "softreval", "tcp", "timeo",
    "udp", "vers", "wsize",
  ]
}
