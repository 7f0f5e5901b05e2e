import Foundation
import Testing

@testable import Random
@testable import Shared

@Suite struct ExponentialRaceTests {
  struct Exponentials: Decodable {
    let seed: DecimalString
    let n: Int
    let lambd: Double
    let bits: [UInt32]
  }

  @Test func exponentialMatchesTorch() throws {
    for row in try TorchFixture.load("exponential", as: [Exponentials].self) {
      var generator = row.seed.generator
      #expect(generator.exponential(row.n, rate: row.lambd).bits == row.bits)
    }
  }

  @Test func anExponentialIsMadeOfTwoWords() {
    var generator = TorchGenerator(seed: 11)
    var engine = generator.engine
    for value in generator.exponential(1000) {
      let high = engine.next()
      #expect(ExponentialRace.exponential(high, engine.next()) == value)
    }
  }

  /// The bound that the sampler relies on, at random u and where the arithmetic changes: next to 0, 1,
  /// 1/2, the square root of 1/2, the powers of 2, and where one part of u vanishes.
  @Test func theApproximationKeepsItsBound() {
    var engine = MersenneTwister(seed: 12)
    var numbers = (0..<40_000).map { _ in engine.next64() }
    for power in 0...53 {
      for offset: Int64 in -9...9 {
        for base in [1 << power, (1 << 53) - 1 << power, (3 << power) / 2] as [Int64] {
          numbers.append(UInt64(bitPattern: base &+ offset))
        }
      }
    }
    let turn = Int64(0x1p53 * (1 - 0.5.squareRoot()))
    numbers += (-2000...2000).map { UInt64(turn + $0 << 20) }
    // Random bits above a random number of zeros, and below.
    for i in 0..<20_000 { numbers.append(engine.next64() & (1 << 53 - 1) >> UInt64(i % 53)) }
    for i in 0..<20_000 { numbers.append(~(engine.next64() & (1 << 53 - 1) >> UInt64(i % 53))) }

    var worst = 0.0
    for start in stride(from: 0, to: numbers.count & ~7, by: 8) {
      let pairs = SIMD8(numbers[start..<(start + 8)])
      let q = ExponentialRace.approximate(
        high: SIMD8(truncatingIfNeeded: pairs &>> 32), low: SIMD8(truncatingIfNeeded: pairs))
      for lane in 0..<8 {
        let u = Double(pairs[lane] & (1 << 53 - 1)) * 0x1p-53
        let exact = -log1p(-u)
        if u == 0 {
          #expect(q[lane] == 0)
        } else {
          worst = max(worst, abs(Double(q[lane]) - exact) / exact)
        }
      }
    }
    #expect(worst <= Double(ExponentialRace.relativeError))
    #expect(worst > 0)
  }

  @Test func theFirstOfEqualRatiosWins() {
    #expect(ExponentialRace.winner([1, 2, 2, 1]) { _ in 1 } == 1)
    #expect(ExponentialRace.winner([1, 2, 4]) { [0.5, 1, 2][$0] } == 0)
  }

  @Test func infiniteRatiosTieAndNaNWins() {
    #expect(ExponentialRace.winner([1, 2, 3]) { [1, 0, 0][$0] } == 1)
    #expect(ExponentialRace.winner([3e38, 1, 3e38]) { [1, 1, 0.01][$0] } == 2)
    #expect(ExponentialRace.winner([1, 0, 0, 1]) { [0, 0, 0, 1][$0] } == 1)
  }
}
