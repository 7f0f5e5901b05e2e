import Foundation
import Testing

@testable import Random
@testable import Shared

@Suite struct TorchNormalTests {
  struct Normals: Decodable {
    struct Standard: Decodable {
      let seed: DecimalString
      let n: Int
      let bits: [UInt32]
    }
    struct Stream: Decodable {
      struct Call: Decodable {
        let n: Int
        let bits: [UInt32]
      }
      let seed: DecimalString
      let calls: [Call]
      let next_rand_bits: UInt32
    }
    let randn: [Standard]
    let stream: [Stream]
  }

  @Test func randnMatchesTorch() throws {
    for row in try TorchFixture.load("normal", as: Normals.self).randn {
      var generator = row.seed.generator
      // Of longer tensors the fixture may hold the beginning only.
      #expect(Array(generator.randn(row.n).bits.prefix(row.bits.count)) == row.bits)
    }
  }

  @Test func aValueWaitsForTheNextShortCall() throws {
    for row in try TorchFixture.load("normal", as: Normals.self).stream {
      var generator = row.seed.generator
      for call in row.calls { #expect(generator.randn(call.n).bits == call.bits) }
      #expect(generator.rand(1).bits == [row.next_rand_bits])
    }
  }

  @Test func theLastPartialBlockDrawsSixteenMore() {
    for count in [16, 17, 31, 32, 33] {
      var generator = TorchGenerator(seed: 9)
      var counting = generator
      _ = generator.randn(count)
      _ = counting.rand(count + (count % 16 == 0 ? 0 : 16))
      #expect(generator.rand(1) == counting.rand(1))
    }
  }

  /// Cephes claims 8e-8 relative for the logarithm; next to 1 the sum of two roundings, 2^-23, adds.
  @Test func theLogarithmIsOne() {
    for i in 1...10_000 {
      let x = Float(i * 1677) * 0x1p-24
      let exact = Foundation.log(Double(x))
      #expect(abs(Double(TorchNormal.log(x)) - exact) <= 0x1p-22 * abs(exact))
    }
    #expect(TorchNormal.log(1) == 0)
  }

  /// Both are below 1, so an absolute 2^-23 is two roundings.
  @Test func theSineAndCosineAreThose() {
    for i in 0..<10_000 {
      let x = Float(i) * 6.2831e-4
      let (sine, cosine) = TorchNormal.sinCos(x)
      #expect(abs(Double(sine) - Foundation.sin(Double(x))) <= 0x1p-23)
      #expect(abs(Double(cosine) - Foundation.cos(Double(x))) <= 0x1p-23)
    }
  }

  @Test func noneIsNoValue() {
    var generator = TorchGenerator(seed: 1)
    #expect(generator.randn(0) == [])
  }

  @Test func negativeCountsAreRefused() async {
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.randn(-1)
    }
  }
}
