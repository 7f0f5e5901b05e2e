import Testing

@testable import Shared

@Suite struct CommandLineParserTests {
  /// What a command line gave: an option and its value for each, then the operands.
  private func parse(_ words: String...) throws -> [String] {
    var given: [String] = []
    func declaration(
      _ long: String, _ short: Character?, _ placeholder: String?, isOptional: Bool = false
    ) -> OptionDeclaration {
      OptionDeclaration(
        long: long, short: short, placeholder: placeholder, isValueOptional: isOptional, help: ""
      ) { (word, _) throws(UsageError) in
        given.append(placeholder == nil ? long : "\(long)=\(word)")
      }
    }
    let parser = CommandLineParser(options: [
      declaration("count", "n", "N"), declaration("seed", nil, "S"), declaration("text", "t", nil),
      declaration("smooth", nil, "A"), declaration("skip-unknown", nil, nil),
      declaration("skip", nil, nil), declaration("null", "z", nil),
      declaration("help", "h", "FORM", isOptional: true),
    ])
    let operands = try parser.parse(words)
    return given + operands.map { "[\($0)]" }
  }

  @Test func aValueMayStandInFourPlaces() throws {
    #expect(try parse("-n5") == ["count=5"])
    #expect(try parse("-n", "5") == ["count=5"])
    #expect(try parse("--count=5") == ["count=5"])
    #expect(try parse("--count", "5") == ["count=5"])
    #expect(try parse("--count=") == ["count="])
    #expect(try parse("--count=a=b") == ["count=a=b"])
    #expect(try parse("-n", "") == ["count="])
    #expect(try parse("-n=5") == ["count==5"])
  }

  @Test func aValueMayLookLikeAnOption() throws {
    #expect(try parse("-n", "-t") == ["count=-t"])
    #expect(try parse("--count", "--text") == ["count=--text"])
    #expect(try parse("--count", "--", "-t") == ["count=--", "text"])
  }

  @Test func flagsMayStandTogether() throws {
    #expect(try parse("-tzn5") == ["text", "null", "count=5"])
    #expect(try parse("-tn", "5", "x") == ["text", "count=5", "[x]"])
    #expect(try parse("-nt") == ["count=t"])
  }

  @Test func longNamesMayBeShortenedWhileUnique() throws {
    #expect(try parse("--c=1", "--te") == ["count=1", "text"])
    #expect(try parse("--skip") == ["skip"])
    #expect(try parse("--skip-") == ["skip-unknown"])
    #expect(
      try usageError { _ = try parse("--s", "1") }
        == "option '--s' is ambiguous: '--seed' '--smooth' '--skip-unknown' '--skip'")
  }

  @Test func optionsMayFollowOperands() throws {
    #expect(
      try parse("a", "-t", "b", "--count", "2", "c") == ["text", "count=2", "[a]", "[b]", "[c]"])
  }

  @Test func twoDashesEndTheOptions() throws {
    #expect(try parse("-t", "--", "-n", "--", "x") == ["text", "[-n]", "[--]", "[x]"])
    #expect(try parse("a", "--") == ["[a]"])
    #expect(try parse("--") == [])
  }

  @Test func oneDashIsAnOperand() throws {
    #expect(try parse("-", "-t", "", "-") == ["text", "[-]", "[]", "[-]"])
  }

  @Test func anOptionalValueStandsBehindASign() throws {
    #expect(try parse("--help") == ["help="])
    #expect(try parse("--help=man") == ["help=man"])
    #expect(try parse("--help", "man") == ["help=", "[man]"])
    #expect(try parse("-h", "man") == ["help=", "[man]"])
    #expect(try parse("-ht") == ["help=", "text"])
  }

  @Test(arguments: [
    ("-x", "invalid option -- 'x'"), ("-tx", "invalid option -- 'x'"),
    ("-5", "invalid option -- '5'"),
    ("--nope", "unrecognized option '--nope'"), ("--nope=1", "unrecognized option '--nope'"),
    ("--=1", "unrecognized option '--'"), ("--texts", "unrecognized option '--texts'"),
    ("--count", "option '--count' requires an argument"),
    ("-n", "option '--count' requires an argument"),
    ("-tn", "option '--count' requires an argument"),
    ("--co", "option '--count' requires an argument"),
    ("--text=1", "option '--text' doesn't allow an argument"),
    ("--te=", "option '--text' doesn't allow an argument"),
    ("--Text", "unrecognized option '--Text'"),
  ])
  func wrongWordsAreNamed(word: String, reason: String) throws {
    #expect(try usageError { _ = try parse("a", word) } == reason)
  }

  /// A combining mark makes one character with what stands before it.
  @Test func valuesMayBeginWithACombiningMark() throws {
    for value in ["\u{301}", "\u{301}a", "\u{FE0F}", "\u{200D}x=\u{301}"] {
      #expect(
        try parse("--count=\(value)").map { Array($0.utf8) } == [Array("count=\(value)".utf8)])
      #expect(try parse("-n", value) == ["count=\(value)"])
    }
  }
}
