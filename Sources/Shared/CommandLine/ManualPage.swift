/// What `--help=man` prints: a manual page in the macros of man(7).
enum ManualPage {
  static func text(of tool: Tool) -> String {
    let description = tool.description
    let title = description.name.uppercased()
    var text = ".TH \(title) 1 \"\(Tool.date)\" \"makemore \(Tool.version)\"\n"
    text += ".SH NAME\n\(escaped(description.name)) \\- \(escaped(description.summary))\n"
    text += ".SH SYNOPSIS\n"
    for (index, synopsis) in description.synopsis.enumerated() {
      if index > 0 { text += ".br\n" }
      text += ".B \(escaped(description.name))\n\(line(synopsis))\n"
    }
    text += ".SH DESCRIPTION\n\(line(Help.sentence(description.summary)))\n"
    for paragraph in Help.paragraphs(description.details) { text += ".PP\n\(line(paragraph))\n" }
    text += ".SH OPTIONS\n"
    for option in tool.options {
      let short = option.short.map { "\\fB\\-\($0)\\fR, " } ?? ""
      let value = option.placeholder.map {
        option.isValueOptional ? "[=\\fI\($0)\\fR]" : " \\fI\($0)\\fR"
      }
      text += ".TP\n\(short)\\fB\(escaped(option.name))\\fR\(value ?? "")\n"
      text += line(Help.sentence(Help.body(option))) + "\n"
    }
    text += ".SH EXIT STATUS\n"
    for (status, meaning) in [
      ("0", "Done, and every byte is written."), ("1", "Bad data, or failed input or output."),
      ("2", "A wrong command line."),
    ] { text += ".TP\n\(status)\n\(meaning)\n" }
    text += ".SH EXAMPLES\n"
    for (command, explanation) in description.examples {
      text += ".TP\n.B \(escaped(command))\n\(line(explanation))\n"
    }
    let others = ["mm-count", "mm-fit", "mm-gpt", "mm-sample", "mm-loss"]
      .filter { $0 != description.name }
    text += ".SH SEE ALSO\n"
    return text + others.map { ".BR \(escaped($0)) (1)" }.joined(separator: ",\n") + "\n"
  }

  /// A text in which nothing is taken for a request or an escape.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "`": result += "\\(ga"
      default: result.append(character)
      }
    }
  }

  /// A text that stands on lines of its own.
  private static func line(_ text: String) -> String {
    let escaped = escaped(text)
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }
}
