/// Completion scripts for shells, made from the grammars. Snap names and change ids are asked of `snap` itself when
/// they are needed.
enum Completion {
  static func bash() -> String {
    var text = """
      # bash completion for snap(8); made by "snap debug completion bash".
      _snap() {
        local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= i options= values=
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            -*) ;;
            *) cmd=${COMP_WORDS[i]}; break ;;
          esac
        done
        case $prev in
          --color|--unicode) COMPREPLY=($(compgen -W "auto never always" -- "$cur")); return ;;
          --transaction) COMPREPLY=($(compgen -W "per-snap all-snaps" -- "$cur")); return ;;
        esac
        case $cmd in
          "") values="\(visible.map(\.name).sorted().joined(separator: " "))" ;;

      """
    for grammar in visible {
      let names = ([grammar.name] + grammar.aliases).joined(separator: "|")
      text += "    \(names)) options=\"\(options(grammar).joined(separator: " "))\"; "
      if !grammar.children.isEmpty {
        text += "values=\"\(children(grammar).joined(separator: " "))\""
      } else {
        text += valuesForBash(grammar.positionals.first?.values ?? .nothing)
      }
      text += " ;;\n"
    }
    return text + """
        esac
        case $cur in
          -*) COMPREPLY=($(compgen -W "$options --help" -- "$cur")) ;;
          *) COMPREPLY+=($(compgen -W "$values" -- "$cur")) ;;
        esac
      }
      complete -F _snap snap

      """
  }

  static func zsh() -> String {
    var text = """
      #compdef snap
      # zsh completion for snap(8); made by "snap debug completion zsh".
      _snap_installed() { local -a names; names=(${(f)"$(snap list 2>/dev/null | awk 'NR>1{print $1}')"}); _describe snap names }
      _snap_changes() { local -a ids; ids=(${(f)"$(snap changes 2>/dev/null | awk 'NR>1 && NF{print $1}')"}); _describe change ids }
      _snap() {
        local curcontext=$curcontext state line
        _arguments -C '1:command:->command' '*::argument:->argument'
        case $state in
          command)
            local -a commands
            commands=(

      """
    for grammar in visible { text += "        \(quote("\(grammar.name):\(grammar.summary)"))\n" }
    text += """
            )
            _describe command commands ;;
          argument)
            case $words[1] in

      """
    for grammar in visible {
      text += "        \(([grammar.name] + grammar.aliases).joined(separator: "|"))) _arguments"
      for option in grammar.options where !option.hidden {
        let suffix: String
        switch option.kind {
        case .flag, .optionalValue: suffix = ""
        case .value(_, let choices) where !choices.isEmpty: suffix = ":value:(\(choices.joined(separator: " ")))"
        case .value, .number: suffix = ":value:"
        }
        let equals = suffix.isEmpty ? "" : "="
        let help = String(option.help.filter { $0 != "[" && $0 != "]" && $0 != ":" })
        if !option.long.isEmpty { text += " \(quote("--\(option.long)\(equals)[\(help)]\(suffix)"))" }
        if let short = option.short { text += " \(quote("-\(short)[\(help)]\(suffix)"))" }
      }
      if !grammar.children.isEmpty {
        text += " \(quote("1:command:(\(children(grammar).joined(separator: " ")))"))"
      } else {
        switch grammar.positionals.first?.values ?? .nothing {
        case .installedSnaps: text += " '*:snap:_snap_installed'"
        case .changes: text += " '*:change:_snap_changes'"
        case .files: text += " '*:file:_files'"
        case .directories: text += " '*:directory:_files -/'"
        case .commands: text += " \(quote("*:command:(\(visible.map(\.name).joined(separator: " ")))"))"
        case .nothing: break
        }
      }
      text += " ;;\n"
    }
    return text + "      esac ;;\n  esac\n}\n_snap \"$@\"\n"
  }

  private static var visible: [Grammar] {
    Catalogue.all.map { $0.grammar }.filter { !$0.hidden || $0.name == "help" || $0.name == "debug" }
  }

  private static func children(_ grammar: Grammar) -> [String] {
    grammar.children.map { $0.grammar }.filter { !$0.hidden }.map(\.name)
  }

  private static func options(_ grammar: Grammar) -> [String] {
    grammar.options.filter { !$0.hidden }.flatMap { option in
      (option.long.isEmpty ? [] : ["--\(option.long)"]) + (option.short.map { ["-\($0)"] } ?? [])
    }
  }

  private static func valuesForBash(_ values: Grammar.Positional.Values) -> String {
    switch values {
    case .installedSnaps: "values=$(snap list 2>/dev/null | awk 'NR>1{print $1}')"
    case .changes: "values=$(snap changes 2>/dev/null | awk 'NR>1 && NF{print $1}')"
    case .files: "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))"
    case .directories: "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))"
    case .commands: "values=\"\(visible.map(\.name).joined(separator: " "))\""
    case .nothing: "values="
    }
  }

  private static func quote(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
