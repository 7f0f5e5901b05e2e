/// What `--help=bash` and `--help=zsh` print: completion of options, and of files for the rest.
enum Completion {
  static func bash(of tool: Tool) -> String {
    let name = tool.description.name
    let function = "_" + name.map { $0 == "-" ? "_" : String($0) }.joined()
    let words = tool.options.flatMap { option in
      [option.name] + (option.short.map { ["-\($0)"] } ?? [])
    }
    let valued = tool.options.filter {
      $0.placeholder != nil && !$0.isValueOptional && $0.choices.isEmpty
    }
    let files = names(valued.filter { isFile($0) })
    let others = names(valued.filter { !isFile($0) })
    var cases = ""
    for option in tool.options where !option.choices.isEmpty {
      let choices = option.choices.joined(separator: " ")
      let alone = option.isValueOptional ? "" : "\(option.name)|"
      cases +=
        "    \(alone)\(option.name)=) COMPREPLY=($(compgen -W '\(choices)' -- \"$word\")) ;;\n"
    }
    if !files.isEmpty { cases += "    \(pattern(files))) ;;\n" }
    if !others.isEmpty { cases += "    \(pattern(others))) compopt +o default ;;\n" }
    // Where there are no replies, -o default completes names of files.
    return """
      \(function)() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
        if [[ $word == = ]]; then
          word='' before+==
        elif [[ $before == = ]]; then
          before=${COMP_WORDS[COMP_CWORD - 2]}=
        fi
        case $before in
      \(cases)    *)
            if [[ $word == -* ]]; then
              COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- "$word"))
            fi ;;
        esac
      }
      complete -o default -F \(function) \(name)

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
          ? (isFile(option) ? "_files" : "")
          : "(\(option.choices.joined(separator: " ")))"
        value = "\(option.isValueOptional ? "::" : ":")\(placeholder):\(action)"
      }
      let long =
        option.placeholder == nil
        ? option.name : option.name + (option.isValueOptional ? "=-" : "=")
      guard let short = option.short else {
        text += "  '\(long)[\(help)]\(value)' \\\n"
        continue
      }
      let once = "(\(option.name) -\(short))"
      if option.isValueOptional {
        text += "  '\(once)-\(short)[\(help)]' \\\n  '\(once)\(long)[\(help)]\(value)' \\\n"
      } else {
        let names = "{-\(short)\(option.placeholder == nil ? "" : "+"),\(long)}"
        text += "  '\(once)'\(names)'[\(help)]\(value)' \\\n"
      }
    }
    return text + "  '*:file:_files'\n"
  }

  /// Whether the value is the name of a file.
  private static func isFile(_ option: OptionDeclaration) -> Bool {
    option.placeholder == "FILE" || option.placeholder == "MODEL"
  }

  /// A pattern of `case` for options, with and without what joins them to a value.
  private static func pattern(_ names: [String]) -> String {
    names.flatMap { $0.hasPrefix("--") ? [$0, $0 + "="] : [$0] }.joined(separator: "|")
  }

  private static func names(_ options: [OptionDeclaration]) -> [String] {
    options.flatMap { option in [option.name] + (option.short.map { ["-\($0)"] } ?? []) }
  }
}
