import Testing

@testable import Shared

@Suite struct CharacterContextTests {
  /// The form in which a vocabulary knows a character of a text.
  private func form(
    _ text: String, at place: Int, knowing known: String
  ) -> CharacterContext.OtherForm? {
    let vocabulary = Vocabulary(sorted: Set(known.unicodeScalars).sorted())
    return CharacterContext(Array(text.unicodeScalars), at: place).otherForm(in: vocabulary)
  }

  @Test func decomposedTextIsKnownComposed() {
    let known = form("Zoe\u{308}", at: 2, knowing: "Zoë")
    #expect(known?.name == "nfc")
    #expect(known?.known == ["ë"])
    #expect(form("Zoe\u{308}", at: 3, knowing: "Zoeë")?.unknown == "\u{308}")
    // Two marks, of which the first alone makes a character that is not known.
    #expect(form("vie\u{323}\u{302}t", at: 2, knowing: "việt")?.known == ["\u{1EC7}"])
    // Letters of Hangul.
    #expect(form("\u{1100}\u{1161}\u{11A8}", at: 0, knowing: "각")?.known == ["각"])
  }

  @Test func composedTextIsKnownDecomposed() {
    let known = form("Zoë", at: 2, knowing: "Zoe\u{308}")
    #expect(known?.name == "nfd")
    #expect(known?.known == ["e", "\u{308}"])
    #expect(
      form("\u{1EC7}", at: 0, knowing: "e\u{302}\u{323}")?.known == ["e", "\u{302}", "\u{323}"]
        || form("\u{1EC7}", at: 0, knowing: "e\u{302}\u{323}")?.known == [
          "e", "\u{323}", "\u{302}",
        ])
    #expect(
      form("각", at: 0, knowing: "\u{1100}\u{1161}\u{11A8}")?.known
        == ["\u{1100}", "\u{1161}", "\u{11A8}"])
    #expect(
      form("Zoë", at: 2, knowing: "Zoe\u{308}")?.description
        == "the model does not know 'ë' (U+00EB), but 'e' (U+0065) '\u{308}' (U+0308): "
        + "the text is composed")
  }

  @Test func whatNoFormMakesKnownIsUnknown() {
    #expect(form("emma", at: 0, knowing: "ë\u{308}") == nil)
    #expect(form("e\u{302}", at: 0, knowing: "ë") == nil)
    #expect(form("ü", at: 0, knowing: "a\u{308}") == nil)
    // Composition excludes this letter, so no conversion leads to it; the other way there is one.
    #expect(form("\u{915}\u{93C}", at: 0, knowing: "\u{958}") == nil)
    #expect(form("\u{958}", at: 0, knowing: "\u{915}\u{93C}")?.name == "nfd")
    #expect(form("\u{212B}", at: 0, knowing: "Å")?.name == "nfc")
  }

  @Test func neighboursEndWithTheItem() {
    let text = Array("xe\u{308}\n".utf8)
    let vocabulary = Vocabulary(sorted: ["x", "ë"])
    func context(_ bytes: [UInt8], at place: Int) -> CharacterContext {
      bytes.withUnsafeBufferPointer { CharacterContext($0, at: place, separator: 0x0A) }
    }
    #expect(context(text, at: 1).otherForm(in: vocabulary)?.known == ["ë"])
    #expect(!context(text, at: 1).isOpen)
    #expect(context(Array("e".utf8), at: 0).isOpen)
    #expect(context(Array("e\n\u{308}".utf8), at: 0).otherForm(in: vocabulary) == nil)
    #expect(context(Array("e\n\u{308}".utf8), at: 2).otherForm(in: vocabulary) == nil)
  }
}
