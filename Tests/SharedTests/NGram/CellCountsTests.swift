import Testing

@testable import Shared

@Suite struct CellCountsTests {
  private func sorted(_ counts: CellCounts) -> [[Int]] {
    counts.cells().map { $0.tokens + [Int($0.count)] }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test(arguments: 2...8)
  func countsSurviveEveryWidth(order: Int) {
    var counts = CellCounts(order: order)
    var random = Noise(UInt64(order))
    var expected: [[Int]: Int64] = [:]
    #expect(counts.isDense)
    for exponent in 2...CellCounts.maximumBits(order: order) {
      let bound = 1 << exponent
      counts.reserve(tokens: bound)
      for _ in 0..<30 {
        let tokens = (0..<order).map { _ in Int.random(in: 0..<bound, using: &random) }
        let fits = counts.add(3, to: counts.key(tokens))
        #expect(fits)
        expected[tokens, default: 0] += 3
      }
      // The largest of all keys is none that a free slot is marked with.
      let last = [Int](repeating: bound - 1, count: order)
      let fits = counts.add(1, to: counts.key(last))
      #expect(fits)
      expected[last, default: 0] += 1
    }
    #expect(!counts.isDense)
    #expect(
      sorted(counts)
        == expected.map { $0.key + [Int($0.value)] }.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test func theArrayBecomesAHashTableAtItsLimit() {
    var counts = CellCounts(order: 2)
    counts.reserve(tokens: 1024)
    #expect(counts.isDense && counts.bits == 10)
    _ = counts.add(5, to: counts.key([1023, 1]))
    counts.reserve(tokens: 1024)
    #expect(counts.isDense)
    counts.reserve(tokens: 1025)
    #expect(!counts.isDense && counts.bits == 21)
    #expect(sorted(counts) == [[1023, 1, 5]])
  }

  @Test func overflowIsTold() {
    for tokens in [4, 5000] {
      var counts = CellCounts(order: 2)
      counts.reserve(tokens: tokens)
      let key = counts.key([1, 2])
      let fits = [Int64.max - 1, 1, 1].map { counts.add($0, to: key) }
      #expect(fits == [true, true, false])
    }
  }
}
