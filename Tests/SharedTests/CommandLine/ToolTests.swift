import Testing

@testable import Shared

@Suite struct ToolTests {
  private func tool(_ words: String...) -> Tool {
    Tool(
      ToolDescription(
        "mm-try", summary: "try things", synopsis: ["[OPTION]... [FILE]", "--other"],
        details: "First line\nof a paragraph.\n\n.Second 'paragraph' with a \\ in it.",
        examples: [("mm-try < a", "One example."), ("mm-try 'b'", "Another example.")]),
      words: words)
  }

  @Test func optionsHaveTheirDefaultsUntilGiven() throws {
    let tool = tool("--number=3", "-t", "--word", "x", "file")
    let number = tool.option("number", "N", default: 1, in: .within(1...5), help: "a number")
    let other = tool.option("other", "N", default: 7, in: .within(1...9), help: "another")
    let text = tool.textOption()
    let null = tool.nullOption("null")
    let word = tool.option("word", "W", String.self, help: "a word")
    let absent = tool.option("absent", "W", String.self, help: "a word")
    #expect(try Tool.only(of: tool.operands()) == "file")
    #expect(number() == 3 && number.isGiven)
    #expect(other() == 7 && !other.isGiven)
    #expect(text() && !null())
    #expect(word() == "x")
    #expect(absent() == nil && !absent.isGiven)
  }

  @Test func theLastOfRepeatedOptionsHolds() throws {
    let tool = tool("--number=3", "--number=4")
    let number = tool.option("number", "N", default: 1, in: .within(1...5), help: "a number")
    _ = try tool.operands()
    #expect(number() == 4)
  }

  @Test(arguments: [
    ("6", "option '--number': '6' is not a whole number, 1 to 5"),
    ("0", "option '--number': '0' is not a whole number, 1 to 5"),
    ("x", "option '--number': 'x' is not a whole number, 1 to 5"),
    ("", "option '--number': '' is not a whole number, 1 to 5"),
    (
      "99999999999999999999",
      "option '--number': '99999999999999999999' is not a whole number, 1 to 5"
    ),
  ])
  func valuesOutOfRangeAreAWrongCommandLine(word: String, reason: String) throws {
    let tool = tool("--number", word)
    _ = tool.option("number", "N", default: 1, in: .within(1...5), help: "a number")
    #expect(try usageError { _ = try tool.operands() } == reason)
  }

  @Test func rangesMayBeInWords() throws {
    let tool = tool("--rate=0")
    _ = tool.option("rate", "R", default: 2.0, in: .above(0), help: "a rate")
    #expect(
      try usageError { _ = try tool.operands() } == "option '--rate': '0' is not a number, above 0")
  }

  @Test func strayOperandsAreRefused() throws {
    #expect(try Tool.only(of: tool().operands()) == "-")
    #expect(
      try usageError { _ = try Tool.only(of: tool("a", "b", "c").operands()) }
        == "extra operand 'b'")
    #expect(
      try usageError { _ = try tool("--help=pdf").operands() }
        == "option '--help': 'pdf' is not man or bash or zsh")
  }

  /// A tool with an option of every sort.
  private func declared() throws -> Tool {
    let tool = tool()
    _ = tool.option(
      "number", "N", short: "n", default: 3, in: .within(1...5), help: "how many: [of] it's")
    _ = tool.option("model", "MODEL", String.self, absent: "none at all", help: "a file")
    _ = tool.option("log", "FILE", String.self, help: "a table")
    _ = tool.threadsOption()
    _ = tool.textOption()
    _ = ProgressOptions(of: tool)
    _ = try tool.operands()
    return tool
  }

  private let names = [
    "--number", "--model", "--log", "--threads", "--text", "--progress", "--quiet", "--help",
    "--version",
  ]

  @Test func helpTellsEveryOptionWithItsDefault() throws {
    let tool = try declared()
    #expect(tool.options.map(\.name) == names)
    let text = Help.text(of: tool)
    #expect(
      text.hasPrefix(
        """
        Usage: mm-try [OPTION]... [FILE]
          or:  mm-try --other
        Try things.

        First line of a paragraph.

        .Second 'paragraph' with a \\ in it.

        Options:

        """))
    for name in names { #expect(text.contains(name)) }
    #expect(text.contains("  -n, --number N"))
    #expect(text.contains("how many: [of] it's (1 to 5; default: 3)"))
    #expect(text.contains("a file (default: none at all)"))
    #expect(text.contains("--help[=FORM]"))
    #expect(text.contains("\nExamples:\n  mm-try < a\n      One example.\n  mm-try 'b'\n"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80) }
  }

  @Test func theManualPageTellsEveryOption() throws {
    let text = ManualPage.text(of: try declared())
    for name in names {
      #expect(text.contains("\\fB\(name.replacing("-", with: "\\-"))\\fR"))
    }
    #expect(text.hasPrefix(".TH MM-TRY 1 "))
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES"] {
      #expect(text.contains(".SH \(section)\n"))
    }
    #expect(text.contains("\n\\&.Second \\(aqparagraph\\(aq with a \\e in it.\n"))
    #expect(text.contains("default: 3)"))
    // A line that begins with a dot or an apostrophe is a request: these are the ones meant.
    for line in text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect([".TH", ".SH", ".TP", ".PP", ".br", ".B ", ".BR"].contains(line.prefix(3)))
    }
  }

  @Test func completionTellsEveryOption() throws {
    let tool = try declared()
    let bash = Completion.bash(of: tool)
    let zsh = Completion.zsh(of: tool)
    for name in names + ["-n", "-t", "-q", "-h", "-V"] {
      #expect(bash.contains(name))
      #expect(zsh.contains(name))
    }
    #expect(bash.hasPrefix("_mm_try() {\n"))
    #expect(bash.hasSuffix("complete -o default -F _mm_try mm-try\n"))
    #expect(bash.contains("--log|--log=) ;;\n"))
    #expect(zsh.hasPrefix("#compdef mm-try\n"))
    #expect(zsh.contains("how many\\: \\[of\\] it'\\''s"))
    #expect(zsh.contains(":MODEL:_files"))
    #expect(zsh.contains("--help=-"))
  }

  @Test func numbersForPeopleHaveFixedDigits() {
    #expect(2.45401.fixed(4) == "2.4540")
    #expect((-0.00001).fixed(2) == "-0.00")
    #expect(Double.infinity.fixed(1) == "inf")
    #expect(Double.greatestFiniteMagnitude.fixed(1).count == 311)
  }

  @Test func errorsTellTheirPlace() {
    #expect(DataError("bad", at: "a:3").description == "a:3: bad")
    #expect(DataError("bad").description == "bad")
    #expect(DataError("bad").at("a") == DataError("bad", at: "a"))
    #expect(DataError("bad", at: "a").at("b") == DataError("bad", at: "a"))
    #expect(("\u{FC}" as Unicode.Scalar).quoted == "'\u{FC}' (U+00FC)")
    #expect(("\n" as Unicode.Scalar).quoted == "'\\n' (U+000A)")
    #expect(("\u{1F600}" as Unicode.Scalar).quoted == "'\u{1F600}' (U+1F600)")
  }
}
