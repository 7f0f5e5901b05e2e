import Testing

@testable import Shared

@Suite struct OptionValueTests {
  @Test func wholeNumbersAreDigits() {
    #expect(Int(word: "-12") == -12)
    for word in ["", "1.0", "1e3", "0x10", " 1", "1 ", "9223372036854775808", "\u{661}"] {
      #expect(Int(word: word) == nil)
    }
  }

  @Test func numbersAreDecimal() {
    #expect(Double(word: "1e-3") == 0.001)
    #expect(Double(word: ".5") == 0.5)
    for word in ["", "nan", "inf", "infinity", "1e400", "-1e400", "0x1p3", "1,5", " 1", "1e", "e"] {
      #expect(Double(word: word) == nil)
    }
    #expect(20.0.word == "20")
  }

  @Test func seedsAreAnySixtyFourBits() {
    #expect(Seed(word: "18446744073709551615")?.bits == .max)
    #expect(Seed(word: "-1")?.bits == .max)
    #expect(Seed(word: "-9223372036854775808")?.bits == 1 << 63)
    for word in ["18446744073709551616", "-9223372036854775809", "1.0", "", "x"] {
      #expect(Seed(word: word) == nil)
    }
    #expect(Seed(5).word == "5")
  }

  private enum Size: String, OptionChoice {
    case small, large
  }

  @Test func choicesAreTheirWords() {
    #expect(Size(word: "large") == .large && Size(word: "Large") == nil)
    #expect(Size.choices == ["small", "large"] && Size.wanted == "small or large")
    #expect(Size.small.word == "small" && Int.choices == [])
  }
}
