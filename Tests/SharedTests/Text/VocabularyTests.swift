import Testing

@testable import Shared

@Suite struct VocabularyTests {
  @Test func tokensAreCharactersInOrder() throws {
    let vocabulary = try Vocabulary(text: "\u{0}.a\u{E9}\u{1F600}")
    #expect(vocabulary.count == 6)
    #expect(vocabulary.scalars.map(vocabulary.token) == [1, 2, 3, 4, 5])
    for scalar in ["\u{1}", "/", "b", "\u{10FFFF}"] as [Unicode.Scalar] {
      #expect(vocabulary.token(of: scalar) == nil)
    }
    #expect((0..<6).map(vocabulary.label) == [".", "\\u{0}", "\\.", "a", "\u{E9}", "\u{1F600}"])
    #expect(vocabulary.label([0, 2, 3]) == ".\\.a")
    #expect(try vocabulary.tokens(of: "a.\u{E9}") == [3, 2, 4])
  }

  @Test func anEmptyOneHasTheBoundary() throws {
    let vocabulary = try Vocabulary(text: "")
    #expect(vocabulary.count == 1)
    #expect(vocabulary.label(0) == ".")
    #expect(vocabulary.token(of: "a") == nil)
    #expect(vocabulary == Vocabulary(sorted: []))
  }

  /// Characters that a string would join or take for the same.
  @Test func scalarsAreNotJoined() throws {
    let text = "\n\rAe\u{301}\u{327}\u{200D}\u{212B}"
    let sorted = Vocabulary(sorted: Array(text.unicodeScalars))
    #expect(try Vocabulary(text: sorted.text) == sorted)
    #expect(sorted.count == 9)
    #expect(sorted.token(of: "\u{C5}") == nil)
  }

  @Test func refusesRepeatedAndUnorderedCharacters() throws {
    #expect(
      try dataError { _ = try Vocabulary(text: "abb") }
        == DataError("the vocabulary repeats 'b' (U+0062)"))
    #expect(
      try dataError { _ = try Vocabulary(text: "b\u{FC}a") }
        == DataError(
          "the vocabulary is out of order: '\u{FC}' (U+00FC) stands before 'a' (U+0061)"))
  }

  @Test func unknownCharactersAreShown() throws {
    #expect(
      try dataError { _ = try Vocabulary(text: "ab").tokens(of: "a\u{FC}") }
        == DataError("the model does not know '\u{FC}' (U+00FC)"))
    #expect(
      try dataError { _ = try Vocabulary(text: "ab").tokens(of: "\u{1F600}") }
        == DataError("the model does not know '\u{1F600}' (U+1F600)"))
  }

  @Test func everyTokenIsFoundInALargeOne() {
    let vocabulary = Vocabulary(sorted: (0x4E00..<0x6000).compactMap(Unicode.Scalar.init))
    for (index, scalar) in vocabulary.scalars.enumerated() {
      #expect(vocabulary.token(of: scalar) == index + 1)
    }
    #expect(vocabulary.token(of: "\u{4DFF}") == nil)
    #expect(vocabulary.token(of: "\u{6000}") == nil)
  }

  @Test func charactersOutOfOrderAreAWrongCall() async {
    await #expect(processExitsWith: .failure) { _ = Vocabulary(sorted: ["b", "a"]) }
  }
}
