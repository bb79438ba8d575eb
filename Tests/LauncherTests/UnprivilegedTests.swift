import LaunchPlan
import Testing

/// Launching with no privilege: an ordinary user and a launcher without file capabilities, root without capabilities,
/// and both within a user namespace around them.
@Suite struct UnprivilegedTests {
  /// What the app says of itself and of what it sees.
  private let look = """
    echo root: $(ls -A /); echo home: $(ls -A /home /home/ann); echo var: $(ls -A /var /var/snap)
    echo dev: $(ls -A /dev /dev/pts); cat /run/note /run/link /etc/base-file; echo run: $(ls -A /run)
    echo snap: $(ls -A /snap/hello); echo id: $(id -u):$(id -g); echo tmp: $(stat -c %a /tmp)
    : > /home/ann/snap/hello/mine && echo wrote data; : > /tmp/here && echo wrote tmp
    for p in /bin/x /dev/x /run/x /home/x /home/ann/x /x /snap/hello/x1/x /var/snap/hello/x /proc/sys/kernel/x; do
      (: > $p) 2>/dev/null && echo wrote $p
    done
    echo x > /dev/null && echo null; (exec 3<>/dev/ptmx) && echo pty
    while read k v; do case $k in Cap*|NoNewPrivs:|Seccomp*) echo $k $v;; esac; done < /proc/self/status
    mkdir /tmp/d 2>/dev/null && echo seccomp is off
    cat /proc/1/environ >/dev/null 2>&1 && echo read environ; ls /proc/1/root/ 2>/dev/null
    (exec 3</proc/1/mem) 2>/dev/null && echo opened memory
    kill -0 1 2>/dev/null && echo may signal
    mount -t tmpfs none /tmp 2>/dev/null && echo mounts
    unshare -Ur mount -t tmpfs none /tmp 2>/dev/null && echo mounts in a namespace
    unshare -m true 2>/dev/null && echo unshares; true
    """

  /// What must not be in that.
  private let forbidden = [
    "wrote /", "/run/snapd", "seccomp is off", "read environ", "opened memory", "host-secret", "secret", "may signal",
    "mounts", "unshares",
  ]

