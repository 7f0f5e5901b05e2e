import Testing

@testable import Shared

/// Compares with the reference's float64 results.
///
/// A float32 sum of a few hundred terms errs by some 10 roundings of 6e-8; gradients add up what
/// passes through tens of them.
@Suite struct GPTEngineTests {
  static let fixtures = ["gpt-tiny", "gpt-utf8"]

  @Test(arguments: fixtures) func lossesAreTheReferences(_ name: String) throws {
    let fixture = try GPTFixture(name)
    let model = GPTEngine(fixture.parameters, pool: ThreadPool(threads: 2))
    let forest = PrefixForest(fixture.items, blockSize: fixture.config.blockSize)
    #expect(abs(model.loss(forest) - fixture.expected.losses[0]) < 1e-6)
    let losses = model.itemLosses(forest)
    #expect(losses.count == fixture.items.count)
    for (loss, expected) in zip(losses, fixture.expected.summed_nll_per_name) {
      #expect(abs(loss - expected) < 1e-6 * expected)
    }
  }

  @Test(arguments: fixtures) func logitsAreTheReferences(_ name: String) throws {
    let fixture = try GPTFixture(name)
    let model = GPTEngine(fixture.parameters, pool: ThreadPool(threads: 1))
    let tree = PrefixTree(fixture.items.prefix(1), blockSize: fixture.config.blockSize)
    let expected = fixture.expected.logits_of_first_name.flatMap { $0 }
    #expect(relativeError(model.logits(tree).map(Double.init), expected) < 1e-6)
  }

  @Test(arguments: fixtures) func gradientsAreTheReferences(_ name: String) throws {
    let fixture = try GPTFixture(name)
    let model = GPTEngine(fixture.parameters, pool: ThreadPool(threads: 2))
    let gradients = GPTTensors(fixture.config)
    let forest = PrefixForest(fixture.items, blockSize: fixture.config.blockSize)
    _ = model.loss(forest, gradients: gradients)
    #expect(gradients.tensors.count == fixture.gradients.count)
    for tensor in gradients.tensors {
      var found = gradients[tensor.name]
      var expected = try #require(fixture.gradients[tensor.name])
      if tensor.name.hasSuffix("c_attn.bias") {
        // A softmax does not see a constant added to all scores: the key third's gradient is zero.
        let C = fixture.config.nEmbd
        #expect(found[C..<2 * C].allSatisfy { abs($0) < 1e-7 })
        found.removeSubrange(C..<2 * C)
        expected.removeSubrange(C..<2 * C)
      }
      let error = relativeError(found, expected)
      #expect(error < 1e-5, "\(tensor.name): \(error)")
    }
  }

  @Test(arguments: fixtures) func trainingIsTheReferences(_ name: String) throws {
    let fixture = try GPTFixture(name)
    let model = GPTEngine(fixture.parameters, pool: ThreadPool(threads: 2))
    let trainer = Stepper(model, weightDecay: fixture.expected.weight_decay)
    let forest = PrefixForest(fixture.items, blockSize: fixture.config.blockSize)
    for (step, expected) in fixture.expected.losses.dropLast().enumerated() {
      let loss = trainer.step(forest, rate: fixture.expected.lr)
      #expect(abs(loss - expected) < 1e-5, "step \(step): \(loss), expected \(expected)")
    }
    let last = model.loss(forest)
    #expect(abs(last - fixture.expected.losses[fixture.expected.losses.count - 1]) < 1e-5)
    for tensor in model.parameters.tensors {
      var found = model.parameters[tensor.name]
      var expected = try #require(fixture.final[tensor.name])
      if tensor.name.hasSuffix("c_attn.bias") {
        let C = fixture.config.nEmbd
        found.removeSubrange(C..<2 * C)
        expected.removeSubrange(C..<2 * C)
      }
      let error = relativeError(found, expected)
      #expect(error < 1e-4, "\(tensor.name): \(error)")
    }
  }
}
