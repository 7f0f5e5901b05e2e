import TestSupport
import Testing

@testable import Shared

/// A teacher whose state is the last two tokens, and whose distributions are noise.
struct NoisyTeacher: SoftTargets {
  let vocabSize: Int
  var stateCount: Int { (vocabSize + 1) * (vocabSize + 1) }
  var origin: Int32 { 0 }

  func state(after state: Int32, _ token: Int32) -> Int32 {
    let base = Int32(vocabSize + 1)
    return state % base * base + token + 1
  }

  func probs(after state: Int32, into probs: UnsafeMutableBufferPointer<Float>) {
    for (v, p) in self.probs(after: state).enumerated() { probs[v] = Float(p) }
  }

  func probs(after state: Int32) -> [Double] {
    var noise = Noise(UInt64(state) + 1)
    let weights = (0..<vocabSize).map { _ in Double(noise.nextFloat()) + 1.1 }
    return weights.map { $0 / weights.reduce(0, +) }
  }
}

/// What training adds to a pass: soft targets, and values that are left out.
@Suite struct StepContextTests {
  private static let contexts = [
    StepContext(step: 3, seed: 9, rate: 0, regularization: .init(softTargets: 0.7)),
    StepContext(step: 3, seed: 9, rate: 0, regularization: .init(dropout: 0.3)),
    StepContext(step: 3, seed: 9, rate: 0, regularization: .init(dropout: 0.2, softTargets: 1)),
  ]

  private static func engine(_ config: GPTConfig, threads: Int = 2, limit: Int = 1 << 20)
    -> GPTEngine
  {
    let engine = GPTEngine(GPTTensors.noise(config), pool: ThreadPool(threads: threads))
    engine.softTargets = SoftTargetRows(
      NoisyTeacher(vocabSize: config.vocabSize), limit: limit)
    return engine
  }

  /// The oracle with the same masks and targets, from the definitions.
  private static func oracle(_ engine: GPTEngine, _ context: StepContext) -> GPTOracle {
    var oracle = GPTOracle(engine.parameters)
    let config = engine.config
    if context.regularization.dropout > 0 {
      let step = Dropout.mix(Dropout.mix(context.seed) ^ UInt64(context.step))
      oracle.dropout = { layer, place, prefix in
        let key = prefix.reduce(0) { Dropout.mix($0 ^ UInt64($1)) }
        let name = Dropout.mix(step ^ UInt64(2 * layer + (place == .hidden ? 1 : 0)))
        let channels = place == .hidden ? 4 * config.nEmbd : config.nEmbd
        return (0..<channels).map {
          Double(DropoutTests.factor(context.regularization.dropout, key: key, name: name, $0))
        }
      }
    }
    if context.regularization.softTargets > 0 {
      let teacher = NoisyTeacher(vocabSize: config.vocabSize)
      oracle.soft = (
        { prefix in
          teacher.probs(
            after: prefix.reduce(teacher.origin) { teacher.state(after: $0, Int32($1)) })
        }, context.regularization.softTargets
      )
    }
    return oracle
  }

