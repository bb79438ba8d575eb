import LaunchPlan
import Testing

/// The launcher as a program, on a stage of its own (root, namespaces).
@Suite struct LaunchTests {
  @Test func theViewShowsOnlyWhatItShould() throws {
    let result = try Stage.run(
      """
      cd /var/snap/hello
      umask 027
      launch --home /root snap.hello.app -- /bin/bash -c '
        echo root: $(ls -A /); echo home: $(ls -A /home) root: $(ls -A /root); echo var: $(ls -A /var /var/snap)
        echo dev: $(ls -A /dev /dev/pts); cat /run/note /run/link /etc/base-file; echo run: $(ls -A /run)
        echo snap: $(ls -A /snap/hello); echo cwd: $PWD; umask; echo tmp: $(stat -c %a:%u /tmp)
        : > /tmp/here; : > /var/snap/hello/data; (: > /bin/x) 2>/dev/null || echo read-only
        (: > /run/x) 2>/dev/null || echo landlock; echo pids: $(ls /proc | head -1)
      '
      ls /var/snap/hello /var/lib/snapd/private-tmp/snap.hello/tmp
      stat -c %a:%u /var/lib/snapd/private-tmp/snap.hello /var/lib/snapd/private-tmp/snap.hello/tmp
      cd /run/elsewhere; launch snap.hello.app -- /bin/bash -c 'echo cwd: $(stat -c %n .; pwd)'
      """, plans: [Stage.plan()])
    #expect(result.errors == "")
    let expected = [
      "root: bin dev etc home lib lib64 proc root run sbin snap tmp usr var", "home: root: snap",
      "var: /var: lib snap tmp /var/snap: hello", "dev: /dev: null ptmx pts /dev/pts: ptmx", "made\nmade\nbase",
      "run: link note", "snap: x1", "cwd: /var/snap/hello\n0027", "tmp: 1777:0", "read-only", "landlock",
      "common\ndata", "here", "700:0\n1777:0", "cwd: . /var/lib/snapd/void",
    ]
    for line in expected { #expect(result.output.contains(line), "\(line) in \(result.output)") }
    #expect(!result.output.contains("host-secret"))
  }

  @Test func whatIsEnforcedIsInTheStatus() throws {
    var devmode = Stage.plan("snap.hello.dev")
    devmode.confinement = .devmode
    var classic = Stage.plan("snap.hello.classic")
    classic.confinement = .classic
    let result = try Stage.run(
      """
      show() { echo "== $1"; shift; "$@" -- /bin/bash -c 'while read k v; do case $k in Cap*|NoNewPrivs:|Seccomp*) echo $k $v;; esac
        done < /proc/self/status; mkdir /var/snap/hello/$RANDOM 2>/dev/null && echo mkdir; id -u'; }
      show root launch snap.hello.app
      show user as_user --home /home/ann snap.hello.app
      show devmode as_user --home /home/ann snap.hello.dev
      show classic as_user --home /home/ann snap.hello.classic
      """, plans: [Stage.plan(), devmode, classic])
    #expect(result.errors == "")
    let parts = result.output.split(separator: "== ").map(String.init)
    #expect(parts.count == 4)
    let root = try #require(parts.first)
    for line in ["CapBnd: 0000000000000002", "CapEff: 0000000000000002", "NoNewPrivs: 1", "Seccomp_filters: 2"] {
      #expect(root.contains(line), "\(line) in \(root)")
    }
    #expect(!root.contains("mkdir"))
    for line in ["CapBnd: 0000000000000002", "CapPrm: 0000000000000000", "NoNewPrivs: 1", "\n1000"] {
      #expect(parts[1].contains(line), "\(line) in \(parts[1])")
    }
    for part in parts[2...] {
      for line in ["CapPrm: 0000000000000000", "NoNewPrivs: 0", "Seccomp: 0"] {
        #expect(part.contains(line), "\(line) in \(part)")
      }
    }
  }

  @Test func aNamespaceIsKeptUntilItIsStale() throws {
    var other = Stage.plan("snap.hello.app2", key: "k2")
    other.noNewPrivileges = false
    let result = try Stage.run(
      """
      # How often the same view was used: its /dev is a tmpfs of its own.
      used() { launch --home /root "$1" -- /bin/bash -c 'read n < /dev/n; echo $((n + 1)) | tee /dev/n' 2>/dev/null; }
      echo $(used snap.hello.app) $(used snap.hello.app) $(used snap.hello.app2) $(used snap.hello.app2)
      /mnt/snap-confine --home /root snap.hello.app2 -- /bin/bash -c ': > /dev/ready; exec sleep 100' & pid=$!
      until [ -e /proc/$pid/root/dev/ready ]; do :; done
      echo stale but in use: $(used snap.hello.app)
      kill $pid; wait $pid 2>/dev/null
      echo stale: $(used snap.hello.app) $(used snap.hello.app)
      rm -r /root/snap/hello; mkdir /root/snap/hello
      echo new data: $(used snap.hello.app) $(used snap.hello.app)
      u=$(as_user --home /home/ann snap.hello.app -- /bin/bash -c 'stat -Lc %i /proc/self/ns/mnt; ls -A /home /home/ann')
      v=$(as_user --home /home/ann snap.hello.app -- /bin/bash -c 'stat -Lc %i /proc/self/ns/mnt; ls -A /home /home/ann')
      [ "$u" = "$v" ] && echo user joined; echo $u | grep -c "/home: ann /home/ann: snap"
      ls /run/snapd/ns /run/snapd/lock -A; find /run/snapd ! -user root
      grep -c ' /run/snapd/ns' /proc/self/mountinfo
      """, plans: [Stage.plan(), other])
    #expect(result.errors == "")
    let expected = [
      "1 2 1 2\n", "stale but in use: 3\n", "stale: 1 2\n", "new data: 1 2\n", "user joined\n1",
      "hello.1000.info\nhello.1000.ipc\nhello.1000.mnt\nhello.info\nhello.ipc\nhello.mnt", "\n5\n",
    ]
    for line in expected { #expect(result.output.contains(line), "\(line) in \(result.output)") }
  }

  @Test func exitCodesAndStreamsPassThrough() throws {
    let result = try Stage.run(
      """
      echo text | launch snap.hello.app -- /bin/cat; launch snap.hello.app -- /bin/bash -c 'exit 42'; echo code $?
      (launch snap.hello.app -- /bin/bash -c 'kill -TERM $$') 2>/dev/null; echo code $?
      launch snap.hello.app -- /bin/bash -c 'echo fds: $(ls /proc/$$/fd)' 5</etc/passwd 9</etc/passwd
      SNAP_SAVED_LD_LIBRARY_PATH=/x as_user --home /home/ann snap.hello.app -- /bin/bash -c 'echo lib $LD_LIBRARY_PATH'
      bash -c 'export LISTEN_PID=$$ LISTEN_FDS=2; exec /mnt/snap-confine snap.hello.svc -- /bin/bash -c "echo svc: \\$(ls /proc/\\$\\$/fd)"' 3</dev/null 4</dev/null 7</dev/null
      """, plans: [Stage.plan(), service()])
    #expect(result.errors == "")
    for line in ["text\n", "code 42", "code 143", "fds: 0 1 2 255?", "lib /x", "svc: 0 1 2 3 4"] {
      let line = line.replacing("255?", with: "")
      #expect(result.output.contains(line), "\(line) in \(result.output)")
    }
    #expect(!result.output.contains("fds: 0 1 2 5"))
    #expect(!result.output.contains("svc: 0 1 2 3 4 7"))
  }

  private func service() -> LaunchPlan {
    var plan = Stage.plan("snap.hello.svc")
    plan.kind = .service
    return plan
  }

  @Test func whatIsNotRightIsRefused() throws {
    let result = try Stage.run(
      """
      try() { "$@" -- /bin/true; echo "= $?"; }
      try launch snap.hello.none; try launch snap.hello; try launch --root relative snap.hello.app
      try as_user --root / snap.hello.app; try as_user --home /home/bob snap.hello.app
      try as_user --home /etc snap.hello.app; try as_user --home /home/ann/../bob snap.hello.app
      mkdir -p /home/bob/snap/hello; try as_user --home /home/bob snap.hello.app
      ln -s /root/snap /home/ann/snap2; mv /home/ann/snap /home/ann/s; mv /home/ann/snap2 /home/ann/snap
      try as_user --home /home/ann snap.hello.app
      launch snap.hello.app -- /bin/none; launch snap.hello.app -- bin/true; launch snap.hello.app
      echo remove > /var/lib/snapd/inhibit/hello.lock; try launch snap.hello.app
      rm /var/lib/snapd/inhibit/hello.lock
      chmod g+w /var/lib/snapd/launch; try launch snap.hello.app; chmod g-w /var/lib/snapd/launch
      chown 1000 /var/lib/snapd/launch/*; try launch snap.hello.app; chown 0 /var/lib/snapd/launch/*
      cp /var/lib/snapd/launch/snap.hello.{app,other}.plan; try launch snap.hello.other
      echo junk > /var/lib/snapd/launch/snap.hello.other.plan; try launch snap.hello.other
      """, plans: [Stage.plan()])
    #expect(!result.output.contains("= 0"))
    let expected = [
      "cannot launch snap.hello.none: there is no launch plan for it",
      "cannot use security tag \"snap.hello\": it is not valid",
      "cannot use root directory \"relative\": it is not a clean absolute path",
      "cannot use root directory /: only root may choose one",
      "cannot open /home/bob/snap/hello: No such file or directory",
      "cannot use home directory /etc: it is not below /home or /root",
      "cannot use home directory \"/home/ann/../bob\": it is not a clean absolute path",
      "cannot use /home/bob/snap/hello: it belongs to another user",
      "cannot open /home/ann/snap/hello: Too many levels of symbolic links",
      "cannot execute /bin/none: No such file or directory", "cannot execute \"bin/true\": its path is not absolute",
      "cannot read arguments (usage:",
      "cannot run \"hello\", snap is being removed",
      "cannot trust /var/lib/snapd/launch: others than root can change it",
      "cannot trust snap.hello.app.plan: others than root can change it",
      "cannot launch snap.hello.other: its launch plan is that of snap.hello.app",
      "cannot read launch plan: not a launch plan",
    ]
    for line in expected {
      #expect(result.errors.contains(line), "\(line) in \(result.errors)")
    }
  }

  @Test func rootPrefix() throws {
    var plan = Stage.plan()
    plan.rootfs = "/mnt/r/run/base"
    plan.view = [
      .baseTree(source: "/run/base", target: "/", excluding: ["tmp"], options: [.recursive]),
      .privateTmp(source: "/mnt/r/var/lib/snapd/private-tmp/snap.hello", target: "/tmp"),
      .tmpfs(target: "/root", mode: 0o755, options: []), .userData(roots: ["/root"]),
    ]
    let result = try Stage.run(
      """
      mkdir -p /mnt/r/var/lib/snapd/launch /mnt/r/root/snap/hello; cp /mnt/*.plan /mnt/r/var/lib/snapd/launch
      rm /var/lib/snapd/launch/*; touch /mnt/r/root/snap/hello/marker
      launch --root /mnt/r/ --home /root snap.hello.app -- /bin/ls /root/snap/hello; echo "= $?"
      launch --root /mnt/r --home /root snap.hello.app -- /bin/ls /root/snap/hello; ls -A -I .cpu /run/snapd /mnt/r/run/snapd/ns
      """, plans: [plan])
    #expect(result.errors.contains("cannot use root directory \"/mnt/r/\""))
    #expect(result.output.contains("= 1\nmarker\n/mnt/r/run/snapd/ns:\nhello.info\nhello.ipc\nhello.mnt"), "\(result)")
  }

  @Test func mountsSpreadAsThePlanSays() throws {
    var plan = Stage.plan()
    plan.confinement = .devmode
    plan.view = [
      .baseTree(source: "/run/base", target: "/", excluding: ["tmp", "var", "run", "proc"], options: [.recursive]),
      .tmpfs(target: "/run", mode: 0o755, options: []), .proc(target: "/proc", hidePID: false),
      .bind(source: "/run/media", target: "/run/media", options: [.recursive, .shared]),
      .bind(source: "/run/snaps", target: "/snap", options: [.recursive]),
      .bind(source: "/run/elsewhere", target: "/run/cut", options: [.recursive, .private]),
      .hostRoot(target: "/var/lib/snapd/hostfs", options: [.readOnly]),
    ]
    let result = try Stage.run(
      """
      for d in /run/media /run/snaps /run/elsewhere; do mkdir -p $d; mount --bind $d $d; mount --make-shared $d; done
      mkdir /run/media/disk /run/media/app /run/snaps/late /run/elsewhere/x
      launch snap.hello.app -- /bin/cat /var/lib/snapd/hostfs/run/host-secret
      for d in /run/media/disk /run/snaps/late /run/elsewhere/x; do mount -t tmpfs tmpfs $d; echo $d > $d/seen; done
      launch snap.hello.app -- /bin/bash -c 'cat /run/media/disk/seen /snap/late/seen; ls /run/cut/x
        (: > /var/lib/snapd/hostfs/run/x) 2>/dev/null || echo read-only'
      nsenter --mount=/run/snapd/ns/hello.mnt /bin/cat /proc/self/mountinfo | head -100 > /run/inside
      grep -c ' /run/media .* shared:' /run/inside; grep ' /snap ' /run/inside | grep -c master:
      grep ' /run/cut ' /run/inside | grep -c -e shared: -e master:
      umount /run/snaps/late; launch snap.hello.app -- /bin/ls /snap/late
      grep -c hostfs /proc/self/mountinfo
      """, plans: [plan])
    #expect(result.errors == "")
    #expect(result.output.hasPrefix("host\n/run/media/disk\n/run/snaps/late\n"), "\(result.output)")
    #expect(result.output.hasSuffix("read-only\n1\n1\n0\n0\n"), "\(result.output)")
  }
}
