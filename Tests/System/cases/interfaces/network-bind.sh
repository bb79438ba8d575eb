# network-bind: a server that listens and answers.
set_up_network_bind() { add_plug <<<"network-bind: null"; }

web_server='use IO::Socket::INET;
  $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => 0) or die "cannot listen: $@\n";
  $| = 1;
  print $server->sockport, "\n";
  $client = $server->accept;
  while (<$client>) { last if /^\r?$/; }
  print $client "HTTP/1.0 200 OK\r\n\r\nserved by $<\n";'

refused_network_bind() {
  local who
  for who in root user; do
    expect 1 'cannot listen: .*(Permission denied|not permitted|Address family not supported)' \
      in_snap $who 'perl -e "$1" || exit 1' "$web_server"
  done
}

works_network_bind() {
  local who port server
  for who in root user; do
    rm -f /work/served
    in_snap $who 'exec perl -e "$1"' "$web_server" >/work/served &
    server=$!
    await 5 test -s /work/served
    port=$(cat /work/served)
    [ "$(fetch "$port")" = "served by $([ $who = root ] && echo 0 || echo $user)" ] || fail "no answer on port $port"
    wait $server || fail "the server failed"
  done
}

# fetch PORT: the last line that a web server answers.
fetch() {
  exec 7<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET / HTTP/1.0\r\n\r\n' >&7
  tail -n 1 <&7
  exec 7>&-
}

try_network_bind() { proof network-bind; }
