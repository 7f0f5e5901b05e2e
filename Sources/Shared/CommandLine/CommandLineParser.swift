/// Sorts the words of a command line into options and operands, as GNU's `getopt_long` does.
///
/// `getopt_long` itself is not in the modules that Swift's C library interface exports on Linux.
/// Options may follow operands, whatever the environment says; `--` ends them.
struct CommandLineParser {
  let options: [OptionDeclaration]

  /// Gives each option its value.
  ///
  /// - Returns: The operands.
  /// - Throws: `UsageError` at the first word that does not fit.
  func parse(_ words: [String]) throws(UsageError) -> [String] {
    var operands: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" { return operands + rest }
      if word.hasPrefix("--") {
        try parse(long: word.dropFirst(2), &rest)
      } else if word.hasPrefix("-"), word != "-" {
        try parse(short: word.dropFirst(), &rest)
      } else {
        operands.append(word)
      }
    }
    return operands
  }

  private func parse(long word: Substring, _ rest: inout ArraySlice<String>) throws(UsageError) {
    // By scalars: a combining mark after it would make the sign part of another character.
    let sign = word.unicodeScalars.firstIndex(of: "=")
    let name = String(word[..<(sign ?? word.endIndex)])
    let attached = sign.map { String(word[word.unicodeScalars.index(after: $0)...]) }
    let matches = options.filter { $0.long.hasPrefix(name) }
    guard let option = matches.first(where: { $0.long == name }) ?? matches.first, !name.isEmpty
    else { throw UsageError("unrecognized option '--\(name)'") }
    if matches.count > 1, option.long != name {
      let names = matches.map { "'\($0.name)'" }.joined(separator: " ")
      throw UsageError("option '--\(name)' is ambiguous: \(names)")
    }
    if option.placeholder == nil, attached != nil {
      throw UsageError("option '\(option.name)' doesn't allow an argument")
    }
    try take(option, option.name, attached, &rest)
  }

  private func parse(short word: Substring, _ rest: inout ArraySlice<String>) throws(UsageError) {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = options.first(where: { $0.short == letter }) else {
        throw UsageError("invalid option -- '\(letter)'")
      }
      if option.placeholder == nil || option.isValueOptional {
        try option.accept("", "-\(letter)")
      } else {
        return try take(option, "-\(letter)", letters.isEmpty ? nil : String(letters), &rest)
      }
    }
  }

  private func take(
    _ option: OptionDeclaration, _ name: String, _ attached: String?,
    _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    if let attached { return try option.accept(attached, name) }
    if option.placeholder == nil || option.isValueOptional { return try option.accept("", name) }
    guard let word = rest.popFirst() else {
      throw UsageError("option '\(option.name)' requires an argument")
    }
    try option.accept(word, name)
  }
}
