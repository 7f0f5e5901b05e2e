import Testing

@testable import Random
@testable import Shared

/// The quick way of drawing against the plain one, its specification.
@Suite struct MultinomialSamplerTests {
  /// Draws from the rows in turn, in both ways, and expects the same indices.
  private func expectSame(
    seeds: Range<UInt64>, rounds: Int, rows: [[Float]],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let ready = rows.map(MultinomialRow.init)
    for seed in seeds {
      var generator = TorchGenerator(seed: seed)
      var sampler = MultinomialSampler(seed: seed)
      for _ in 0..<rounds {
        let plain = rows.map { generator.multinomial($0) }
        let fast = ready.map { sampler.draw($0) }
        #expect(fast == plain, "seed \(seed)", sourceLocation: sourceLocation)
      }
    }
  }

  /// Makes weights of different sizes, some of them zero.
  private func weights(_ count: Int, seed: UInt64) -> [Float] {
    var generator = TorchGenerator(seed: seed)
    var weights = generator.exponential(count).map { $0 < 0.2 ? 0 : $0 * $0 }
    weights[count - 1] = 1
    return weights
  }

  @Test(arguments: [1, 2, 3, 7, 8, 9, 15, 16, 17, 26, 27, 28, 31, 64, 65, 100])
  func drawsOfAnyLengthAreThePlainOnes(count: Int) {
    expectSame(
      seeds: 0..<20, rounds: 100,
      rows: [weights(count, seed: 1), Array(repeating: 1 / Float(count), count: count)])
  }

  @Test func longRowsAreThePlainOnes() {
    expectSame(seeds: 0..<3, rounds: 4, rows: [weights(5000, seed: 2), weights(1313, seed: 3)])
  }

  /// A long row makes the buffers grow while short ones have numbers left in them.
  @Test func rowsOfDifferentLengthsShareAStream() {
    let counts = [27, 1, 5000, 3, 311, 312, 313, 27, 624, 2, 1248, 28, 6001, 26]
    expectSame(seeds: 0..<4, rounds: 3, rows: counts.map { weights($0, seed: UInt64($0)) })
  }

