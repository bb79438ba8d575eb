// The file rules of the default profile, as data. The facts are those of `spec/default-access.tsv`; the grouping is
// ours. A block is lines of `ACCESS: PATTERN…`; a line that is indented further belongs to the one above.
extension AppArmorTemplate {
  /// For every base (`templateCommon`).
  static let commonFiles = """
    r: /etc/sysconfig/clock /etc/python3.[0-9]*/** /etc/bash.bashrc /etc/inputrc /etc/environment /etc/profile
      /etc/{passwd,group,nsswitch.conf} /var/lib/extrausers/{passwd,group} /run/systemd/users/[0-9]* /etc/default/nss
      /etc/libnl-3/{classid,pktloc} /etc/bash_completion.d/{,*} /usr/share/bash-completion/bash_completion
      /proc/uptime /proc/loadavg /etc/debian_version /proc/sys/net/core/somaxconn /proc/sys/fs/nr_open /proc/@{pid}/
      /proc/@{pid}/fd/ /proc/sys/vm/zone_reclaim_mode /etc/lsb-release /sys/devices/**/read_ahead_kb
      /sys/devices/system/cpu/** /sys/devices/system/node/node[0-9]*/* /sys/kernel/mm/transparent_hugepage/enabled
      /sys/kernel/mm/transparent_hugepage/defrag /etc/machine-id /etc/mime.types /etc/default/keyboard /proc/
      /proc/version /proc/version_signature /etc/{,writable/}hostname /etc/{,writable/}localtime
      /etc/{,writable/}mailname /etc/{,writable/}timezone /proc/@{pid}/cpuset /proc/@{pid}/io /proc/@{pid}/smaps
      /proc/@{pid}/smaps_rollup /proc/@{pid}/stat /proc/@{pid}/statm /proc/@{pid}/status /proc/@{pid}/task/
      /proc/@{pid}/task/[0-9]*/smaps /proc/@{pid}/task/[0-9]*/stat /proc/@{pid}/task/[0-9]*/statm
      /proc/@{pid}/task/[0-9]*/status /proc/sys/fs/pipe-max-size /proc/sys/kernel/hostname /proc/sys/kernel/osrelease
      /proc/sys/kernel/ostype /proc/sys/kernel/pid_max /proc/sys/kernel/yama/ptrace_scope /proc/sys/kernel/shmmax
      /sys/kernel/security/apparmor/features/dbus/mask /proc/sys/fs/file-max /proc/sys/fs/file-nr
      /proc/sys/fs/inotify/max_* /proc/sys/kernel/random/boot_id /proc/sys/kernel/random/entropy_avail
      /proc/sys/kernel/random/uuid /proc/sys/kernel/cap_last_cap /sys/devices/virtual/tty/{console,tty*}/active
      /sys/fs/cgroup/memory/{,user.slice/}memory.limit_in_bytes
      /sys/fs/cgroup/memory/{,**/}snap.@{SNAP_INSTANCE_NAME}{,.*}/memory.limit_in_bytes
      /sys/fs/cgroup/memory/{,**/}snap.@{SNAP_INSTANCE_NAME}{,.*}/memory.stat
      /sys/fs/cgroup/system.slice/snap.@{SNAP_INSTANCE_NAME}{,.*}/memory.{high,max}
      /sys/fs/cgroup/cpu,cpuacct/{,user.slice/}cpu.cfs_{period,quota}_us
      /sys/fs/cgroup/cpu,cpuacct/{,**/}snap.@{SNAP_INSTANCE_NAME}{,.*}/cpu.cfs_{period,quota}_us
      /sys/fs/cgroup/cpu,cpuacct/{,user.slice/}cpu.shares
      /sys/fs/cgroup/cpu,cpuacct/{,**/}snap.@{SNAP_INSTANCE_NAME}{,.*}/cpu.shares
      /sys/kernel/mm/transparent_hugepage/hpage_pmd_size /sys/module/apparmor/parameters/enabled /{,usr/}lib/
      /etc/udev/udev.conf /sys/ /sys/bus/ /sys/class/ /proc/net/dev /proc/@{pid}/net/dev
      /var/lib/snapd/snaps/@{SNAP_NAME}_*.snap /var/lib/snapd/maintenance.json
      @{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/
      @{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}/@{SNAP_REVISION}}/
      /var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/ /tmp/ /usr/share/dbus-1/services/{,*}
      /usr/share/dbus-1/system-services/{,*} /{,var/}run/udev/tags/snappy-assign/ /proc/cmdline /sys/devices/**/uevent
      /dev/ /dev/**/ /sys/devices/ /sys/devices/**/ /sys/class/**/ @{HOMEDIRS}/ / /run/lock/ /run/credentials/
      /run/credentials/snap.@{SNAP_INSTANCE_NAME}.*.service/ /run/credentials/snap.@{SNAP_INSTANCE_NAME}.*.service/**
    owner k: /proc/@{pid}/maps
    owner r: /proc/@{pid}/map_files/ $HOME/.Private/ @{HOMEDIRS}/.ecryptfs/*/.Private/ /proc/@{pid}/auxv
      /proc/@{pid}/cmdline /proc/@{pid}/comm /proc/@{pid}/fdinfo/* /proc/@{pid}/limits /proc/@{pid}/loginuid
      /proc/@{pid}/sessionid /proc/@{pid}/oom_{,score_}adj $HOME/snap/@{SNAP_INSTANCE_NAME}/
      $HOME/.snap/data/@{SNAP_INSTANCE_NAME}/ $HOME/Snap/@{SNAP_INSTANCE_NAME}/
    mr: /usr/lib/@{multiarch}/perl{,5,-base}/auto/**.so*
    m: /usr/lib/snapd/snap-exec /usr/lib/snapd/snapctl
    rix: /usr/lib/snapd/snap-gdbserver-shim /usr/lib/snapd/etelpmoc.sh /usr/bin/snapctl /usr/lib/snapd/snapctl
      /{,usr/}{,s}bin/udevadm
    rk: /etc/os-release
    k: /usr/lib/os-release
    w: /run/systemd/journal{,.snap-*}/socket /run/systemd/journal{,.snap-*}/dev-log /dev/{,u}random
    rw: /run/systemd/journal{,.snap-*}/stdout /run/snapd-snap.socket /run/uuidd/request /dev/ptmx
      /run/snap.@{SNAP_INSTANCE_NAME}/ /run/lock/snap.@{SNAP_INSTANCE_NAME}/
    owner rw: /proc/@{pid}/task/@{tid}/comm /proc/@{pid}/{,task/@{tid}}fd/[0-9]*
      /run/user/[0-9]*/snap.@{SNAP_INSTANCE_NAME}/
    owner rk: /proc/@{pid}/cgroup
    mrklix: @{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}/@{SNAP_REVISION}}/**
    mrkix: @{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/** /var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**
    owner mrkix: $HOME/snap/@{SNAP_INSTANCE_NAME}/** $HOME/.snap/data/@{SNAP_INSTANCE_NAME}/**
    owner wl: $HOME/.snap/data/@{SNAP_INSTANCE_NAME}/@{SNAP_REVISION}/**
      $HOME/.snap/data/@{SNAP_INSTANCE_NAME}/common/** $HOME/snap/@{SNAP_INSTANCE_NAME}/@{SNAP_REVISION}/**
      $HOME/snap/@{SNAP_INSTANCE_NAME}/common/**
    owner mrwklix: $HOME/Snap/@{SNAP_INSTANCE_NAME}/** /run/user/[0-9]*/snap.@{SNAP_INSTANCE_NAME}/**
    wl: /var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/@{SNAP_REVISION}/**
      /var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/common/**
    mrwklix: /tmp/** /{dev,run}/shm/snap.@{SNAP_INSTANCE_NAME}.** /run/snap.@{SNAP_INSTANCE_NAME}/**
      /run/lock/snap.@{SNAP_INSTANCE_NAME}/**
    mrwkl: /{dev,run}/shm/sem.snap.@{SNAP_INSTANCE_NAME}.*
    deny rw: /{dev,run,var/run}/shm/lttng-ust-*
    """

