import Testing

@testable import Random
@testable import Shared

@Suite struct TorchLayersTests {
  struct Initial: Decodable {
    struct Linear: Decodable {
      let seed: DecimalString
      let n_in: Int
      let n_out: Int
      let weight_row_major_bits: [UInt32]
      let bias_bits: [UInt32]?
    }
    struct Embedding: Decodable {
      let seed: DecimalString
      let num: Int
      let dim: Int
      let bits: [UInt32]
    }
    struct Transformer: Decodable {
      struct Parameter: Decodable {
        let name: String
        let shape: [Int]
        let first4_bits: [UInt32]
        let last2_bits: [UInt32]
        let poly31_u32: UInt32
      }
      let seed: DecimalString
      let randperm_n: Int
      let randperm_first8: [Int]
      let vocab: Int
      let block: Int
      let n_layer: Int
      let n_embd: Int
      let params: [Parameter]
      let loader_base_seed: DecimalString
      let sampler_seed: DecimalString
      let batch0_randint32: [Int]
      let batch1_randint32: [Int]
      let next_rand_bits: UInt32
    }
    let linear: [Linear]
    let embedding: [Embedding]
    let transformer: [Transformer]
  }

  @Test func linearMatchesTorch() throws {
    for row in try TorchFixture.load("init", as: Initial.self).linear {
      var generator = row.seed.generator
      let layer = generator.linear(
        inputs: row.n_in, outputs: row.n_out, hasBias: row.bias_bits != nil)
      #expect(layer.weight.bits == row.weight_row_major_bits)
      #expect(layer.bias.bits == row.bias_bits ?? [])
    }
  }

  @Test func embeddingMatchesTorch() throws {
    for row in try TorchFixture.load("init", as: Initial.self).embedding {
      var generator = row.seed.generator
      #expect(generator.embedding(count: row.num, channels: row.dim).bits == row.bits)
    }
  }

  /// makemore.py's own order: the split, the model's modules, two seeds of the loader.
  @Test func aWholeTransformerMatchesMakemore() throws {
    for row in try TorchFixture.load("init", as: Initial.self).transformer {
      var generator = row.seed.generator
      let order = generator.randperm(row.randperm_n).map(Int.init)
      #expect(Array(order.prefix(8)) == row.randperm_first8)

      let c = row.n_embd
      var parameters = [
        generator.embedding(count: row.vocab, channels: c),
        generator.embedding(count: row.block, channels: c),
      ]
      for _ in 0..<row.n_layer {
        for (inputs, outputs) in [(c, 3 * c), (c, c), (c, 4 * c), (4 * c, c)] {
          let layer = generator.linear(inputs: inputs, outputs: outputs)
          parameters += [layer.weight, layer.bias]
        }
      }
      parameters.append(generator.linear(inputs: c, outputs: row.vocab, hasBias: false).weight)

      #expect(parameters.count == row.params.count)
      for (values, expected) in zip(parameters, row.params) {
        #expect(values.count == expected.shape.reduce(1, *), "\(expected.name)")
        #expect(Array(values.bits.prefix(4)) == expected.first4_bits, "\(expected.name)")
        #expect(Array(values.bits.suffix(2)) == expected.last2_bits, "\(expected.name)")
        let hash = values.bits.reduce(0 as UInt32) { $0 &* 31 &+ $1 }
        #expect(hash == expected.poly31_u32, "\(expected.name)")
      }

      #expect(generator.randomInt64() == Int64(row.loader_base_seed.signed))
      let samplerSeed = generator.randomInt64()
      #expect(samplerSeed == Int64(row.sampler_seed.signed))
      #expect(generator.rand(1).bits == [row.next_rand_bits])

      var sampler = TorchGenerator(seed: UInt64(samplerSeed))
      let trainCount = row.randperm_n - 1000
      #expect(sampler.randint(32, in: 0..<trainCount) == row.batch0_randint32)
      #expect(sampler.randint(32, in: 0..<trainCount) == row.batch1_randint32)
    }
  }

  @Test func emptyLayersAreRefused() async {
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.linear(inputs: 0, outputs: 1)
    }
    await #expect(processExitsWith: .failure) {
      var generator = TorchGenerator(seed: 1)
      _ = generator.embedding(count: 0, channels: 1)
    }
  }
}
