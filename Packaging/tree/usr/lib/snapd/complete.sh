# Completes the commands of snaps in bash, with the completers that the snaps bring.
#
# bash-completion reads this file through a link that is named like a command; the link is there when the command's app
# has a completer. That one is a stranger's program, so it runs in the app's sandbox (etelpmoc.sh is what runs it there),
# and of what it says only words that cannot do anything by themselves are offered:
#
#   options of compopt, on one line
#   actions of compgen, on one line: things of the user's machine that the sandbox does not see
#   an empty line
#   candidates, one a line
#
# The file is sourced into a shell of the user's: functions with names of our own, and nothing else stays behind.

_snapd_complete() {
  local name=${1##*/} options actions empty line word
  local -a lines=()
  COMPREPLY=()
  {
    IFS=' ' read -r -a options && IFS=' ' read -r -a actions && IFS= read -r empty || return 1
    # Another text than ours: the app's own output, perhaps.
    [[ -z $empty ]] || return 1
    # No more than anybody reads, and nothing that a shell takes for more than a word once it is inserted.
    while ((${#lines[@]} < 2000)) && IFS= read -r line; do
      [[ -n $line && $line != *[[:cntrl:]\;\&\|\<\>\`\$\(\)\{\}\*\?\!]* ]] && lines+=("$line")
    done
  } < <(command snap run --command=complete "$name" "$COMP_TYPE" "$COMP_KEY" "$COMP_POINT" "$COMP_CWORD" \
    "$COMP_WORDBREAKS" "$COMP_LINE" "${COMP_WORDS[@]}" 2>/dev/null </dev/null | command head -c 262144)
  COMPREPLY=("${lines[@]}")
  for word in "${options[@]}"; do
    case $word in
    bashdefault | default | dirnames | filenames | noquote | nosort | nospace | plusdirs) compopt -o "$word" ;;
    esac
  done
  for word in "${actions[@]}"; do
    case $word in
    directory | file | user | group | hostname | service | signal)
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -A "$word" -- "${COMP_WORDS[COMP_CWORD]}")
      ;;
    esac
  done
}

# The name of the link is the command; the file by its own name is for nobody.
[[ ${BASH_SOURCE[0]##*/} == complete.sh ]] || complete -F _snapd_complete "${BASH_SOURCE[0]##*/}"
