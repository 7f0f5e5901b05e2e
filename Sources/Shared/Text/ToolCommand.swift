/// The command line that a tool was called with, from which diagnostics make the next one to type.
struct ToolCommand: Sendable {
  private let name: String
  private let words: [String]

  /// Whether the file that text came from is the value of an option, as of `--exclude`, not an operand.
  var namesFileByOption = false

  /// Takes a tool's name, and the words after it.
  init(_ name: String, _ words: [String]) {
    self.name = name
    self.words = words
  }

  /// The same command with one option more.
  func adding(_ option: String) -> String { command([option] + words.map(ShellWord.quoted)) }

  /// The same command, reading what another one writes.
  ///
  ///     zcat a.gz | mm-count --order 3
  ///
  /// - Parameters:
  ///   - producer: What writes it.
  ///   - file: The operand that it is in place of; `-` where that is standard input.
  ///   - isOnly: Whether it is the only text, so that the tool reads standard input without it.
  func reading(_ producer: String, insteadOf file: String, isOnly: Bool) -> String {
    var quoted = words.map(ShellWord.quoted)
    if file == "-" { return "\(producer) | \(command(quoted))" }
    let place = words.lastIndex { word in
      word == file || namesFileByOption && word.hasPrefix("--") && word.hasSuffix("=\(file)")
    }
    guard let place else { return producer }
    if namesFileByOption || words.contains("-") {
      // Standard input may be taken.
      quoted[place] = "\(words[place].dropLast(file.count))<(\(producer))"
      return command(quoted)
    }
    quoted.remove(at: place)
    if !isOnly { quoted.insert("-", at: place) }
    return "\(producer) | \(command(quoted))"
  }

  /// Whether the command is one of a tool.
  func isOf(_ tool: String) -> Bool { name == tool }

  private func command(_ words: [String]) -> String { ([name] + words).joined(separator: " ") }
}
