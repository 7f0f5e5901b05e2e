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

  @Test func theValueOfAnOptionStays() {
    for (words, expected) in [
      (["--exclude", "x", "m"], "mm-sample --exclude <(zcat x) m"),
      (["--exclude=x"], "mm-sample --exclude=<(zcat x)"), (["--exclude=y", "xx"], "zcat x"),
    ] {
      var command = ToolCommand("mm-sample", words)
      command.namesFileByOption = true
      #expect(command.reading("zcat x", insteadOf: "x", isOnly: true) == expected)
    }
  }

  @Test func anOperandThatIsNotAWordIsOnlyConverted() {
    #expect(reading(["--exclude=x"], insteadOf: "x") == "zcat x")
  }

  @Test func optionsComeFirst() {
    #expect(ToolCommand("mm-loss", ["m", "a b"]).adding("-z") == "mm-loss -z m 'a b'")
  }
}
