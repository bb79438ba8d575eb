# Interfaces of different kinds, each with a real program of Debian's in a snap: it fails before `snap connect`, works
# after, and fails again after `snap disconnect`, with one daemon all the time; first with nothing else of the snap
# running, then with processes of it, whose namespaces are kept and brought up to date. Each interface has a file in
# `interfaces/`.
. "$here/stage.sh"
cp "${RELEASE:-$top/.build-release/release}/bus-peer" "$WORK/bus-peer"

on_stage '
  . /stage/cases/interfaces/common.sh
  prepare
  for part in $INTERFACES; do . "/stage/cases/interfaces/$part.sh"; done
  for part in $INTERFACES; do "set_up_${part//-/_}"; done
  install_snaps
  own_devices
  for round in alone accompanied; do
    [ $round = alone ] || keep_running
    for part in $INTERFACES; do
      began=${EPOCHREALTIME/./}
      "try_${part//-/_}"
      echo "ok: $part, $round ($(((${EPOCHREALTIME/./} - began) / 1000)) ms)"
    done
  done
  same_processes
'
