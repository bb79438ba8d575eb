# A program of Debian's with windows (GTK), packed as a snap: started by its menu entry as a desktop does it, by an ordinary
# user, in the sandbox, it shows its window on a real X server, which has keys pressed there. `DESKTOP_PICTURE=FILE.png`
# keeps a picture of the screen: that is how docs/desktop.png is made.
#
# On this machine only: the container has no X server, and nothing here depends on the service manager.
[ "$mode" = root ] || return 0
for program in Xvfb xdotool import gio galculator; do
  command -v $program >/dev/null || fail "cannot find $program: run Tools/setup test"
done
. "$here/stage.sh"
"$top/Tools/demo-desktop" "$WORK/galculator"
"$SNAP" pack --compression=gzip --filename=galculator.snap "$WORK/galculator" "$WORK" >/dev/null

on_stage '
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  echo "probe:x:4242:4242::/home/probe:/bin/sh" >>/etc/passwd
  mkdir -p /home/probe /run/user/4242 /tmp/.X11-unix
  chmod 1777 /tmp/.X11-unix
  chown 4242:4242 /home/probe /run/user/4242
  chmod 700 /run/user/4242

  # The server, with keys for who may show something.
  cookie=$(od -An -tx1 -N16 /dev/urandom | tr -d " ")
  xauth -q -f /run/xauthority add :7 . "$cookie" 2>/dev/null
  cp /run/xauthority /home/probe/.Xauthority
  echo dear >/home/probe/letter
  chown 4242:4242 /home/probe/.Xauthority /home/probe/letter
  Xvfb :7 -screen 0 360x360x24 -nolisten tcp -auth /run/xauthority >/dev/null 2>&1 &
  server=$!
  await 10 test -S /tmp/.X11-unix/X7
  export DISPLAY=:7 XAUTHORITY=/run/xauthority
  await 10 xdotool getdisplaygeometry

  # A session of the user, as a login makes it: it finds the entries by what profile.d says.
  expect 0 installed snap install --dangerous /work/galculator.snap
  . /stage/apps-bin-path.sh
  # The stage has the program of the machine too: what is meant is the snap.
  rm /usr/bin/galculator /usr/share/applications/galculator.desktop
  entry=${XDG_DATA_DIRS##*:}/applications/galculator_galculator.desktop
  grep -qx "Exec=/snap/bin/galculator" $entry || fail "the entry is $(cat $entry)"
  grep -qx "Icon=snap.galculator.logo" $entry || fail "the icon is another"
  session() {
    setpriv --reuid 4242 --regid 4242 --clear-groups env -i HOME=/home/probe USER=probe PATH="$PATH" DISPLAY=:7 \
      XAUTHORITY=/home/probe/.Xauthority XDG_RUNTIME_DIR=/run/user/4242 XDG_DATA_DIRS="$XDG_DATA_DIRS" LANG=C.UTF-8 "$@"
  }
  window() { xdotool search --onlyvisible --class galculator; }

  # Nothing of the screen is there before it is granted.
  snap disconnect galculator:x11 2>/dev/null || true
  session timeout 20 gio launch $entry >/run/said 2>&1 || true
  for _ in $(seq 100); do pgrep -u 4242 galculator >/dev/null || break; sleep 0.05; done
  [ -z "$(window 2>/dev/null)" ] || fail "a window without the plug x11"

  for plug in x11 desktop desktop-legacy; do snap connect galculator:$plug; done
  session gio launch $entry >>/run/said 2>&1 &
  await 30 window || { cat /run/said >&2; exit 1; }
  id=$(window | tail -1)
  # In the sandbox, as the user.
  pid=$(pgrep -u 4242 -x galculator | head -1)
  grep -Eq "^NoNewPrivs:\s+1" /proc/$pid/status && grep -Eq "^Seccomp:\s+2" /proc/$pid/status || fail "not confined"
  [ "$(readlink /proc/$pid/ns/mnt)" != "$(readlink /proc/self/ns/mnt)" ] || fail "in the view of the host"
  # The key of the server is shown, the rest of the home is not.
  [ -e /proc/$pid/root/home/probe/.Xauthority ] && [ ! -e /proc/$pid/root/home/probe/letter ] || fail "the home is there"
  # Keys that are pressed in the window arrive.
  xdotool windowfocus --sync $id
  xdotool type --window $id --delay 20 "6*7="
  echo "window: $(xdotool getwindowname $id), $(xdotool getwindowgeometry $id | tail -1)"
  if [ -n "$1" ]; then import -silent -window root -depth 8 "/work/picture.png"; fi
  colours=$(import -silent -window $id -depth 8 txt:- | tail -n +2 | awk "{print \$3}" | sort -u | wc -l)
  [ "$colours" -gt 8 ] || fail "the window is empty: $colours colours"
  snap remove galculator --terminate >/dev/null 2>&1 || { kill $pid; await 10 test ! -e /proc/$pid; snap remove galculator >/dev/null; }
  [ ! -e $entry ] || fail "the entry is left"
  kill $server
  wait $server || true
  snap remove core >/dev/null
' "${DESKTOP_PICTURE:-}"
[ -z "${DESKTOP_PICTURE:-}" ] || cp "$WORK/picture.png" "$DESKTOP_PICTURE"
