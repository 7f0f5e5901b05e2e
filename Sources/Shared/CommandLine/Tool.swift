// CommandLine: options, each declared once, with the parser, the help, the manual page and completion that
// follow from the declaration; exit status, diagnostics and progress. It knows no model and no option of
// any tool: those are in Tools.

/// What a tool says of itself: the text of `--help` and of the manual page beside the options.
public struct ToolDescription: Sendable {
  /// The tool's name: `mm-count`.
  var name: String

  /// What it does, as the start of a sentence: `count which token follows which`.
  var summary: String

  /// The operands of each way to call it, as in `--merge [OPTION]... [MODEL]...`.
  var synopsis: [String]

  /// What a reader has to know beside the options: paragraphs, an empty line between them.
  var details: String

  /// Commands, each with the words that explain it.
  var examples: [(command: String, explanation: String)]

  /// Creates the description of a tool.
  public init(
    _ name: String, summary: String, synopsis: [String], details: String,
    examples: [(command: String, explanation: String)]
  ) {
    self.name = name
    self.summary = summary
    self.synopsis = synopsis
    self.details = details
    self.examples = examples
  }
}

/// A tool's side of the command line: its options, its operands and standard output.
public final class Tool {
  /// The version that all the tools share.
  static let version = "0.1.0"

  /// The day of that version, which manual pages show.
  static let date = "2026-11-23"

  /// Standard output.
  public let output = OutputFile.standardOutput()

  let description: ToolDescription
  private(set) var options: [OptionDeclaration] = []

  /// The words of the command line, without the tool's own.
  let words: [String]

  private let state = ParsingState()
  private var helpFormat: String?
  private var wantsVersion = false

  init(_ description: ToolDescription, words: [String]) {
    self.description = description
    self.words = words
  }

  // MARK: Declaring options

  /// Declares an option that is there or not.
  public func flag(_ long: String, short: Character? = nil, help: String) -> Option<Bool> {
    let option = Option(default: false, state)
    options.append(.flag(option, long: long, short: short, help: help))
    return option
  }

  /// Declares an option with a value, and a default.
  ///
  /// - Parameters:
  ///   - bound: The values that are valid.
  ///   - shownDefault: How `--help` names a default that depends on the machine.
  public func option<Value: OptionValue>(
    _ long: String, _ placeholder: String, short: Character? = nil, default fallback: Value,
    in bound: Bound<Value> = .any, shownDefault: String? = nil, help: String
  ) -> Option<Value> {
    let option = Option(default: fallback, state)
    options.append(
      .value(
        option, long: long, short: short, placeholder: placeholder,
        defaultWord: shownDefault ?? fallback.word, bound: bound, help: help, wrap: { $0 }))
    return option
  }

  /// Declares an option with a value and without a default.
  ///
  /// - Parameters:
  ///   - bound: The values that are valid.
  ///   - absent: What holds without the option, in words, as in `random`.
  public func option<Value: OptionValue>(
    _ long: String, _ placeholder: String, _ type: Value.Type, short: Character? = nil,
    in bound: Bound<Value> = .any, absent: String? = nil, help: String
  ) -> Option<Value?> {
    let option = Option<Value?>(default: nil, state)
    options.append(
      .value(
        option, long: long, short: short, placeholder: placeholder, defaultWord: absent,
        bound: bound, help: help, wrap: { $0 }))
    return option
  }

  /// Declares an option with a value that may be given several times.
  func list(_ long: String, _ placeholder: String, help: String) -> Option<[String]> {
    let option = Option<[String]>(default: [], state)
    options.append(.list(option, long: long, placeholder: placeholder, help: help))
    return option
  }

  // MARK: Parsing

  /// Parses the command line by the options declared so far.
  ///
  /// - Returns: The operands.
  /// - Throws: `UsageError` when it does not fit, and what ends the tool after `--help` and
  ///   `--version`.
  public func operands() throws -> [String] {
    var help = OptionDeclaration(
      long: "help", short: "h", placeholder: "FORM", isValueOptional: true,
      choices: ["man", "bash", "zsh"],
      help:
        "show this help; man prints the manual page, bash and zsh print completion for the shell"
    ) { [unowned self] (word, _) throws(UsageError) in
      guard ["", "man", "bash", "zsh"].contains(word) else {
        throw UsageError("option '--help': '\(word)' is not man or bash or zsh")
      }
      helpFormat = helpFormat ?? word
    }
    help.defaultWord = nil
    options.append(help)
    options.append(
      OptionDeclaration(long: "version", short: "V", help: "show the version") {
        [unowned self] _, _ in wantsVersion = true
      })

    let operands = try CommandLineParser(options: options).parse(words)
    state.isParsed = true
    if let helpFormat {
      let text =
        switch helpFormat {
        case "man": ManualPage.text(of: self)
        case "bash": Completion.bash(of: self)
        case "zsh": Completion.zsh(of: self)
        default: Help.text(of: self)
        }
      try output.write(text)
      throw Done()
    }
    if wantsVersion {
      try output.write("\(description.name) (makemore) \(Self.version)\n")
      throw Done()
    }
    return operands
  }

  /// The one operand of those that were given, or `-` without any.
  ///
  /// - Throws: `UsageError` when there are more.
  public static func only(of operands: [String]) throws(UsageError) -> String {
    if operands.count > 1 { throw UsageError("extra operand '\(operands[1])'") }
    return operands.first ?? "-"
  }

  /// Thrown to end a tool that has done what it was asked for.
  struct Done: Error {}
}
