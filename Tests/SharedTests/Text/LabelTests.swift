import Testing

@testable import Shared

@Suite struct LabelTests {
  @Test(
    arguments: [
      ("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), (" ", "\\s"), (".", "\\."),
      ("#", "\\#"), ("\u{0}", "\\u{0}"), ("\u{1B}", "\\u{1B}"), ("\u{7F}", "\\u{7F}"),
      ("\u{85}", "\\u{85}"), ("\u{A0}", "\\u{A0}"), ("\u{AD}", "\\u{AD}"),
      ("\u{2028}", "\\u{2028}"),
      ("\u{200D}", "\\u{200D}"), ("\u{E000}", "\\u{E000}"), ("\u{10FFFF}", "\\u{10FFFF}"),
      ("a", "a"), ("\"", "\""), ("\u{E9}", "\u{E9}"), ("\u{301}", "\u{301}"),
      ("\u{4E2D}", "\u{4E2D}"),
      ("\u{1F600}", "\u{1F600}"),
    ] as [(Unicode.Scalar, String)])
  func whatWouldBeMistakenIsEscaped(scalar: Unicode.Scalar, label: String) {
    #expect(Label.escaped(scalar).unicodeScalars.elementsEqual(label.unicodeScalars))
  }

  @Test func everyCharacterReadsBack() {
    let values = Array(0..<0x3000) + Array(0xD7F0..<0xE010) + Array(0xFF00..<0x10010) + [0x10FFFF]
    for scalar in values.compactMap({ Unicode.Scalar(UInt32($0)) }) {
      let label = Label.escaped(scalar)
      #expect(!label.utf8.contains { $0 <= 0x20 || $0 == 0x7F })
      #expect(Label.unescaped(label)?.unicodeScalars.elementsEqual([scalar]) == true)
    }
  }

  @Test func aTextIsItsLabelsOneAfterTheOther() {
    let text = "a.b #\\\n\u{301}\u{1F600}\u{0}K\u{212A}"
    let label = Label.escaped(text)
    #expect(label.utf8.elementsEqual("a\\.b\\s\\#\\\\\\n\u{301}\u{1F600}\\u{0}K\u{212A}".utf8))
    #expect(Label.unescaped(label)?.utf8.elementsEqual(text.utf8) == true)
  }

  @Test(arguments: [
    ".", "a.", "\\", "a\\", "\\x", "\\u", "\\u{", "\\u{}", "\\u{41", "\\u41", "\\u{D800}",
    "\\u{110000}", "\\u{0000041}", "\\u{4g}", "\\u{+41}", "\\u{-1}", "\\u{ 41}", "\\U{41}", "\\0",
    "\\u{\u{664}}",
  ])
  func malformedLabelsAreRefused(label: String) { #expect(Label.unescaped(label) == nil) }

  @Test func codePointsMayBeWrittenInAnyCase() {
    #expect(Label.unescaped("\\u{1f600}\\u{1F600}\\u{000041}") == "\u{1F600}\u{1F600}A")
    #expect(Label.unescaped("") == "")
  }

  @Test func fullStopsOfNamesArePlain() {
    for (name, field) in [
      ("h.0.ln_1.weight", "h.0.ln_1.weight"), ("", ""), (".", "."), ("a b", "a\\sb"),
      ("\\.", "\\\\."), ("..\\\\.", "..\\\\\\\\."), ("#\t", "\\#\\t"),
    ] {
      #expect(Label.name(name) == field)
      #expect(Label.unescapedName(field) == name)
    }
    #expect(Label.unescapedName("a\\.b") == "a.b")
    #expect(Label.unescapedName("a\\") == nil)
  }
}
