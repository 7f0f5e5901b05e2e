import Testing

@testable import Shared

@Suite struct LineWeightTests {
  private func cut(_ line: String) throws -> (item: String, weight: Int) {
    let bytes = Array(line.utf8)
    return try bytes.withUnsafeBufferPointer { bytes in
      let (item, weight) = try LineWeight.cut(bytes[...])
      return (String(decoding: item, as: UTF8.self), weight)
    }
  }

  @Test func aLineIsCutAtTheLastTab() throws {
    for (line, item, weight) in [
      ("emma\t3", "emma", 3), ("a\tb\t12", "a\tb", 12), ("\t7", "", 7), ("é \t007", "é ", 7),
      ("x\t0", "x", 0), ("x\t4611686018427387904", "x", 1 << 62),
    ] {
      let found = try cut(line)
      #expect(found.item == item && found.weight == weight)
    }
  }

  @Test func aLineWithoutATabIsRefused() throws {
    for line in ["emma", "emma 3", "3"] {
      #expect(
        try dataError { _ = try cut(line) }?.reason
          == "no weight: --weighted reads lines of an item, a tab and a whole number")
    }
  }

  @Test(arguments: [
    "", "-1", "+1", "1.5", "1e3", " 1", "1 ", "x", "0x10", "٣", "4611686018427387905",
    "9223372036854775808", "99999999999999999999999",
  ])
  func anythingButAWholeNumberIsRefused(weight: String) throws {
    #expect(
      try dataError { _ = try cut("emma\t\(weight)") }?.reason
        == "the weight '\(weight)' is not a whole number from 0 to 2^62 "
        + "(4611686018427387904)")
  }
}
