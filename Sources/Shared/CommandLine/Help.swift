/// What `--help` prints.
enum Help {
  private static let width = 80

  static func text(of tool: Tool) -> String {
    let description = tool.description
    var text = ""
    for (index, synopsis) in description.synopsis.enumerated() {
      text += "\(index == 0 ? "Usage:" : "  or: ") \(description.name) \(synopsis)\n"
    }
    text += wrapped(sentence(description.summary), indent: 0) + "\n"
    for paragraph in paragraphs(description.details) {
      text += wrapped(paragraph, indent: 0) + "\n"
    }
    text += "Options:\n"
    let left = tool.options.map(heading)
    let column = min(30, (left.map(\.count).max() ?? 0) + 2)
    for (option, heading) in zip(tool.options, left) {
      let body = wrapped(self.body(option), indent: column)
      if heading.count + 2 > column {
        text += heading + "\n" + body
      } else {
        text += heading + String(body.dropFirst(heading.count))
      }
    }
    text += "\nExamples:\n"
    for (command, explanation) in description.examples {
      text += "  \(command)\n" + wrapped(explanation, indent: 6)
    }
    return text
  }

  /// A sentence of a phrase.
  static func sentence(_ phrase: String) -> String {
    phrase.prefix(1).uppercased() + phrase.dropFirst() + "."
  }

  /// The paragraphs of a text, each as one line.
  static func paragraphs(_ text: String) -> [String] {
    var paragraphs: [String] = [""]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        paragraphs.append("")
      } else {
        paragraphs[paragraphs.count - 1] += (paragraphs.last == "" ? "" : " ") + line
      }
    }
    return paragraphs.filter { !$0.isEmpty }
  }

  /// What an option does, with its range and its default.
  static func body(_ option: OptionDeclaration) -> String {
    let notes = [option.range, option.defaultWord.map { "default: \($0)" }].compactMap(\.self)
    return notes.isEmpty ? option.help : "\(option.help) (\(notes.joined(separator: "; ")))"
  }

  private static func heading(_ option: OptionDeclaration) -> String {
    let short = option.short.map { "-\($0), " } ?? "    "
    return "  \(short)\(usage(option))  "
  }

  /// The long name with its value: `--order N`, `--help[=FORM]`.
  static func usage(_ option: OptionDeclaration) -> String {
    guard let placeholder = option.placeholder else { return option.name }
    return option.isValueOptional
      ? "\(option.name)[=\(placeholder)]" : "\(option.name) \(placeholder)"
  }

  /// A paragraph in lines of at most 80 columns.
  private static func wrapped(_ paragraph: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var text = ""
    var line = margin
    for word in paragraph.split(separator: " ") {
      if line.count > indent, line.count + 1 + word.count > width {
        text += line + "\n"
        line = margin
      }
      line += (line.count > indent ? " " : "") + word
    }
    return text + line + "\n"
  }
}
