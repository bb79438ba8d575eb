// The file rules of the default profile, as data. The facts are those of `spec/default-access.tsv`; the grouping is
// ours. A block is lines of `ACCESS: PATTERN…`; a line that is indented further belongs to the one above.
extension AppArmorTemplate {
  /// With a base of Ubuntu Core: the programs of its runtime (`defaultCoreRuntimeTemplateRules`).
  static let coreRuntimeFiles = """
    rk: /{,usr/}lib/terminfo/**
    k: /usr/share/terminfo/** /usr/share/zoneinfo/**
    rix: /usr/bin/python{,2,2.[0-9]*,3,3.[0-9]*} /usr/bin/perl{,5*} /{,usr/}bin/bash /{,usr/}bin/dash
      @{SNAP_COREUTIL_DIRS}arch /{,usr/}bin/{,g,m}awk @{SNAP_COREUTIL_DIRS}base32 @{SNAP_COREUTIL_DIRS}base64
      @{SNAP_COREUTIL_DIRS}basename /{,usr/}bin/bunzip2 /{,usr/}bin/busctl /{,usr/}bin/bzcat /{,usr/}bin/bzdiff
      /{,usr/}bin/bzgrep /{,usr/}bin/bzip2 @{SNAP_COREUTIL_DIRS}cat @{SNAP_COREUTIL_DIRS}chgrp
      @{SNAP_COREUTIL_DIRS}chmod @{SNAP_COREUTIL_DIRS}chown /{,usr/}bin/clear /{,usr/}bin/cmp @{SNAP_COREUTIL_DIRS}cp
      /{,usr/}bin/cpio @{SNAP_COREUTIL_DIRS}cut @{SNAP_COREUTIL_DIRS}date /{,usr/}bin/dbus-daemon
      /{,usr/}bin/dbus-run-session /{,usr/}bin/dbus-send @{SNAP_COREUTIL_DIRS}dd /{,usr/}bin/diff{,3}
      @{SNAP_COREUTIL_DIRS}dir @{SNAP_COREUTIL_DIRS}dirname @{SNAP_COREUTIL_DIRS}du @{SNAP_COREUTIL_DIRS}echo
      /{,usr/}bin/{,e,f,r}grep @{SNAP_COREUTIL_DIRS}env @{SNAP_COREUTIL_DIRS}expr @{SNAP_COREUTIL_DIRS}false
      /{,usr/}bin/find /{,usr/}bin/flock @{SNAP_COREUTIL_DIRS}fmt @{SNAP_COREUTIL_DIRS}fold /{,usr/}bin/free
      /{,usr/}bin/getconf /{,usr/}bin/getent /{,usr/}bin/getopt @{SNAP_COREUTIL_DIRS}groups /{,usr/}bin/gzip
      @{SNAP_COREUTIL_DIRS}head /{,usr/}bin/hostname @{SNAP_COREUTIL_DIRS}id /{,usr/}bin/igawk /{,usr/}bin/infocmp
      @{SNAP_COREUTIL_DIRS}install /{,usr/}bin/kill /{,usr/}bin/ldd /{,usr/}bin/less{,file,pipe} /{,usr/}bin/line
      @{SNAP_COREUTIL_DIRS}link @{SNAP_COREUTIL_DIRS}ln /{,usr/}bin/locale /{,usr/}bin/logger @{SNAP_COREUTIL_DIRS}ls
      @{SNAP_COREUTIL_DIRS}md5sum @{SNAP_COREUTIL_DIRS}mkdir @{SNAP_COREUTIL_DIRS}mkfifo @{SNAP_COREUTIL_DIRS}mknod
      @{SNAP_COREUTIL_DIRS}mktemp /{,usr/}bin/more @{SNAP_COREUTIL_DIRS}mv @{SNAP_COREUTIL_DIRS}nice
      @{SNAP_COREUTIL_DIRS}nohup @{SNAP_COREUTIL_DIRS}numfmt @{SNAP_COREUTIL_DIRS}od /{,usr/}bin/openssl
      @{SNAP_COREUTIL_DIRS}paste /{,usr/}bin/pgrep @{SNAP_COREUTIL_DIRS}printenv @{SNAP_COREUTIL_DIRS}printf
      /{,usr/}bin/ps @{SNAP_COREUTIL_DIRS}pwd @{SNAP_COREUTIL_DIRS}readlink @{SNAP_COREUTIL_DIRS}realpath
      /{,usr/}bin/rev @{SNAP_COREUTIL_DIRS}rm @{SNAP_COREUTIL_DIRS}rmdir /{,usr/}bin/run-parts /{,usr/}bin/sed
      @{SNAP_COREUTIL_DIRS}seq /{,usr/}bin/setpriv @{SNAP_COREUTIL_DIRS}sha{1,224,256,384,512}sum
      @{SNAP_COREUTIL_DIRS}shuf @{SNAP_COREUTIL_DIRS}sleep @{SNAP_COREUTIL_DIRS}sort @{SNAP_COREUTIL_DIRS}stat
      @{SNAP_COREUTIL_DIRS}stdbuf @{SNAP_COREUTIL_DIRS}stty @{SNAP_COREUTIL_DIRS}sync /{,usr/}bin/systemd-cat
      /{,usr/}bin/systemd-creds @{SNAP_COREUTIL_DIRS}tac @{SNAP_COREUTIL_DIRS}tail /{,usr/}bin/tar
      @{SNAP_COREUTIL_DIRS}tee @{SNAP_COREUTIL_DIRS}test /{,usr/}bin/tempfile /{,usr/}bin/tset
      @{SNAP_COREUTIL_DIRS}touch /{,usr/}bin/tput @{SNAP_COREUTIL_DIRS}tr @{SNAP_COREUTIL_DIRS}true
      @{SNAP_COREUTIL_DIRS}tty @{SNAP_COREUTIL_DIRS}uname @{SNAP_COREUTIL_DIRS}uniq @{SNAP_COREUTIL_DIRS}unlink
      /{,usr/}bin/unxz /{,usr/}bin/unzip /{,usr/}bin/uptime @{SNAP_COREUTIL_DIRS}vdir /{,usr/}bin/vim.tiny
      @{SNAP_COREUTIL_DIRS}wc /{,usr/}bin/which{,.debianutils} /{,usr/}bin/xargs /{,usr/}bin/xz
      @{SNAP_COREUTIL_DIRS}yes /{,usr/}bin/zcat /{,usr/}bin/z{,e,f}grep /{,usr/}bin/zip /{,usr/}bin/zipgrep
      /usr/bin/lsb_release /{,usr/}sbin/ldconfig{,.real} @{SNAP_COREUTIL_DIRS}chroot /{,usr/}sbin/chroot
      /{,usr/}bin/pidof /{,usr/}sbin/killall5
    mr: /usr/lib{,32,64}/python3.[0-9]*/**.{pyc,so} /usr/lib{,32,64}/python3.[0-9]*/lib-dynload/*.so
      /usr/lib/@{multiarch}/perl{,5,-base}/[0-9]*/**.so*
    r: /usr/lib{,32,64}/python3.[0-9]*/**.{egg,py,pth} /usr/lib{,32,64}/python3.[0-9]*/{site,dist}-packages/
      /usr/include/python3.[0-9]*/pyconfig.h /usr/lib/@{multiarch}/perl{,5,-base}/** /usr/share/terminfo/** /usr/bin/
      /usr/share/distro-info/*.csv
    ix: /{usr/,}lib{,32,64}/ld{,32,64}-*.so /{usr/,}lib/@{multiarch}/ld{,32,64}-*.so*
    """
}
