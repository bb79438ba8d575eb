# The other side of complete.sh: run by `snap run --command=complete` in the sandbox of an app, by the bash of its base.
#
#   COMPLETER COMP_TYPE COMP_KEY COMP_POINT COMP_CWORD COMP_WORDBREAKS COMP_LINE WORD...
#
# Reads the snap's completer as bash-completion would, does by hand what readline would with what the completer asked
# for, and prints what complete.sh reads. Only that goes to the standard output.

(($# >= 8)) || exit 1
exec 3>&1 1>/dev/null 2>&1

_snapd_completer=$1
COMP_TYPE=$2 COMP_KEY=$3 COMP_POINT=$4 COMP_CWORD=$5 COMP_WORDBREAKS=$6 COMP_LINE=$7
shift 7
COMP_WORDS=("$@")
COMPREPLY=()
[[ $COMP_CWORD =~ ^[0-9]+$ ]] && ((COMP_CWORD < ${#COMP_WORDS[@]})) || exit 1
_snapd_command=${COMP_WORDS[0]##*/}

# What the completer may use, where the base has it.
[[ -r /usr/share/bash-completion/bash_completion ]] && . /usr/share/bash-completion/bash_completion

# There is no readline here: options are remembered for the shell that asked.
declare -A _snapd_options=()
compopt() {
  while (($#)); do
    case $1 in
    -o) _snapd_options[$2]=1 && shift ;;
    +o) unset "_snapd_options[$2]" && shift ;;
    -D | -E | -I) ;;
    *) return 0 ;; # for another command
    esac
    shift
  done
}

_snapd_before=$'\n'$(complete -p)$'\n'
. "$_snapd_completer" || exit 1

# The rule for the command: by the name that was typed, by the names it has without aliases, or the only one that the
# completer made.
_snapd_rule() {
  local name
  for name in "$_snapd_command" "$SNAP_INSTANCE_NAME.$SNAP_APP_NAME" "$SNAP_NAME.$SNAP_APP_NAME" "$SNAP_NAME" \
    "$SNAP_APP_NAME"; do
    complete -p -- "$name" 2>/dev/null && return
  done
  local -a own=()
  while IFS= read -r name; do
    [[ $_snapd_before == *$'\n'"$name"$'\n'* ]] || own+=("$name")
  done < <(complete -p)
  ((${#own[@]} == 1)) && printf '%s\n' "${own[0]}"
}
# bash quotes what it prints here for itself to read.
eval "_snapd_words=($(_snapd_rule))"
((${#_snapd_words[@]} > 1)) || exit 1

_snapd_current=${COMP_WORDS[COMP_CWORD]}
_snapd_previous=
((COMP_CWORD > 0)) && _snapd_previous=${COMP_WORDS[COMP_CWORD - 1]}
_snapd_actions=()
_snapd_generate=()
_snapd_function= _snapd_prefix= _snapd_suffix=

# What the user's own machine knows better is left to its shell; the rest bash can make here.
_snapd_action() {
  case $1 in
  directory | file | user | group | hostname | service | signal) _snapd_actions+=("$1") ;;
  *) _snapd_generate+=(-A "$1") ;;
  esac
}

set -- "${_snapd_words[@]:1}"
while (($# > 1)); do
  case $1 in
  -F) _snapd_function=$2 && shift ;;
  -A) _snapd_action "$2" && shift ;;
  -o) _snapd_options[$2]=1 && shift ;;
  -P) _snapd_prefix=$2 && shift ;;
  -S) _snapd_suffix=$2 && shift ;;
  -W | -G | -C | -X) _snapd_generate+=("$1" "$2") && shift ;;
  -a) _snapd_action alias ;;
  -b) _snapd_action builtin ;;
  -c) _snapd_action command ;;
  -d) _snapd_action directory ;;
  -e) _snapd_action export ;;
  -f) _snapd_action file ;;
  -g) _snapd_action group ;;
  -j) _snapd_action job ;;
  -k) _snapd_action keyword ;;
  -s) _snapd_action service ;;
  -u) _snapd_action user ;;
  -v) _snapd_action variable ;;
  esac
  shift
done

if [[ -n $_snapd_function ]]; then
  "$_snapd_function" "${COMP_WORDS[0]}" "$_snapd_current" "$_snapd_previous"
fi
_snapd_reply=("${COMPREPLY[@]}")
if ((${#_snapd_generate[@]})); then
  while IFS= read -r _snapd_line; do _snapd_reply+=("$_snapd_line"); done \
    < <(compgen "${_snapd_generate[@]}" -- "$_snapd_current")
fi

{
  echo "${!_snapd_options[*]}"
  echo "${_snapd_actions[*]}"
  echo
  for _snapd_line in "${_snapd_reply[@]}"; do printf '%s\n' "$_snapd_prefix$_snapd_line$_snapd_suffix"; done
} >&3
