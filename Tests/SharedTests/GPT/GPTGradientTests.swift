import Testing

@testable import Shared

@Suite struct GPTGradientTests {
  @Test func gradientsAreCentralDifferences() {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 6, blockSize: 5, vocabSize: 4)
    let parameters = GPTTensors.noise(config)
    let items = noisyItems(4, config, longest: 4)
    let model = GPTEngine(parameters, pool: ThreadPool(threads: 2))
    let gradients = GPTTensors(config)
    let loss = model.loss(PrefixForest(items, blockSize: config.blockSize), gradients: gradients)
    let oracle = GPTOracle(parameters)
    #expect(abs(loss - oracle.loss(items)) < 1e-6)
    expectCentralDifferences(gradients, of: oracle, items)
  }

  /// One tree of all items, trees of about 12 nodes, and of one item each, beside chains without sharing.
  @Test(arguments: [(16, 3), (4, 40)]) func treesAreTheirChains(_ blockSize: Int, _ longest: Int) {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 20, blockSize: blockSize, vocabSize: 4)
    let model = GPTEngine(GPTTensors.noise(config), pool: ThreadPool(threads: 2))
    let items = noisyItems(30, config, longest: longest)
    let chains = PrefixForest(items, blockSize: blockSize, sharing: false)
    let expected = GPTTensors(config)
    let loss = model.loss(chains, gradients: expected)
    let found = GPTTensors(config)
    for treeSize in [.max, 12, 1] {
      let forest = PrefixForest(items, blockSize: blockSize, treeSize: treeSize)
      #expect((forest.laneCount > 1) == (treeSize < .max))
      #expect(abs(model.loss(forest, gradients: found) - loss) < 1e-6)
      for tensor in found.tensors {
        // Exactly zero for the keys' bias, so compared with the gradient as a whole.
        #expect(
          zip(found[tensor.name], expected[tensor.name]).allSatisfy { abs($0 - $1) < 2e-6 })
      }
      #expect(model.tokenLosses(forest) == model.tokenLosses(chains))
    }
  }

  @Test func threadsChangeNothing() {
    let config = GPTConfig(nLayer: 3, nHead: 3, nEmbd: 24, blockSize: 8, vocabSize: 19)
    let items = noisyItems(60, config, longest: 12)
    let tree = PrefixTree(items, blockSize: config.blockSize)
    // One tree, whose rows the threads share, and several, each of which may have its thread.
    let forests = [.max, 30, 10].map {
      PrefixForest(items, blockSize: config.blockSize, treeSize: $0)
    }
    #expect(forests.map(\.laneCount) == [1, 2, 4])
    var results: [[Float]] = []
    for threads in [1, 2, 3, 8] {
      let model = GPTEngine(GPTTensors.noise(config), pool: ThreadPool(threads: threads))
      let trainer = Stepper(model)
      var result = forests.map { Float(trainer.step($0, rate: 0.01)) }
      result += model.parameters.withFloats { Array($0) }
      result += trainer.optimizer.state[1].values.withFloats { Array($0) }
      results.append(result + model.tokenLosses(forests[1]) + model.logits(tree))
    }
    #expect(results.allSatisfy { $0.map(\.bitPattern) == results[0].map(\.bitPattern) })
  }

  /// Weights are packed where they change: by a step, or from outside.
  @Test(arguments: [20, 24]) func aModelFollowsItsParameters(_ C: Int) {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: C, blockSize: 8, vocabSize: 19)
    let model = GPTEngine(GPTTensors.noise(config), pool: ThreadPool(threads: 2))
    let forest = PrefixForest(noisyItems(40, config, longest: 7), blockSize: 8, treeSize: 30)
    func fresh() -> Double {
      let copy = GPTTensors(config)
      copy.copy(from: model.parameters)
      return GPTEngine(copy, pool: ThreadPool(threads: 1)).loss(forest)
    }
    let trainer = Stepper(model)
    var losses = [trainer.step(forest, rate: 0.01)]
    for change in [
      { _ = trainer.step(forest, rate: 0.01) },
      {
        model.parameters["transformer.h.1.mlp.c_fc.weight"] = .init(repeating: 1, count: 4 * C * C)
      },
      { model.parameters.withMutableFloats { $0[$0.count - 1] += 1 } },
      { model.parameters.clear(Ablation.mlp.ranges(in: model.parameters)) },
      { model.parameters.copy(from: GPTTensors.noise(config)) },
    ] {
      change()
      losses.append(model.loss(forest))
      #expect(losses.last == fresh())
    }
    #expect(Set(losses).count == 5 && losses.first == losses.last)
  }

  @Test func memoryThatWasUsedBeforeChangesNothing() {
    let config = GPTConfig(nLayer: 3, nHead: 2, nEmbd: 8, blockSize: 8, vocabSize: 9)
    let large = PrefixForest(noisyItems(50, config, longest: 20), blockSize: 8)
    let small = PrefixForest(noisyItems(5, config, longest: 5), blockSize: 8)
    let used = GPTEngine(GPTTensors.noise(config), pool: ThreadPool(threads: 1))
    let (a, b) = (GPTTensors(config), GPTTensors(config))
    let first = used.tokenLosses(small)
    _ = used.loss(large, gradients: a)
    #expect(used.tokenLosses(small) == first)
    _ = used.loss(small, gradients: a)
    let fresh = GPTEngine(GPTTensors.noise(config), pool: ThreadPool(threads: 1))
    _ = fresh.loss(small, gradients: b)
    #expect(a.withFloats { Array($0) } == b.withFloats { Array($0) })
  }

  @Test func aLossThatIsNoNumberChangesNoParameter() {
    let config = GPTConfig(nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 8, vocabSize: 9)
    let parameters = GPTTensors.noise(config)
    parameters["transformer.ln_f.bias"] = .init(repeating: .nan, count: 8)
    let before = parameters["lm_head.weight"]
    let trainer = Stepper(GPTEngine(parameters, pool: ThreadPool(threads: 1)))
    let forest = PrefixForest(noisyItems(5, config, longest: 5), blockSize: 8)
    #expect(trainer.step(forest, rate: 1).isNaN)
    #expect(trainer.stepCount == 0 && parameters["lm_head.weight"] == before)
    #expect(trainer.step(PrefixForest(), rate: 1).isNaN)
  }

  @Test func refusesATreeThatDoesNotFit() async {
    await #expect(processExitsWith: .failure) {
      let config = GPTConfig(nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 4, vocabSize: 3)
      let model = GPTEngine(GPTTensors(config), pool: ThreadPool(threads: 1))
      _ = model.loss(PrefixForest([[3]] as [[Int32]], blockSize: 4))
    }
    await #expect(processExitsWith: .failure) {
      let config = GPTConfig(nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 4, vocabSize: 3)
      let model = GPTEngine(GPTTensors(config), pool: ThreadPool(threads: 1))
      _ = model.loss(PrefixForest([[1, 1, 1, 1, 1]] as [[Int32]], blockSize: 5))
    }
  }
}
