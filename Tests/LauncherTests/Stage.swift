import LaunchPlan
import Linux
import TestSupport
import Testing

/// A machine of its own for the launcher: private mount and pid namespaces in which `/var/lib`, `/run`, `/home`, `/root` and
/// `/var/snap` are empty tmpfs, with a base at `/run/base` made of the host's bash and a few tools. All of it
/// disappears with the script that runs in it; nothing of the host's is touched.
enum Stage {
  /// The launcher as `swift build` made it, beside the test program.
  static func launcher() throws -> String { try programs() + "snap-confine" }

  /// The directory of the programs that `swift build` made.
  static func programs() throws -> String {
    let program = try Files.readSymlink("/proc/self/exe")
    var directory = ""
    for argument in CommandLine.arguments + [program] where directory.isEmpty {
      guard let end = argument.range(of: "/debug/") ?? argument.range(of: "/release/") else { continue }
      directory = String(argument[..<end.upperBound])
    }
    return directory
  }

  /// Runs a shell script on the stage. `launch` in it is the launcher, `as_user` runs it as uid 1000 from a copy
  /// with file capabilities; `update` and `discard` are the programs for kept namespaces. `variants` are at `/mnt/NAME`, to
  /// be put in the place of a plan: `use NAME` does, for its tag.
  static func run(
    _ script: String, plans: [LaunchPlan], variants: [String: LaunchPlan] = [:], timeout: Duration = .seconds(60)
  ) throws -> (code: Int32, output: String, errors: String) {
    let temporary = try TemporaryDirectory(mode: 0o700)
    defer { withExtendedLifetime(temporary) {} }
    let directory = temporary.path
    for plan in plans {
      try Files.writeAtomically(try plan.encoded(), to: "\(directory)/\(plan.securityTag).plan", mode: 0o644)
    }
    for (name, plan) in variants {
      try Files.writeAtomically(try plan.encoded(), to: "\(directory)/\(name)", mode: 0o644)
      try Files.writeAtomically(Array(plan.securityTag.utf8), to: "\(directory)/\(name).tag", mode: 0o644)
    }
    try Files.writeAtomically(
      Array((setUp(directory, try launcher()) + script).utf8), to: directory + "/script", mode: 0o600)
    let result = try ChildProcess.run(
      ["/usr/bin/unshare", "-mpf", "--mount-proc", "--propagation", "private", "/bin/bash", directory + "/script"],
      timeout: timeout)
    var code: Int32 = -1
    if case .exited(let value) = result.status { code = value }
    return (
      code, String(decoding: result.output, as: UTF8.self), String(decoding: result.errorOutput, as: UTF8.self)
    )
  }

  private static func setUp(_ directory: String, _ launcher: String) -> String {
    """
    set -e
    umask 022
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    cp \(launcher) \(launcher.dropLast(12))snap-update-ns \(launcher.dropLast(12))snap-discard-ns \(directory)/
    mount -t tmpfs tmpfs /mnt
    cp -a \(directory)/. /mnt
    for d in /var/lib /var/snap /run /home /root; do [ -d $d ] && mount -t tmpfs -o mode=0755 tmpfs $d; done
    mkdir -p /var/snap /var/lib/snapd/launch /var/lib/snapd/inhibit /run/base /run/elsewhere
    chmod 755 /mnt
    cp /mnt/*.plan /var/lib/snapd/launch/
    cd /run/base
    mkdir -p bin dev proc sys tmp home root run snap var/lib/snapd/void var/snap var/tmp usr/lib etc
    for p in bash cat ls stat mkdir id true tee touch sleep head mount unshare; do
      f=$(type -P $p); cp $f bin/
      for l in $(ldd $f | grep -o '/[^ ]*'); do mkdir -p .$(dirname $l); cp -n $l .$l; done
    done
    ln -s bin sbin
    echo base > etc/base-file
    echo host > /run/host-secret
    mkdir -p /run/snaps/hello/x1/bin /var/snap/hello/common /var/snap/other /root/snap/hello /home/ann/snap/hello \
      /home/bob
    chown -R 1000:1000 /home/ann; chown 1001:1001 /home/bob
    echo hers > /home/ann/secret
    cd /
    cp /mnt/snap-confine /run/snap-confine-caps
    setcap \(capabilities)=p /run/snap-confine-caps
    launch() { /mnt/snap-confine "$@"; }
    update() { /mnt/snap-update-ns hello; }
    discard() { /mnt/snap-discard-ns hello; }
    use() { cp /mnt/$1 /var/lib/snapd/launch/$(cat /mnt/$1.tag).plan; }
    # A /dev with nodes of our own choice, where none of the machine's is touched.
    fake_dev() {
      mkdir /mnt/dev; mount -t tmpfs -o mode=755 tmpfs /mnt/dev
      for node in "null 1 3" "zero 1 5" "video0 1 5" "video1 1 5" "secret 1 5" "snd/one 1 5"; do
        set -- $node; mkdir -p $(dirname /mnt/dev/$1); mknod -m 666 /mnt/dev/$1 c $2 $3
      done
      ln -s video0 /mnt/dev/camera; ln -s secret /mnt/dev/other; mount --move /mnt/dev /dev
    }
    # Whom the launcher lends no privilege: the copy has no file capabilities.
    as_1000() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@"; }
    as_plain() { as_1000 /mnt/snap-confine "$@"; }
    as_user() { as_1000 /run/snap-confine-caps "$@"; }
    set +e

    """
  }

