import Testing

@testable import Random
@testable import Shared

@Suite struct CounterGeneratorTests {
  /// The first numbers of SplitMix64 from two states, as its authors' C code gives them.
  @Test func theCoreIsSplitMix64() {
    var zero = CounterGenerator(state: 0)
    #expect(
      (0..<4).map { _ in zero.next() } == [
        0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F,
        0xF88B_B8A8_724C_81EC,
      ])
    var other = CounterGenerator(state: 1_234_567)
    #expect(
      (0..<5).map { _ in other.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func aStreamIsTheSameEachTime() {
    var a = CounterGenerator(seed: 3, index: 4)
    var b = CounterGenerator(seed: 3, index: 4)
    #expect((0..<10).map { _ in a.next() } == (0..<10).map { _ in b.next() })
  }

  /// Of 64,000 fair bits 32,000 differ, give or take 126; five times that once in a million.
  @Test func neighbouringStreamsHaveNothingInCommon() {
    for pair in [(0, 1), (1, 0)] as [(UInt64, UInt64)] {
      var first: Set<UInt64> = []
      var different = 0
      for i in 0..<1000 as Range<UInt64> {
        var a = CounterGenerator(seed: i * pair.0, index: i * pair.1)
        var b = CounterGenerator(seed: (i + 1) * pair.0, index: (i + 1) * pair.1)
        let bits = a.next()
        first.insert(bits)
        different += (bits ^ b.next()).nonzeroBitCount
      }
      #expect(first.count == 1000)
      #expect(abs(different - 32_000) < 632)
    }
    // Seed and index are not exchangeable.
    var a = CounterGenerator(seed: 1, index: 2)
    var b = CounterGenerator(seed: 2, index: 1)
    #expect(a.next() != b.next())
  }

  @Test func uniformNumbersAreBelowOne() {
    var generator = CounterGenerator(seed: 1, index: 0)
    let numbers = (0..<10_000).map { _ in generator.nextUniform() }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    // The mean of 10,000 has a deviation of 0.0029; five times that.
    #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.0145)
  }

  /// Pearson's statistic over 24 orders has 23 degrees of freedom: above 58 less than once in 10,000
  /// seeds.
  @Test func everyPermutationIsAsLikely() {
    var counts: [[UInt32]: Double] = [:]
    for index in 0..<12_000 as Range<UInt64> {
      var generator = CounterGenerator(seed: 9, index: index)
      counts[generator.permutation(4), default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(counts.keys.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
    #expect(counts.values.reduce(0) { $0 + ($1 - 500) * ($1 - 500) / 500 } < 58)
    var generator = CounterGenerator(seed: 1, index: 1)
    #expect(generator.permutation(0).isEmpty)
    #expect(generator.permutation(1) == [0])
    #expect(generator.permutation(1000).sorted() == Array(0..<1000))
  }
}
