# Connections and timers start services, which live on with the daemon gone; a service says that it is ready and alive
# with the plug `daemon-notify` only, and one that falls silent is started again.
EXTRA='plugs:
  network-bind:
  daemon-notify:'
APPS='  web:
    command: bin/web
    daemon: simple
    plugs: [network-bind]
    sockets:
      file:
        listen-stream: $SNAP_COMMON/run/s
        socket-mode: 0600
      name:
        listen-stream: "@snap.act.name"
  tick:
    command: bin/tick
    daemon: oneshot
    timer: sun5,3:17
  dog:
    command: bin/dog
    daemon: notify
    install-mode: disable
    watchdog-timeout: 1s
    start-timeout: 3s
    restart-condition: on-watchdog
    plugs: [daemon-notify]'
snap_tree act 1
cat >"$WORK/act/bin/web" <<'PERL'
#!/usr/bin/perl
$n = $ENV{LISTEN_FDS};
@names = split /:/, $ENV{LISTEN_FDNAMES};
@sockets = map { open(my $h, "+<&=", 2 + $_) or die "$!"; $h } 1 .. $n;
while (1) {
  $r = "";
  vec($r, 2 + $_, 1) = 1 for 1 .. $n;
  select($r, undef, undef, undef);
  for (1 .. $n) {
    next unless vec($r, 2 + $_, 1);
    accept(my $c, $sockets[$_ - 1]) or die "$!";
    syswrite $c, "$names[$_ - 1] " . ($ENV{LISTEN_PID} == $$ ? "own" : "other") . " $$ $ENV{SNAP_NAME}\n";
  }
}
PERL
cat >"$WORK/act/bin/dog" <<'PERL'
#!/usr/bin/perl
use Socket;
socket(S, AF_UNIX, SOCK_DGRAM, 0);
sub say_ { send(S, $_[0], 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die "cannot send: $!\n" }
say_("STATUS=watching\nREADY=1");
while (1) {
  say_("WATCHDOG=1") unless -e "$ENV{SNAP_COMMON}/silent";
  select(undef, undef, undef, 0.1);
}
PERL
printf '#!/bin/sh\necho tick >>"$SNAP_COMMON/ticks"\n' >"$WORK/act/bin/tick"
chmod 755 "$WORK"/act/bin/*
"$SNAP" pack --compression=gzip --filename=act_1.snap "$WORK/act" "$WORK" >/dev/null || fail "cannot pack"
expect 0 installed "$SNAP" install --dangerous "$WORK/act_1.snap"
unset APPS EXTRA

common=$ROOT/var/snap/act/common
# Whoever connects and what is answered; the second word says whether LISTEN_PID is right.
ask() {
  timeout 20 perl -e 'use Socket; $a = shift; $a =~ s/^@/\0/; socket(S, AF_UNIX, SOCK_STREAM, 0);
    connect(S, pack_sockaddr_un($a)) or die "no: $!\n"; print <S>;' "$1"
}
is() { "$SNAP" services act | grep -Eq "act\.$1 +$2"; }
is web 'enabled +inactive +socket-activated' || fail "services: $("$SNAP" services act)"
is tick 'enabled +inactive +timer-activated' || fail "services: $("$SNAP" services act)"
[ "$(stat -c %a "$common/run/s")" = 600 ] || fail "another mode of the socket"
first=$(ask "$common/run/s")
grep -q '^file own [0-9]* act$' <<<"$first" || fail "the service answered: $first"
[ "$(ask @snap.act.name)" = "name${first#file}" ] || fail "another process answers at the other socket"
is web 'enabled +active' || fail "the service does not run"

# Neither the end of the daemon nor that of the service is the end of the socket.
if [ -n "$ROOT" ]; then
  kill -9 "$(cat "$base/daemon.pid")"
  await_daemon_end
else
  systemctl kill -s KILL snapd.service
fi
[ "$(ask "$common/run/s")" = "$first" ] || fail "the service did not outlive the daemon"
start_daemon
[ "$(ask "$common/run/s")" = "$first" ] || fail "the service did not outlive the daemon's start"
expect 0 '' "$SNAP" stop act.web
expect 0 '' "$SNAP" start act.web
grep -q '^file own' <<<"$(ask "$common/run/s")" || fail "started again, it does not answer"

# Without the plug nobody hears the service, whatever manager it has.
expect 1 'act.dog' "$SNAP" start act.dog
expect 0 '' "$SNAP" connect act:daemon-notify
expect 0 '' "$SNAP" start act.dog
is dog 'disabled +active' || fail "the service is not ready: $("$SNAP" services act)"
dog() { pgrep -f '^/usr/bin/perl /snap/act/x1/bin/dog' | head -1; }
before=$(dog)
[ -n "$before" ] || fail "there is no process"
# It is left alone for longer than its timeout as long as it says something.
sleep 1.5
[ "$(dog)" = "$before" ] || fail "a service that says that it lives was killed"
touch "$common/silent"
await 10 sh -c "! kill -0 $before 2>/dev/null"
rm "$common/silent"
await 10 is dog 'disabled +active'
expect 0 removed "$SNAP" remove --purge act
[ -z "$(ask @snap.act.name 2>/dev/null)" ] || fail "somebody answers for a removed snap"
consistent