  @Test func theStreamGoesOnWhereTheGeneratorStands() {
    for start in [0, 1, 7, 623, 624, 1000] {
      var generator = TorchGenerator(seed: 5)
      _ = generator.rand(start)
      var sampler = MultinomialSampler(generator)
      let probs = weights(27, seed: 4)
      let row = MultinomialRow(probs)
      for _ in 0..<200 { #expect(sampler.draw(row) == generator.multinomial(probs)) }
    }
  }

  @Test func weightsOfAnySizeAreThePlainOnes() {
    let scales: [Float] = [
      .leastNonzeroMagnitude, 0x1p-140, 0x1p-126, 0x1p-61, 0x1p-60, 0x1p-30, 0x1p30, 0x1p60, 0x1p61,
      0x1p120,
    ]
    let base = weights(28, seed: 6).map { min($0, 64).rounded(.up) }
    expectSame(seeds: 0..<10, rounds: 20, rows: scales.map { scale in base.map { $0 * scale } })
  }

  /// With such weights the ratios overflow, and the first infinite one wins.
  @Test func overflowingRatiosTieAsInThePlainDraw() {
    expectSame(
      seeds: 0..<20, rounds: 50, rows: [Array(repeating: .greatestFiniteMagnitude, count: 27)])
  }

  @Test func weightsOfVeryDifferentSizesAreThePlainOnes() {
    let steep = (0..<27).map { Float(sign: .plus, exponent: -5 * $0, significand: 1) }
    let tiny: [Float] = [0x1p-149, 0x1p-133, 1, 0x1p-99, 0, 0x1p-59, 0x1p-60, 0x1p-61]
    expectSame(
      seeds: 0..<20, rounds: 50, rows: [steep, steep.reversed(), tiny, [0x1p-149, 0x1p127]])
  }

  @Test func zeroesNeverWin() {
    var sampler = MultinomialSampler(seed: 1)
    let row = MultinomialRow((0..<27).map { $0 % 3 == 1 ? 0.5 : 0 })
    for _ in 0..<10_000 { #expect(sampler.draw(row) % 3 == 1) }
  }

  /// Weights made of a seed's own exponentials, so that all ratios of the first draw are equal up to a few
  /// last bits: the rounding of the division decides, and the exact arithmetic has to.
  @Test(arguments: [2, 8, 27, 100])
  func tooCloseToCallIsThePlainDraw(count: Int) {
    for seed in 0..<300 as Range<UInt64> {
      var generator = TorchGenerator(seed: seed)
      var steps = MersenneTwister(seed: seed)
      let probs = TorchGenerator(seed: seed).racing(count).map { q in
        (0..<(steps.next() % 4)).reduce(q / 4) { value, _ in value.nextUp }
      }
      var sampler = MultinomialSampler(seed: seed)
      #expect(sampler.draw(MultinomialRow(probs)) == generator.multinomial(probs))
    }
  }

  /// A leader is named only if it wins: for races of two at distances around the margin.
  @Test func aLeaderIsTheWinnerAtEveryDistance() {
    var named = 0
    for seed in 0..<200 as Range<UInt64> {
      for exponent in 8...24 {
        var probs = TorchGenerator(seed: seed).racing(2)
        probs[1] *= 1 + Float(sign: .plus, exponent: -exponent, significand: 1)
        var generator = TorchGenerator(seed: seed)
        var words = generator.engine
        let pairs = (0..<8).map { _ in words.next64() }
        let q = ExponentialRace.approximate(
          high: SIMD8(truncatingIfNeeded: SIMD8(pairs) &>> 32),
          low: SIMD8(truncatingIfNeeded: SIMD8(pairs)))
        let leader = (0..<8).map { q[$0] }.withUnsafeBufferPointer { q in
          MultinomialRow(probs).leader(q.baseAddress!)
        }
        if let leader {
          named += 1
          #expect(leader == generator.multinomial(probs))
          #expect(exponent <= 16)
        } else {
          #expect(exponent >= 15)
        }
      }
    }
    #expect(named > 0)
  }

  /// Once in 2^53 draws an exponential is zero: its ratio is infinite, or NaN for a weight of zero, which
  /// PyTorch's argmax prefers.
  @Test func anExponentialOfZeroIsLeftToTheExactRace() {
    let row = MultinomialRow([1, 2, 0, 3])
    var q = [Float](repeating: 1, count: 11)
    #expect(row.leader(q) == 3)
    for zero in 0..<4 {
      q = [Float](repeating: 1, count: 11)
      q[zero] = 0
      #expect(row.leader(q) == nil)
      var words = [UInt32](repeating: 0x10_0000, count: 8)
      words[2 * zero] = 0xFFE0_0000
      words[2 * zero + 1] = 0
      #expect(row.winner(words) == zero)
    }
    #expect(row.winner([UInt32](repeating: 0, count: 8)) == 2)
  }

  @Test func sameSeedSameDraws() {
    let row = MultinomialRow(weights(27, seed: 8))
    var sampler = MultinomialSampler(seed: 2)
    var copy = sampler
    #expect((0..<500).map { _ in sampler.draw(row) } == (0..<500).map { _ in copy.draw(row) })
  }

  @Test func frequenciesAreTheWeights() {
    let row = MultinomialRow([1, 2, 3, 4])
    var sampler = MultinomialSampler(seed: 3)
    var counts = [0, 0, 0, 0]
    for _ in 0..<100_000 { counts[sampler.draw(row)] += 1 }
    // Five standard deviations of a binomial count, 5 * sqrt(100,000 / 4), at the most.
    for j in 0..<4 { #expect(abs(counts[j] - 10_000 * (j + 1)) <= 791) }
  }
}

extension TorchGenerator {
  /// The exponentials that the next draw will use.
  fileprivate consuming func racing(_ count: Int) -> [Float] {
    var generator = self
    return generator.exponential(count)
  }
}
