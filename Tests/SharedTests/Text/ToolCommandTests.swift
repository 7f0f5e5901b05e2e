import Testing

@testable import Shared

@Suite struct ToolCommandTests {
  private func reading(_ words: [String], insteadOf file: String, isOnly: Bool = true) -> String {
    ToolCommand("mm-count", words).reading("zcat x", insteadOf: file, isOnly: isOnly)
  }

  @Test func aPipeTakesThePlaceOfTheFile() {
    #expect(reading(["x"], insteadOf: "x") == "zcat x | mm-count")
    #expect(
      reading(["--order", "3", "x", "-t"], insteadOf: "x") == "zcat x | mm-count --order 3 -t")
    #expect(reading(["a b", "x"], insteadOf: "x", isOnly: false) == "zcat x | mm-count 'a b' -")
    #expect(reading(["-t"], insteadOf: "-") == "zcat x | mm-count -t")
  }

  @Test func standardInputIsNotTakenTwice() {
    #expect(reading(["-", "x"], insteadOf: "x") == "mm-count - <(zcat x)")
  }

  @Test func anOperandThatIsNotAWordIsOnlyConverted() {
    #expect(reading(["--exclude=x"], insteadOf: "x") == "zcat x")
  }

  @Test func optionsComeFirst() {
    #expect(ToolCommand("mm-loss", ["m", "a b"]).adding("-z") == "mm-loss -z m 'a b'")
  }
}