  @Test func anOrdinaryUserIsConfined() throws {
    let result = try Stage.run(
      """
      cat /proc/self/mountinfo > /run/before
      as_plain --home /home/ann snap.hello.app -- /bin/bash -c '\(look)'; echo "= $?"
      ls -d /run/snapd 2>/dev/null; ls /var/lib/snapd; diff /run/before /proc/self/mountinfo && echo no mount is left
      ls -ln /home/ann/snap/hello | tail -1
      """, plans: [Stage.plan()])
    #expect(result.errors == "")
    let expected = [
      "root: bin dev etc home lib lib64 proc root run sbin snap tmp usr var", "home: /home: ann /home/ann: snap",
      "var: /var: lib snap tmp /var/snap: hello", "dev: /dev: null ptmx pts /dev/pts: ptmx", "made\nmade\nbase",
      "run: link note", "snap: x1", "id: 1000:1000", "tmp: 1777", "wrote data", "wrote tmp", "null\npty",
      "CapInh: 0000000000000000\nCapPrm: 0000000000000000\nCapEff: 0000000000000000\nCapBnd: 0000000000000002",
      "NoNewPrivs: 1\nSeccomp: 2\nSeccomp_filters: 2", "= 0\ninhibit\nlaunch\n", "no mount is left",
      " 1000 1000 ",
    ]
    for line in expected { #expect(result.output.contains(line), "\(line) in \(result.output)") }
    for line in forbidden { #expect(!result.output.contains(line), "\(line) in \(result.output)") }
  }

  @Test(arguments: [
    // An unprivileged container: one user, who is root there; with the mounts of the host, or its own.
    ("as_1000 unshare -Ur /mnt/snap-confine --home /home/ann", "0:0", 2),
    ("as_1000 unshare -Urm /mnt/snap-confine --home /home/ann", "0:0", 2),
    ("as_1000 unshare -Uc /mnt/snap-confine --home /home/ann", "1000:1000", 0),
    // A container whose root is the machine's, with less than all capabilities.
    ("chown -R 0:0 /home/ann; setpriv --bounding-set -sys_admin /mnt/snap-confine --home /home/ann", "0:0", 2),
    // File capabilities that count for nothing.
    ("as_1000 setpriv --no-new-privs /run/snap-confine-caps --home /home/ann", "1000:1000", 0),
    // The first of these, with a mount that only root there may see through.
    ("mount -t tmpfs none /sys/kernel; as_1000 unshare -Ur /mnt/snap-confine --home /home/ann", "0:0", 2),
  ])
  func inAContainer(launch: String, id: String, capabilities: Int) throws {
    var plan = Stage.plan()
    plan.view.append(.seal(target: "/dev"))
    let result = try Stage.run(
      """
      \(launch) snap.hello.app -- /bin/bash -c '\(look)'; echo "= $?"
      """, plans: [plan])
    #expect(result.errors == "")
    let expected = [
      "root: bin dev etc home lib lib64 proc root run sbin snap tmp usr var", "home: /home: ann /home/ann: snap",
      "made\nmade\nbase", "id: \(id)", "wrote data", "wrote tmp", "null\npty",
      "CapEff: 000000000000000\(capabilities)\nCapBnd: 0000000000000002", "NoNewPrivs: 1\nSeccomp: 2\n", "= 0",
    ]
    for line in expected { #expect(result.output.contains(line), "\(line) in \(result.output)") }
    // Root's app may write in its own data.
    let output = result.output.replacing("wrote /var/snap/hello/x\n", with: "")
    for line in forbidden { #expect(!output.contains(line), "\(line) in \(output)") }
  }

  @Test func whatIsMountedBelowIsCovered() throws {
    var plan = Stage.plan()
    plan.view.insert(.bind(source: "/run/place", target: "/run/place", options: [.readOnly]), at: 7)
    plan.view.insert(.bind(source: "/run/place/in", target: "/run/place/in", options: [.recursive]), at: 8)
    let result = try Stage.run(
      """
      mkdir -p "/run/place/dir with blank" /run/place/in /run/place/plain; echo mine > /run/place/file; echo own > /run/place/plain/x
      for d in "dir with blank" in; do mount -t tmpfs tmpfs "/run/place/$d"; echo below > "/run/place/$d/secret"; done
      mkdir /run/place/in/deep; mount -t tmpfs none /run/place/in/deep; echo deep > /run/place/in/deep/f
      mount --bind /run/host-secret /run/place/file
      as_plain snap.hello.app -- /bin/bash -c 'cd /run/place; ls; cat plain/x; echo dir: $(ls "dir with blank") file: $(cat file)
        cat in/secret in/deep/f'
      """, plans: [plan])
    #expect(result.errors == "")
    #expect(result.output == "dir with blank\nfile\nin\nplain\nown\ndir: file:\nbelow\ndeep\n")
  }

  @Test func grantsAreShown() throws {
    var plan = Stage.plan()
    plan.grantedKey = "g"
    plan.grantedPlaces = [
      GrantedPlace(source: "/dev", pattern: "{video[0-9]*,camera}", options: [.write, .devices, .links]),
      GrantedPlace(source: "/run", pattern: "rw", options: [.subtree, .write]),
      GrantedPlace(source: "/run/rw", pattern: "hidden", options: [.hidden]),
      GrantedPlace(source: "$HOME", pattern: "[^s.]*", options: [.write, .owner]),
      GrantedPlace(source: "/run/user/$UID", pattern: "wayland-[0-9]*", options: [.write, .owner]),
    ]
    plan.pathRules += ["/run", "/home", "/dev"].map { PathRule($0, .all) }
    let result = try Stage.run(
      """
      fake_dev; mkdir -m 777 /run/rw; echo no > /run/rw/hidden; chmod 644 /run/rw/hidden
      mkdir -p /run/user/1000; mkfifo /run/user/1000/wayland-0 /run/user/1000/other; chown -R 1000:1000 /run/user/1000
      chmod 700 /run/user/1000
      echo text > /home/ann/file; echo s > /home/ann/.hidden; chown 1000 /home/ann/file; echo roots > /home/ann/roots
      as_plain --home /home/ann snap.hello.app -- /bin/bash -c '
        echo dev: $(ls /dev); head -c1 /dev/camera >/dev/null && echo node opens; : > /run/rw/new && echo rw
        echo hidden: $(cat /run/rw/hidden); echo home: $(ls -A /home/ann); : > /home/ann/file && echo home file
        echo runtime: $(ls /run/user/1000); (: > /dev/made) 2>/dev/null || echo dev protected'
      ls -ln /run/rw/new | grep -o "1000 1000"; find /run/snapd 2>/dev/null
      """, plans: [plan])
    #expect(result.errors == "")
    #expect(
      result.output == """
        dev: camera null ptmx pts video0 video1
        node opens
        rw
        hidden:
        home: file snap
        home file
        runtime: wayland-0
        dev protected
        1000 1000

        """)
  }

  @Test func processesShareWhatTheyCan() throws {
    var plan = Stage.plan()
    plan.pathRules.append(PathRule("/run", .all))
    let result = try Stage.run(
      """
      mkdir -p /run/user/1000/snap.hello; chown -R 1000:1000 /run/user/1000
      run() { as_plain --home /home/ann snap.hello.app -- /bin/bash -c "$1"; }
      chmod 755 /run/user/1000; run ': > /tmp/lost'; run 'ls -A /tmp'
      chmod 700 /run/user/1000; run ': > /tmp/kept; : > /run/user/1000/snap.hello/r'; run 'ls -A /tmp /run/user/1000'
      cd /run/user/1000; find . -printf '%p %m %U\\n' | sort
      mkdir /run/user/1000/elsewhere; rm -r snapd-private-tmp; ln -s elsewhere snapd-private-tmp
      run ': > /tmp/not-there'; ls elsewhere
      a=$(run 'stat -Lc %i /proc/self/ns/ipc'); [ $a != $(stat -Lc %i /proc/self/ns/ipc) ] && echo other objects
      setpriv --reuid 1000 --regid 1000 --clear-groups /mnt/snap-confine snap.hello.app -- /bin/sleep 100 & pid=$!
      until grep -q sleep /proc/$pid/comm; do :; done
      grep -o ' / / .*' /proc/$pid/mountinfo | grep -o 'snap-confine.*:hello'; kill $pid; wait $pid 2>/dev/null
      """, plans: [plan])
    #expect(result.errors == "")
    #expect(
      result.output == """
        /run/user/1000:
        snap.hello

        /tmp:
        kept
        . 700 1000
        ./snap.hello 755 1000
        ./snap.hello/r 644 1000
        ./snapd-private-tmp 700 1000
        ./snapd-private-tmp/snap.hello 700 1000
        ./snapd-private-tmp/snap.hello/tmp 1777 1000
        ./snapd-private-tmp/snap.hello/tmp/kept 644 1000
        other objects
        snap-confine::hello

        """)
  }

  @Test func devmodeShowsTheHost() throws {
    var plan = Stage.plan()
    plan.confinement = .devmode
    plan.view = [
      .baseTree(source: "/run/base", target: "/", excluding: ["tmp", "var", "run", "proc"], options: [.recursive]),
      .bind(source: "/run", target: "/run", options: [.recursive]), .proc(target: "/proc", hidePID: false),
      .bind(source: "/run/media", target: "/run/media", options: [.recursive, .shared, .optional]),
      .hostRoot(target: "/var/lib/snapd/hostfs", options: [.readOnly]),
    ]
    let result = try Stage.run(
      """
      launch snap.hello.app -- /bin/true; grep -c ' /run/snapd/ns' /proc/self/mountinfo
      as_plain snap.hello.app -- /bin/bash -c 'cat /run/host-secret /var/lib/snapd/hostfs/run/host-secret; ls /etc
        while read k v; do case $k in CapEff:|Seccomp:) echo $k $v;; esac; done < /proc/self/status'
      """, plans: [plan])
    #expect(result.errors == "")
    #expect(result.output == "2\nhost\nhost\nbase-file\nCapEff: 0000000000000000\nSeccomp: 0\n")
  }

  @Test func refusalsSayWhy() throws {
    let result = try Stage.run(
      """
      as_plain --home /home/bob snap.hello.app -- /bin/true; echo "= $?"
      mkdir -p /home/bob/snap/hello; as_plain --home /home/bob snap.hello.app -- /bin/true; echo "= $?"
      cp /mnt/snap-confine /run/some; setcap cap_sys_admin=p /run/some
      setpriv --reuid 1000 --regid 1000 --clear-groups /run/some snap.hello.app -- /bin/true; echo "= $?"
      setpriv --bounding-set -all /mnt/snap-confine snap.hello.app -- /bin/true; echo "= $?"
      for s in user mnt; do
        unshare -Ur bash -c 'echo 0 > /proc/sys/user/max_'$s'_namespaces; exec /mnt/snap-confine snap.hello.app -- /bin/true'
        echo "= $?"
      done
      mkdir -p /run/r; mount --rbind / /run/r
      chroot /run/r setpriv --reuid 1000 --regid 1000 --clear-groups /mnt/snap-confine snap.hello.app -- /bin/true; echo "= $?"
      umount -l /run/r
      echo remove > /var/lib/snapd/inhibit/hello.lock; as_plain snap.hello.app -- /bin/true; echo "= $?"
      """, plans: [Stage.plan()])
    let without = "cannot launch snap.hello.app: snap-confine lacks privilege (root's, or file capabilities) and cannot"
    #expect(
      result.errors == """
        cannot open /home/bob/snap/hello: No such file or directory
        cannot use /home/bob/snap/hello: it belongs to another user
        cannot launch snap.hello.app: snap-confine lacks cap_dac_read_search, cap_setgid, cap_setuid, cap_setpcap, \
        cap_sys_chroot, cap_sys_ptrace; it must be started by root or have file capabilities
        \(without) set uid_map of a user namespace instead: a security policy, a container or a chroot forbids it
        \(without) make a user namespace instead: user.max_user_namespaces is 0
        \(without) make a user namespace instead: user.max_mnt_namespaces is 0
        \(without) make a user namespace instead: a security policy, a container or a chroot forbids it
        cannot run "hello", snap is being removed

        """)
    #expect(!result.output.contains("= 0"))
  }
}
