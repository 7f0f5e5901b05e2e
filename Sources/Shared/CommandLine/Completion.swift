/// What `--help=bash` and `--help=zsh` print: completion of options, and of files for the rest.
enum Completion {
  static func bash(of tool: Tool) -> String {
    let name = tool.description.name
    let function = "_" + name.map { $0 == "-" ? "_" : String($0) }.joined()
    let words = tool.options.flatMap { option in
      [option.name] + (option.short.map { ["-\($0)"] } ?? [])
    }
    let valued = tool.options.filter { $0.placeholder != nil && !$0.isValueOptional }
    let files = names(valued.filter { $0.placeholder == "FILE" })
    let others = names(valued.filter { $0.placeholder != "FILE" })
    var cases = ""
    if !files.isEmpty { cases += "    \(files.joined(separator: "|"))) ;;\n" }
    if !others.isEmpty { cases += "    \(others.joined(separator: "|"))) return ;;\n" }
    return """
      \(function)() {
        local word=${COMP_WORDS[COMP_CWORD]}
        case ${COMP_WORDS[COMP_CWORD - 1]} in
      \(cases)    *)
            if [[ $word == -* ]]; then
              COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- "$word"))
              return
            fi ;;
        esac
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
      }
      complete -F \(function) \(name)

      """
  }

  static func zsh(of tool: Tool) -> String {
    var text = "#compdef \(tool.description.name)\n_arguments -s -S \\\n"
    for option in tool.options {
      let help = Help.body(option).map { character in
        switch character {
        case "[", "]", ":", "\\": "\\\(character)"
        case "'": "'\\''"
        default: String(character)
        }
      }.joined()
      var value = ""
      if let placeholder = option.placeholder {
        let action =
          option.choices.isEmpty
          ? (placeholder == "FILE" || placeholder == "MODEL" ? "_files" : "")
          : "(\(option.choices.joined(separator: " ")))"
        value = "\(option.isValueOptional ? "::" : ":")\(placeholder):\(action)"
      }
      let long =
        option.placeholder == nil
        ? option.name : option.name + (option.isValueOptional ? "=-" : "=")
      if let short = option.short {
        let names = option.placeholder == nil || option.isValueOptional ? "-\(short)" : "-\(short)+"
        text +=
          "  '(\(option.name) -\(short))'{\(names),\(long)}'[\(help)]\(option.isValueOptional ? "" : value)' \\\n"
      } else {
        text += "  '\(long)[\(help)]\(value)' \\\n"
      }
    }
    return text + "  '*:file:_files'\n"
  }

  private static func names(_ options: [OptionDeclaration]) -> [String] {
    options.flatMap { option in [option.name] + (option.short.map { ["-\($0)"] } ?? []) }
  }
}
