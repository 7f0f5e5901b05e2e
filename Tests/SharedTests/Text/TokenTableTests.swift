import Testing

@testable import Shared

@Suite struct TokenTableTests {
  @Test func tokensCountFromOneInTheOrderOfAppearance() {
    var table = TokenTable()
    let text = "b\u{0}a\u{10FFFF}\u{E9}ab\u{E000}\u{D7FF}"
    let tokens = text.unicodeScalars.map { table.insert($0) }
    #expect(tokens == [1, 2, 3, 4, 5, 3, 1, 6, 7])
    #expect(text.unicodeScalars.map(table.token) == tokens)
    #expect(table.token(of: "c") == 0 && table.token(of: "\u{10FFFE}") == 0)
    #expect(table.ranks == [0, 3, 1, 2, 7, 4, 6, 5])
    #expect(table.vocabulary.text == "\u{0}ab\u{E9}\u{D7FF}\u{E000}\u{10FFFF}")
  }

  @Test func agreesWithTheSearchInAVocabulary() {
    var noise = Noise(5)
    for count in [0, 1, 2, 300, 5000] {
      let scalars = Set(
        (0..<count).map { _ in Unicode.Scalar(UInt16(noise.next(in: 1..<0xD800)))! })
      let vocabulary = Vocabulary(sorted: scalars.sorted())
      let table = TokenTable(vocabulary)
      #expect(table.vocabulary == vocabulary)
      for value in 0..<UInt16(0xD800) {
        let scalar = Unicode.Scalar(value)!
        #expect(table.token(of: scalar) == vocabulary.token(of: scalar) ?? 0)
      }
    }
  }
}
