import Testing

@testable import Shared

@Suite struct CellCountsTests {
  private func entries(_ counts: CellCounts) throws -> [[UInt32]: Int64] {
    var entries: [[UInt32]: Int64] = [:]
    try counts.forEach { (tokens, count) in entries[tokens, default: 0] += count }
    return entries
  }

  private func name(_ counts: CellCounts) -> String {
    switch counts.storage {
    case .array: "array"
    case .narrow: "narrow"
    case .medium: "medium"
    case .wide: "wide"
    }
  }

  @Test(arguments: 2...12)
  func countsSurviveEveryWidth(order: Int) throws {
    var counts = try CellCounts(order: order)
    var noise = Noise(UInt64(order))
    var expected: [[UInt32]: Int64] = [:]
    var names: Set<String> = []
    for exponent in 1...21 {
      let bound = 1 << exponent
      try counts.reserve(tokens: bound)
      names.insert(name(counts))
      for _ in 0..<200 {
        let tokens = (0..<order).map { _ in UInt32(noise.next(in: 0..<bound)) }
        #expect(try counts.add(3, to: tokens))
        expected[tokens, default: 0] += 3
      }
      // The largest of all keys is not one that a free slot is marked with; nor is zero.
      for tokens in [UInt32(bound - 1), 0].map({ [UInt32](repeating: $0, count: order) }) {
        #expect(try counts.add(1, to: tokens))
        expected[tokens, default: 0] += 1
      }
      #expect(try entries(counts) == expected)
    }
    // 21 bits for each token: 63, 126 or 252 in all.
    let widths = ["array", "narrow", "medium", "wide"]
    #expect(names == Set(order <= 3 ? widths[..<2] : order <= 6 ? widths[..<3] : widths[...]))
  }

  @Test func theArrayBecomesAHashTableAtItsLimit() throws {
    var counts = try CellCounts(order: 2)
    try counts.reserve(tokens: 1024)
    #expect(name(counts) == "array")
    _ = try counts.add(5, to: [1023, 1])
    try counts.reserve(tokens: 1025)
    #expect(name(counts) == "narrow")
    #expect(try entries(counts) == [[1023, 1]: 5])
  }

  @Test(arguments: [(4, 2), (5000, 2), (5000, 6), (5000, 12)])
  func overflowIsReported(tokens: Int, order: Int) throws {
    var counts = try CellCounts(order: order)
    try counts.reserve(tokens: tokens)
    let ngram = [UInt32](repeating: 3, count: order)
    let fits = try [Int64.max - 1, 1, 1].map { try counts.add($0, to: ngram) }
    #expect(fits == [true, true, false])
  }
}
