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

  @Test func weightsAreRepeatedLines() throws {
    let path = try folder.file("text", "ab\t2\nz\t0\n\na\tb\t3\r\n\t9\nab\t1".utf8)
    let weighted = try Corpus(TextInput([path], isWeighted: true))
    let repeated = try corpus("ab\nab\na\tb\na\tb\na\tb\nab\n")
    #expect(weighted.vocabulary == repeated.vocabulary)
    #expect(weighted.map(Array.init) == repeated.map(Array.init))
    #expect(weighted.tokenCount == repeated.tokenCount)
    #expect(weighted.longest == 3 && repeated.longest == 3)
    #expect(weighted.fingerprint == repeated.fingerprint)
    #expect(weighted.lineCount == 3 && weighted.storedTokenCount == 7)
    #expect((0..<3).map(weighted.weight(ofLine:)) == [2, 3, 1])
    #expect(weighted.weights(without: [5, 1, 2]) == [1, 2, 0])
    #expect(repeated.weights(without: [5]) == [1, 1, 1, 1, 1, 0])
  }

  @Test func weightsAddUpToWhat32BitsCount() throws {
    let path = try folder.file("text", "a\t4294967294\nb\t1\n".utf8)
    let corpus = try Corpus(TextInput([path], isWeighted: true))
    #expect(corpus.count == Corpus.limit && corpus.tokenCount == Corpus.limit)
    #expect(corpus[4_294_967_293] == [1] && corpus[4_294_967_294] == [2])
    let more = try folder.file("more", "a\t4294967294\n\nb\t2\n".utf8)
    let error = try dataError { _ = try Corpus(TextInput([more], isWeighted: true)) }
    #expect(error?.place == "\(more):3")
    #expect(error?.reason.contains("more than 2^32 - 1 (4294967295) items") == true)
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