  /// On a system whose root is the OS snap (`coreSnippet`).
  static let saveFiles = """
    rw: /var/lib/snapd/save/snap/@{SNAP_INSTANCE_NAME}/
    mrwklix: /var/lib/snapd/save/snap/@{SNAP_INSTANCE_NAME}/**
    """

  /// For a classic snap that is confined nonetheless (`classicJailmodeSnippet`).
  static let jailmodeFiles = """
    r: @{INSTALL_DIR}/core/**
    m: @{INSTALL_DIR}/core/*/{,usr/}lib/@{multiarch}/{,**/}lib*.so* @{INSTALL_DIR}/core/*/usr/lib/snapd/snap-exec
    mr: @{INSTALL_DIR}/snapd/*/usr/lib/snapd/snap-exec @{INSTALL_DIR}/snapd/*/usr/lib/snapd/snapctl
    """

  /// What Python tries in passing (`pycacheDenySnippet`).
  static let pythonCacheFiles = """
    deny w: /usr/lib/python3*/{,**/}__pycache__/ /usr/lib/python3*/{,**/}__pycache__/**.pyc.[0-9]*
      @{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/__pycache__/
      @{INSTALL_DIR}/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**/__pycache__/*.pyc.[0-9]*
    """

  /// For the program that changes a namespace (`updateNSTemplate`).
  static let updateNamespaceFiles = """
    mr: /usr/lib{,exec,64}/snapd/snap-update-ns /var/lib/snapd/hostfs/usr/lib{,exec,64}/snapd/snap-update-ns
      /{,var/lib/snapd/}snap/{core,snapd}/*/usr/lib/snapd/snap-update-ns
      /var/lib/snapd/hostfs/{,var/lib/snapd/}snap/core/*/usr/lib/snapd/snap-update-ns
      /{,usr/}lib{,32,64,x32}/{,@{multiarch}/{,atomics/}}libc{,-[0-9]*}.so*
      /{,usr/}lib{,32,64,x32}/{,@{multiarch}/{,atomics/}}libpthread{,-[0-9]*}.so*
    r: /etc/ld.so.cache /dev/random /dev/urandom /sys/kernel/mm/transparent_hugepage/hpage_pmd_size
      /sys/devices/system/cpu/online /proc/version /proc/sys/net/core/somaxconn /{etc/,usr/lib/}os-release
      /run/snapd/ns/ /run/snapd/ns/@{SNAP_INSTANCE_NAME}.mnt /var/lib/snapd/mount/snap.@{SNAP_INSTANCE_NAME}.fstab
      /var/lib/snapd/mount/snap.@{SNAP_INSTANCE_NAME}.user-fstab /sys/fs/cgroup/ /sys/fs/cgroup/** / /etc/ /snap/
      /tmp/ /usr/ /var/ /var/lib/ /var/lib/snapd/ /var/snap/ /usr/share/zoneinfo/** /proc/cmdline /usr/lib/snapd/info
      /lib/apparmor/functions
    mrix: /{,usr/}lib{,32,64,x32}/{,@{multiarch}/{,atomics/}}ld-*.so
    rw: /dev/null /dev/full /dev/zero /run/snapd/ns/snap.@{SNAP_INSTANCE_NAME}.fstab{,.*}
      /sys/fs/cgroup/freezer/snap.@{SNAP_INSTANCE_NAME}/freezer.state
      /sys/fs/cgroup/**/snap.@{SNAP_INSTANCE_NAME}.*.scope/cgroup.freeze
      /sys/fs/cgroup/**/snap.@{SNAP_INSTANCE_NAME}.*.service/cgroup.freeze /tmp/.snap/{,**}
    owner r: /proc/@{pid}/cmdline /proc/@{pid}/maps /proc/@{pid}/fd/* /proc/@{pid}/cgroup /proc/@{pid}/mountinfo
      /proc/@{pid}/auxv $HOME/.Private/ @{HOMEDIRS}/.ecryptfs/*/.Private/ $HOME/
    rwk: /run/snapd/lock/@{SNAP_INSTANCE_NAME}.lock /run/snapd/lock/.lock
    w: /run/snapd/ns/snap.@{SNAP_INSTANCE_NAME}.log /run/snapd/ns/snap.@{SNAP_INSTANCE_NAME}.user.*.log
    """
}