  @Test(arguments: contexts) func gradientsAreCentralDifferences(_ context: StepContext) {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 6, blockSize: 5, vocabSize: 4)
    let engine = Self.engine(config)
    let items = noisyItems(4, config, longest: 4)
    let gradients = GPTTensors(config)
    let loss = engine.loss(
      PrefixForest(items, blockSize: config.blockSize), gradients: gradients, context)
    let oracle = Self.oracle(engine, context)
    // The loss is the plain one, with dropout.
    var plain = oracle
    plain.soft = nil
    #expect(abs(loss - plain.loss(items)) < 1e-6)
    expectCentralDifferences(gradients, of: oracle, items)
  }

  /// Trees of all sizes beside chains without sharing, with items that are read in windows.
  @Test(arguments: contexts) func treesAreTheirChains(_ context: StepContext) {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 12, blockSize: 4, vocabSize: 4)
    let engine = Self.engine(config)
    let items = noisyItems(20, config, longest: 30)
    let expected = GPTTensors(config)
    let loss = engine.loss(
      PrefixForest(items, blockSize: 4, sharing: false), gradients: expected, context)
    let found = GPTTensors(config)
    for treeSize in [.max, 12, 1] {
      let forest = PrefixForest(items, blockSize: 4, treeSize: treeSize)
      #expect(abs(engine.loss(forest, gradients: found, context) - loss) < 1e-6)
      for tensor in found.tensors {
        #expect(
          zip(found[tensor.name], expected[tensor.name]).allSatisfy { abs($0 - $1) < 2e-6 })
      }
    }
  }

  /// Nor does it matter which rows of the teacher are kept.
  @Test(arguments: contexts) func threadsAndMemoryChangeNothing(_ context: StepContext) {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 8, vocabSize: 19)
    let items = noisyItems(20, config, longest: 12)
    var results: [[UInt32]] = []
    for (threads, limit) in [(1, 1 << 20), (2, 1 << 20), (3, 0), (8, 2000)] {
      let engine = Self.engine(config, threads: threads, limit: limit)
      var result: [Float] = []
      for treeSize in [.max, 10] {
        let forest = PrefixForest(items, blockSize: 8, treeSize: treeSize)
        for step in 0..<2 {
          var context = context
          context.step += step
          let (loss, gradient) = engine.gradient(forest, context)
          result.append(Float(loss))
          for part in gradient.parts { result += part.withFloats { Array($0) } }
        }
      }
      results.append(result.map(\.bitPattern))
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func eachStepAndSeedHasItsMasks() {
    let config = GPTConfig(nLayer: 1, nHead: 1, nEmbd: 16, blockSize: 8, vocabSize: 9)
    let engine = Self.engine(config)
    let forest = PrefixForest(noisyItems(5, config, longest: 5), blockSize: 8)
    func loss(_ step: Int, _ seed: UInt64, _ dropout: Double) -> Double {
      engine.gradient(
        forest,
        StepContext(step: step, seed: seed, rate: 0, regularization: .init(dropout: dropout))
      )
      .loss
    }
    #expect(Set([loss(0, 1, 0.5), loss(1, 1, 0.5), loss(0, 2, 0.5), loss(0, 1, 0)]).count == 4)
    #expect(loss(0, 1, 0.5) == loss(0, 1, 0.5) && loss(0, 1, 0) == engine.loss(forest))
  }

  @Test func aShareOfNothingIsPlain() {
    let config = GPTConfig(nLayer: 1, nHead: 1, nEmbd: 16, blockSize: 8, vocabSize: 9)
    let engine = Self.engine(config)
    let forest = PrefixForest(noisyItems(5, config, longest: 5), blockSize: 8)
    let (plain, found) = (GPTTensors(config), GPTTensors(config))
    _ = engine.loss(forest, gradients: plain)
    _ = engine.loss(forest, gradients: found, StepContext(step: 1, seed: 2, rate: 3))
    #expect(found.withFloats { Array($0) } == plain.withFloats { Array($0) })
  }

  @Test func refusesSoftTargetsWithoutATeacher() async {
    await #expect(processExitsWith: .failure) {
      let config = GPTConfig(nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 4, vocabSize: 3)
      let engine = GPTEngine(GPTTensors(config), pool: ThreadPool(threads: 1))
      _ = engine.gradient(
        PrefixForest([[1]] as [[Int32]], blockSize: 4),
        StepContext(step: 0, seed: 0, rate: 0, regularization: .init(softTargets: 0.5)))
    }
    await #expect(processExitsWith: .failure) {
      let config = GPTConfig(nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 4, vocabSize: 3)
      let engine = GPTEngine(GPTTensors(config), pool: ThreadPool(threads: 1))
      engine.softTargets = SoftTargetRows(NoisyTeacher(vocabSize: 4))
    }
  }
}