  /// What the README tells packagers.
  static let capabilities =
    "cap_dac_read_search,cap_setgid,cap_setuid,cap_setpcap,cap_sys_chroot,cap_sys_ptrace,cap_sys_admin"

  /// A strict app of the snap `hello` with the view that LaunchPlanning would make.
  static func plan(_ tag: String = "snap.hello.app", key: String = "k1") -> LaunchPlan {
    var plan = LaunchPlan(
      securityTag: tag, instanceName: "hello", snapName: "hello", revision: "x1", version: "1")
    plan.namespaceKey = key
    plan.rootfs = "/run/base"
    let base: BindOptions = [.recursive, .readOnly, .noDevices]
    plan.view = [
      .baseTree(
        source: "/run/base", target: "/",
        excluding: ["dev", "proc", "sys", "tmp", "home", "root", "run", "snap", "var"], options: base),
      .tmpfs(target: "/dev", mode: 0o755, options: []),
      .bind(source: "/dev/null", target: "/dev/null", options: []),
      .bind(source: "/dev/does-not-exist", target: "/dev/x", options: [.optional]),
      .devpts(target: "/dev/pts"),
      .proc(target: "/proc", hidePID: true),
      .tmpfs(target: "/run", mode: 0o755, options: [.noExecute]),
      .tmpfs(target: "/home", mode: 0o755, options: []),
      .tmpfs(target: "/root", mode: 0o755, options: []),
      .userData(roots: ["/home", "/root"]),
      .userRuntime(source: "/run/user", target: "/run/user"),
      .baseTree(source: "/run/base/var", target: "/var", excluding: ["snap"], options: base),
      .directory(target: "/var/snap", mode: 0o755),
      .bind(source: "/var/snap/hello", target: "/var/snap/hello", options: [.noDevices]),
      .bind(source: "/run/snaps/hello/x1", target: "/snap/hello/x1", options: base),
      .privateTmp(source: "/var/lib/snapd/private-tmp/snap.hello", target: "/tmp"),
      .file(target: "/run/note", content: "made\n", mode: 0o644),
      .symlink(target: "/run/link", content: "note"),
      .seal(target: "/"),
    ]
    plan.handledAccess = .all
    let everything: [PathRule] = ["/bin", "/usr", "/lib", "/lib64", "/snap"].map { PathRule($0, [.read, .execute]) }
    plan.pathRules =
      everything
      + ["/proc", "/etc", "/run", "/home", "/root", "/"].map { PathRule($0, [.read]) }
      + ["/tmp", "/var/snap", "/dev", "$HOME/snap/hello", "/not/there"].map { PathRule($0, .all) }
    plan.capabilities = 1 << 1  // cap_dac_override
    plan.scopes = 3
    plan.denyFilter = filter(refusing: chroot, errno: 13)
    plan.allowFilter = filter(refusing: mkdirat, alsoRefusing: mkdir, errno: 1)
    return plan
  }

  /// A seccomp program that refuses one or two system calls.
  static func filter(refusing first: UInt32, alsoRefusing second: UInt32? = nil, errno: UInt32) -> [UInt8] {
    let second = second ?? first
    let program: [(UInt16, UInt8, UInt8, UInt32)] = [
      (0x20, 0, 0, 0), (0x15, 1, 0, first), (0x15, 0, 1, second), (0x06, 0, 0, 0x0005_0000 | errno),
      (0x06, 0, 0, 0x7fff_0000),
    ]
    var bytes: [UInt8] = []
    for (code, jumpTrue, jumpFalse, value) in program {
      bytes += [UInt8(truncatingIfNeeded: code), UInt8(truncatingIfNeeded: code >> 8), jumpTrue, jumpFalse]
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    return bytes
  }

  #if arch(arm64)
    static let mkdirat: UInt32 = 34
    static let mkdir: UInt32 = 34
    static let chroot: UInt32 = 51
  #else
    static let mkdirat: UInt32 = 258
    static let mkdir: UInt32 = 83
    static let chroot: UInt32 = 161
  #endif
}

extension String {
  /// Where a text is in this one.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
