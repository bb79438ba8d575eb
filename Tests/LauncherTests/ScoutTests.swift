import LaunchPlan
import Testing

/// New views of which a second process finds out half (``Scout``).
@Suite struct ScoutTests {
  private func plan() -> LaunchPlan {
    var plan = Stage.plan()
    plan.grantedKey = "g1"
    // More files than are carried over at once, some for the user alone.
    plan.grantedPlaces =
      (0..<20).map { GrantedPlace(source: "/run/many/\($0)", pattern: "{a,b,c}*", options: []) }
      + [GrantedPlace(source: "$HOME", pattern: "[^s.]*", options: [.write, .owner])]
    plan.pathRules += ["/run", "/home", "/root", "/var"].map { PathRule($0, .all) }
    return plan
  }

  @Test func whoeverFindsOutShowsTheSame() throws {
    let result = try Stage.run(
      """
      for d in $(seq 0 19); do mkdir -p /run/many/$d; for f in a b c d; do for n in 1 2 3; do echo $d$f$n > /run/many/$d/$f$n; done; done; done
      echo mine > /root/mine; echo hers > /home/ann/hers; chown 1000:1000 /home/ann/hers
      look='f=(/run/many/*/*); echo ${#f[@]} files, ${f[0]}: $(<${f[0]}), ${f[-1]}: $(<${f[-1]}); echo home: ~/*'
      all() {
        HOME=/root launch --home /root snap.hello.app -- /bin/bash -c "$look"
        echo "$(wc -l </run/snapd/ns/snap.hello.fstab) shown"
        # No process can be made for this one.
        bash -c 'ulimit -u 1; exec "$@"' - setpriv --reuid 1000 --regid 1000 --clear-groups bash -c \\
          'ulimit -u 1; HOME=/home/ann exec /run/snap-confine-caps --home /home/ann snap.hello.app -- /bin/bash -c "$0"' \\
          "f=(/run/many/*/*); echo \\${#f[@]} files; echo home: ~/*"
        pgrep -c snap-confine; cp /run/snapd/ns/snap.hello.fstab /run/$1.fstab; discard
      }
      all many
      taskset -cp $(taskset -cp $$ | grep -o '[0-9]*$') $$ >/dev/null; all one
      cmp /run/many.fstab /run/one.fstab && echo same
      """, plans: [plan()])
    #expect(result.errors == "")
    let root = "180 files, /run/many/0/a1: 0a1, /run/many/9/c3: 9c3\nhome: /root/mine /root/snap\n"
    let one = root + "181 shown\n180 files\nhome: /home/ann/hers /home/ann/snap\n0\n"
    #expect(result.output == one + one + "same\n")
  }
}
