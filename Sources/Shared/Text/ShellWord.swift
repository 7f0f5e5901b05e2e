/// Words as a shell takes them: for the commands that diagnostics name, which can be typed as they are.
enum ShellWord {
  /// A word in quotes, where it needs them.
  ///
  ///     names.txt       stays as it is
  ///     my names.txt    'my names.txt'
  ///     it's            'it'\''s'
  static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "%+,-./:=@_".unicodeScalars.contains(scalar)
    }
    if isPlain, !word.isEmpty { return word }
    let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
    guard word.unicodeScalars.contains(where: isControl) else {
      return
        "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
    }
    // A diagnostic is one line, so these are escaped as bash and zsh read them.
    return word.unicodeScalars.reduce(into: "$'") { text, scalar in
      switch scalar {
      case "'", "\\": text += "\\\(scalar)"
      case _ where isControl(scalar):
        for byte in String(scalar).utf8 {
          text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
      default: text.unicodeScalars.append(scalar)
      }
    } + "'"
  }

  /// The name of a file in quotes, where it needs them, and such that no tool takes it for an option.
  static func file(_ name: String) -> String { quoted(name.hasPrefix("-") ? "./" + name : name) }

  /// An operand in quotes, where it needs them; `-` stays standard input.
  static func operand(_ name: String) -> String { name == "-" ? name : file(name) }
}
