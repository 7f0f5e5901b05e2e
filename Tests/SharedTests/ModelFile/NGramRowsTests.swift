import Testing

@testable import Shared

@Suite struct NGramRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The rows of a text, each as `NGRAM COUNT` with a bare `.` for the boundary.
  private func rows(_ text: some Sequence<UInt8>) throws -> [String] {
    let reader = ModelReader(try InputFile(folder.file("rows", text)))
    guard var rows = try reader.rows() else { return ["not rows"] }
    var found: [String] = []
    while try rows.next() {
      let labels = rows.ngram.map { $0.map { Label.escaped($0) } ?? Label.boundary }
      found.append("\(labels.joined()) \(rows.count)")
    }
    #expect(try reader.isAtEnd())
    return found
  }

  private func rows(_ text: String) throws -> [String] { try rows(text.utf8) }

  private func refusal(_ text: some Sequence<UInt8>) throws -> String? {
    try dataError { _ = try rows(text) }?.description
      .replacing(folder.path("rows"), with: "-")
  }

  @Test func rowsComeInAnyOrderAndRepeated() throws {
    #expect(
      try rows("bo.\t2\n.bo\t1\n..b\t0\n.bo\t1\n") == ["bo. 2", ".bo 1", "..b 0", ".bo 1"])
  }

  @Test func emptyLinesWindowsAndMarksArePassedOver() throws {
    #expect(
      try rows("\u{FEFF}\r\n\n.b\t1\r\n\r\n\nb.\t2\r\n\n") == [".b 1", "b. 2"])
    #expect(try rows("\u{FEFF}.b\t1\n") == [".b 1"])
  }

  @Test func labelsAreThoseOfTheTextForm() throws {
    let labels = [
      "\\.", "\\#", "\\s", "\\t", "\\n", "\\r", "\\\\", "\\u{0}", "\\u{1F469}", "\u{E9}",
      "\u{4E00}",
      "\u{1F600}",
    ]
    for label in labels {
      #expect(try rows("..\(label)\t7\n") == ["..\(Label.escaped(Label.unescaped(label)!)) 7"])
    }
    #expect(try rows(labels.joined() + "\t1\n").count == 1)
  }

  @Test func theLargestCountIsRead() throws {
    #expect(try rows(".a\t9223372036854775807\n") == [".a 9223372036854775807"])
    #expect(
      try refusal(".a\t1\n.a\t9223372036854775808\n".utf8)
        == "-:2: \"9223372036854775808\" is not a count from 0 to 2^63 - 1")
  }

  @Test(arguments: [
    ("a.\t1", "1: truncated: no newline at the end"),
    ("a.\t1\n.a\t12", "2: truncated: no newline at the end"),
    ("a.\t1\n.aa\t1\n", "2: an n-gram of 3 tokens, expected 2"),
    ("a.\t1\n\n\na\t1\n", "4: an n-gram of 1 tokens, expected 2"),
    ("a.\t1\n#mm\t1\tcounts\n", "2: a line that begins with '#' among rows"),
    ("a.\t1\nab\n", "2: expected an n-gram, a tab and a count"),
    ("a.\t1\nab\t\n", "2: \"\" is not a count from 0 to 2^63 - 1"),
    ("a.\t1\nab\t-1\n", "2: \"-1\" is not a count from 0 to 2^63 - 1"),
    ("a.\t1\nab\t+1\n", "2: \"+1\" is not a count from 0 to 2^63 - 1"),
    ("a.\t1\nab\t1\t1\n", "2: \"1\\t1\" is not a count from 0 to 2^63 - 1"),
    ("a.\t1\n\\q.\t1\n", "2: \"\\\\q\" is not the label of a character"),
    ("a.\t1\n\\u{110000}.\t1\n", "2: \"\\\\u{110000}\" is not the label of a character"),
    ("a.\t1\n\\\t1\n", "2: \"\\\\\\t\" is not the label of a character"),
  ])
  func malformedRowsAreNamedByTheirLine(text: String, reason: String) throws {
    #expect(try refusal(text.utf8) == "-:\(reason)")
  }

  @Test func invalidUTF8IsNamedByItsLine() throws {
    let row: [UInt8] = [0x61, 0xE4, 0x09, 0x31, 0x0A]
    #expect(try refusal("a.\t1\n".utf8 + row) == "-:2: invalid UTF-8")
  }

  @Test(arguments: [
    "emma\nolivia\n", "emma\tF\t20799x\nab\t1\n", "#ngrams\t2\t1\na.\t1\n", "\t1\n",
    "#mm\t1\tcounts\n#ngrams\t2\t1\na.\t1\n",
  ])
  func whatDoesNotBeginWithARowIsNotRows(text: String) throws {
    #expect(try rows(text) == ["not rows"])
  }

  /// A header may be as long as a line of rows looks, and its bytes look like a mark.
  @Test func aBinaryModelIsNotRows() throws {
    for length in [0x0A0A, 0x310931, 0xBFBBEF] as [UInt64] {
      let start = withUnsafeBytes(of: length.littleEndian, Array.init) + "{}\t1\n".utf8
      #expect(try rows(start) == ["not rows"])
      #expect(try folder.refusal(start) == "-: truncated: the data ends early")
    }
  }

  @Test func aMarkAloneIsAnEmptyFile() throws {
    #expect(try folder.refusal("\u{FEFF}".utf8) == "-: is empty where a model is wanted")
  }
}
