import Testing

@testable import Random
@testable import Shared

@Suite struct TorchGeneratorTests {
  struct Uniforms: Decodable {
    struct Single: Decodable {
      let seed: DecimalString
      let n: Int
      let bits: [UInt32]
    }
    struct Double: Decodable {
      let seed: DecimalString
      let n: Int
      let hex: [String]
    }
    struct Bounded: Decodable {
      let seed: DecimalString
      let n: Int
      let lo: Swift.Double
      let hi: Swift.Double
      let bits: [UInt32]
    }
    let rand_f32: [Single]
    let rand_f64: [Double]
    let uniform: [Bounded]
  }

  struct Integers: Decodable {
    struct Permutation: Decodable {
      let seed: DecimalString
      let n: Int
      let perm: [Int]?
      let first16: [Int]?
      let last16: [Int]?
      let weighted_sum: DecimalString?
    }
    struct Range: Decodable {
      let seed: DecimalString
      let lo: DecimalString
      let hi: DecimalString
      let values: [Value]
    }
    struct Seed: Decodable {
      let seed: DecimalString
      let value: DecimalString
    }
    /// A number, or a string where it has more than 53 bits in general.
    struct Value: Decodable {
      let value: Int
      init(from decoder: any Decoder) throws {
        value =
          try (try? decoder.singleValueContainer().decode(Int.self))
          ?? DecimalString(from: decoder).signed
      }
    }
    let randperm: [Permutation]
    let randint: [Range]
    let random_int64: [Seed]
  }

  @Test func randMatchesTorch() throws {
    for row in try TorchFixture.load("uniform", as: Uniforms.self).rand_f32 {
      var generator = row.seed.generator
      #expect(generator.rand(row.n).bits == row.bits)
    }
  }

  @Test func doublesMatchTorch() throws {
    for row in try TorchFixture.load("uniform", as: Uniforms.self).rand_f64 {
      var generator = row.seed.generator
      let bits = (0..<row.n).map { _ in generator.nextDouble().bitPattern }
      #expect(bits == row.hex.map { UInt64($0, radix: 16) })
    }
  }

  @Test func uniformMatchesTorch() throws {
    for row in try TorchFixture.load("uniform", as: Uniforms.self).uniform {
      var generator = row.seed.generator
      #expect(generator.uniform(row.n, from: row.lo, to: row.hi).bits == row.bits)
    }
  }

  @Test func uniformNeverGivesTheUpperBound() {
    var generator = TorchGenerator(seed: 1)
    let high = Float(1).nextUp
    let values = generator.uniform(100, from: 1, to: Double(high))
    #expect(values.allSatisfy { $0 == 1 })
    #expect(generator.uniform(3, from: 2, to: 2) == [2, 2, 2])
  }

  @Test func randpermMatchesTorch() throws {
    for row in try TorchFixture.load("integers", as: Integers.self).randperm {
      var generator = row.seed.generator
      let order = generator.randperm(row.n).map(Int.init)
      #expect(order.sorted() == Array(0..<row.n))
      if let perm = row.perm { #expect(order == perm) }
      if let first = row.first16 { #expect(Array(order.prefix(16)) == first) }
      if let last = row.last16 { #expect(Array(order.suffix(16)) == last) }
      if let sum = row.weighted_sum {
        #expect(order.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element } == sum.signed)
      }
    }
  }

  @Test func randpermOfNoneOrOneDrawsNothing() {
    var generator = TorchGenerator(seed: 1)
    var untouched = generator
    #expect(generator.randperm(0) == [])
    #expect(generator.randperm(1) == [0])
    #expect(generator.rand(1) == untouched.rand(1))
  }

  @Test func randintMatchesTorch() throws {
    for row in try TorchFixture.load("integers", as: Integers.self).randint {
      var generator = row.seed.generator
      let values = generator.randint(row.values.count, in: row.lo.signed..<row.hi.signed)
      #expect(values == row.values.map(\.value))
    }
  }

  @Test func randintTakesTheWidestRange() {
    var generator = TorchGenerator(seed: 1)
    let bits = TorchGenerator(seed: 1).engine
    var engine = bits
    let value = generator.randint(1, in: Int.min..<Int.max)[0]
    #expect(value == Int.min &+ Int(truncatingIfNeeded: engine.next64() % UInt64.max))
  }

  @Test func randomInt64MatchesTorch() throws {
    for row in try TorchFixture.load("integers", as: Integers.self).random_int64 {
      var generator = row.seed.generator
      #expect(generator.randomInt64() == Int64(row.value.signed))
    }
  }

  @Test func onlyTheLowHalfOfASeedCounts() {
    var a = TorchGenerator(seed: 5)
    var b = TorchGenerator(seed: 5 + 7 << 32)
    #expect(a.rand(20) == b.rand(20))
  }

  @Test func negativeCountsAreRefused() async {
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.rand(-1)
    }
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.uniform(-1, from: 0, to: 1)
    }
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.randint(-1, in: 0..<2)
    }
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.randperm(-1)
    }
  }

  @Test func emptyAndReversedRangesAreRefused() async {
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.randint(1, in: 3..<3)
    }
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.uniform(1, from: 1, to: 0)
    }
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.randperm(1 << 32)
    }
  }
}
