# bash completes the commands of snaps with the completers that the snaps bring, which run in the sandbox: in an
# interactive bash with bash-completion, as people have it.
apps='  function:
    command: bin/said
    completer: complete/function.bash
  words:
    command: bin/said
    completer: complete/words.bash
  hostile:
    command: bin/said
    completer: complete/hostile.bash
  nothing:
    command: bin/said'
APPS=$apps
snap_tree tool 1
unset APPS
tree=$WORK/tool
mkdir "$tree/complete"
printf '#!/bin/sh\nprintf "<%%s>" "$@" >"$SNAP_COMMON/said"\n' >"$tree/bin/said"
# What the sandbox shows decides over what is said: the host's files are not there, the snap's are.
cat >"$tree/complete/function.bash" <<BASH
_tool_function() {
  local words="alpha beta gamma"
  [ -r "$WORK/secret" ] && words="escaped"
  [ -n "\$SNAP_COMMON" ] && echo "\$1/\$2/\$3/\$COMP_CWORD/\$COMP_POINT" >>"\$SNAP_COMMON/asked"
  case \$3 in
    --dir) words="one/" && compopt -o nospace ;;
  esac
  COMPREPLY=(\$(compgen -W "\$words" -- "\$2"))
}
complete -F _tool_function tool.function
BASH
echo 'complete -f -W "first second" tool.words' >"$tree/complete/words.bash"
cat >"$tree/complete/hostile.bash" <<'BASH'
_hostile() {
  COMPREPLY=('$(touch pwned)' '`touch pwned`' 'a;touch pwned' $'b\x1b[2Jc' 'd|e' 'plain')
  compopt -o bogus -o 'nosort; touch pwned'
  echo 'touch pwned'
  echo 'touch pwned' >&2
}
complete -F _hostile tool.hostile
BASH
chmod 755 "$tree/bin/said"
chmod -R go=rX "$tree"
"$SNAP" pack --compression=gzip --filename=tool_1.snap "$tree" "$WORK" >/dev/null
expect 0 installed "$SNAP" install --dangerous "$WORK/tool_1.snap"
echo secret >"$WORK/secret"
completions=$ROOT/var/lib/snapd/desktop/bash-completion/completions
[ "$(ls "$completions")" = "$(printf 'tool.function\ntool.hostile\ntool.words')" ] || fail "completions: $(ls "$completions")"
[ "$(readlink -f "$completions/tool.words")" = "$ROOT/usr/lib/snapd/complete.sh" ] || fail "the link leads elsewhere"

mkdir "$WORK/here"
touch "$WORK/here/host-file"
cat >"$WORK/rc" <<'RC'
PS1='> '
bind 'set bell-style none'
. /usr/share/bash-completion/bash_completion
RC
said=$ROOT/var/snap/tool/common/said
# typed KEYS WORDS: what the command is given when this is typed at an interactive bash.
typed() {
  rm -f "$said"
  (cd "$WORK/here" && printf '%b\nexit\n' "$1" |
    PATH=$ROOT/snap/bin:$ROOT/usr/bin:$PATH XDG_DATA_DIRS=$ROOT/var/lib/snapd/desktop:/usr/share HISTFILE= TERM=dumb \
      timeout 30 script -qec "bash --noprofile --rcfile '$WORK/rc' -i" /dev/null) >"$WORK/terminal" 2>&1
  [ "$(cat "$said" 2>/dev/null)" = "$2" ] || fail "'$1' gave '$(cat "$said" 2>/dev/null)', not '$2': $(cat -v "$WORK/terminal")"
  [ ! -e "$WORK/here/pwned" ] || fail "'$1' ran what a completer said"
}
typed 'tool.function al\t more' '<alpha><more>'
typed 'tool.function x --dir o\tend' '<x><--dir><one/end>'
# By path too, and through a quoted word.
typed 'tool.function be\tga\t' '<beta><gamma>'
typed 'tool.words fi\tse\tho\t' '<first><second><host-file>'
typed 'tool.hostile pl\t' '<plain>'
typed 'tool.hostile \t' '<plain>'
# Without a completer bash does what it does: files.
typed 'tool.nothing ho\t' '<host-file>'
grep -q '^tool.function/al/tool.function/1/16$' "$ROOT/var/snap/tool/common/asked" || fail "asked: $(cat "$ROOT/var/snap/tool/common/asked")"

# A snap that is switched off has no completions, and one that is gone neither.
expect 1 'no "complete" command found for "nothing"' "$SNAP" run --command=complete tool.nothing 9 9 0 0 ' ' x x
expect 0 disabled "$SNAP" disable tool
[ -z "$(ls "$completions")" ] || fail "a disabled snap is completed"
expect 0 enabled "$SNAP" enable tool
expect 0 removed "$SNAP" remove tool
[ -z "$(ls "$completions")" ] || fail "a snap that is gone is completed"
