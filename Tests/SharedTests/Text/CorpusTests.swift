import Testing

@testable import Shared

@Suite struct CorpusTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func itemsAreTokensInOrderAndEmptyLinesAreSkipped() throws {
    let corpus = try corpus("\nbob\r\n\n\nüb\nb")
    #expect(corpus.vocabulary.scalars == ["b", "o", "ü"])
    #expect(corpus.map(Array.init) == [[1, 2, 1], [3, 1], [1]])
    #expect(corpus.count == 3 && corpus.startIndex == 0)
    #expect(Array(corpus[1]) == [3, 1])
  }

  @Test func noTextIsNoItems() throws {
    for text in ["", "\n\r\n"] {
      let corpus = try corpus(text)
      #expect(corpus.isEmpty && corpus.vocabulary.count == 1)
    }
  }

  @Test func aVocabularyMayBeGiven() throws {
    let known = Vocabulary(sorted: ["a", "b", "o", "z"])
    let corpus = try corpus("bob\nza\n", vocabulary: known)
    #expect(corpus.vocabulary == known)
    #expect(corpus.map(Array.init) == [[2, 3, 2], [4, 1]])
    let file = try folder.file("text", "bob\n\nbüb\n".utf8)
    #expect(throws: DataError("the model does not know 'ü' (U+00FC)", at: file + ":3")) {
      try Corpus(TextInput([file]), vocabulary: known)
    }
  }

  @Test func severalFilesAreReadOneAfterTheOther() throws {
    let files = try [folder.file("first", "b\na".utf8), folder.file("second", "c\n".utf8)]
    let corpus = try Corpus(TextInput(files))
    #expect(corpus.map(Array.init) == [[2], [1], [3]])
  }

  /// Pinned, so that checkpoints outlive a release: FNV-1a in Python, over code points and 2^32 - 1
  /// after each item.
  @Test func theFingerprintIsThatOfTheText() throws {
    #expect(try corpus("").fingerprint == 14_695_981_039_346_656_037)
    #expect(try corpus("anna\nbü\n").fingerprint == 4_100_109_352_817_316_935)
    let known = Vocabulary(sorted: ["a", "b", "n", "x", "ü"])
    #expect(
      try corpus("anna\nbü\n", vocabulary: known).fingerprint == 4_100_109_352_817_316_935)
    let texts = ["ab", "a\nb", "ba", "b\na", "ab\nab", "AB", "a", "b", "abab"]
    #expect(Set(try texts.map { try corpus($0).fingerprint }).count == texts.count)
  }
}
