import Testing

@testable import Shared

@Suite struct TextFormListTests {
  private let folder: TemporaryFolder
  private let bob =
    "#mm\t1\tcounts\n#ngrams\t3\t4\n..b\t1\n.bo\t1\nbob\t1\nob.\t1\n"

  init() throws { folder = try TemporaryFolder() }

  @Test func aListHasARowForEachNGram() throws {
    let model = try folder.model(bob)
    #expect(model.metadata["mm.vocab"] == "bo")
    #expect(
      model.tensors == [
        Tensor(name: "ngrams", shape: [4, 3], values: .u8([0, 0, 1, 0, 1, 2, 1, 2, 1, 2, 1, 0])),
        Tensor(name: "counts", shape: [4], values: .i64([1, 1, 1, 1])),
      ])
    let list = try NGramList(model)
    #expect(try folder.written { try list.write(to: $0, as: .text) } == Array(bob.utf8))
    #expect(
      try folder.models(folder.written { try list.write(to: $0, as: .binary) }) == [model])
  }

  @Test func charactersAreLabelled() throws {
    let text = "#mm\t1\tcounts\n#ngrams\t2\t3\n.\\.\t5\n\\s\\#\t9223372036854775807\n\\\\.\t10\n"
    let model = try folder.model(text)
    #expect(try model.vocabulary().text == " #.\\")
    #expect(
      try folder.written { try NGramList(model).write(to: $0, as: .text) } == Array(text.utf8))
  }

  /// Alphabets on both sides of the widths of a token, each character in some n-gram.
  @Test(arguments: [1, 2, 40, 255, 256, 65535, 65536])
  func bothFormsHoldTheSame(size: Int) throws {
    let scalars = (0...0x10FFFF).lazy.compactMap(Unicode.Scalar.init).prefix(size)
    var random = Noise(UInt64(size))
    let ngrams = stride(from: 1, through: size, by: 11).map { first in
      [0] + (0..<11).map { min(first + $0, size) }
    }
    let tokens = ngrams.joined()
    let list = NGramList(
      vocabulary: Vocabulary(sorted: Array(scalars)), order: 12,
      tokens: size < 256
        ? .u8(tokens.map(UInt8.init))
        : size < 65536 ? .u16(tokens.map(UInt16.init)) : .u32(tokens.map(UInt32.init)),
      counts: ngrams.map { _ in Int64(random.next() >> 1 | 1) })
    let forms = try [ModelForm.binary, .text].map { form in
      try folder.models(folder.written { try list.write(to: $0, as: form) })
    }
    #expect(forms[0] == forms[1] && forms[0].count == 1)
    #expect(try NGramList(forms[1][0]) == list)
  }

  @Test(arguments: [
    ("3", "2: expected '#ngrams', the length of the n-grams and their number"),
    ("3\t4\t5", "2: expected '#ngrams', the length of the n-grams and their number"),
    ("3\t-4", "2: expected '#ngrams', the length of the n-grams and their number"),
    ("3\t1", "2: truncated: 0 of 1 n-grams"),
    ("3\t9223372036854775807\n..a\t1", "3: truncated: 1 of 9223372036854775807 n-grams"),
    ("3\t2\n..a\t1\n#mm\t1\tcounts", "3: truncated: 1 of 2 n-grams"),
    ("3\t1\n.a\t1", "3: an n-gram of 2 tokens, expected 3"),
  ])
  func malformedListsAreRefused(text: String, reason: String) throws {
    #expect(try folder.refusal("#mm\t1\tcounts\n#ngrams\t\(text)\n".utf8) == "-:\(reason)")
  }

  @Test func aLastRowWithoutItsNewlineIsTruncated() throws {
    #expect(
      try folder.refusal(bob.utf8.dropLast()) == "-:6: truncated: no newline at the end")
  }

  @Test func theVocabularyIsWhatOccurs() throws {
    let text = "#mm\t1\tcounts\n#meta\tmm.vocab\tab\n#ngrams\t2\t1\n.a\t1\n"
    #expect(
      try folder.refusal(text.utf8) == "-:4: the n-grams' characters differ from mm.vocab")
    #expect(try folder.model(text.replacing("ab", with: "a")).vocabulary().text == "a")
  }

  @Test func otherMetadataIsKept() throws {
    let text = bob.replacing("#ngrams", with: "#meta\tnote\ta\\sb\n#ngrams")
    #expect(try folder.model(text).metadata["note"] == "a b")
  }

  @Test func listsAndTablesFollowOneAnother() throws {
    let table = countsText("# . a\n. 0 1\na 1 0")
    let list = try NGramList(folder.model(bob))
    let binary = try folder.written { try list.write(to: $0, as: .binary) }
    let models = try folder.models(Array(bob.utf8) + table.utf8 + binary + bob.utf8)
    #expect(models.map(\.tensors.count) == [2, 1, 2, 2])
  }

  @Test func textAfterWindowsIsRead() throws {
    let windows = "\u{FEFF}" + bob.replacing("\n", with: "\r\n")
    #expect(try folder.model(windows) == folder.model(bob))
  }
}
