import Testing

@testable import Shared

@Suite struct TrainingMemoryTests {
  @Test func itIsWhatIsReserved() throws {
    let config = GPTConfig(nLayer: 2, nHead: 3, nEmbd: 36, blockSize: 8, vocabSize: 27)
    let items = try corpus(Array(repeating: "abcdefg", count: 20).joined(separator: "\n"))
    let parameters = GPTTensors(config).count
    // One tree; two lanes on one thread and on two; eight lanes on three threads.
    for (batchSize, threads, trees, lanes, nodes) in [
      (10, 2, 1, 1, 80), (63, 1, 1, 2, 112 + 8), (63, 2, 2, 2, 112 + 8),
      (2500, 3, 3, 8, 112 + 8),
    ] {
      var plan = TrainingPlan(.default)
      plan.batchSize = batchSize
      let memory = TrainingMemory(config, plan, items, threads: threads)
      let copies = (3 + lanes) * parameters + PackedWeights.floats(config)
      #expect(memory.weights == Double(4 * copies))
      // The room for a tree, and an eighth that it grows ahead; vectors end at a cache line.
      let size = GPTActivations.Size(
        nodes: nodes * 9 / 8, longest: 8, targets: nodes * 9 / 8, purpose: .training)
      let reserved = Double(4 * trees * GPTActivations.floats(config, size))
      #expect(abs(memory.activations / reserved - 1) < 0.01)
    }
  }

  @Test func itIsKnownBeforehand() throws {
    let names = try names()
    func bytes(_ config: GPTConfig, _ batchSize: Int = 32) -> Double {
      var plan = TrainingPlan(.default)
      plan.batchSize = batchSize
      return TrainingMemory(config, plan, names, threads: 2).bytes
    }
    let config = GPTConfig(blockSize: 16, vocabSize: 27)
    // At least what is there without any batch: parameters, gradients, two moments.
    #expect(bytes(config, 1) > 16 * 204_544)
    #expect(bytes(config) < 1e8)
    // More trees, not more of them at the same time.
    #expect(bytes(config, 1 << 20) < 1e9)
    let most = GPTConfig(
      nLayer: 1 << 10, nHead: 1 << 16, nEmbd: 1 << 16, blockSize: 1 << 20, vocabSize: 27)
    #expect(bytes(most).isFinite && bytes(most) > 1e15)
    #expect(throws: DataError.self) {
      try TrainingMemory(most, TrainingPlan(.default), names, threads: 2).check()
    }
    try TrainingMemory(config, TrainingPlan(.default), names, threads: 2).check()
  }
}
