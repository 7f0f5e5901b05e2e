import Testing

@testable import Shared

@Suite struct LossSumTests {
  private func item(_ nll: Double, _ tokens: Int, weight: Int) -> ItemLoss {
    ItemLoss(line: 1, nll: nll, tokenCount: tokens, weight: weight)
  }

  @Test func anItemCountsAsOftenAsItsWeightSays() throws {
    var sum = LossSum()
    try sum.add(item(2, 3, weight: 4))
    try sum.add(item(.infinity, 5, weight: 2))
    try sum.skip(7)
    sum.add(0.5, tokens: 1)
    #expect(
      try sum.summary() == """
        nll\tinf
        tokens\t23
        lines\t7
        loss\tinf
        perplexity\tinf
        skipped\t7
        zeros\t2
        loss_of_others\t\((8.5 / 13).shortest)

        """)
  }

  @Test func countsAreExactUpTo63Bits() throws {
    var sum = LossSum()
    try sum.add(item(0, 1, weight: .max - 2))
    try sum.add(item(0, 2, weight: 1))
    #expect(sum.tokens == .max && sum.lines == .max - 1)
    #expect(try dataError { try sum.add(item(0, 1, weight: 1)) } != nil)
    #expect(try dataError { try sum.add(item(0, 3, weight: 1 << 62)) } != nil)
    #expect(sum.tokens == .max)
    try sum.skip(.max)
    #expect(try dataError { try sum.skip(1) } != nil)
  }
}
