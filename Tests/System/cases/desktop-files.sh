# What desktops and buses are told of a snap: menu entries and icons, filtered and renamed; files that start services by
# their bus names. They come, change and go with the revision in use.
desktop=$ROOT/var/lib/snapd/desktop
applications=$desktop/applications
# tree VERSION: a snap with all of it, whose entry has its version as name.
tree() {
  local APPS='  run:
    command: bin/echo-args
    common-id: org.example.Shown
  served:
    command: bin/forever
    daemon: simple
    activates-on: [name]
slots:
  name: {interface: dbus, bus: system, name: org.example.Shown}'
  snap_tree shown "$1"
  mkdir -p "$WORK/shown/meta/gui/icons/hicolor/48x48/apps"
  printf '%s\n' '# As its authors wrote it' '[Desktop Entry]' 'Type=Application' "Name=Shown $1" 'Name[de]=Gezeigt' \
    'TryExec=/usr/bin/shown' 'DBusActivatable=true' 'Implements=org.example;' 'X-Other=x' 'Path=/tmp' \
    'Exec=shown.run --new %U' 'Icon=snap.shown.logo' 'Actions=new;' '' '[Desktop Action new]' 'Exec=/bin/sh -c evil' \
    'Exec=shown.run new' 'Icon=${SNAP}/meta/gui/icon.png' '[Other]' >"$WORK/shown/meta/gui/run.desktop"
  printf '[Desktop Entry]\nExec=shown.sh\n' >"$WORK/shown/meta/gui/only in $1.desktop"
  echo logo >"$WORK/shown/meta/gui/icons/hicolor/48x48/apps/snap.shown.logo.png"
  echo "icon of $1" >"$WORK/shown/meta/gui/icon.png"
  chmod -R go=rX "$WORK/shown"
}
pack() { "$SNAP" pack --compression=gzip --filename="shown_$1.snap" "$WORK/shown" "$WORK" >/dev/null; }
# told VERSION: everything is there, of this version, and nothing else.
told() {
  local expected found
  expected="foreign.desktop
shown_only_in_$1.desktop
shown_run.desktop"
  found=$(ls "$applications" | grep -v mimeinfo.cache)
  [ "$found" = "$expected" ] || fail "the entries are $found"
  [ "$(cat "$applications/shown_run.desktop")" = "# As its authors wrote it
[Desktop Entry]
X-SnapInstanceName=shown
Type=Application
Name=Shown $1
Name[de]=Gezeigt
X-SnapAppName=run
X-SnapCommonID=org.example.Shown
Exec=/snap/bin/shown.run --new %U
Icon=snap.shown.logo
Actions=new;

[Desktop Action new]
X-SnapAppName=run
X-SnapCommonID=org.example.Shown
Exec=/snap/bin/shown.run
X-SnapAppName=run
X-SnapCommonID=org.example.Shown
Exec=/snap/bin/shown.run new
Icon=/snap/shown/current/meta/gui/icon.png" ] || fail "the entry is $(cat "$applications/shown_run.desktop")"
  [ "$(cat "$desktop/icons/hicolor/48x48/apps/snap.shown.logo.png")" = logo ] || fail "no icon"
  grep -qx 'Name=org.example.Shown' "$ROOT/var/lib/snapd/dbus-1/system-services/org.example.Shown.service" || fail "no service"
  grep -qx 'SystemdService=snap.shown.served.service' "$ROOT/var/lib/snapd/dbus-1/system-services/org.example.Shown.service" ||
    fail "systemd is not told"
  grep -q '"desktop-file":"/var/lib/snapd/desktop/applications/shown_run.desktop"' <<<"$(api GET '/v2/apps?names=shown.run')" ||
    fail "/v2/apps does not know the entry"
  grep -q '"desktop-file"' <<<"$(api GET /v2/snaps/shown)" || fail "/v2/snaps does not know the entry"
  [ "$(api GET /v2/icons/shown/icon)" = "icon of $1" ] || fail "another icon"
  expect 0 '^/var/lib/snapd/desktop/applications/shown_run.desktop$' "$SNAP" run --shell shown.run -c 'echo $SNAP_APP_DESKTOP_FILE'
  consistent
}
untold() {
  [ "$(ls "$applications" | grep -v mimeinfo.cache)" = foreign.desktop ] || fail "entries are left: $(ls "$applications")"
  [ -z "$(find "$desktop/icons" -type f)" ] || fail "icons are left"
  [ -z "$(ls "$ROOT/var/lib/snapd/dbus-1/system-services")" ] || fail "bus services are left"
}

echo '[Desktop Entry]' >"$applications/foreign.desktop"
tree 1
pack 1
expect 0 installed "$SNAP" install --dangerous "$WORK/shown_1.snap"
told 1
tree 2
pack 2
expect 0 installed "$SNAP" install --dangerous "$WORK/shown_2.snap"
told 2
expect 0 reverted "$SNAP" revert shown
told 1
# A refresh that fails leaves the entries of what is in use.
tree 3
printf '#!/bin/sh\nexit 1\n' >"$WORK/shown/meta/hooks/post-refresh"
chmod 755 "$WORK/shown/meta/hooks/post-refresh"
pack 3
expect 1 'run hook "post-refresh"' "$SNAP" install --dangerous "$WORK/shown_3.snap"
told 1
expect 0 disabled "$SNAP" disable shown
untold
expect 0 enabled "$SNAP" enable shown
told 1

# Names are one snap's.
rm -rf "$WORK/other"
cp -r "$WORK/shown" "$WORK/other"
sed -i 's/^name: shown/name: other/; s/^  shown:/  other:/' "$WORK/other/meta/snap.yaml"
rm "$WORK/other/meta/hooks/post-refresh"
"$SNAP" pack --compression=gzip --filename=other.snap "$WORK/other" "$WORK" >/dev/null
expect 1 'snap "other" requesting to activate on system bus name "org.example.Shown" conflicts with snap "shown" use' \
  "$SNAP" install --dangerous "$WORK/other.snap"

# CVE-2024-29068, CVE-2024-29069: links that lead out, and what is no file, are not read.
expect 0 removed "$SNAP" remove shown
untold
snap_tree shown 4
mkdir -p "$WORK/shown/meta/gui/icons/hicolor"
ln -s /etc/shadow "$WORK/shown/meta/gui/run.desktop"
expect 1 'bad symlinks' "$SNAP" try "$WORK/shown"
rm "$WORK/shown/meta/gui/run.desktop"
mkfifo "$WORK/shown/meta/gui/run.desktop"
timeout 60 "$SNAP" try "$WORK/shown" >/dev/null 2>&1 && "$SNAP" remove shown >/dev/null
untold
rm "$applications/foreign.desktop"
